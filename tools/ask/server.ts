import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './arguments';

/** Where `npm start` says that it is running. */
export const serverFile = (dataFolder: string) => join(dataFolder, 'server.json');

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it runs, we only may not touch it.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The graph's address: the given one, else that of the server which left its note in the data folder, else the usual port.
 * @throws UsageError when the given one is no address.
 */
export function graphAddress(options: {
  readonly url?: string;
  readonly dataFolder: string;
  readonly port: number;
}): URL {
  const address = options.url ?? noted(options.dataFolder) ?? `http://127.0.0.1:${options.port}`;
  if (!URL.canParse(address)) throw new UsageError(`不是地址 / not an address: ${address}`);
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url;
}

function noted(dataFolder: string): string | undefined {
  const path = serverFile(dataFolder);
  if (!existsSync(path)) return undefined;
  const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof note !== 'object' || note === null || !('url' in note) || typeof note.url !== 'string') return undefined;
  // A note of a server that was killed is not swept away by anybody.
  if ('pid' in note && typeof note.pid === 'number' && !isRunning(note.pid)) return undefined;
  return note.url;
}
