import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { systemCode } from './start-error';

const hasProc = existsSync('/proc/self/stat');

/** What is read of a process may vanish while it is read: that process is gone. */
function orGone<R>(read: () => R): R | null {
  try {
    return read();
  } catch (error) {
    if (
      ['ENOENT', 'ESRCH'].includes(systemCode(error)) ||
      (typeof error === 'object' && error !== null && 'status' in error)
    )
      return null;
    throw error;
  }
}

/**
 * Tells one life of a process number from the next one: a short mark made of the boot and the moment the process began.
 * Null when no such process lives (a zombie does not live: it holds nothing any more).
 */
export function processMark(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const began = orGone(() => {
    if (!hasProc) {
      const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
      return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may itself hold brackets and blanks: fields count from behind the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  });
  if (began === null) return null;
  const boot = hasProc ? (orGone(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '') : '';
  return createHash('sha1').update(`${boot} ${began}`).digest('hex').slice(0, 8);
}

/** Whether the process is the postmaster of this data folder, not some other program that got its number. */
export function isPostmasterOf(pid: number, data: string): boolean {
  if (processMark(pid) === null) return false;
  const command = orGone(() =>
    hasProc
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
          .trim()
          .split(/\s+/),
  );
  if (command === null || !(command[0] ?? '').endsWith('postgres') || !command.includes('-D')) return false;
  const real = realpathSync(data);
  if (command.includes(real) || command.includes(data)) return true;
  if (!hasProc) return false;
  // The folder may have been moved since: a postmaster works inside its data folder.
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === real;
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT', 'ESRCH'].includes(systemCode(error))) return false;
    throw error;
  }
}

/** Waits the given milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
