import type { Tx } from '@jishi/database';
import type { ConsumerDatabase } from './apply';
import type { Consumer } from './consumer';

/** Where a projection is filled anew: a schema of its own, searched before the one with the tables in use. */
export interface ShadowPlace {
  readonly schema: string;
  readonly base: string;
}

/** What became of one table. */
export interface MergedTable {
  readonly table: string;
  readonly rows: number;
  /** Rows that were wrong or missing, and rows that should not have been there. */
  readonly written: number;
  readonly removed: number;
}

const schemaOf = ({ name }: Consumer): string => `rebuild_${name.replace(/[.-]/g, '_')}`;

/** The same consumer under another name: it has its own position, marks and dead letters. */
export const shadowOf = (consumer: Consumer): Consumer => ({
  ...consumer,
  name: `${consumer.name}.rebuild`,
  // A log that lost its beginning looks like a gap to a strict consumer; a snapshot brings what is missing.
  start: consumer.ordering === 'strict' ? 'snapshot' : consumer.start,
});

/** Takes away what an earlier rebuild left. */
export async function clearShadow({ pool }: Pick<ConsumerDatabase, 'pool'>, consumer: Consumer): Promise<void> {
  const { name } = shadowOf(consumer);
  await pool.query(`DROP SCHEMA IF EXISTS "${schemaOf(consumer)}" CASCADE`);
  for (const table of ['consumer_checkpoint', 'dead_letter', 'consumer_high_water'])
    await pool.query(`DELETE FROM ${table} WHERE consumer = $1`, [name]);
}

/** Empty tables like those of the projection, with their keys and indexes, and empty ones where the handlers put others right. */
export async function makeShadow({ pool }: Pick<ConsumerDatabase, 'pool'>, consumer: Consumer): Promise<ShadowPlace> {
  const schema = schemaOf(consumer);
  const { rows } = await pool.query<{ base: string }>('SELECT current_schema() AS base');
  const base = rows[0]?.base ?? 'public';
  await pool.query(`CREATE SCHEMA "${schema}"`);
  for (const table of consumer.projection) {
    const keyed = await pool.query(
      `SELECT 1 FROM pg_constraint WHERE conrelid = format('%I.%I', $1::text, $2::text)::regclass AND contype IN ('p', 'u', 'x')`,
      [base, table],
    );
    if (keyed.rows.length === 0)
      throw new TypeError(`${consumer.name}: ${table} has no key, equal rows cannot be told apart`);
    await pool.query(`CREATE TABLE "${schema}"."${table}" (LIKE "${base}"."${table}" INCLUDING ALL)`);
  }
  for (const table of consumer.adjusts?.tables ?? [])
    await pool.query(`CREATE TABLE "${schema}"."${table}" (LIKE "${base}"."${table}")`);
  return { schema, base };
}

/** Tables of delivery itself, which a rebuild writes under its own name. */
const ownTables = ['consumer_checkpoint', 'consumer_high_water', 'dead_letter'];

/** Rows that this connection has written into each table and has not reported yet, so only the difference within a transaction counts. */
async function rowsWritten(tx: Tx, base: string): Promise<Map<string, number>> {
  const rows = await tx.query<{ name: string; rows: number }>(
    `SELECT relname AS name, rows::float8 FROM pg_class CROSS JOIN LATERAL (
       SELECT pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)) w (rows)
     WHERE relkind = 'r' AND relnamespace = $1::regnamespace AND relname <> ALL($2) AND rows > 0`,
    [base, ownTables],
  );
  return new Map(rows.map((row) => [row.name, row.rows]));
}

/**
 * The service's database as handlers see it during a rebuild: the tables of the projection are the empty ones, and whatever else
 * they would write ends the transaction, for its effect is there already.
 */
export function onShadow(
  database: ConsumerDatabase,
  consumer: Consumer,
  { schema, base }: ShadowPlace,
): ConsumerDatabase {
  const refused = (what: string) => new Error(`${consumer.name} ${what}: a rebuild would do it again`);
  return {
    ...database,
    transact: (caller, work) =>
      database.transact(caller, async (tx) => {
        await tx.query(`SET LOCAL search_path TO "${schema}", "${base}"; SET LOCAL synchronous_commit = off`);
        const before = await rowsWritten(tx, base);
        const result = await work({
          ...tx,
          insert: () => Promise.reject(refused('leaves a line in the audit trail')),
          save: () => Promise.reject(refused('leaves a line in the audit trail')),
        });
        for (const [table, rows] of await rowsWritten(tx, base))
          if (rows !== before.get(table)) throw refused(`writes ${table}, which is not of its projection`);
        return result;
      }),
  };
}

