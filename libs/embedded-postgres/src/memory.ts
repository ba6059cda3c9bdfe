import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Identity } from './identity';
import { systemCode } from './start-error';

/** What the folder remembers between starts, readable by its owner alone. */
export interface Memory {
  readonly password: string;
  /** The port of the last start; 0 before the first one. */
  readonly port: number;
  /** Settings and program version of the last start: an orphan with others is restarted, not adopted. */
  readonly startedWith: string;
}

const fileOf = (folder: string): string => join(folder, 'connection.json');

/** The folder's memory, or null when there is none or it cannot be understood. */
export async function recall(folder: string): Promise<Memory | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  try {
    const read: Partial<Memory> | null = JSON.parse(text === '' ? 'null' : text);
    if (typeof read?.password !== 'string' || read.password === '') return null;
    return { password: read.password, port: Number(read.port ?? 0), startedWith: String(read.startedWith ?? '') };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Writes the memory whole or not at all. */
export async function remember(folder: string, memory: Memory, identity: Identity): Promise<void> {
  const next = `${fileOf(folder)}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  await giveTo(identity, next);
  await rename(next, fileOf(folder));
}

/** Hands a file that this process made to the user the database runs as. */
export async function giveTo(identity: Identity, path: string): Promise<void> {
  if (identity.account !== undefined) await chown(path, identity.account.uid, identity.account.gid);
}

/** A new random password, safe inside a URL. */
export function newPassword(): string {
  return randomBytes(24).toString('hex');
}

/** Whether a program could listen on 127.0.0.1 at this port right now; port 0 asks for any and the answer is its number. */
export function freePort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (['EADDRINUSE', 'EACCES'].includes(systemCode(error))) resolve(null);
      else reject(error);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      const number = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(number));
    });
  });
}
