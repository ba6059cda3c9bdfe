import { setTimeout as sleep } from 'node:timers/promises';
import type { Tx } from '@jishi/database';
import { callerOf, type ConsumerDatabase } from './apply';
import type { EventBus, TopicPartition } from './bus';
import type { Consumer } from './consumer';
import { deadLetters } from './dead-letters';
import { silent, type Log } from './log';
import {
  clearShadow,
  makeShadow,
  merge,
  onShadow,
  shadowOf,
  takeOverLetters,
  takeOverMarks,
  type MergedTable,
} from './rebuild-shadow';
import { runConsumers } from './run-consumers';

export interface RebuildProgress {
  readonly stage: 'filling' | 'asking-owners' | 'taking-over';
  /** Records read and to be read. */
  readonly read: number;
  readonly of: number;
}

export interface RebuildOptions {
  readonly database: ConsumerDatabase;
  readonly bus: EventBus;
  readonly consumer: Consumer;
  readonly log?: Log;
  readonly clock?: () => Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /**
   * Has the owners of these topics publish snapshots: the bus no longer holds every event of some aggregates. Called at most once.
   * Without it such a rebuild is given up.
   */
  readonly askOwners?: (topics: readonly string[]) => Promise<void>;
  /** Milliseconds to wait for the owners' snapshots to arrive. */
  readonly patience?: number;
  /** Aggregates that neither the bus nor their owner knows any more are left out of the rebuilt rows. */
  readonly withoutMissing?: boolean;
}

export interface Rebuilt {
  readonly records: number;
  readonly tables: readonly MergedTable[];
}

/** Why a rebuild was given up; what readers see has not changed. */
export class RebuildGivenUp extends Error {
  override readonly name = 'RebuildGivenUp';
  constructor(
    readonly why:
      'running-already' | 'never-ran' | 'another-bus' | 'aborted' | 'missing' | 'not-applicable' | 'lost-connection',
    message: string,
    /** Aggregates that are missing, by topic. */
    readonly missing: Readonly<Record<string, number>> = {},
  ) {
    super(message);
  }
}

/** How long the live consumer may stand still until the rebuilt rows have everything it has. */
const standingStill = 5_000;
const look = 50;

/**
 * Fills a projection anew beside the one in use and then takes over, in one transaction, what came out different. Readers are never
 * held up and never see fewer rows; the live consumer goes on until the take-over and then continues behind what was rebuilt. What
 * ends in the middle leaves the projection as it was, and the next rebuild begins anew.
 * @throws TypeError when the consumer has no tables of its own: then its effects are not only rows that events can restore.
 * @throws RebuildGivenUp when it cannot be completed.
 */
export async function rebuildProjection(options: RebuildOptions): Promise<Rebuilt> {
  const { database, consumer, log = silent } = options;
  if (consumer.projection.length === 0)
    throw new TypeError(`${consumer.name} is not a projection, it cannot be rebuilt`);
  const lock = await database.pool.connect();
  const ending = new AbortController();
  const lost = (): void => ending.abort('lost-connection');
  const asked = (): void => ending.abort('aborted');
  lock.on('error', lost);
  options.signal?.addEventListener('abort', asked, { once: true });
  if (options.signal?.aborted) asked();
  try {
    const { rows } = await lock.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 7105203)) AS mine',
      [consumer.name],
    );
    if (!rows[0]?.mine) throw new RebuildGivenUp('running-already', `${consumer.name} is being rebuilt already`);
    try {
      await clearShadow(database, consumer);
      return await fillAndTakeOver(options, async () => {
        if (!ending.signal.aborted) await lock.query('SELECT 1').catch(lost);
        if (ending.signal.aborted)
          throw new RebuildGivenUp(ending.signal.reason, `the rebuild of ${consumer.name} was ended`);
      });
    } finally {
      // Without the lock what lies there may be another rebuild's already.
      if (ending.signal.reason !== 'lost-connection')
        await clearShadow(database, consumer).catch((error: unknown) =>
          log.warn({ consumer: consumer.name, err: error }, 'the half-built projection stays until the next rebuild'),
        );
    }
  } finally {
    options.signal?.removeEventListener('abort', asked);
    lock.off('error', lost);
    if (ending.signal.reason !== 'lost-connection')
      await lock
        .query('SELECT pg_advisory_unlock(hashtextextended($1, 7105203))', [consumer.name])
        .catch((error: unknown) =>
          log.warn({ consumer: consumer.name, err: error }, 'the lock ends with its connection'),
        );
    lock.release(true);
  }
}