/**
 * Makes the table in use equal to the rebuilt one, row by row; rows that are equal are not touched, so nobody who reads waits and
 * nothing that refers to the table changes. When a row was written here (`DEFAULT now()`) is no fact: it does not make rows differ.
 */
export async function merge(tx: Tx, { schema, base }: ShadowPlace, table: string): Promise<MergedTable> {
  const columns = await tx.query<{ name: string; written: boolean }>(
    `SELECT quote_ident(a.attname) AS name,
       coalesce(pg_get_expr(d.adbin, d.adrelid) ~* '^(now\\(\\)|clock_timestamp\\(\\)|current_timestamp)', false) AS written
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = format('%I.%I', $1::text, $2::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = '' ORDER BY a.attnum`,
    [base, table],
  );
  const all = columns.map(({ name }) => name).join(', ');
  const facts = (alias: string): string =>
    `ROW(${columns.flatMap(({ name, written }) => (written ? [] : [`${alias}.${name}`])).join(', ')})::text`;
  const inUse = `"${base}"."${table}"`;
  const rebuilt = `"${schema}"."${table}"`;
  const [gone] = await tx.query<{ rows: number }>(
    `WITH gone AS (
       DELETE FROM ${inUse} l WHERE NOT EXISTS (SELECT FROM ${rebuilt} s WHERE ${facts('s')} = ${facts('l')}) RETURNING 1)
     SELECT count(*)::integer AS rows FROM gone`,
  );
  const [come] = await tx.query<{ rows: number }>(
    `WITH come AS (
       INSERT INTO ${inUse} (${all}) OVERRIDING SYSTEM VALUE
       SELECT ${all} FROM ${rebuilt} s WHERE NOT EXISTS (SELECT FROM ${inUse} l WHERE ${facts('l')} = ${facts('s')}) RETURNING 1)
     SELECT count(*)::integer AS rows FROM come`,
  );
  const [count] = await tx.query<{ rows: number }>(`SELECT count(*)::integer AS rows FROM ${rebuilt}`);
  return { table, rows: count?.rows ?? 0, written: come?.rows ?? 0, removed: gone?.rows ?? 0 };
}

export async function takeOverMarks(tx: Tx, consumer: Consumer, shadow: Consumer): Promise<void> {
  await tx.query(
    `DELETE FROM consumer_high_water l WHERE l.consumer = $1 AND NOT EXISTS (
       SELECT FROM consumer_high_water s WHERE s.consumer = $2 AND s.topic = l.topic AND s.key = l.key)`,
    [consumer.name, shadow.name],
  );
  await tx.query(
    `INSERT INTO consumer_high_water AS l (consumer, topic, key, version)
     SELECT $1, topic, key, version FROM consumer_high_water WHERE consumer = $2
     ON CONFLICT (consumer, topic, key) DO UPDATE SET version = excluded.version WHERE l.version <> excluded.version`,
    [consumer.name, shadow.name],
  );
}

/** What waited has come again with the rebuild: it waits still only if it could not be applied this time either. */
export async function takeOverLetters(tx: Tx, consumer: Consumer, shadow: Consumer): Promise<void> {
  await tx.query(
    `DELETE FROM dead_letter l WHERE consumer = $1 AND (state = 'WAITING' OR EXISTS (
       SELECT FROM dead_letter s WHERE s.consumer = $2 AND s.state = 'WAITING' AND s.event_id = l.event_id))`,
    [consumer.name, shadow.name],
  );
  await tx.query(
    `INSERT INTO dead_letter (consumer, topic, partition, record_offset, key, event_id, type, aggregate_version, event, cause,
       attempts, waits_behind, at)
     SELECT $1, topic, partition, record_offset, key, event_id, type, aggregate_version, event, cause, attempts, waits_behind, at
     FROM dead_letter WHERE consumer = $2 AND state = 'WAITING' ORDER BY seq`,
    [consumer.name, shadow.name],
  );
}
