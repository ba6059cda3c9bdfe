import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Copy {
  readonly folder: string;
  /** Runs a program of Node in the copy and gives its exit code; what it says is ours unless `quiet`. */
  readonly node: (args: readonly string[], options?: { readonly in?: string; readonly quiet?: boolean }) => number;
  readonly remove: () => void;
}

const skipped = /(^|\/)(node_modules|dist|\.nx|\.jishi|\.git)$/;

/** A copy of the repository as it lies there, with the same node_modules, to be changed and thrown away. */
export function copyOf(root: string): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'jishi-copy-'));
  chmodSync(folder, 0o755);
  for (const name of readdirSync(root)) {
    if (skipped.test(name)) continue;
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !skipped.test(path) });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    node: (args, options = {}) =>
      spawnSync(process.execPath, [...args], {
        cwd: join(folder, options.in ?? '.'),
        stdio: options.quiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, FORCE_COLOR: '0', NX_DAEMON: 'false' },
      }).status ?? 1,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
