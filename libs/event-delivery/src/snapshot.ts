import type { DomainEvent, EventContract } from '@jishi/event-contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { lockVersions } from './outbox';

/** The event by which an owner says how an aggregate is now. */
export interface Told {
  readonly contract: Pick<EventContract, 'type' | 'topic' | 'dataClass'> & ((data: never) => DomainEvent);
  /** Condition on the row under which this event says it; the first that holds counts. Absent: always. */
  readonly when?: string;
  /** Expression of the payload, a jsonb. */
  readonly data: string;
}

/** How an owner says again what is so of every aggregate of a topic. All texts are SQL over the rows of `from`. */
export interface Snapshot {
  /** Events that carry the state; of one topic. */
  readonly told: readonly [Told, ...Told[]];
  /** FROM clause: one row per aggregate. */
  readonly from: string;
  /** The aggregate's id as its table has it, so that an index finds it. */
  readonly key: string;
  readonly keyType?: 'uuid' | 'text';
  /** The order in which the others must learn the aggregates, where one hangs on another. */
  readonly order?: string;
  readonly orgPath?: string;
  readonly areaCode?: string;
  /** What the events leave out of the state, for who reads the list. */
  readonly lacks?: { readonly zh: string; readonly en: string };
}

/** The path of an organisation as events carry it, from the stamped columns of a row. */
export const pathSql = (alias: string): string =>
  `array_to_string(ARRAY[${[1, 2, 3, 4, 5, 6, 7].map((level) => `${alias}.ancestor_${level}`).join(', ')}], '/')`;

export const topicOfSnapshot = ({ told }: Snapshot): string => told[0].contract.topic;

export interface SnapshotProgress {
  readonly done: number;
  readonly total: number;
  readonly written: number;
  /** Waits because so many events have not left the outbox yet. */
  readonly waitsFor?: number;
}

export interface SnapshotOptions {
  /** Who asked for it. */
  readonly actor?: string;
  readonly clock?: () => Date;
  /** Aggregates per second at most. */
  readonly rate?: number;
  /** Aggregates of one transaction. Nobody else emits while it runs: about 15 ms for 500. */
  readonly batch?: number;
  /** Waits while more events than this have not left the outbox. */
  readonly backlog?: number;
  /** Begins anew even if an earlier one was interrupted. */
  readonly again?: boolean;
  /** Stops behind the batch that runs; the next call goes on there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SnapshotProgress) => void;
}

export interface Published {
  /** Events that this call wrote. */
  readonly written: number;
  readonly finished: boolean;
  /** True when it went on with one that was interrupted. */
  readonly resumed: boolean;
}

/** Another command publishes the same topic at the moment. */
export class SnapshotRunning extends Error {
  override readonly name = 'SnapshotRunning';
}

/** What was interrupted longer ago begins anew: aggregates that were founded meanwhile are not among its keys. */
const resumableFor = 24 * 3_600_000;
const checkedPerBatch = 100;

/**
 * An owner says again what is so, through its outbox. Each batch is read and written in one transaction during which nobody else
 * emits, so each event carries exactly the version whose state it shows, and every later event comes after it. Interrupted at any
 * point, it goes on where it was. The payloads are checked against the contract, the first hundred of each batch.
 */
export async function publishSnapshot(
  { pool }: { readonly pool: Pick<Pool, 'connect'> },
  snapshot: Snapshot,
  options: SnapshotOptions = {},
): Promise<Published> {
  const { rate = 2_000, batch = 500, backlog = 20_000, signal, onProgress = () => undefined } = options;
  const topic = topicOfSnapshot(snapshot);
  const client = await pool.connect();
  let broken: Error | undefined;
  const noticed = (error: Error): void => void (broken = error);
  client.on('error', noticed);
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 7105204)) AS mine',
      [topic],
    );
    if (!rows[0]?.mine) throw new SnapshotRunning(`${topic} is being published already`);
    const run = await beginOrResume(client, snapshot, options);
    let { done, written } = run;
    const { total } = run;
    onProgress({ done, total, written });
    while (done < total) {
      if (signal?.aborted) return { written: written - run.written, finished: false, resumed: run.resumed };
      const waitsFor = await unpublished(client, backlog);
      if (waitsFor > backlog) {
        onProgress({ done, total, written, waitsFor });
        await sleep(250);
        continue;
      }
      const begun = performance.now();
      written += await tellBatch(client, snapshot, run.id, done, Math.min(batch, total - done), options);
      done = Math.min(done + batch, total);
      onProgress({ done, total, written });
      if (Number.isFinite(rate)) await sleep(Math.max(0, (batch / rate) * 1_000 - (performance.now() - begun)));
    }
    await client.query('DELETE FROM snapshot_key WHERE topic = $1', [topic]);
    await client.query('UPDATE snapshot_run SET finished_at = $2 WHERE topic = $1', [topic, now(options)]);
    return { written: written - run.written, finished: true, resumed: run.resumed };
  } catch (error) {
    broken ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off('error', noticed);
    if (!broken)
      await client
        .query('SELECT pg_advisory_unlock(hashtextextended($1, 7105204))', [topic])
        .catch((error: Error) => (broken = error));
    // A connection that failed is closed, which gives the lock back.
    client.release(broken);
  }
}

const now = ({ clock = () => new Date() }: SnapshotOptions): Date => clock();

interface Run {
  readonly id: string;
  readonly done: number;
  readonly written: number;
  readonly total: number;
  readonly resumed: boolean;
}

/** The rows that are told of: those for which one of the events holds. */
const toldAtAll = ({ told }: Snapshot): string =>
  told.every(({ when }) => when !== undefined) ? ` WHERE ${told.map(({ when }) => `(${when})`).join(' OR ')}` : '';

