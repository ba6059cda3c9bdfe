import { copyRows } from '@jishi/database';
import { publishSnapshot, topicOfSnapshot } from '@jishi/event-delivery';
import { consumersOf, snapshotsOf } from '@jishi/subgraph';
import type { CivilDate } from '@jishi/periods';
import { Pool, type PoolClient } from 'pg';
import { services } from '../compose-supergraph/services';
import { generateCity } from './city';
import type { Filling } from './columns';
import { owners, weights, type Owner } from './owners';
import type { Size } from './rows';

/** The databases hold something already, or were never migrated: nothing was written. */
export class NotLoadable extends Error {
  override readonly name = 'NotLoadable';
}

export interface LoadOptions {
  /** URLs of the owners' databases by service, migrated and empty. */
  readonly databases: Readonly<Record<Owner['service'], string>>;
  readonly size: Size;
  readonly seed: number;
  /** Terms, letters and ages are reckoned from this day. */
  readonly today: CivilDate;
  /** Told in Chinese what is being done, with the share that is done, 0 to 1. */
  readonly onProgress?: (step: string, share?: number) => void;
}

/** The databases of all owners, by the address of each. */
export const databasesFor = (urlOf: (service: Owner['service']) => string): LoadOptions['databases'] =>
  Object.fromEntries(owners.map(({ service }) => [service, urlOf(service)])) as LoadOptions['databases'];

/** What was loaded, for a report. */
export interface Loaded {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Snapshot events written into the outboxes, which fill the projections. */
  readonly events: number;
  readonly milliseconds: { readonly generatedAndCopied: number; readonly published: number };
}

async function refuseUnlessEmpty(client: PoolClient, { service, empty }: Owner): Promise<void> {
  for (const table of empty) {
    const { rows } = await client.query<{ present: boolean }>('SELECT to_regclass($1) IS NOT NULL AS present', [table]);
    if (!rows[0]?.present)
      throw new NotLoadable(`${service}: 没有表 ${table}，请先迁移 / there is no table ${table}, migrate first`);
    const { rowCount } = await client.query(`SELECT FROM "${table}" LIMIT 1`);
    if (rowCount)
      throw new NotLoadable(
        `${service}: 表 ${table} 已有数据，未写入 / ${table} has rows already, nothing was written`,
      );
  }
}

/**
 * Takes away what is quicker to make for all rows together than to keep up row by row: secondary indexes, exclusion constraints
 * and foreign keys of a table that is still empty. Returns the statements that put them back, by the same names.
 */
async function setAside(client: PoolClient, table: string): Promise<string[]> {
  const constraints = await client.query<{ name: string; definition: string }>(
    `SELECT quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = $1::regclass AND contype IN ('x', 'f') ORDER BY contype DESC, conname`,
    [table],
  );
  const indexes = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
     ORDER BY indexrelid`,
    [table],
  );
  for (const { name } of constraints.rows) await client.query(`ALTER TABLE "${table}" DROP CONSTRAINT ${name}`);
  for (const { name } of indexes.rows) await client.query(`DROP INDEX ${name}`);
  return [
    ...indexes.rows.map(({ definition }) => definition),
    ...constraints.rows.map(({ name, definition }) => `ALTER TABLE "${table}" ADD CONSTRAINT ${name} ${definition}`),
  ];
}

/** A table that is drawn for itself, as one part. */
const alone = ({ rows, ...head }: Filling) => ({
  together: [head],
  parts: 1,
  *rowsByPart() {
    yield [rows()];
  },
});

/** What some service follows; the rest is told to whoever asks for it. */
const heard = new Set(services.flatMap(consumersOf).flatMap(({ topics }) => topics));
/** Nobody else works on these databases yet. */
const atOnce = { rate: Infinity, backlog: Infinity, batch: 20_000 } as const;

/**
 * Loads a generated city into the tables of its owners by COPY and has them publish what is so, which fills the projections of
 * the others. Every database is written in one transaction, and none is committed before all are complete: a failure leaves
 * nothing half-written. Throws NotLoadable when a database is not empty.
 */
export async function loadCity({
  databases,
  size,
  seed,
  today,
  onProgress = () => undefined,
}: LoadOptions): Promise<Loaded> {
  const pools = owners.map(({ service }) => new Pool({ connectionString: databases[service], max: 1 }));
  const begun = performance.now();
  const rows: Record<string, number> = {};
  try {
    const clients = await Promise.all(pools.map((pool) => pool.connect()));
    try {
      for (const [at, owner] of owners.entries()) await refuseUnlessEmpty(clients[at]!, owner);
      onProgress('生成区划和党组织', 0);
      const city = generateCity({ size, seed, today });
      const work = owners.map((owner, at) => ({ owner, client: clients[at]!, fillings: owner.fillings(city) }));
      const weightOf = (table: string): number => weights[table] ?? 1;
      const whole = work
        .flatMap(({ fillings }) =>
          fillings.flatMap((filling) => ('together' in filling ? filling.together : [filling])),
        )
        .reduce((sum, { table }) => sum + weightOf(table), 0);
      let done = 0;
      // All at once: one database builds its indexes while rows for another are being made.
      await Promise.all(
        work.map(async ({ owner, client, fillings }) => {
          await client.query('BEGIN');
          await client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
          for (const filling of fillings) {
            const { together, parts, rowsByPart } = 'together' in filling ? filling : alone(filling);
            const weight = together.reduce((sum, { table }) => sum + weightOf(table), 0) / parts;
            const putBack: string[][] = [];
            for (const { table } of together) {
              putBack.push(await setAside(client, table));
              rows[table] = 0;
            }
            for (const part of rowsByPart()) {
              for (const [place, { table, title, columns }] of together.entries()) {
                onProgress(`写入${title}`, done / whole);
                rows[table]! += await copyRows(client, table, columns, part[place]!);
              }
              done += weight;
            }
            for (const [place, { table }] of together.entries()) {
              for (const statement of putBack[place]!) await client.query(statement);
              await client.query(`ANALYZE "${table}"`);
            }
          }
          Object.assign(rows, await owner.complete?.(client, today));
        }),
      );
      for (const client of clients) await client.query('COMMIT');
    } finally {
      // Ends what was not committed; a connection that broke has ended it already.
      for (const client of clients) client.release(true);
    }
    const copied = performance.now();
    onProgress('发布快照事件', 1);
    let events = 0;
    for (const [at, { service }] of owners.entries())
      for (const snapshot of snapshotsOf(services.find(({ name }) => name === service)!))
        if (heard.has(topicOfSnapshot(snapshot)))
          events += (await publishSnapshot({ pool: pools[at]! }, snapshot, atOnce)).written;
    const milliseconds = {
      generatedAndCopied: Math.round(copied - begun),
      published: Math.round(performance.now() - copied),
    };
    return { rows, events, milliseconds };
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
}
