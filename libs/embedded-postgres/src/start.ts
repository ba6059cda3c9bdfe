import { createHash } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from './binaries';
import { adopt } from './adopt';
import { identityFor } from './identity';
import { holdsCluster, initialise, launch, resetPassword, superuser, type Site } from './launch';
import { takeLock, type Lock } from './lock';
import { freePort, giveTo, newPassword, recall, remember } from './memory';
import { findPostmaster, removeStalePidFile, stopPostmaster, type Postmaster } from './postmaster';
import { pause } from './processes';
import { defaults, settingArguments } from './settings';
import { StartError, systemCode, writingFailed } from './start-error';

export interface StartOptions {
  /** Holds everything: `data`, `postgres.log`, `connection.json` (password and port, owner only), `supervisor.lock`. Made when absent. */
  readonly folder: string;
  /** A fixed port on 127.0.0.1; without one a free port is chosen, remembered, and changed only when it is taken. */
  readonly port?: number;
  /** PostgreSQL settings over the defaults, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** One line per step, for the operator. */
  readonly log?: (line: string) => void;
  /** Several processes use the server at once: whoever comes first starts it, nobody owns it, `stop` leaves it running. */
  readonly share?: boolean;
  /** The data may be thrown away and made anew when no server can use it (a test cluster after a power cut). */
  readonly expendable?: boolean;
  /** A folder with `bin`, `lib` and `share` in place of the installed package. */
  readonly binaries?: string;
  /** How root runs the database; chosen by what works when absent. */
  readonly rootAs?: 'namespace' | 'account';
  /** Milliseconds to wait for a living server to become ready, crash recovery included; five minutes when absent. */
  readonly readyWithin?: number;
}

export interface Postgres {
  /** The connection string of a database of this server, password included. */
  url(database: string): string;
  readonly port: number;
  readonly pid: number;
  /** True when the server was already running, left behind by a killed process or shared with others. */
  readonly adopted: boolean;
  /** Fast shutdown; harder after 30 seconds. Resolves when the server is gone. Does nothing on a shared server. */
  stop(): Promise<void>;
}

const patienceOfStop = 30_000;
const lockOf = (folder: string): string => join(folder, 'supervisor.lock');

async function openFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await realpath(folder);
  } catch (error) {
    // Below a read-only file system Node reports the folder it may not make as missing.
    if (systemCode(error) === 'ENOENT') throw new StartError('FOLDER_NOT_WRITABLE', { folder, detail: 'ENOENT' });
    throw writingFailed(error, folder);
  }
}

async function lockFolder(folder: string): Promise<Lock | { heldBy: number }> {
  try {
    return await takeLock(lockOf(folder));
  } catch (error) {
    throw writingFailed(error, folder);
  }
}

/**
 * The address of a server that runs in a folder, for a tool that looks into it beside the program that owns it; undefined when
 * none runs there.
 */
export async function runningPostgres(folder: string): Promise<((database: string) => string) | undefined> {
  const memory = await recall(folder);
  if (!memory || memory.port === 0 || (await freePort(memory.port)) !== null) return undefined;
  return (database) =>
    `postgres://${superuser}:${memory.password}@127.0.0.1:${memory.port}/${encodeURIComponent(database)}`;
}

/**
 * Starts the embedded PostgreSQL 18 in a folder, or adopts the server that a killed process left running there. One
 * process at a time owns a folder, unless it is shared. Data is never changed by a start that fails.
 * @throws StartError with a code and words in Chinese and English
 */
export async function startPostgres(options: StartOptions): Promise<Postgres> {
  const folder = await openFolder(options.folder);
  const until = Date.now() + 120_000;
  for (;;) {
    const running = options.share === true ? await joinRunning(folder) : null;
    if (running !== null) return running;
    const lock = await lockFolder(folder);
    if ('heldBy' in lock) {
      // Of several processes that want to share, one starts and the others wait for it.
      if (options.share !== true || Date.now() > until) {
        throw new StartError('ALREADY_SUPERVISED', { folder, pid: lock.heldBy });
      }
      await pause(50);
      continue;
    }
    try {
      const server = await bringUp(folder, options);
      if (options.share === true) await lock.release();
      return options.share === true
        ? { ...server, stop: () => Promise.resolve() }
        : { ...server, stop: () => server.stop().finally(() => lock.release()) };
    } catch (error) {
      await lock.release();
      throw writingFailed(error, folder);
    }
  }
}

/**
 * Stops whatever server runs in a folder and is owned by no living process: a shared one, or one left behind.
 * @returns false when none was running
 */
