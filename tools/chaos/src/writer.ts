import { setTimeout as sleep } from 'node:timers/promises';
import type { Tx } from '@jishi/database';
import { writeOutbox } from '@jishi/event-delivery';
import { chance } from '../../city/random';
import type { Being, Life } from './being';
import type { Outcome } from './history';
import { Account, callerAt, kinds, machineTime, moved, open, type Moved } from './service';

/** Changed on purpose: everything it did must be gone. */
class ChangedMind extends Error {}

/** What a writer knows of a command while it runs. */
interface Running {
  /** True when everything but the commit has been sent. */
  written: boolean;
  readonly roll: 'commit' | 'throw' | 'roll back';
  /** Milliseconds between the outbox and the commit, while others come and go. */
  readonly hesitates: number;
}

const atOnce = 4;

/** Commands on accounts: one event, two of one account, two of two; some are rolled back, some commit late. */
export async function writer({ assignment, dice, tell, clock, log }: Being): Promise<Life> {
  const { name, owner, rate, accounts } = assignment;
  const running = new Map<string, Running>();
  const database = await open(owner, 'owner', atOnce + 1, async (client, events, meta, carried) => {
    const state = running.get((events[0]?.data as Moved | undefined)?.command ?? '');
    if (state?.roll === 'throw') throw new ChangedMind('before the outbox');
    await writeOutbox(client, events, meta, carried);
    if (state?.hesitates) await sleep(state.hesitates);
    if (state?.roll === 'roll back') throw new ChangedMind('after the outbox');
    if (state) state.written = true;
  });
  // Unique over all lives of this writer.
  const life = `${name}.${process.pid}.${Date.now().toString(36)}`;
  let number = 0;
  let resting = false;

  async function one(hand: ReturnType<typeof chance>): Promise<void> {
    number += 1;
    const command = `${life}.${number}`;
    const shape = hand.weighted([11, 3, 3]);
    // A few accounts are busier than the others.
    const account = () => (hand.happens(0.3) ? accounts[hand.between(0, 9)]! : hand.pick(accounts));
    const ids =
      shape === 2 ? [...new Set([account(), account()])] : shape === 1 ? Array(2).fill(account()) : [account()];
    const moves = ids.map((id: string, n) => ({ id, n, kind: hand.pick(kinds), amount: hand.between(-50, 100) }));
    const state: Running = {
      written: false,
      roll: hand.happens(0.08) ? hand.pick(['throw', 'roll back'] as const) : 'commit',
      hesitates: hand.happens(0.05) ? hand.between(20, 200) : 0,
    };
    running.set(command, state);
    // Told before anything is done: a command that nobody announced cannot stand on the bus.
    await tell({ is: 'begun', command, events: moves.length });
    let outcome: Outcome = 'committed';
    let why: string | undefined;
    try {
      await database.transact(callerAt(clock()), (tx) => move(tx, command, moves));
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
      // Whatever failed before the commit was sent is rolled back; a failed commit may have happened all the same.
      outcome = state.written ? 'unknown' : 'rolled back';
      if (!(error instanceof ChangedMind)) log.info({ command, err: error }, 'a command failed');
    }
    running.delete(command);
    await tell({ is: 'done', command, outcome, ...(why !== undefined && { why }) });
    if (outcome !== 'committed' && state.roll === 'commit') await sleep(150);
  }

  async function move(
    tx: Tx,
    command: string,
    moves: readonly { id: string; n: number; kind: string; amount: number }[],
  ) {
    const state = running.get(command);
    if (state) state.written = false;
    const rows = await tx.lockAll(Account, [...new Set(moves.map(({ id }) => id))]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { id, n, kind, amount } of moves) {
      const row = byId.get(id);
      if (!row) throw new Error(`no account ${id}`);
      const balance = Number(row.balance) + amount;
      if (amount !== 0) await tx.save(row, { balance });
      await tx.query('INSERT INTO movement (command, n, account, kind, amount) VALUES ($1, $2, $3, $4, $5)', [
        command,
        n,
        id,
        kind,
        amount,
      ]);
      tx.emit(moved(id, { command, n, kind, amount, balance, at: machineTime() }));
    }
  }

  // A command has 1.3 events on average and some are rolled back.
  const every = (1_000 * atOnce * 1.25) / rate;
  const hands = Array.from({ length: atOnce }, async (_, hand) => {
    const mine = chance(assignment.seed, 'hand', hand);
    let due = performance.now() + every * dice.next();
    while (!resting) {
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      // What was missed while the database was away is not made up for at once.
      due = Math.max(due + every, performance.now() - 2 * every);
      if (!resting) await one(mine);
    }
  });
  return {
    async rest() {
      resting = true;
      await Promise.all(hands);
    },
  };
}
