import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPostmasterOf, pause, processMark } from './processes';
import { StartError, systemCode } from './start-error';

/** A living postmaster of a data folder, as its pid file tells. */
export interface Postmaster {
  readonly pid: number;
  /** {@link processMark} of the process, so that a signal never hits a successor of the number. */
  readonly mark: string;
  readonly port: number;
  /** `starting`, `ready`, `stopping`; empty while the file is still being written. */
  readonly status: string;
}

/** The postmaster that works in this data folder, or null. A pid file without a living postmaster of ours counts as none. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const mark = processMark(pid);
  if (mark === null || !isPostmasterOf(pid, data)) return null;
  return { pid, mark, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/**
 * Removes the pid file of a postmaster that is gone. PostgreSQL does so itself unless the number now belongs to another
 * program (after a restart of the machine); then it would refuse to start for ever.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  if ((await findPostmaster(data)) === null) await rm(join(data, 'postmaster.pid'), { force: true });
}

function alive(postmaster: Pick<Postmaster, 'pid' | 'mark'>): boolean {
  return processMark(postmaster.pid) === postmaster.mark;
}

/**
 * Stops a postmaster: first the fast shutdown (open transactions are rolled back), after `patience` milliseconds the
 * immediate one, last by force; the next start then recovers from the log. Resolves when the process is gone.
 */
export async function stopPostmaster(
  postmaster: Pick<Postmaster, 'pid' | 'mark'>,
  folder: string,
  patience: number,
): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', patience],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ];
  for (const [signal, wait] of steps) {
    if (!alive(postmaster)) return;
    try {
      process.kill(postmaster.pid, signal);
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return;
      if (systemCode(error) === 'EPERM') throw new StartError('NOT_STOPPING', { folder, pid: postmaster.pid });
      throw error;
    }
    const until = Date.now() + wait;
    while (alive(postmaster)) {
      if (Date.now() > until) break;
      await pause(10);
    }
  }
  if (alive(postmaster)) throw new StartError('NOT_STOPPING', { folder, pid: postmaster.pid });
}
