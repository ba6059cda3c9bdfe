import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connected, ensureDatabase, processMark, startPostgres, type Postgres } from '@jishi/embedded-postgres';
import { chance } from '../../city/random';
import { unmount } from './leftovers';

/** The database server of a run. */
export interface Server {
  readonly port: number;
  url(database: string): string;
  /** Ends a share of the clients' connections; how many. */
  terminate(share: number, seed: number): Promise<number>;
  crashBackend(seed: number): Promise<boolean>;
  stop(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Starts it if it does not run, and waits until it answers. */
  ensure(): Promise<void>;
  /** Takes all free room from the disk; gives it back when called again. Undefined when the disk is not the run's own. */
  readonly fillDisk: (() => () => void) | undefined;
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;
const settings = {
  // Small enough for a memory file system, and recovered within seconds.
  max_wal_size: '192MB',
  min_wal_size: '80MB',
  shared_buffers: '96MB',
  max_connections: '200',
  log_min_messages: 'warning',
};

/** A disk of the run's own, in memory, where that is allowed; its size in bytes. */
function ownDisk(folder: string, megabytes: number): number | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || freemem() < 2 * megabytes * megabyte)
    return undefined;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder], { stdio: 'ignore' });
    return megabytes * megabyte;
  } catch {
    // Not every root may mount: then this run has no full disk, and says so.
    return undefined;
  }
}

export async function startServer(folder: string, megabytes: number): Promise<Server> {
  const size = ownDisk(folder, megabytes);
  const resize = (bytes: number) =>
    execFileSync('mount', ['-o', `remount,size=${Math.ceil(bytes / 4096) * 4096}`, folder], { stdio: 'pipe' });
  let server: Postgres;
  try {
    server = await startPostgres({ folder, settings });
  } catch (error) {
    unmount(folder);
    throw error;
  }
  const { port } = server;
  const mark = () => processMark(server.pid);
  let alive = mark();
  const gone = async (): Promise<void> => {
    while (alive !== null && mark() === alive) await sleep(10);
  };
  const admin = () => server.url('postgres');

  async function backends(seed: number): Promise<number[]> {
    const pids = await connected(admin(), async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid`,
      );
      return rows.map(({ pid }) => pid);
    });
    const dice = chance(seed);
    return pids
      .map((pid) => [dice.next(), pid] as const)
      .sort(([a], [b]) => a - b)
      .map(([, pid]) => pid);
  }

  return {
    port,
    url: (database) => server.url(database),
    async terminate(share, seed) {
      const pids = await backends(seed);
      const chosen = pids.slice(0, Math.ceil(pids.length * share));
      await connected(admin(), (client) =>
        client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [chosen]),
      );
      return chosen.length;
    },
    async crashBackend(seed) {
      const [pid] = await backends(seed);
      return pid !== undefined && process.kill(pid, 'SIGKILL');
    },
    async stop(signal) {
      if (mark() !== alive || alive === null) return;
      process.kill(server.pid, signal);
      await gone();
    },
    async ensure() {
      if (alive === null || mark() !== alive) {
        // Gives the folder free; there is nothing left to stop.
        await server.stop();
        server = await startPostgres({ folder, settings, port });
        alive = mark();
      }
      const end = performance.now() + 60_000;
      for (;;) {
        try {
          await connected(admin(), (client) => client.query('SELECT 1'));
          return;
        } catch (error) {
          if (performance.now() > end) throw error;
          await sleep(50);
        }
      }
    },
    fillDisk:
      size === undefined
        ? undefined
        : () => {
            // The database writes on: what was enough a moment ago may be too small for what lies there now.
            for (let spare = 16; ; spare *= 2) {
              const { bsize, blocks, bfree } = statfsSync(folder);
              try {
                resize((blocks - bfree + spare) * bsize);
                return () => resize(size);
              } catch (error) {
                if (spare > 2_048) throw error;
              }
            }
          },
    async close() {
      if (size !== undefined) resize(size);
      await server.stop();
      await unmountSoon(folder);
    },
  };
}

/** Children of a killed server let go of the disk a moment later. */
async function unmountSoon(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      unmount(folder);
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

/** The databases of the two services and of the log, empty. */
export async function makeDatabases(server: Server, names: readonly string[]): Promise<void> {
  for (const name of names) await ensureDatabase(server.url('postgres'), name);
}
