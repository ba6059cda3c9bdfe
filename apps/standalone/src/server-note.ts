import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tells `ask` and other tools where the server of this data folder is, for as long as it runs. */
export function leaveServerNote(folder: string, url: string): () => void {
  const path = join(folder, 'server.json');
  writeFileSync(path, JSON.stringify({ url, pid: process.pid }));
  return () => rmSync(path, { force: true });
}
