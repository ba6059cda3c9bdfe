import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@jishi/database';
import { goOn, type Run } from '../command';
import { spreadOf, type Spread } from '../figures';
import { Branch, caller, changed, deliver, machineTime, type Addresses } from './services';
import type { FromWorker } from './worker';

/** Where relay and consumer run: with the writers, told of each commit, or in a process of their own, looking. */
export type Form = 'one process' | 'own process';

export interface Latency {
  readonly fromCommit: Spread;
  /** What a writer waited for its transaction. */
  readonly transaction: Spread;
  /** Events a second that were really written. */
  readonly rate: number;
}

interface Receiver {
  nudge(): void;
  close(): Promise<void>;
  readonly pid: number;
}

export interface WorkerProcess {
  readonly pid: number;
  close(): Promise<void>;
  /** With SIGKILL: it can put nothing in order. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Relay and consumer as a process of their own; resolves when they run. */
export async function workerProcess(
  addresses: Addresses,
  applied: (n: number, at: number) => void,
): Promise<WorkerProcess> {
  const child: ChildProcess = fork(join(__dirname, 'worker.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the worker ended before it was ready')));
    child.on('message', (message: FromWorker) => {
      if ('ready' in message) resolve();
      else for (const n of message.applied) applied(n, message.at);
    });
  });
  child.send(addresses);
  await ready;
  const ended = once(child, 'exit');
  const over = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    async close() {
      if (over()) return;
      child.disconnect();
      await ended;
    },
    async kill() {
      if (over()) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts relay and consumer in the given form; `applied` gets the number of each event and the time of its applied effect. */
export async function receiver(
  form: Form,
  addresses: Addresses,
  applied: (n: number, at: number) => void,
): Promise<Receiver> {
  if (form === 'own process') return { nudge: () => undefined, ...(await workerProcess(addresses, applied)) };
  const delivery = await deliver(addresses, (ns, at) => ns.forEach((n) => applied(n, at)));
  return { ...delivery, pid: process.pid };
}

/** Commits events at a steady rate, whatever the answers take, and measures until their effects are committed elsewhere. */
export async function measureLatency(
  run: Run,
  form: Form,
  owner: Database,
  branches: readonly string[],
  addresses: Addresses,
  { rate, seconds, writers }: { readonly rate: number; readonly seconds: number; readonly writers: number },
): Promise<Latency> {
  const warm = Math.round(rate * 4);
  const total = warm + Math.round(rate * seconds);
  const committed = new Float64Array(total);
  const appliedAt = new Float64Array(total);
  const took: number[] = [];
  let applied = 0;
  const receiving = await receiver(form, addresses, (n, at) => {
    if (n < 0 || n >= total || appliedAt[n] !== 0) return;
    appliedAt[n] = at;
    applied += 1;
  });
  try {
    await sleep(500);
    const begun = machineTime();
    const write = async (n: number): Promise<void> => {
      const id = branches[(n * 7919) % branches.length]!;
      const from = machineTime();
      await owner.transact(caller(), async (tx) => {
        const branch = await tx.lock(Branch, id);
        await tx.save(branch, { members: n % 60, name: `支部 ${n}` });
        tx.emit(changed(id, n));
      });
      committed[n] = machineTime();
      receiving.nudge();
      if (n >= warm) took.push(committed[n] - from);
    };
    const writer = async (first: number): Promise<void> => {
      for (let n = first; n < total && !run.signal.aborted; n += writers) {
        const wait = begun + (n * 1_000) / rate - machineTime();
        if (wait > 1) await sleep(wait);
        if (n % Math.round(rate) === 0) run.progress(`${form}: ${n} of ${total} events`);
        await write(n);
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, first) => writer(first)));
    goOn(run);
    const wrote = machineTime() - (committed[warm] ?? begun);
    for (const until = machineTime() + 60_000; applied < total; await sleep(20)) {
      goOn(run);
      if (machineTime() > until) throw new Error(`${total - applied} of ${total} events were not applied in a minute`);
    }
    const waited = Array.from({ length: total - warm }, (_, index) =>
      // The nudge may be quicker than the reply to the writer's COMMIT.
      Math.max(0, appliedAt[warm + index]! - committed[warm + index]!),
    );
    return { fromCommit: spreadOf(waited), transaction: spreadOf(took), rate: ((total - warm) / wrote) * 1_000 };
  } finally {
    await receiving.close();
  }
}
