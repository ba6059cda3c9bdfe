import { systemActor } from '@jishi/access';
import type { Caller, Database, Tx } from '@jishi/database';
import { dateInShanghai } from '@jishi/periods';
import { BusError, type BusRecord, type TopicPartition } from './bus';
import type { CloudEvent } from './cloud-event';
import { verdictOf, type Consumer } from './consumer';

/** As much of a service's database as consumers need. */
export type ConsumerDatabase = Pick<Database, 'transact' | 'query' | 'pool'>;

/** The partition a member reads, with the epoch under which it got it. */
export interface Held extends TopicPartition {
  readonly epoch: number;
}

/** What happened to the events of a batch, for the figures. */
export interface Applied {
  /** How many of the records are through; the others are for the next transaction. */
  readonly done: number;
  readonly applied: readonly CloudEvent[];
  readonly repeated: number;
  readonly buried: number;
}

/** An event that could not be applied, and why. */
export interface Cause {
  readonly text: string;
  readonly attempts: number;
  /** The event is sound but waits behind an earlier one of its key. */
  readonly waitsBehind: boolean;
}

/** On whose behalf a consumer works: the system itself, now, because of the event. */
export function callerOf(consumer: string, clock: () => Date, event?: CloudEvent): Caller {
  const now = clock();
  return {
    actor: systemActor(consumer),
    standings: new Map(),
    today: dateInShanghai(now),
    now,
    ...(event && { correlationId: event.correlationid ?? event.id, causationId: event.id }),
    ...(event?.traceparent !== undefined && { traceparent: event.traceparent }),
  };
}

/** The transaction as the handler of one event sees it: what it emits says by which event it was caused. */
function causedBy(tx: Tx, consumer: Consumer, event: CloudEvent): Tx {
  return {
    ...tx,
    emit(emitted) {
      if (consumer.projection.length > 0)
        throw new Error(`${consumer.name} is a projection: filling it anew would emit ${emitted.type} again`);
      tx.emit({
        ...emitted,
        correlationId: event.correlationid ?? event.id,
        causationId: event.id,
        ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
      });
    },
  };
}

/** Looks once at everything that was named, with the last event that named it as the cause of what follows. */
async function conclude(tx: Tx, consumer: Consumer, named: ReadonlyMap<string, CloudEvent>): Promise<void> {
  const [first, ...others] = [...named.keys()].sort();
  if (first === undefined) return;
  const as = (name: string) => causedBy(tx, consumer, named.get(name)!);
  await consumer.afterwards?.(as(first), [first, ...others], as);
}

/** The newest version applied of one aggregate; within a transaction that nobody else may write for this key. */
async function markOf(tx: Tx, consumer: Consumer, topic: string, key: string): Promise<number | undefined> {
  const [row] = await tx.query<{ version: number | string }>(
    'SELECT version FROM consumer_high_water WHERE consumer = $1 AND topic = $2 AND key = $3',
    [consumer.name, topic, key],
  );
  return row && Number(row.version);
}

export async function setMark(tx: Tx, consumer: Consumer, topic: string, key: string, version: number): Promise<void> {
  await tx.query(
    `INSERT INTO consumer_high_water AS w (consumer, topic, key, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (consumer, topic, key) DO UPDATE SET version = greatest(w.version, excluded.version)`,
    [consumer.name, topic, key, version],
  );
}

/** Keeps a live consumer and a replay apart for one key, until the transaction ends. */
export async function lockKey(tx: Tx, consumer: Consumer, topic: string, key: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7105202))', [`${consumer.name} ${topic} ${key}`]);
}

export async function isParked(tx: Tx, consumer: Consumer, topic: string, key: string): Promise<boolean> {
  const found = await tx.query(
    `SELECT 1 FROM dead_letter WHERE consumer = $1 AND topic = $2 AND key = $3 AND state = 'WAITING' LIMIT 1`,
    [consumer.name, topic, key],
  );
  return found.length > 0;
}

/**
 * Applies one event exactly once: its effect and its mark in this transaction, or neither. The caller keeps others from the key.
 * Answers what `verdictOf` said; `gap` and `early` have no effect.
 */
