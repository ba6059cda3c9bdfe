import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pause, processMark, systemCode } from '@jishi/embedded-postgres';
import { KafkaError } from './kafka-error';

/** A living process; the mark tells it from a later one of the same number, so that a signal never hits a stranger. */
export interface Living {
  readonly pid: number;
  readonly mark: string;
}

const hasProc = existsSync('/proc/self/stat');

function* commands(): Generator<{ pid: number; words: readonly string[] }> {
  if (!hasProc) {
    for (const line of execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n')) {
      const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      if (pid !== undefined && command !== undefined) yield { pid: Number(pid), words: command.split(' ') };
    }
    return;
  }
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      yield { pid: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') };
    } catch (error) {
      // It ended while it was looked at, or is hidden from this user and so not ours.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error))) throw error;
    }
  }
}

/** The broker that runs with this settings file, whoever started it. No file says so: a killed program could not have written one. */
export function brokerOf(properties: string): Living | null {
  for (const { pid, words } of commands()) {
    const main = words.indexOf('kafka.Kafka');
    if (main < 0 || words[main + 1] !== properties) continue;
    const mark = processMark(pid);
    if (mark !== null) return { pid, mark };
  }
  return null;
}

/** Whether the process still lives. */
export const lives = ({ pid, mark }: Living): boolean => processMark(pid) === mark;

/** Sends a signal unless the process is gone; false when it was. */
export function signal(living: Living, name: NodeJS.Signals, folder: string): boolean {
  if (!lives(living)) return false;
  try {
    return process.kill(living.pid, name);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
    if (systemCode(error) === 'EPERM') throw new KafkaError('NOT_STOPPING', { folder, pid: living.pid });
    throw error;
  }
}

/** Waits until the process is gone; false when it still lives after `patience` milliseconds. */
export async function gone(living: Living, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  while (lives(living)) {
    if (Date.now() > until) return false;
    await pause(20);
  }
  return true;
}

/**
 * Stops brokers, all at the same moment: first as Kafka wants it, after `patience` milliseconds by force. Nothing is lost by
 * force: what was acknowledged is in the operating system's hands, and the next start recovers the logs.
 */
export async function stopAll(running: readonly Living[], folder: string, patience: number): Promise<void> {
  for (const living of running) {
    signal(living, 'SIGTERM', folder);
    // A halted process does not even notice that it shall end.
    signal(living, 'SIGCONT', folder);
  }
  await Promise.all(
    running.map(async (living) => {
      if (await gone(living, patience)) return;
      signal(living, 'SIGKILL', folder);
      if (!(await gone(living, 10_000))) throw new KafkaError('NOT_STOPPING', { folder, pid: living.pid });
    }),
  );
}
