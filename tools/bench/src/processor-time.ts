import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time; one tick of /proc is a hundredth. */
const tick = 0.01;

interface Process {
  readonly parent: number;
  readonly own: number;
  readonly ended: number;
}

function processOf(pid: number | string): Process | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line
      .slice(line.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, own = 0, ownSystem = 0, ended = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at],
    );
    return { parent, own: (own + ownSystem) * tick, ended: (ended + endedSystem) * tick };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/**
 * Seconds of processor time that a process and its children have used so far, the ended ones included: a connection that closed
 * between two looks has been counted by its parent. Linux only; NaN elsewhere.
 */
export function processorSeconds(pid: number): number {
  const root = processOf(pid);
  if (!root) return Number.NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(name) ?? [])
    .filter(({ parent }) => parent === pid);
  return root.own + root.ended + children.reduce((sum, { own, ended }) => sum + own + ended, 0);
}