export async function handleOnce(
  tx: Tx,
  consumer: Consumer,
  topic: string,
  event: CloudEvent,
): Promise<ReturnType<typeof verdictOf>> {
  const verdict = verdictOf(consumer, event, await markOf(tx, consumer, topic, event.partitionkey));
  if (verdict !== 'apply') return verdict;
  const handler = consumer.handlers[event.type];
  if (handler) {
    const named = await handler(causedBy(tx, consumer, event), event);
    await conclude(tx, consumer, new Map((named ?? []).map((name) => [name, event])));
  }
  if (handler || consumer.ordering === 'strict')
    await setMark(tx, consumer, topic, event.partitionkey, event.aggregateversion);
  return verdict;
}

/** Milliseconds after which a batch commits what it has: what interrupts it then costs no more than that, on any machine. */
const longestTransaction = 2_000;

/**
 * Applies a batch of one partition in one transaction: effects, marks and checkpoint together or not at all. A batch that takes
 * long ends early, with the records that are through by then.
 * @throws BusError `fenced` when another member was given the partition meanwhile; whatever a handler throws.
 */
export function applyBatch(
  database: ConsumerDatabase,
  consumer: Consumer,
  held: Held,
  records: readonly BusRecord[],
  clock: () => Date,
): Promise<Applied> {
  const { topic } = held;
  const [first] = records;
  const correlation = first?.event.correlationid;
  const oneCause = records.length === 1 || correlation !== undefined;
  const related = oneCause && records.every(({ event }) => event.correlationid === correlation);
  return database.transact(callerOf(consumer.name, clock, related ? first?.event : undefined), async (tx) => {
    const { next, marks, parked } = await begin(tx, consumer, held, records);
    const changed = new Map<string, number>();
    const applied: CloudEvent[] = [];
    const named = new Map<string, CloudEvent>();
    const begun = performance.now();
    // Events of one type that are applied together, before anything that comes after them.
    let gathered: CloudEvent[] = [];
    const goesWith = (event: CloudEvent): boolean =>
      gathered[0]?.type === event.type && gathered.every(({ partitionkey }) => partitionkey !== event.partitionkey);
    const applyGathered = async (): Promise<void> => {
      const [one] = gathered;
      if (!one) return;
      const as = (event: CloudEvent) => causedBy(tx, consumer, event);
      const found = await consumer.together[one.type]!(as(one), gathered, as);
      for (const [name, event] of found ?? []) named.set(name, event);
      gathered = [];
    };
    let repeated = 0;
    let buried = 0;
    let done = 0;
    for (const record of records) {
      if (done > 0 && performance.now() - begun > longestTransaction) break;
      done += 1;
      if (record.offset < next) continue;
      const { event } = record;
      const key = event.partitionkey;
      const handler = consumer.handlers[event.type];
      if (parked.has(key)) {
        await lockKey(tx, consumer, topic, key);
        if (await isParked(tx, consumer, topic, key)) {
          await bury(tx, consumer, record, {
            text: 'an earlier event of this key waits',
            attempts: 0,
            waitsBehind: true,
          });
          buried += 1;
          continue;
        }
        // Replayed while this batch began: the mark read then is old.
        parked.delete(key);
        const mark = await markOf(tx, consumer, topic, key);
        if (mark !== undefined) marks.set(key, mark);
      }
      const mark = marks.get(key);
      const verdict = verdictOf(consumer, event, mark);
      if (verdict === 'gap') {
        const text = `version ${event.aggregateversion} came after ${mark ?? 'nothing'}: events between are missing`;
        await bury(tx, consumer, record, { text, attempts: 1, waitsBehind: false });
        parked.add(key);
        buried += 1;
      } else if (verdict !== 'apply') repeated += 1;
      else {
        if (handler) {
          if (!goesWith(event)) await applyGathered();
          if (consumer.together[event.type]) gathered.push(event);
          else for (const name of (await handler(causedBy(tx, consumer, event), event)) ?? []) named.set(name, event);
          applied.push(event);
        }
        if (handler || consumer.ordering === 'strict') {
          marks.set(key, event.aggregateversion);
          changed.set(key, event.aggregateversion);
        }
      }
    }
    await applyGathered();
    await conclude(tx, consumer, named);
    const last = records[done - 1];
    await finish(tx, consumer, held, changed, Math.max(next, (last?.offset ?? -1) + 1));
    return { done, applied, repeated, buried };
  });
}

