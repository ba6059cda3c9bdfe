import { createHash } from 'node:crypto';
import { compileScope, scopeRuleOf, type Actor, type Standings } from '@jishi/access';
import { notFound, staleVersion, type Wording } from '@jishi/errors';
import type { DomainEvent } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral, QueryRunner, SelectQueryBuilder } from 'typeorm';
import { trailOf, type AuditLine } from './audit';
import { rememberReply, repliedBefore } from './commands';
import { ancestorColumns } from './path';

/** On whose behalf and when a transaction runs, and by which command it was caused. */
export interface Caller {
  readonly actor: Actor;
  readonly standings: Standings;
  /** The civil date in Asia/Shanghai on which steps are judged. */
  readonly today: CivilDate;
  readonly now: Date;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  /** A mutation that may be repeated: the same id gets the same reply within a day. */
  readonly command?: { readonly mutation: string; readonly clientMutationId: string };
}

export interface OutboxMeta {
  readonly actor: string;
  readonly occurredAt: Date;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}
/** A statement without result that another one takes along in its WITH: one round trip for both. */
export interface Carried {
  /** Its name there. */
  readonly name: string;
  /** With its parameters numbered from `first`. */
  readonly text: (first: number) => string;
  readonly values: readonly unknown[];
}

/** Writes the events, and what it is to carry, in one statement. */
export type WriteOutbox = (
  client: PoolClient,
  events: readonly DomainEvent[],
  meta: OutboxMeta,
  carried?: Carried,
) => Promise<void>;

export type Where<E> = { readonly [K in keyof E]?: E[K] | readonly E[K][] | null };
export type Order<E> = { readonly [K in keyof E]?: 'ASC' | 'DESC' };

export interface Reads {
  /** The row, or null when there is none within the caller's scope. */
  find<E extends ObjectLiteral>(entity: EntityTarget<E>, where: Where<E>): Promise<E | null>;
  findAll<E extends ObjectLiteral>(entity: EntityTarget<E>, where: Where<E>, order?: Order<E>): Promise<E[]>;
  /** The row, or NOT_FOUND: absent and out of scope look alike. */
  get<E extends ObjectLiteral>(entity: EntityTarget<E>, id: string): Promise<E>;
  /** The row, locked until the transaction ends. STALE_VERSION when the caller held an older version. */
  lock<E extends ObjectLiteral>(entity: EntityTarget<E>, id: string, version?: number): Promise<E>;
  /** Several rows, locked in the order of their ids; absent ones are left out. */
  lockAll<E extends ObjectLiteral>(entity: EntityTarget<E>, ids: readonly string[]): Promise<E[]>;
}

export interface Tx extends Reads {
  readonly actor: Actor;
  readonly today: CivilDate;
  readonly now: Date;
  insert<E extends ObjectLiteral>(entity: EntityTarget<E>, values: Partial<E>): Promise<E>;
  /** Writes the changes into the row and the database; the version goes up by one. Returns the same row. */
  save<E extends ObjectLiteral>(row: E, changes: Partial<E>): Promise<E>;
  /** Tells the others. Only for an aggregate whose row this transaction locked or inserted. */
  emit(event: DomainEvent): void;
  /** A statement over many rows, with parameters. */
  query<R extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** The same reads without the caller's scope: for consumers, and for rows that another row's authority covers. */
  readonly unscoped: Reads;
}

/**
 * A statement with its text's hash as its name, which a connection plans once: most statements of a transaction take longer to
 * plan than to run. The texts of a program are few; what lies beyond so many is planned each time.
 */
function planned(text: string, given: readonly unknown[]): { name?: string; text: string; values: unknown[] } {
  const values = [...given];
  if (values.length === 0) return { text, values };
  let name = plannedAs.get(text);
  if (name === undefined && plannedAs.size < mostPlanned) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    plannedAs.set(text, name);
  }
  return { name, text, values };
}
const plannedAs = new Map<string, string>();
const mostPlanned = 1_000;

interface Options {
  readonly tree: string;
  readonly writeOutbox: WriteOutbox;
}

const attempts = 4;
const deadlockOrSerialization = new Set(['40P01', '40001']);

export async function runTransaction<R>(
  dataSource: DataSource,
  options: Options,
  caller: Caller,
  work: (tx: Tx) => Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const replied = await repliedBefore<R>(runner, caller);
      if (replied) {
        await runner.rollbackTransaction();
        return replied.reply;
      }
      const { tx, flush } = await openTx(runner, options, caller);
      const result = await work(tx);
      await flush();
      await rememberReply(runner, caller, result);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      if (attempt < attempts && deadlockOrSerialization.has((error as { code?: string }).code ?? '')) continue;
      throw error;
    } finally {
      await runner.release();
    }
  }
}

/** What a table is called in front of a person; the entity's own words when it has none. */
const namedAs = new Map<string, Wording>();
export const nameEntity = (entity: Function, wording: Wording): void => void namedAs.set(entity.name, wording);
const wordingOf = (metadata: EntityMetadata): Wording =>
  namedAs.get(metadata.name) ?? { zh: '记录', en: metadata.name };

