import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the checkout, wherever inside it this file was compiled to. */
export function workspaceRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no nx.json above ${__dirname}: not inside the workspace`);
  }
}
