import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent, EventContract } from '@jishi/event-contracts';
import { callerOf, type ConsumerDatabase } from './apply';
import type { Consumer } from './consumer';
import { lockVersions, writeSnapshots, type Queryable } from './outbox';
import { inTransaction } from './postgres-log';

/**
 * Empties a projection and sends its consumer back to the first record, in one transaction. Members that run anywhere notice within
 * a second and fill it anew; none has to be stopped. Dead letters that wait are forgotten, for their events come again.
 * @throws TypeError when the consumer names no tables of its own: then its effects are not only rows that events can restore.
 */
export async function resetProjection(
  database: ConsumerDatabase,
  consumer: Consumer,
  { clock = () => new Date() }: { readonly clock?: () => Date } = {},
): Promise<void> {
  if (consumer.projection.length === 0)
    throw new TypeError(`${consumer.name} is not a projection, it cannot be rebuilt`);
  await database.transact(callerOf(consumer.name, clock), async (tx) => {
    // The epoch ends the transactions of members that have not noticed yet; the update waits for those that run.
    await tx.query('UPDATE consumer_checkpoint SET epoch = epoch + 1, next_offset = 0 WHERE consumer = $1', [
      consumer.name,
    ]);
    await tx.query('DELETE FROM consumer_high_water WHERE consumer = $1', [consumer.name]);
    await tx.query(`DELETE FROM dead_letter WHERE consumer = $1 AND state = 'WAITING'`, [consumer.name]);
    await tx.query(`TRUNCATE ${consumer.projection.map((table) => `"${table}"`).join(', ')}`);
  });
}

export interface SnapshotOptions {
  /** Who asked for it, for the outbox's `actor`. */
  readonly actor?: string;
  readonly clock?: () => Date;
  /** Milliseconds between batches, so that the others get on. */
  readonly throttleMs?: number;
  readonly signal?: AbortSignal;
}

/** Reads a batch of current state as snapshot events, beginning behind `after`; `next` is where the following batch begins, null at the end. */
export type SnapshotReader = (
  query: Queryable['query'],
  after: string | null,
) => Promise<{ readonly events: readonly DomainEvent[]; readonly next: string | null }>;

/**
 * An owner says again what is so: every batch is read and written in one transaction during which nobody else emits, so each
 * snapshot carries exactly the version whose state it shows, and every later event comes after it. Resume with the `after` that
 * `progress` was told last. Returns how many were written.
 */
export async function publishSnapshot(
  database: Pick<ConsumerDatabase, 'pool'>,
  read: SnapshotReader,
  options: SnapshotOptions & {
    readonly after?: string;
    readonly progress?: (after: string | null, written: number) => void;
  } = {},
): Promise<number> {
  const { throttleMs = 20, signal, progress } = options;
  const meta = metaOf(options);
  let after = options.after ?? null;
  let written = 0;
  for (;;) {
    const batch = await inTransaction(database.pool, async (client) => {
      await lockVersions(client);
      const state = await read((sql, values) => client.query(sql, values), after);
      await writeSnapshots(client, state.events, meta);
      return state;
    });
    written += batch.events.length;
    after = batch.next;
    progress?.(after, written);
    if (after === null || signal?.aborted) return written;
    if (throttleMs > 0) await sleep(throttleMs);
  }
}

/**
 * The same for a whole topic in one statement. `select` gives the columns key, data, org_path, area_code in the order in which they
 * are to arrive. The first hundred rows are checked against the contract. Others wait to emit until it is done: about a second for
 * twenty thousand aggregates.
 */
export async function publishSnapshotOf(
  database: Pick<ConsumerDatabase, 'pool'>,
  contract: Pick<EventContract, 'type' | 'topic' | 'dataClass' | 'parse'>,
  select: string,
  values: readonly unknown[] = [],
  options: SnapshotOptions = {},
): Promise<number> {
  const { actor, occurredAt, correlationId } = metaOf(options);
  const at = values.length;
  return inTransaction(database.pool, async (client) => {
    await lockVersions(client);
    const sample = await client.query<{ data: unknown }>(`SELECT data FROM (${select}) s LIMIT 100`, [...values]);
    for (const { data } of sample.rows) contract.parse(data);
    const { rowCount } = await client.query(
      `INSERT INTO outbox (type, topic, key, aggregate_version, data, org_path, area_code, data_class, snapshot, actor,
         correlation_id, occurred_at)
       SELECT $${at + 1}, $${at + 2}, s.key, coalesce(v.version, 0), s.data, s.org_path, s.area_code, $${at + 3}, true,
         $${at + 4}, $${at + 5}, $${at + 6}
       FROM (SELECT state.*, row_number() OVER () AS place FROM (${select}) state) s
       LEFT JOIN aggregate_version v ON v.topic = $${at + 2} AND v.key = s.key
       ORDER BY s.place`,
      [...values, contract.type, contract.topic, contract.dataClass, actor, correlationId, occurredAt],
    );
    return rowCount ?? 0;
  });
}

function metaOf({ actor = 'system:snapshot', clock = () => new Date() }: SnapshotOptions) {
  return { actor, occurredAt: clock(), correlationId: randomUUID() };
}
