import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tells `ask` and other tools where the server of this data folder is, for as long as it runs. */
export function leaveServerNote(folder: string, url: string): () => void {
  const path = join(folder, 'server.json');
  // Written beside and moved: nobody reads half of it, and a note that another user's killed process left is no obstacle.
  writeFileSync(`${path}.part`, JSON.stringify({ url, pid: process.pid }));
  renameSync(`${path}.part`, path);
  return () => rmSync(path, { force: true });
}