/** Puts an event that could not be applied among the dead letters and goes on behind it, in one transaction. */
export function buryAndGoOn(
  database: ConsumerDatabase,
  consumer: Consumer,
  held: Held,
  record: BusRecord,
  cause: Cause,
  clock: () => Date,
): Promise<void> {
  return database.transact(callerOf(consumer.name, clock, record.event), async (tx) => {
    const { next } = await begin(tx, consumer, held, [record]);
    if (record.offset < next) return;
    await bury(tx, consumer, record, cause);
    await finish(tx, consumer, held, new Map(), record.offset + 1);
  });
}

/**
 * The lock was waited for: an earlier try of the same batch, cut off in its commit, was still being committed by the server. The
 * locked row is the new one then, but the marks beside it are those from before the wait. The code makes the transaction repeat.
 */
class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
  readonly code = '40001';
}

/** Locks the checkpoint under the member's epoch and reads what is known of the keys. */
async function begin(
  tx: Tx,
  consumer: Consumer,
  { topic, partition, epoch }: Held,
  records: readonly BusRecord[],
): Promise<{ next: number; marks: Map<string, number>; parked: Set<string> }> {
  const keys = [...new Set(records.map(({ event }) => event.partitionkey))];
  const [row] = await tx.query<{
    next_offset: number | string;
    seen: number | string;
    marks: Record<string, number> | null;
    parked: string[] | null;
  }>(
    `SELECT next_offset,
       (SELECT next_offset FROM consumer_checkpoint WHERE consumer = $1 AND topic = $2 AND partition = $3) AS seen,
       (SELECT jsonb_object_agg(key, version) FROM consumer_high_water
        WHERE consumer = $1 AND topic = $2 AND key = ANY($5)) AS marks,
       (SELECT array_agg(DISTINCT key) FROM dead_letter
        WHERE consumer = $1 AND topic = $2 AND key = ANY($5) AND state = 'WAITING') AS parked
     FROM consumer_checkpoint WHERE consumer = $1 AND topic = $2 AND partition = $3 AND epoch = $4 FOR UPDATE`,
    [consumer.name, topic, partition, epoch, keys],
  );
  if (!row) throw new BusError('fenced', `${consumer.name} ${topic}/${partition}: epoch ${epoch} is over`);
  if (Number(row.seen) !== Number(row.next_offset)) throw new CheckpointMoved();
  return {
    next: Number(row.next_offset),
    marks: new Map(Object.entries(row.marks ?? {})),
    parked: new Set(consumer.ordering === 'strict' ? (row.parked ?? []) : []),
  };
}

async function finish(
  tx: Tx,
  consumer: Consumer,
  { topic, partition, epoch }: Held,
  marks: ReadonlyMap<string, number>,
  next: number,
): Promise<void> {
  const written = await tx.query(
    `WITH marked AS (
       INSERT INTO consumer_high_water (consumer, topic, key, version)
       SELECT $1, $2, key, version FROM unnest($5::text[], $6::bigint[]) AS m (key, version) ORDER BY key
       ON CONFLICT (consumer, topic, key) DO UPDATE SET version = excluded.version
     )
     UPDATE consumer_checkpoint SET next_offset = $7
     WHERE consumer = $1 AND topic = $2 AND partition = $3 AND epoch = $4 RETURNING 1`,
    [consumer.name, topic, partition, epoch, [...marks.keys()], [...marks.values()], next],
  );
  if (written.length === 0)
    throw new BusError('fenced', `${consumer.name} ${topic}/${partition}: epoch ${epoch} is over`);
}

async function bury(tx: Tx, consumer: Consumer, record: BusRecord, cause: Cause): Promise<void> {
  const { topic, partition, offset, event } = record;
  await tx.query(
    `INSERT INTO dead_letter (consumer, topic, partition, record_offset, key, event_id, type, aggregate_version, event, cause,
       attempts, waits_behind, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (consumer, event_id) DO NOTHING`,
    [
      consumer.name,
      topic,
      partition,
      offset,
      event.partitionkey,
      event.id,
      event.type,
      event.aggregateversion,
      JSON.stringify(event),
      cause.text,
      cause.attempts,
      cause.waitsBehind,
      tx.now,
    ],
  );
}