async function beginOrResume(client: PoolClient, snapshot: Snapshot, options: SnapshotOptions): Promise<Run> {
  const topic = topicOfSnapshot(snapshot);
  const at = now(options);
  const columns = 'id, done::float8, written::float8, total::float8, begun_at, finished_at';
  const { rows } = await client.query<Run & { begun_at: Date; finished_at: Date | null }>(
    `SELECT ${columns} FROM snapshot_run WHERE topic = $1`,
    [topic],
  );
  const [earlier] = rows;
  if (earlier && !options.again && !earlier.finished_at && at.getTime() - earlier.begun_at.getTime() < resumableFor)
    return { ...earlier, resumed: earlier.done > 0 };
  return inOne(client, async () => {
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('DELETE FROM snapshot_key WHERE topic = $1', [topic]);
    const { from, key, order } = snapshot;
    const kept = await client.query(
      `INSERT INTO snapshot_key (topic, place, key)
       SELECT $1, row_number() OVER (ORDER BY ${order ? `${order}, ` : ''}${key}), (${key})::text FROM ${from}${toldAtAll(snapshot)}`,
      [topic],
    );
    const begun = await client.query<Run>(
      `INSERT INTO snapshot_run (topic, asked_by, begun_at, total) VALUES ($1, $2, $3, $4)
       ON CONFLICT (topic) DO UPDATE SET id = uuidv7(), asked_by = excluded.asked_by, begun_at = excluded.begun_at,
         finished_at = NULL, total = excluded.total, done = 0, written = 0
       RETURNING ${columns}`,
      [topic, actorOf(options), at, kept.rowCount ?? 0],
    );
    return { ...begun.rows[0]!, resumed: false };
  });
}

const actorOf = ({ actor = 'system:snapshot' }: SnapshotOptions): string => actor;
const quoted = (text: string): string => `'${text.replace(/'/g, "''")}'`;

/** Says how the next aggregates are now; returns how many there still are to be told of. */
async function tellBatch(
  client: PoolClient,
  snapshot: Snapshot,
  run: string,
  done: number,
  batch: number,
  options: SnapshotOptions,
): Promise<number> {
  const { told, from, key, keyType = 'uuid', orgPath = 'NULL', areaCode = 'NULL' } = snapshot;
  const topic = topicOfSnapshot(snapshot);
  const chosen = (of: (each: Told) => string): string =>
    `CASE ${told.map((each) => `WHEN ${each.when ?? 'true'} THEN ${of(each)}`).join(' ')} END`;
  return inOne(client, async () => {
    await client.query('SET LOCAL statement_timeout = 0');
    await lockVersions(client);
    const { rows } = await client.query<{ key: string }>(
      'SELECT key FROM snapshot_key WHERE topic = $1 AND place > $2 AND place <= $3 ORDER BY place',
      [topic, done, done + batch],
    );
    const { rows: result } = await client.query<{ written: number; sample: Sample[] | null }>(
      `WITH state AS (
         SELECT wanted.place, wanted.key::text AS key, ${chosen(({ contract }) => quoted(contract.type))} AS type,
           ${chosen(({ contract }) => quoted(contract.dataClass))} AS data_class, ${chosen(({ data }) => data)} AS data,
           (${orgPath})::text AS org_path, (${areaCode})::text AS area_code
         FROM ${from} JOIN unnest($1::${keyType}[]) WITH ORDINALITY AS wanted (key, place) ON ${key} = wanted.key
         WHERE ${key} = ANY($1::${keyType}[])
       ), written AS (
         INSERT INTO outbox (type, topic, key, aggregate_version, data, org_path, area_code, data_class, snapshot, actor,
           correlation_id, occurred_at)
         SELECT s.type, $2, s.key, coalesce(v.version, 0), s.data, s.org_path, s.area_code, s.data_class, true, $3, $4, $5
         FROM state s LEFT JOIN aggregate_version v ON v.topic = $2 AND v.key = s.key
         WHERE s.type IS NOT NULL ORDER BY s.place
         RETURNING seq, type, key, data
       )
       SELECT count(*)::integer AS written, jsonb_agg(jsonb_build_object('type', type, 'key', key, 'data', data))
         FILTER (WHERE nth <= ${checkedPerBatch}) AS sample
       FROM (SELECT *, row_number() OVER (PARTITION BY type ORDER BY seq) AS nth FROM written) w`,
      [rows.map((row) => row.key), topic, actorOf(options), run, now(options)],
    );
    const { written = 0, sample } = result[0] ?? {};
    for (const each of sample ?? []) check(told, each);
    await client.query('UPDATE snapshot_run SET done = done + $2, written = written + $3 WHERE topic = $1', [
      topic,
      batch,
      written,
    ]);
    return written;
  });
}

interface Sample {
  readonly type: string;
  readonly key: string;
  readonly data: unknown;
}

/** @throws when what the statement says is not what the contract promises. */
function check(told: readonly Told[], { type, key, data }: Sample): void {
  const contract = told.find((each) => each.contract.type === type)?.contract;
  const event = contract?.(data as never);
  if (event?.key !== key) throw new TypeError(`the snapshot of ${type} tells of ${event?.key} under the key ${key}`);
}

/** How many events wait in the outbox, counted a little beyond the limit and no further. */
async function unpublished(client: PoolClient, limit: number): Promise<number> {
  if (!Number.isFinite(limit)) return 0;
  const { rows } = await client.query<{ waiting: number }>(
    'SELECT count(*)::integer AS waiting FROM (SELECT FROM outbox WHERE published_at IS NULL LIMIT $1) w',
    [limit + 1_000],
  );
  return rows[0]?.waiting ?? 0;
}

async function inOne<R>(client: PoolClient, work: () => Promise<R>): Promise<R> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // On a broken connection there is nothing left to roll back.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
