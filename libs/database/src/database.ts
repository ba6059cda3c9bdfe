import 'reflect-metadata';
import type { Actor, Standing, Standings } from '@jishi/access';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { types } from 'pg';
import { DataSource, DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { auditMigrations } from './audit';
import { sqlMigrations, type MigrationClass } from './migrations';
import { runTransaction, type Caller, type Tx, type WriteOutbox } from './transaction';

// A civil date is the text the person wrote; as a JavaScript Date it would move with the server's time zone.
types.setTypeParser(types.builtins.DATE, (text) => text);
// Counts and sequence numbers: beyond 2^53 nothing here counts.
types.setTypeParser(types.builtins.INT8, Number);

const underscored = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string, prefixes: string[]): string {
    return [...prefixes.filter(Boolean), custom || underscored(property)].map(underscored).join('_');
  }
  override tableName(className: string, custom: string): string {
    return custom || underscored(className);
  }
}

export interface DatabaseOptions {
  readonly url: string;
  readonly entities: readonly Function[];
  /** The table of the organisation tree in this service: `party_organization` or `known_organization`. */
  readonly tree: string;
  /** Folder with the service's own SQL migrations. */
  readonly migrations: string;
  /** Migrations of libs that keep tables in a service's database; they run before the service's own. */
  readonly libraryMigrations?: readonly MigrationClass[];
  /** Writes the events of a transaction into the outbox, in the same transaction. */
  readonly writeOutbox: WriteOutbox;
  readonly poolSize?: number;
  /** Milliseconds after which PostgreSQL gives up a statement. */
  readonly statementTimeout?: number;
}

export interface Database {
  readonly dataSource: DataSource;
  readonly pool: Pool;
  readonly tree: string;
  /** Applies what is missing, under an advisory lock; returns the names of what was applied. */
  migrate(): Promise<string[]>;
  /** One transaction: rows, audit trail and outbox together or not at all. Repeats itself after a deadlock. */
  transact<R>(caller: Caller, work: (tx: Tx) => Promise<R>): Promise<R>;
  /** A read by a named prepared statement. */
  query<R extends QueryResultRow>(name: string, sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Where every organisation that the actor's grants name stands in the tree, and for which area. */
  standingsOf(actor: Actor): Promise<Standings>;
  /** Statements sent so far; the budget tests read it before and after. */
  statements(): number;
  close(): Promise<void>;
}

/**
 * How long the old place of an organisation that has moved may be believed. Until then a grant on it shows nothing of its subtree,
 * and of an area that it no longer stands for what it showed before.
 */
const standingBelievedFor = 5_000;

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: [...options.entities],
    migrations: [
      ...auditMigrations(),
      ...(options.libraryMigrations ?? []),
      ...sqlMigrations(options.migrations, 90000),
    ],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    poolSize: options.poolSize ?? 10,
    extra: { statement_timeout: options.statementTimeout ?? 15_000, application_name: options.tree },
  });
  let sent = 0;
  await dataSource.initialize();
  const pool = (dataSource.driver as PostgresDriver).master as Pool;
  const count = (client: PoolClient): void => {
    const query = client.query;
    client.query = function counted(this: PoolClient, ...args: unknown[]) {
      sent += 1;
      return Reflect.apply(query, this, args);
    } as PoolClient['query'];
  };
  pool.on('connect', count);
  // The client with which the data source opened is in the pool already.
  const first = await pool.connect();
  count(first);
  first.release();

  const standings = new Map<string, { standing: Standing | undefined; until: number }>();

  return {
    dataSource,
    pool,
    tree: options.tree,
    statements: () => sent,
    async migrate() {
      const lock = await pool.connect();
      try {
        await lock.query(`SELECT pg_advisory_lock(hashtext('jishi.migrate'))`);
        return (await dataSource.runMigrations()).map(({ name }) => name);
      } finally {
        await lock.query(`SELECT pg_advisory_unlock(hashtext('jishi.migrate'))`);
        lock.release();
      }
    },
    transact: (caller, work) => runTransaction(dataSource, options, caller, work),
    async query<R extends QueryResultRow>(name: string, sql: string, values: readonly unknown[] = []) {
      return (await pool.query<R>({ name, text: sql, values: [...values] })).rows;
    },
    async standingsOf(actor) {
      const wanted = actor.grants.flatMap(({ organizationId }) => organizationId ?? []);
      const now = performance.now();
      const missing = wanted.filter((id) => !(now < (standings.get(id)?.until ?? 0)));
      if (missing.length > 0) {
        // The city's own code ends in 00; what lies in the city begins with the four digits before. What was dissolved
        // stands for nothing any more, whoever still holds a post in it.
        const { rows } = await pool.query<{ id: string; depth: number; area: string | null }>({
          name: 'standings',
          text: `SELECT id, depth, CASE WHEN status <> 'DISSOLVED' AND (host_kind IN ('VILLAGE', 'COMMUNITY')
                   OR host_kind = 'AREA' AND kind IN ('COMMITTEE', 'WORK_COMMITTEE'))
                   THEN regexp_replace(host_id, '^(\\d{4})00$', '\\1') END AS area
                 FROM ${options.tree} WHERE id = ANY($1)`,
          values: [missing],
        });
        const found = new Map(rows.map(({ id, depth, area }) => [id, area ? { depth, area } : { depth }]));
        for (const id of missing) standings.set(id, { standing: found.get(id), until: now + standingBelievedFor });
      }
      return new Map(
        wanted.flatMap((id): [string, Standing][] => {
          const known = standings.get(id)?.standing;
          return known ? [[id, known]] : [];
        }),
      );
    },
    close: () => dataSource.destroy(),
  };
}
