import { createHash } from 'node:crypto';
import { connected, quoted } from '@jishi/embedded-postgres';
import { testCluster } from './cluster-server';
import { cloneName, dropDatabase } from './cluster-clones';

/** A database of its own for one suite. */
export interface Clone {
  readonly url: string;
  /** Drops it, whatever is still connected. A process that dies without dropping has it swept by the next one. */
  drop(): Promise<void>;
}

/** The part of a connection that templates need; what `connected` hands out. */
type Client = Parameters<Parameters<typeof connected>[1]>[0];

const fifteenMinutes = 15 * 60 * 1000;

/**
 * A database that is prepared once and then copied for every suite that asks. Concurrent processes prepare it once between
 * them. Templates of the same name with another content are dropped when no run asked for them for a while, so that a
 * run in progress keeps the content it began with.
 * @param name small letters, digits and underscores, at most 20
 * @param contentKey everything the preparation depends on: hash of migrations and seeds. Another key, another template
 * @param prepare fills the empty database and closes its connections; a failure leaves no template
 * @param keepOlderFor milliseconds without use after which other contents go; 15 minutes when absent
 */
export async function templateDatabase(
  name: string,
  contentKey: string,
  prepare: (url: string) => Promise<void>,
  keepOlderFor: number = fifteenMinutes,
): Promise<() => Promise<Clone>> {
  if (!/^[a-z][a-z0-9_]{0,19}$/.test(name)) throw new Error(`not a name for a template database: ${name}`);
  const cluster = await testCluster();
  const maintenance = cluster.url('postgres');
  const template = `template_${name}_${createHash('sha256').update(contentKey).digest('hex').slice(0, 12)}`;
  await connected(maintenance, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`template ${name}`]);
    await ensureTemplate(client, template, cluster.url(template), prepare);
    await client.query(`COMMENT ON DATABASE ${quoted(template)} IS 'used ${Date.now()}'`);
    await dropOlder(client, name, template, Date.now() - keepOlderFor);
  });
  return async () => {
    const copy = cloneName(name);
    await connected(maintenance, async (client) => {
      // Copying files is quicker here than logging pages: nothing waits for the disk when fsync is off.
      await client.query(`CREATE DATABASE ${quoted(copy)} TEMPLATE ${quoted(template)} STRATEGY file_copy`);
    });
    return { url: cluster.url(copy), drop: () => dropDatabase(maintenance, copy) };
  };
}

/** Only a finished template is marked as one: a half-made database of that name is dropped and made again. */
async function ensureTemplate(
  client: Client,
  template: string,
  url: string,
  prepare: (url: string) => Promise<void>,
): Promise<void> {
  const found = await client.query<{ finished: boolean }>(
    'SELECT datistemplate AS finished FROM pg_database WHERE datname = $1',
    [template],
  );
  if (found.rows[0]?.finished === true) return;
  await client.query(`DROP DATABASE IF EXISTS ${quoted(template)} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${quoted(template)} TEMPLATE template0`);
  try {
    await prepare(url);
    await waitUntilUnused(client, template);
    await client.query(`ALTER DATABASE ${quoted(template)} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } catch (error) {
    await client.query(`DROP DATABASE IF EXISTS ${quoted(template)} WITH (FORCE)`);
    throw error;
  }
}

/** A database that somebody is connected to cannot be copied. */
async function waitUntilUnused(client: Client, template: string): Promise<void> {
  const until = Date.now() + 2_000;
  for (;;) {
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
      [template],
    );
    const open = rows[0]?.count ?? 0;
    if (open === 0) return;
    if (Date.now() > until) throw new Error(`preparing ${template} left ${open} connections open`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function dropOlder(client: Client, name: string, current: string, before: number): Promise<void> {
  const { rows } = await client.query<{ database: string; used: string | null }>(
    `SELECT datname AS database, shobj_description(oid, 'pg_database') AS used FROM pg_database
      WHERE datistemplate AND datname ~ $1 AND datname <> $2`,
    [`^template_${name}_[0-9a-f]{12}$`, current],
  );
  for (const { database, used } of rows) {
    if (Number(used?.replace('used ', '') ?? 0) > before) continue;
    await client.query(`ALTER DATABASE ${quoted(database)} WITH IS_TEMPLATE false`);
    await client.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
  }
}
