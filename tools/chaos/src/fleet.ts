import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Assignment, FromChild, ToChild } from './messages';

/** One life of a process. */
interface Life {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly bornAt: number;
  ready: boolean;
  /** Ended by the run, so its end is no surprise. */
  killed: boolean;
  frozen: boolean;
}

export interface FleetOptions {
  readonly names: readonly string[];
  /** What a process is told when it starts; `life` counts its lives. */
  readonly assign: (name: string, life: number) => Assignment;
  readonly logs: string;
  readonly heard: (name: string, message: FromChild) => void;
  readonly started: (name: string, pid: number) => void;
  readonly ended: (name: string, pid: number, how: string) => void;
  /** A process that was ready ended by itself. */
  readonly died: (name: string, how: string) => void;
  /** Pids of everything that lives, whenever that changes. */
  readonly changed: (pids: readonly number[]) => void;
}

/** The processes of the run: each is started again when it ends, as Kubernetes would. */
export interface Fleet {
  kill(name: string): boolean;
  freeze(name: string): (() => void) | undefined;
  send(name: string, message: ToChild): void;
  /** Megabytes and open resources of a process after collecting its garbage, and how many seconds it has lived. */
  measure(name: string): Promise<{ heap: number; resources: number; seconds: number } | undefined>;
  allReady(): Promise<void>;
  /** Ends everything at once and for good. */
  close(): Promise<void>;
}

/** Milliseconds between the end of a process and its next life. */
const rebirth = 250;

export function startFleet(options: FleetOptions): Fleet {
  const { names, assign, logs, heard, started, ended, died } = options;
  const lives = new Map<string, Life>();
  const counts = new Map<string, number>();
  /** What a process must hear again in its next life. */
  const lasting = new Map<string, Map<string, ToChild>>();
  const waiting = new Map<string, (message: Extract<FromChild, { is: 'measured' }>) => void>();
  let closing = false;

  function start(name: string): void {
    if (closing) return;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const output = openSync(join(logs, `${name}.log`), 'a');
    const child = spawn(process.execPath, ['--expose-gc', join(__dirname, 'child.js')], {
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    const life: Life = {
      child,
      pid: child.pid ?? 0,
      bornAt: performance.now(),
      ready: false,
      killed: false,
      frozen: false,
    };
    lives.set(name, life);
    started(name, life.pid);
    tellPids();
    child.on('message', (message: FromChild) => {
      if (message.is === 'ready') life.ready = true;
      if (message.is === 'measured') waiting.get(name)?.(message);
      heard(name, message);
    });
    // A message to a child that has just ended fails; its end is told below.
    child.on('error', () => undefined);
    child.on('exit', (code, signal) => {
      const how = signal ?? `exit code ${code}`;
      ended(name, life.pid, how);
      if (lives.get(name) === life) lives.delete(name);
      if (!life.killed && life.ready && !closing) died(name, how);
      tellPids();
      setTimeout(() => start(name), life.ready || life.killed ? rebirth : 2 * rebirth);
    });
    post(life, { is: 'begin', assignment: assign(name, count) });
    for (const message of lasting.get(name)?.values() ?? []) post(life, message);
  }

  const tellPids = () => options.changed([...lives.values()].map(({ pid }) => pid));

  function post(life: Life | undefined, message: ToChild): void {
    if (life?.child.connected) life.child.send(message, () => undefined);
  }

  function send(name: string, message: ToChild): void {
    if (message.is === 'clock' || message.is === 'rest') {
      const known = lasting.get(name);
      if (known) known.set(message.is, message);
      else lasting.set(name, new Map([[message.is, message]]));
    }
    post(lives.get(name), message);
  }

  for (const name of names) start(name);

  return {
    send,
    kill(name) {
      const life = lives.get(name);
      if (!life || life.killed) return false;
      life.killed = true;
      return life.child.kill('SIGKILL');
    },
    freeze(name) {
      const life = lives.get(name);
      if (!life || life.killed || life.frozen || !life.child.kill('SIGSTOP')) return undefined;
      life.frozen = true;
      return () => {
        life.frozen = false;
        life.child.kill('SIGCONT');
      };
    },
    async measure(name) {
      const life = lives.get(name);
      if (!life?.ready) return undefined;
      const answer = new Promise<Extract<FromChild, { is: 'measured' }>>((resolve) => waiting.set(name, resolve));
      send(name, { is: 'measure' });
      const measured = await Promise.race([answer, sleep(10_000)]);
      waiting.delete(name);
      if (!measured || lives.get(name) !== life) return undefined;
      const { heap, resources } = measured;
      return { heap, resources, seconds: (performance.now() - life.bornAt) / 1_000 };
    },
    async allReady() {
      const end = performance.now() + 60_000;
      while (!names.every((name) => lives.get(name)?.ready)) {
        if (performance.now() > end)
          throw new Error(`not ready: ${names.filter((name) => !lives.get(name)?.ready).join(', ')}; see ${logs}`);
        await sleep(50);
      }
    },
    async close() {
      closing = true;
      for (const life of lives.values()) {
        life.killed = true;
        life.child.kill('SIGKILL');
      }
      while (lives.size > 0) await sleep(10);
    },
  };
}