async function openTx(
  runner: QueryRunner,
  options: Options,
  caller: Caller,
): Promise<{ tx: Tx; flush: () => Promise<void> }> {
  const client = (await runner.connect()) as PoolClient;
  const { manager } = runner;
  const events: DomainEvent[] = [];
  const trail: AuditLine[] = [];
  const held = new Set<string>();

  const metadataOf = (entity: EntityTarget<ObjectLiteral>): EntityMetadata => runner.connection.getMetadata(entity);
  const keyOf = (metadata: EntityMetadata, row: ObjectLiteral): string =>
    metadata.primaryColumns.map((column) => String(column.getEntityValue(row))).join(':');

  function select<E extends ObjectLiteral>(
    entity: EntityTarget<E>,
    where: Where<E>,
    scoped: boolean,
  ): SelectQueryBuilder<E> {
    const builder = manager.createQueryBuilder(entity, 'row');
    if (scoped) narrow(builder, 'row', options.tree, caller);
    for (const [property, value] of Object.entries(where)) {
      const parameter = `where_${property}`;
      if (value === undefined) continue;
      if (value === null) builder.andWhere(`row.${property} IS NULL`);
      else if (Array.isArray(value)) builder.andWhere(`row.${property} = ANY(:${parameter})`, { [parameter]: value });
      else builder.andWhere(`row.${property} = :${parameter}`, { [parameter]: value });
    }
    return builder;
  }

  const reads = (scoped: boolean): Reads => {
    const one = async <E extends ObjectLiteral>(entity: EntityTarget<E>, id: string, locked: boolean): Promise<E> => {
      const metadata = metadataOf(entity);
      const [primary] = metadata.primaryColumns;
      const absent = notFound(wordingOf(metadata), id);
      if (primary?.type === 'uuid' && !isUuid(id)) throw absent;
      const builder = select(entity, { [primary!.propertyName]: id } as Where<E>, scoped);
      if (locked) builder.setLock('pessimistic_write', undefined, ['row']);
      const row = await builder.getOne();
      if (!row) throw absent;
      return row;
    };
    return {
      find: (entity, where) => select(entity, where, scoped).limit(1).getOne(),
      findAll(entity, where, order = {}) {
        const builder = select(entity, where, scoped);
        for (const [property, direction] of Object.entries(order)) builder.addOrderBy(`row.${property}`, direction);
        return builder.getMany();
      },
      get: (entity, id) => one(entity, id, false),
      async lock(entity, id, version) {
        const row = await one(entity, id, true);
        const current = (row as { version?: number }).version;
        if (version !== undefined && current !== undefined && version !== current)
          throw staleVersion(wordingOf(metadataOf(entity)), version, current);
        held.add(keyOf(metadataOf(entity), row));
        return row;
      },
      async lockAll(entity, ids) {
        const metadata = metadataOf(entity);
        const primary = metadata.primaryColumns[0]!.propertyName;
        const rows = await select(entity, { [primary]: ids } as Where<ObjectLiteral> as never, scoped)
          .orderBy(`row.${primary}`)
          .setLock('pessimistic_write', undefined, ['row'])
          .getMany();
        for (const row of rows) held.add(keyOf(metadata, row));
        return rows;
      },
    };
  };

  /** Copies the path of the row's organisation from the tree, which stays as it is until this transaction ends. */
  async function stamp(metadata: EntityMetadata, values: ObjectLiteral): Promise<void> {
    const rule = scopeRuleOf(metadata.target as object);
    if (!rule.stamped || metadata.tableName === options.tree || !rule.organization || !('orgId' in values)) return;
    if (values.path !== undefined) return;
    const { rows } = await client.query<Record<string, string | null>>({
      name: 'stamp',
      text: `SELECT ${ancestorColumns()} FROM ${options.tree} WHERE id = $1 FOR SHARE`,
      values: [values.orgId],
    });
    const found = rows[0] ?? {};
    values.path = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`ancestor${index + 1}`, found[`ancestor_${index + 1}`] ?? null]),
    );
  }

  /** Column name → value, for the columns that the given values speak of. */
  function columnsOf(metadata: EntityMetadata, values: ObjectLiteral): Map<string, unknown> {
    const columns = new Map<string, unknown>();
    for (const column of metadata.columns) {
      const value: unknown = column.getEntityValue(values);
      if (value !== undefined)
        columns.set(column.databaseName, runner.connection.driver.preparePersistentValue(value, column));
    }
    return columns;
  }

  function hydrate(metadata: EntityMetadata, row: ObjectLiteral, raw: QueryResultRow): void {
    for (const column of metadata.columns) {
      if (!(column.databaseName in raw)) continue;
      column.setEntityValue(row, runner.connection.driver.prepareHydratedValue(raw[column.databaseName], column));
    }
  }

  function audit(
    action: AuditLine['action'],
    metadata: EntityMetadata,
    row: ObjectLiteral,
    changed: Map<string, unknown>,
    before?: ReadonlyMap<string, unknown>,
  ): void {
    const personal = new Set(scopeRuleOf(metadata.target as object).personal ?? []);
    const changes = Object.fromEntries(
      [...changed]
        .filter(([column]) => !/^ancestor_\d$/.test(column))
        .map(([column, after]) => [
          column,
          personal.has(column) ? 'personal' : before ? { before: before.get(column) ?? null, after } : { after },
        ]),
    ) as AuditLine['changes'];
    trail.push({ action, entity: metadata.tableName, id: keyOf(metadata, row), changes });
  }

  const generated = (metadata: EntityMetadata): string[] =>
    metadata.columns.map((column) => `"${column.databaseName}"`);

  const tx: Tx = {
    actor: caller.actor,
    today: caller.today,
    now: caller.now,
    ...reads(true),
    unscoped: reads(false),
    async insert(entity, given) {
      const metadata = metadataOf(entity);
      const values: ObjectLiteral = { ...given };
      if (metadata.findColumnWithPropertyName('createdBy')) values.createdBy ??= caller.actor.id;
      if (metadata.findColumnWithPropertyName('updatedBy')) values.updatedBy ??= caller.actor.id;
      if (metadata.findColumnWithPropertyName('createdAt')) values.createdAt ??= caller.now;
      if (metadata.findColumnWithPropertyName('updatedAt')) values.updatedAt ??= caller.now;
      await stamp(metadata, values);
      const columns = columnsOf(metadata, values);
      const names = [...columns.keys()];
      const { rows } = await client.query(
        planned(
          `INSERT INTO "${metadata.tableName}" (${names.map((name) => `"${name}"`).join(', ')})
           VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})
           RETURNING ${generated(metadata).join(', ')}`,
          [...columns.values()],
        ),
      );
      const row = metadata.create() as ObjectLiteral;
      hydrate(metadata, row, rows[0]!);
      held.add(keyOf(metadata, row));
      audit('INSERT', metadata, row, columns);
      return row as never;
    },
    async save(row, given) {
      const metadata = metadataOf(row.constructor as EntityTarget<ObjectLiteral>);
      const values: ObjectLiteral = { ...given };
      await stamp(metadata, values);
      const before = columnsOf(metadata, row);
      const columns = columnsOf(metadata, values);
      for (const [name, value] of columns) if (sameValue(before.get(name), value)) columns.delete(name);
      if (columns.size === 0) return row;
      const changed = new Map(columns);
      if (metadata.findColumnWithPropertyName('updatedBy')) columns.set('updated_by', caller.actor.id);
      if (metadata.findColumnWithPropertyName('updatedAt')) columns.set('updated_at', caller.now);
      const versioned = metadata.findColumnWithPropertyName('version') !== undefined;
      const keys = metadata.primaryColumns.map((column) => column.databaseName);
      const names = [...columns.keys()];
      const { rows } = await client.query(
        planned(
          `UPDATE "${metadata.tableName}" SET ${[
            ...names.map((name, index) => `"${name}" = $${index + 1}`),
            ...(versioned ? ['version = version + 1'] : []),
          ].join(', ')}
           WHERE ${keys.map((name, index) => `"${name}" = $${names.length + index + 1}`).join(' AND ')}
           RETURNING ${generated(metadata).join(', ')}`,
          [...columns.values(), ...keys.map((name) => before.get(name))],
        ),
      );
      if (!rows[0]) throw notFound(wordingOf(metadata), keyOf(metadata, row));
      hydrate(metadata, row, rows[0]);
      audit('UPDATE', metadata, row, changed, before);
      return row;
    },
    emit(event) {
      if (!held.has(event.key))
        throw new Error(`${event.type}: ${event.key} was neither locked nor inserted by this transaction`);
      events.push(event);
    },
    async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      return (await client.query<R>(planned(sql, values))).rows;
    },
  };

  async function flush(): Promise<void> {
    const written = trail.length > 0 ? trailOf(caller, trail) : undefined;
    if (events.length > 0)
      await options.writeOutbox(
        client,
        events,
        {
          actor: caller.actor.id,
          occurredAt: caller.now,
          correlationId: caller.correlationId,
          causationId: caller.causationId,
          traceparent: caller.traceparent,
        },
        written,
      );
    else if (written) await client.query({ name: written.name, text: written.text(1), values: [...written.values] });
  }
  return { tx, flush };
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const sameValue = (before: unknown, after: unknown): boolean =>
  before === after || JSON.stringify(before) === JSON.stringify(after);

/** Adds the caller's scope to a query; the only way by which a read of an entity begins. */
export function narrow<E extends ObjectLiteral>(
  builder: SelectQueryBuilder<E>,
  alias: string,
  tree: string,
  caller: Pick<Caller, 'actor' | 'standings' | 'today'>,
  permission?: string,
): SelectQueryBuilder<E> {
  const metadata = builder.expressionMap.mainAlias!.metadata;
  const rule = scopeRuleOf(metadata.target as object);
  const predicate = compileScope(
    rule,
    alias,
    tree,
    caller.actor,
    caller.standings,
    caller.today,
    (index) => `:scope_${index}`,
    permission,
  );
  return builder.andWhere(
    predicate.sql,
    Object.fromEntries(predicate.values.map((value, index) => [`scope_${index}`, value])),
  );
}