export async function stopPostgres(options: Pick<StartOptions, 'folder' | 'log'>): Promise<boolean> {
  const folder = await realpath(options.folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (folder === null) return false;
  const lock = await lockFolder(folder);
  if ('heldBy' in lock) throw new StartError('ALREADY_SUPERVISED', { folder, pid: lock.heldBy });
  try {
    const postmaster = await findPostmaster(join(folder, 'data'));
    if (postmaster === null) return false;
    await stopPostmaster(postmaster, folder, patienceOfStop);
    options.log?.(`stopped PostgreSQL (pid ${postmaster.pid})`);
    return true;
  } finally {
    await lock.release();
  }
}

function handle(
  folder: string,
  postmaster: Postmaster,
  password: string,
  adopted: boolean,
  log: (line: string) => void,
): Postgres {
  return {
    url: (database) =>
      `postgres://${superuser}:${password}@127.0.0.1:${postmaster.port}/${encodeURIComponent(database)}`,
    port: postmaster.port,
    pid: postmaster.pid,
    adopted,
    stop: async () => {
      await stopPostmaster(postmaster, folder, patienceOfStop);
      log(`stopped PostgreSQL (pid ${postmaster.pid})`);
    },
  };
}

/** The running server of a shared folder, without any lock: the way of every process but the first. */
async function joinRunning(folder: string): Promise<Postgres | null> {
  const data = join(folder, 'data');
  const memory = await recall(folder);
  const postmaster = await findPostmaster(data);
  if (memory === null || postmaster === null || postmaster.status !== 'ready') return null;
  const answer = await adopt(postmaster, data, memory.password, 10_000);
  if (answer === 'full') throw new StartError('NO_CONNECTION_FREE', { folder });
  if (answer === 'refused') return null;
  return { ...handle(folder, answer, memory.password, true, () => undefined), stop: () => Promise.resolve() };
}

async function bringUp(folder: string, options: StartOptions): Promise<Postgres> {
  const began = Date.now();
  const log = options.log ?? (() => undefined);
  const data = join(folder, 'data');
  const binaries = await findBinaries(options.binaries, join(folder, 'lib'));
  const settings = { ...defaults, ...options.settings };
  const startedWith = createHash('sha256')
    .update(JSON.stringify([binaries.version, settings]))
    .digest('hex')
    .slice(0, 16);

  const found = await findPostmaster(data);
  if (found !== null) {
    const memory = await recall(folder);
    const wanted = options.port === undefined || options.port === found.port;
    if (memory !== null && wanted && (options.share === true || memory.startedWith === startedWith)) {
      const answer = await adopt(found, data, memory.password, options.readyWithin ?? 300_000);
      if (answer === 'full' && options.share === true) throw new StartError('NO_CONNECTION_FREE', { folder });
      if (answer !== 'refused' && answer !== 'full') {
        log(`adopted the running PostgreSQL (pid ${found.pid}, port ${answer.port}) in ${Date.now() - began} ms`);
        return handle(folder, answer, memory.password, true, log);
      }
    }
    log(`stopping a PostgreSQL left behind (pid ${found.pid})`);
    await stopPostmaster(found, folder, patienceOfStop);
  }

  try {
    return await startAnew(folder, data, options, { binaries, settings, startedWith, began, log });
  } catch (error) {
    const unusable =
      error instanceof StartError && ['OTHER_VERSION', 'DATA_DAMAGED', 'START_FAILED'].includes(error.code);
    if (!unusable || options.expendable !== true) throw error;
    log(`throwing the expendable data away: ${error.message}`);
    await rm(data, { recursive: true, force: true });
    return startAnew(folder, data, options, { binaries, settings, startedWith, began, log });
  }
}

interface Plan extends Pick<Site, 'binaries'> {
  readonly settings: Readonly<Record<string, string>>;
  readonly startedWith: string;
  readonly began: number;
  readonly log: (line: string) => void;
}

async function startAnew(folder: string, data: string, options: StartOptions, plan: Plan): Promise<Postgres> {
  const { binaries, settings, startedWith, began, log } = plan;
  const exists = await holdsCluster(folder, data, binaries.major);
  if (options.port !== undefined && (await freePort(options.port)) === null) {
    throw new StartError('PORT_BUSY', { port: options.port });
  }
  const identity = await identityFor(binaries, folder, data, options.rootAs);
  const site: Site = { folder, data, binaries, identity };
  await giveTo(identity, lockOf(folder));

  const memory = await recall(folder);
  const password = memory?.password ?? newPassword();
  if (!exists) {
    log(`making a new database in ${folder} (${binaries.version}, ${identity.words})`);
    await remember(folder, { password, port: 0, startedWith: '' }, identity);
    await initialise(site, password, settings['fsync'] !== 'off');
  } else {
    await removeStalePidFile(data);
    if (memory === null) {
      log('the password file is gone: setting a new password');
      await resetPassword(site, password);
      await remember(folder, { password, port: 0, startedWith: '' }, identity);
    }
  }

  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const port = options.port ?? (await choosePort(attempt === 1 ? (memory?.port ?? 0) : 0));
    // Remembered before the server runs: whoever finds it running must know what it was started with.
    await remember(folder, { password, port, startedWith }, identity);
    const args = settingArguments({ ...settings, port: String(port) });
    const launched = await launch(site, args, options.readyWithin ?? 300_000);
    if (launched !== null) {
      log(`PostgreSQL is ready on port ${port} (pid ${launched.postmaster.pid}) after ${Date.now() - began} ms`);
      return handle(folder, launched.postmaster, password, false, log);
    }
    if (options.port !== undefined) break;
  }
  throw new StartError('PORT_BUSY', { port: options.port ?? 0 });
}

async function choosePort(remembered: number): Promise<number> {
  const same = remembered > 0 ? await freePort(remembered) : null;
  const port = same ?? (await freePort(0));
  if (port === null) throw new StartError('PORT_BUSY', { port: remembered });
  return port;
}
