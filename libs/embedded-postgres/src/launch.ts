import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Binaries } from './binaries';
import type { Identity } from './identity';
import { giveTo } from './memory';
import { findPostmaster, type Postmaster } from './postmaster';
import { pause } from './processes';
import { StartError, systemCode } from './start-error';

/** What every program of the database needs to know. */
export interface Site {
  readonly folder: string;
  readonly data: string;
  readonly binaries: Binaries;
  readonly identity: Identity;
}

/** The one user of the cluster. */
export const superuser = 'jishi';

/** The server's own log. */
export const logFileOf = (folder: string): string => join(folder, 'postgres.log');

const rotateAt = 20 * 1024 * 1024;

/** Runs one of the programs to its end and gives its output; `input` goes to its standard input. */
function runToEnd(
  site: Site,
  program: string,
  args: readonly string[],
  input: string,
): Promise<{ code: number | null; output: string }> {
  const [file, rest] = site.identity.command(program, args);
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { env: site.binaries.environment, cwd: site.folder, ...site.identity.account });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
    child.on('error', reject);
    // A program that ends before it read everything is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}

/** Which failure the programs' own words mean. */
function explain(output: string, site: Pick<Site, 'folder'>): StartError {
  const folder = site.folder;
  const said = output.split('\n').filter((line) => line.trim() !== '');
  const worst = said.filter((line) => /FATAL|PANIC|error:|could not/.test(line));
  const detail = (worst.length > 0 ? worst : said).slice(-3).join(' | ');
  if (/No space left on device|Check free disk space|Disk quota exceeded/.test(output))
    return new StartError('DISK_FULL', { folder });
  if (/Read-only file system|Permission denied/.test(output))
    return new StartError('FOLDER_NOT_WRITABLE', { folder, detail });
  if (/could not locate a valid checkpoint record|invalid checkpoint|incorrect checksum/.test(output)) {
    return new StartError('DATA_DAMAGED', { folder, detail });
  }
  return new StartError('START_FAILED', { detail, log: logFileOf(folder) });
}

/**
 * Makes the data folder. Work happens beside it and the finished folder is renamed into place, so that a data folder of
 * that name is always a whole one; what an interrupted attempt left behind is thrown away first.
 */
export async function initialise(site: Site, password: string, durable: boolean): Promise<void> {
  // An initdb that outlived its killed parent may still write: every attempt has a folder of its own.
  const draft = `${site.data}.new-${randomUUID()}`;
  const passwordFile = join(site.folder, 'initial-password');
  for (const name of await readdir(site.folder)) {
    if (name.startsWith(`${basename(site.data)}.new-`)) await discard(join(site.folder, name));
  }
  await rm(passwordFile, { force: true });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await giveTo(site.identity, passwordFile);
    const { code, output } = await runToEnd(
      site,
      site.binaries.initdb,
      [
        ...['-D', draft, `--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8'],
        ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
      ],
      '',
    );
    if (code !== 0) throw explain(output, site);
    await rmdir(site.data).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rename(draft, site.data);
  } finally {
    await rm(passwordFile, { force: true });
    await discard(draft);
  }
}

const discard = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });

/** Whether the data folder holds a cluster that these programs can run; false when there is none yet. */
export async function holdsCluster(folder: string, data: string, major: string): Promise<boolean> {
  const entries = await readdir(data).catch((error: unknown): string[] | null => {
    if (systemCode(error) === 'ENOENT') return [];
    if (systemCode(error) === 'EACCES') return null;
    throw error;
  });
  if (entries === null) throw new StartError('FOLDER_NOT_OURS', { folder, owner: (await stat(data)).uid });
  if (entries.length === 0) return false;
  if (!entries.includes('PG_VERSION') || !entries.includes('global')) {
    throw new StartError('DATA_DAMAGED', { folder: data, detail: 'PG_VERSION, global' });
  }
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (found !== major) throw new StartError('OTHER_VERSION', { folder: data, found, wanted: major });
  return true;
}

/** Gives the user a new password without the old one: the single-user program of PostgreSQL needs none. */
export async function resetPassword(site: Site, password: string): Promise<void> {
  const sql = `ALTER ROLE ${superuser} PASSWORD '${password}';\n`;
  const { code, output } = await runToEnd(site, site.binaries.postgres, ['--single', '-D', site.data, 'postgres'], sql);
  if (code !== 0 || /ERROR|FATAL/.test(output)) throw explain(output, site);
}

/** A postmaster started by this process. */
export interface Launched {
  readonly postmaster: Postmaster;
  readonly child: ChildProcess;
}

/**
 * Starts the postmaster in a process group of its own (Ctrl-C in the terminal reaches the program, never the database) and
 * waits until it accepts connections. Crash recovery may take minutes; as long as the process lives it is waited for.
 * @returns null when the port was taken in between
 */
export async function launch(site: Site, args: readonly string[], patience: number): Promise<Launched | null> {
  const again = Date.now() + 20_000;
  for (;;) {
    const attempt = await launchOnce(site, args, patience);
    if ('postmaster' in attempt) return attempt;
    if (/could not bind|could not create any TCP/.test(attempt.said)) return null;
    // Children of a killed postmaster take a moment to notice and let go of its memory.
    const held = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(attempt.said);
    if (!held || Date.now() > again) throw explain(attempt.said, site);
    await pause(200);
  }
}

async function launchOnce(site: Site, args: readonly string[], patience: number): Promise<Launched | { said: string }> {
  const log = logFileOf(site.folder);
  const size = await stat(log).then(
    (file) => file.size,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return 0;
      throw error;
    },
  );
  if (size > rotateAt) await rename(log, `${log}.old`);
  const output = await open(log, 'a', 0o600);
  const from = (await output.stat()).size;
  let child: ChildProcess;
  try {
    await giveTo(site.identity, log);
    const [file, rest] = site.identity.command(site.binaries.postgres, ['-D', site.data, ...args]);
    child = spawn(file, rest, {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: site.binaries.environment,
      cwd: site.folder,
      ...site.identity.account,
    });
  } finally {
    await output.close();
  }
  const failed: { error?: Error } = {};
  child.on('error', (error) => (failed.error = error));
  // The database does not keep the program alive: a test run or a command may end and leave it to the next one.
  child.unref();
  const until = Date.now() + patience;
  for (;;) {
    if (failed.error !== undefined) {
      throw new StartError('BINARIES_UNUSABLE', { program: site.binaries.postgres, detail: failed.error.message });
    }
    if (child.exitCode !== null || child.signalCode !== null) {
      return { said: (await readFile(log)).subarray(from).toString() };
    }
    const postmaster = await findPostmaster(site.data);
    if (postmaster !== null && postmaster.pid === child.pid && postmaster.status === 'ready')
      return { postmaster, child };
    if (Date.now() > until) {
      child.kill('SIGINT');
      throw new StartError('START_FAILED', { detail: `not ready after ${patience} ms`, log });
    }
    await pause(10);
  }
}
