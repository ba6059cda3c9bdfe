import { sqlMigrations, type Carried, type MigrationClass, type OutboxMeta } from '@jishi/database';
import type { DomainEvent } from '@jishi/event-contracts';
import { join } from 'node:path';
import type { CloudEvent } from './cloud-event';

/** As much of a PostgreSQL client as a single statement needs. */
export interface Queryable {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** As much of one as a statement needs that the connection keeps planned. */
export interface Preparing {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<unknown>;
}

/** The tables that a service's database has from this lib: outbox, versions, checkpoints, marks, dead letters. */
export const deliveryMigrations = (): MigrationClass[] => sqlMigrations(join(__dirname, '../migrations'), 20000);

const rows = `ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
      type text, topic text, key text, data jsonb, org_path text, area_code text, data_class text, snapshot boolean,
      correlation_id text, causation_id text, traceparent text)) WITH ORDINALITY
    AS e (type, topic, key, data, org_path, area_code, data_class, snapshot, correlation_id, causation_id, traceparent, n)`;

const columns = `type, topic, key, aggregate_version, data, org_path, area_code, data_class, snapshot,
    correlation_id, causation_id, traceparent, actor, occurred_at`;

// The sort before the insert makes every version be locked, in the order of topic and key, before the first seq is handed out.
const writeStatement = `
  input AS MATERIALIZED (SELECT * FROM ${rows}),
  versions AS (
    INSERT INTO aggregate_version AS v (topic, key, version)
    SELECT topic, key, count(*) FILTER (WHERE NOT snapshot) FROM input
    GROUP BY topic, key ORDER BY topic COLLATE "C", key COLLATE "C"
    ON CONFLICT (topic, key) DO UPDATE SET version = v.version + excluded.version
    RETURNING topic, key, version
  )
  INSERT INTO outbox (${columns})
  SELECT type, i.topic, i.key,
    v.version - count(*) FILTER (WHERE NOT snapshot) OVER (PARTITION BY i.topic, i.key)
      + count(*) FILTER (WHERE NOT snapshot) OVER (PARTITION BY i.topic, i.key ORDER BY n),
    data, org_path, area_code, data_class, snapshot, coalesce(correlation_id, $2), coalesce(causation_id, $3),
    coalesce(traceparent, $4), $5, $6
  FROM input i JOIN versions v ON v.topic = i.topic COLLATE "C" AND v.key = i.key COLLATE "C"
  ORDER BY n`;

// Most transactions emit one event: the same without the set, which takes longer to set up than to run.
const writeOneStatement = `
  version AS (
    INSERT INTO aggregate_version AS v (topic, key, version) VALUES ($2, $3, CASE WHEN $8 THEN 0 ELSE 1 END)
    ON CONFLICT (topic, key) DO UPDATE SET version = v.version + excluded.version
    RETURNING version
  )
  INSERT INTO outbox (${columns})
  SELECT $1, $2, $3, version, $4::jsonb, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM version`;

function parametersOfOne(event: DomainEvent, meta: OutboxMeta): unknown[] {
  return [
    event.type,
    event.topic,
    event.key,
    JSON.stringify(event.data),
    event.orgPath ?? null,
    event.areaCode ?? null,
    event.dataClass,
    event.snapshot ?? false,
    event.correlationId ?? meta.correlationId ?? null,
    event.causationId ?? meta.causationId ?? null,
    event.traceparent ?? meta.traceparent ?? null,
    meta.actor,
    meta.occurredAt,
  ];
}

function parameters(events: readonly DomainEvent[], meta: OutboxMeta): unknown[] {
  const input = events.map((event) => ({
    type: event.type,
    topic: event.topic,
    key: event.key,
    data: event.data,
    org_path: event.orgPath,
    area_code: event.areaCode,
    data_class: event.dataClass,
    snapshot: event.snapshot ?? false,
    correlation_id: event.correlationId,
    causation_id: event.causationId,
    traceparent: event.traceparent,
  }));
  const { correlationId, causationId, traceparent, actor, occurredAt } = meta;
  return [JSON.stringify(input), correlationId ?? null, causationId ?? null, traceparent ?? null, actor, occurredAt];
}

/**
 * Writes the events of a transaction into its outbox, in one statement and in the given order. Every aggregate gets the next
 * versions without a gap; several events of one aggregate are allowed. Call it last in the transaction: from here to the commit
 * nobody else can emit for these aggregates. An event above 256 KiB fails on `outbox_data_size`. What is `carried` is written by
 * the same statement; without an event it is the caller's.
 */
export async function writeOutbox(
  client: Preparing,
  events: readonly DomainEvent[],
  meta: OutboxMeta,
  carried?: Carried,
): Promise<void> {
  const [only] = events;
  if (!only) return;
  const [name, text, values] =
    events.length === 1
      ? (['write-outbox-one', writeOneStatement, parametersOfOne(only, meta)] as const)
      : (['write-outbox', writeStatement, parameters(events, meta)] as const);
  // Named, so that a connection plans it once.
  await client.query(
    carried
      ? {
          name: `${name}-${carried.name}`,
          text: `WITH ${carried.name} AS (${carried.text(values.length + 1)}), ${text}`,
          values: [...values, ...carried.values],
        }
      : { name, text: `WITH ${text}`, values },
  );
}

/**
 * Waits for the transactions that have emitted and keeps new ones from emitting until this one ends. So the state that is read
 * next belongs to the versions that are read next, and every later event gets a later place in the outbox.
 */
export async function lockVersions(client: Queryable): Promise<void> {
  await client.query('LOCK TABLE aggregate_version IN SHARE MODE');
}

export interface OutboxRow {
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly topic: string;
  readonly key: string;
  readonly aggregate_version: number;
  readonly data: unknown;
  readonly org_path: string | null;
  readonly area_code: string | null;
  readonly actor: string;
  readonly correlation_id: string | null;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  readonly data_class: CloudEvent['dataclass'];
  readonly snapshot: boolean;
  readonly occurred_at: Date;
}

/** The row as it travels. */
export function toCloudEvent(row: OutboxRow, source: string): CloudEvent {
  return {
    specversion: '1.0',
    id: row.event_id,
    source,
    type: row.type,
    time: row.occurred_at.toISOString(),
    partitionkey: row.key,
    aggregateversion: Number(row.aggregate_version),
    dataclass: row.data_class,
    actor: row.actor,
    ...(row.org_path !== null && { orgpath: row.org_path }),
    ...(row.area_code !== null && { areacode: row.area_code }),
    ...(row.correlation_id !== null && { correlationid: row.correlation_id }),
    ...(row.causation_id !== null && { causationid: row.causation_id }),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    ...(row.snapshot && { snapshot: true as const }),
    data: row.data,
  };
}
