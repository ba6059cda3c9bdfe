import type { Database } from '@jishi/database';
import { writeOutbox } from '@jishi/event-delivery';
import { goOn, type Run } from '../command';
import { ratioOf, percentile, type Ratio } from '../figures';
import { Branch, caller, changed, machineTime } from './services';

export interface Cost {
  /** Transactions a second with an event, in the median round. */
  readonly withEvent: number;
  readonly alone: number;
  /** With an event : alone, round by round. */
  readonly ratio: Ratio;
}

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly writers: number;
}

/** What the event costs in a transaction of `transact`: lock, save with audit trail, commit. */
export const costInTransact = (run: Run, owner: Database, branches: readonly string[], options: Options) =>
  compare(run, 'transact', options, (withEvent) => async (n) => {
    const id = branches[n % branches.length]!;
    await owner.transact(caller(), async (tx) => {
      const branch = await tx.lock(Branch, id);
      await tx.save(branch, { members: (branch.members + 1) % 60 });
      if (withEvent) tx.emit(changed(id, n));
    });
  });

/** What it costs beside the barest transaction: BEGIN, one UPDATE, COMMIT. */
export const costInPlainTransaction = (run: Run, owner: Database, branches: readonly string[], options: Options) =>
  compare(run, 'plain', options, (withEvent) => async (n) => {
    const id = branches[n % branches.length]!;
    const client = await owner.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query({
        name: 'bench-update',
        text: 'UPDATE branch SET members = $2, version = version + 1 WHERE id = $1',
        values: [id, n % 60],
      });
      if (withEvent) await writeOutbox(client, [changed(id, n)], { actor: 'bench', occurredAt: new Date() });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  });

/** Both sides in each round, in turns first; the first round only warms. */
async function compare(
  run: Run,
  name: string,
  { rounds, seconds, writers }: Options,
  work: (withEvent: boolean) => (n: number) => Promise<void>,
): Promise<Cost> {
  const pairs: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const rates = new Map<boolean, number>();
    for (const withEvent of round % 2 === 0 ? [true, false] : [false, true]) {
      goOn(run);
      run.progress(`outbox cost (${name}): round ${round} of ${rounds}, ${withEvent ? 'with' : 'without'} an event`);
      rates.set(withEvent, await rateOf(work(withEvent), seconds, writers));
    }
    if (round > 0) pairs.push([rates.get(true) ?? 0, rates.get(false) ?? 0]);
  }
  return {
    withEvent: percentile(
      pairs.map(([measured]) => measured),
      0.5,
    ),
    alone: percentile(
      pairs.map(([, peer]) => peer),
      0.5,
    ),
    ratio: ratioOf(pairs),
  };
}

async function rateOf(work: (n: number) => Promise<void>, seconds: number, writers: number): Promise<number> {
  const begun = machineTime();
  const until = begun + seconds * 1_000;
  let done = 0;
  const writer = async (first: number): Promise<void> => {
    // Each writer keeps to branches of its own, so that it is the writing that is measured and no waiting for a lock.
    for (let n = first; machineTime() < until; n += writers) {
      await work(n);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, first) => writer(first)));
  return (done / (machineTime() - begun)) * 1_000;
}
