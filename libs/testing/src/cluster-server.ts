import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connected, startPostgres, stopPostgres } from '@jishi/embedded-postgres';
import { ownerOfClone, sweepClones } from './cluster-clones';
import { workspaceRoot } from './workspace-root';

/** The PostgreSQL that all tests of this checkout share. Nothing in it is worth keeping. */
export interface TestCluster {
  /** The connection string of one of its databases, with every right. */
  url(database: string): string;
  readonly port: number;
  /** True when it was running already. */
  readonly adopted: boolean;
}

const folder = (): string => join(workspaceRoot(), '.jishi', 'test-postgres');

/** Speed instead of safety: after a power cut the cluster is simply made again. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '400',
  shared_buffers: '128MB',
};

let cluster: Promise<TestCluster> | undefined;

/**
 * The test cluster, started when it does not run. It stays running when the tests end, so that the next run finds it; it
 * keeps no test runner from ending. Databases that killed test processes left behind are dropped on the way.
 */
export function testCluster(): Promise<TestCluster> {
  cluster ??= startTestCluster().catch((error: unknown) => {
    cluster = undefined;
    throw error;
  });
  return cluster;
}

/** Starts the test cluster, or joins it when another process was quicker. */
export async function startTestCluster(log?: (line: string) => void): Promise<TestCluster> {
  const { url, port, adopted } = await startPostgres({
    folder: folder(),
    settings,
    share: true,
    expendable: true,
    ...(log === undefined ? {} : { log }),
  });
  await sweepClones(url('postgres'));
  return { url, port, adopted };
}

/**
 * Stops the test cluster, unless tests of another living process still use it.
 * @returns whether it is stopped now (also when it was not running)
 */
export async function stopTestCluster(log?: (line: string) => void): Promise<boolean> {
  // Joining an absent cluster would start it: ask the supervisor first whether there is one.
  const place = folder();
  if (!existsSync(join(place, 'data', 'postmaster.pid'))) return true;
  const { url } = await startPostgres({ folder: place, settings, share: true, expendable: true });
  const users = await connected(url('postgres'), async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    const clones = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE starts_with(datname, 'clone_')",
    );
    return (
      (rows[0]?.count ?? 0) + clones.rows.filter(({ name }) => ![null, process.pid].includes(ownerOfClone(name))).length
    );
  });
  if (users > 0) {
    log?.('the test database stays: other tests are using it');
    return false;
  }
  cluster = undefined;
  await stopPostgres({ folder: place, ...(log === undefined ? {} : { log }) });
  return true;
}
