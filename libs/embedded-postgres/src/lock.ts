import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { processMark } from './processes';
import { systemCode } from './start-error';

/** A held lock; `release` gives it back and is harmless when called twice. */
export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly mark: string;
  readonly token: string;
}

async function holderOf(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const [pid = '', mark = '', token = ''] = text.trim().split(' ');
  return { pid: Number(pid), mark, token };
}

/**
 * Takes the lock file for this process, or says which living process holds it. A holder is known by its number and the
 * moment it began, so that a lock left behind by a killed process is taken over even when its number was given out again.
 */
export async function takeLock(path: string): Promise<Lock | { heldBy: number }> {
  const token = randomUUID();
  const own = `${path}.${token}`;
  await writeFile(own, `${process.pid} ${processMark(process.pid)} ${token}\n`, { mode: 0o644 });
  try {
    for (;;) {
      const linked = await link(own, path).then(
        () => true,
        (error: unknown) => {
          if (systemCode(error) === 'EEXIST') return false;
          throw error;
        },
      );
      if (linked) return { release: () => release(path, token) };
      const holder = await holderOf(path);
      if (holder === null) continue;
      if (processMark(holder.pid) === holder.mark) return { heldBy: holder.pid };
      await takeAway(path, holder, `${own}.stale`);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes a stale lock. Between reading and moving another process may have taken it over: then it is put back. */
async function takeAway(path: string, stale: Holder, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await holderOf(aside);
  if (moved !== null && moved.token !== stale.token) {
    await link(aside, path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  }
  await rm(aside, { force: true });
}

async function release(path: string, token: string): Promise<void> {
  if ((await holderOf(path))?.token === token) await rm(path, { force: true });
}
