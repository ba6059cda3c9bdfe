import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@jishi/database';
import { partitionOf } from '@jishi/event-delivery';
import { goOn, type Run } from '../command';
import { spreadOf, type Spread } from '../figures';
import { workerProcess, type WorkerProcess } from './latency';
import { Branch, caller, changed, machineTime, type Addresses } from './services';

/** Milliseconds between the way back from one trouble and the next, so that one is over before another begins. */
const rest = 3_000;

/** A server that can be ended in the middle of its work and started again. */
export interface Restart {
  readonly name: string;
  readonly again: () => Promise<void>;
}

export interface Recovery {
  readonly what: string;
  /** From the kill, or from the moment a server answers again, until every partition has applied an event begun since. */
  readonly back: Spread;
}

/** Tells when every partition has applied an event that was begun after a moment. */
function watching(partitionsOf: readonly number[], partitions: number) {
  const begun = new Map<number, number>();
  let open = new Set<number>();
  let since = 0;
  let back: (at: number) => void = () => undefined;
  return {
    begins: (n: number) => begun.set(n, machineTime()),
    applied(n: number, at: number) {
      if ((begun.get(n) ?? 0) <= since) return;
      begun.delete(n);
      open.delete(partitionsOf[n % partitionsOf.length]!);
      if (open.size === 0) back(at);
    },
    /** Resolves with the milliseconds from now on. */
    recovered(): Promise<number> {
      since = machineTime();
      open = new Set(Array.from({ length: partitions }, (_, partition) => partition));
      return new Promise((resolve) => (back = (at) => resolve(at - since)));
    },
  };
}

/**
 * Two processes, each with relay and consumer, under a steady load. One of them is killed and started again, `rounds` times in
 * turn; then each server is ended and started, a third as often.
 */
export async function measureRecovery(
  run: Run,
  owner: Database,
  branches: readonly string[],
  addresses: Addresses,
  { rate, rounds, restarts }: { readonly rate: number; readonly rounds: number; readonly restarts: readonly Restart[] },
): Promise<Recovery[]> {
  const { partitions } = addresses;
  const watch = watching(
    branches.map((id) => partitionOf(id, partitions)),
    partitions,
  );
  const start = () => workerProcess(addresses, watch.applied);
  const workers: WorkerProcess[] = [await start(), await start()];
  let writing = true;
  const written = (async () => {
    for (let n = 0; writing && !run.signal.aborted; n += 1) {
      const id = branches[n % branches.length]!;
      watch.begins(n);
      await owner
        .transact(caller(), async (tx) => {
          const branch = await tx.lock(Branch, id);
          await tx.save(branch, { members: n % 60, name: `支部 ${n}` });
          tx.emit(changed(id, n));
        })
        // The database is away: who writes hears of it and comes again.
        .catch(() => undefined);
      await sleep(1_000 / rate);
    }
  })();
  const backAfter = async (
    what: string,
    times: number,
    trouble: (round: number) => Promise<void>,
  ): Promise<Recovery> => {
    const took: number[] = [];
    for (let round = 0; round < times; round += 1) {
      run.progress(`recovery: ${what}, ${round + 1} of ${times}`);
      await trouble(round);
      const milliseconds = await Promise.race([watch.recovered(), sleep(120_000, undefined, { ref: false })]);
      goOn(run);
      if (milliseconds === undefined) throw new Error(`${what}: nothing came back in two minutes`);
      took.push(milliseconds);
      await sleep(rest, undefined, { signal: run.signal });
    }
    return { what, back: spreadOf(took) };
  };
  try {
    await watch.recovered();
    await sleep(rest);
    const found: Recovery[] = [];
    const began: Promise<WorkerProcess>[] = [];
    found.push(
      await backAfter('kill -9 of relay and consumer', rounds, async (round) => {
        const place = round % workers.length;
        await began.pop();
        await workers[place]!.kill();
        began.push(start().then((worker) => (workers[place] = worker)));
      }),
    );
    await began.pop();
    for (const { name, again } of restarts)
      found.push(await backAfter(`restart of ${name}`, Math.ceil(rounds / 3), again));
    return found;
  } finally {
    writing = false;
    await written;
    for (const worker of workers) await worker.close();
  }
}