/** `mayGoOn` throws when somebody has ended the rebuild, or another one may have begun because the lock was lost. */
async function fillAndTakeOver(options: RebuildOptions, mayGoOn: () => Promise<void>): Promise<Rebuilt> {
  const { database, bus, consumer, log = silent, clock = () => new Date(), onProgress = () => undefined } = options;
  const shadow = shadowOf(consumer);
  const place = await makeShadow(database, consumer);
  const shadowDatabase = onShadow(database, consumer, place);
  // The bus begins behind these records, for it no longer has them.
  const gone = new Map<string, number>();
  const filling = await runConsumers({
    database: shadowDatabase,
    bus: {
      ...bus,
      subscribe: (subscription, handler) =>
        bus.subscribe(
          {
            ...subscription,
            lost(partition, wanted, first) {
              gone.set(nameOf(partition), first);
              subscription.lost?.(partition, wanted, first);
            },
          },
          handler,
        ),
    },
    consumers: [shadow],
    log,
    clock,
    concurrency: 4,
    batch: 500,
  });
  let asked = false;
  let until = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      await mayGoOn();
      await giveUpAgain(shadowDatabase, consumer, clock);
      const { read, of, behind } = await positions(database, consumer, gone);
      onProgress({ stage: asked ? 'asking-owners' : 'filling', read, of });
      if (behind > 0) {
        await sleep(look);
        continue;
      }
      onProgress({ stage: 'taking-over', read, of });
      const { tables, missing } = await takeOver(options, gone, place, mayGoOn);
      if (tables) return { records: read, tables };
      const topics = Object.keys(missing);
      if (topics.length === 0) continue;
      if (!asked && options.askOwners) {
        asked = true;
        onProgress({ stage: 'asking-owners', read, of });
        await options.askOwners(topics);
        until = performance.now() + (options.patience ?? 120_000);
      } else if (!asked || performance.now() > until)
        throw new RebuildGivenUp(
          'missing',
          `${consumer.name}: the bus no longer holds every event of ${topics.join(', ')}; their owners must publish snapshots`,
          missing,
        );
      await sleep(look);
    }
  } finally {
    await filling.close();
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** How far the rebuilt rows are, measured by what the live consumer has read. */
async function positions(
  database: Pick<ConsumerDatabase, 'query'>,
  consumer: Consumer,
  gone: ReadonlyMap<string, number>,
): Promise<{ read: number; of: number; behind: number }> {
  const rows = await database.query<TopicPartition & { live: number; filled: number | null; elsewhere: boolean }>(
    'rebuild-positions',
    `SELECT l.topic, l.partition, l.next_offset AS live, s.next_offset AS filled, coalesce(l.bus <> s.bus, false) AS elsewhere
     FROM consumer_checkpoint l
     LEFT JOIN consumer_checkpoint s ON s.consumer = $2 AND s.topic = l.topic AND s.partition = l.partition
     WHERE l.consumer = $1 AND l.topic = ANY($3)`,
    [consumer.name, shadowOf(consumer).name, [...consumer.topics]],
  );
  if (rows.length === 0)
    throw new RebuildGivenUp('never-ran', `${consumer.name} has never run, there is nothing to rebuild`);
  if (rows.some(({ elsewhere }) => elsewhere))
    throw new RebuildGivenUp(
      'another-bus',
      `${consumer.name} reads another bus than the one it was to be rebuilt from`,
    );
  let read = 0;
  let of = 0;
  let behind = 0;
  for (const row of rows) {
    const live = Number(row.live);
    // A partition that is not given to the filling member yet counts as one record.
    const filled = row.filled === null ? -1 : Math.max(Number(row.filled), gone.get(nameOf(row)) ?? 0);
    read += Math.min(Math.max(filled, 0), live);
    of += live;
    behind += Math.max(live - filled, 0);
  }
  return { read, of, behind };
}

/** Aggregates by topic of which the live projection has newer news than the rebuilt one, though both have read the same records. */
async function missingOf(tx: Tx, consumer: Consumer): Promise<Readonly<Record<string, number>>> {
  const rows = await tx.query<{ topic: string; keys: number }>(
    `SELECT l.topic, count(*)::integer AS keys FROM consumer_high_water l
     WHERE l.consumer = $1 AND l.topic = ANY($3) AND NOT EXISTS (
       SELECT FROM consumer_high_water s WHERE s.consumer = $2 AND s.topic = l.topic AND s.key = l.key AND s.version >= l.version)
     GROUP BY l.topic ORDER BY l.topic`,
    [consumer.name, shadowOf(consumer).name, [...consumer.topics]],
  );
  return Object.fromEntries(rows.map(({ topic, keys }) => [topic, keys]));
}

/**
 * What was given up for the live projection is given up again, what waits there may wait again. Anything else that cannot be applied
 * ends the rebuild: the rows in use have its effect, the rebuilt ones would not.
 */
async function giveUpAgain(shadowDatabase: ConsumerDatabase, consumer: Consumer, clock: () => Date): Promise<void> {
  const letters = await shadowDatabase.transact(callerOf(consumer.name, clock), (tx) =>
    unexpectedLetters(tx, consumer),
  );
  for (const { id, type, key, cause, state, reason } of letters) {
    if (state !== 'DISCARDED')
      throw new RebuildGivenUp('not-applicable', `${consumer.name}: ${type} of ${key} cannot be applied: ${cause}`);
    const shadow = deadLetters(shadowDatabase, [shadowOf(consumer)], { clock, audited: false });
    await shadow.discard(id, { by: 'rebuild', reason: reason ?? undefined });
  }
}

interface UnexpectedLetter {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly cause: string;
  /** What became of the same event for the live projection; null when it was applied there. */
  readonly state: string | null;
  readonly reason: string | null;
}

/** Events that the rebuild could not apply and that do not wait for the live projection either. */
const unexpectedLetters = (tx: Tx, consumer: Consumer): Promise<UnexpectedLetter[]> =>
  tx.query<UnexpectedLetter & object>(
    `SELECT s.id, s.type, s.key, s.cause, l.state, l.reason FROM dead_letter s
     LEFT JOIN dead_letter l ON l.consumer = $1 AND l.event_id = s.event_id
     WHERE s.consumer = $2 AND s.state = 'WAITING' AND NOT s.waits_behind AND l.state IS DISTINCT FROM 'WAITING' ORDER BY s.seq`,
    [consumer.name, shadowOf(consumer).name],
  );

/** No tables when something is missing, or when the live consumer would have had to stand still for too long. */
async function takeOver(
  { database, consumer, clock = () => new Date(), withoutMissing = false }: RebuildOptions,
  gone: ReadonlyMap<string, number>,
  place: { readonly schema: string; readonly base: string },
  mayGoOn: () => Promise<void>,
): Promise<{ tables?: MergedTable[]; missing: Readonly<Record<string, number>> }> {
  const shadow = shadowOf(consumer);
  return database.transact(callerOf(consumer.name, clock), async (tx) => {
    await tx.query(`SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'`);
    await stopLive(tx, consumer, shadow);
    const until = performance.now() + standingStill;
    while ((await positions(database, consumer, gone)).behind > 0) {
      if (performance.now() > until) return { missing: {} };
      await sleep(10);
    }
    // Ends the filling for good: its next batch waits here, and finds its work done.
    await tx.query('SELECT 1 FROM consumer_checkpoint WHERE consumer = $1 FOR UPDATE', [shadow.name]);
    if ((await unexpectedLetters(tx, consumer)).length > 0) return { missing: {} };
    const missing = withoutMissing ? {} : await missingOf(tx, consumer);
    if (Object.keys(missing).length > 0) return { missing };
    const tables: MergedTable[] = [];
    for (const table of consumer.projection) tables.push(await merge(tx, place, table));
    await takeOverMarks(tx, consumer, shadow);
    await takeOverLetters(tx, consumer, shadow);
    await tx.query(
      `UPDATE consumer_checkpoint l SET epoch = l.epoch + 1, bus = s.bus,
         next_offset = greatest(s.next_offset, coalesce(($3::jsonb ->> (l.topic || '/' || l.partition))::bigint, 0))
       FROM consumer_checkpoint s WHERE l.consumer = $1 AND s.consumer = $2 AND s.topic = l.topic AND s.partition = l.partition`,
      [consumer.name, shadow.name, JSON.stringify(Object.fromEntries(gone))],
    );
    await consumer.adjusts?.again(tx);
    await mayGoOn();
    return { tables, missing };
  });
}

/** Batches of the live consumer and replays of its dead letters wait from here on; those that run are waited for. */
async function stopLive(tx: Tx, consumer: Consumer, shadow: Consumer): Promise<void> {
  await tx.query(
    `INSERT INTO consumer_checkpoint (consumer, topic, partition, bus)
     SELECT $1, topic, partition, bus FROM consumer_checkpoint WHERE consumer = $2 ON CONFLICT DO NOTHING`,
    [consumer.name, shadow.name],
  );
  await tx.query('SELECT 1 FROM consumer_checkpoint WHERE consumer = $1 ORDER BY topic, partition FOR UPDATE', [
    consumer.name,
  ]);
  await tx.query(`SELECT 1 FROM dead_letter WHERE consumer = $1 AND state = 'WAITING' ORDER BY id FOR UPDATE`, [
    consumer.name,
  ]);
}
