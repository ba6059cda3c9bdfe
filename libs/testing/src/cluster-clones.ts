import { randomUUID } from 'node:crypto';
import { connected, processMark, quoted } from '@jishi/embedded-postgres';

/** A name no other clone has; it carries the process that owns the clone. */
export function cloneName(name: string): string {
  return `clone_${name}_${process.pid}_${processMark(process.pid)}_${randomUUID().slice(0, 8)}`;
}

/** The living process that owns a clone; null when it is gone. */
export function ownerOfClone(database: string): number | null {
  const [, pid, mark] = /_(\d+)_([0-9a-f]{8})_[0-9a-f]{8}$/.exec(database) ?? [];
  return pid !== undefined && processMark(Number(pid)) === mark ? Number(pid) : null;
}

/** Drops a database and whatever is still connected to it. */
export function dropDatabase(url: string, database: string): Promise<void> {
  return connected(url, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
  });
}

/**
 * Drops the clones of processes that are gone. One process at a time does it, the others need not wait for it.
 * @param url the maintenance database of the test cluster
 * @returns the names of the databases that were dropped
 */
export function sweepClones(url: string): Promise<string[]> {
  return connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE starts_with(datname, 'clone_')",
    );
    const left = rows.map(({ name }) => name).filter((name) => ownerOfClone(name) === null);
    if (left.length === 0) return [];
    const lock = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock(hashtext('sweep clones')) AS mine");
    if (lock.rows[0]?.mine !== true) return [];
    for (const name of left) await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
    return left;
  });
}
