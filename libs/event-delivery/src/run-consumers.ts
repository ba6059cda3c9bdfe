import { applyBatch, buryAndGoOn, type Applied, type ConsumerDatabase, type Held } from './apply';
import {
  BusError,
  type Batch,
  type Bounds,
  type BusRecord,
  type EventBus,
  type Subscriber,
  type TopicPartition,
} from './bus';
import type { Consumer } from './consumer';
import { causeOf, isTransient, NotArrivedYet } from './failure';
import { pause, silent, type DeliveryMetrics, type Log } from './log';

export interface ConsumersOptions {
  /** The database of the service whose consumers these are. */
  readonly database: ConsumerDatabase;
  readonly bus: EventBus;
  readonly consumers: readonly Consumer[];
  readonly log?: Log;
  readonly metrics?: DeliveryMetrics;
  readonly clock?: () => Date;
  /** Partitions that one consumer handles at the same moment. */
  readonly concurrency?: number;
  /** Most events of one transaction. */
  readonly batch?: number;
  readonly retries?: Partial<Retries>;
  /** Milliseconds between looks whether somebody reset a consumer from elsewhere. */
  readonly watchMs?: number;
}

/** Milliseconds of the first and the longest pause, and how often an event that fails by itself is tried. */
interface Retries {
  readonly attempts: number;
  readonly first: number;
  readonly longest: number;
}
const usual: Retries = { attempts: 5, first: 50, longest: 5_000 };

export interface RunningConsumers {
  /** Records on the bus that these consumers have not finished. */
  lag(): Promise<number>;
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Runs consumers of a service. A batch is one transaction with its effects, marks and checkpoint; when it fails, its events are
 * taken one by one. A passing cause is retried for ever with growing pauses; an event that fails by itself goes to the dead letters
 * after five tries, and with a strict consumer its key is parked. Everything else goes on.
 */
export async function runConsumers(options: ConsumersOptions): Promise<RunningConsumers> {
  const { database, bus, consumers, log = silent, watchMs = 1_000 } = options;
  const stopping = new AbortController();
  const running = new Map<string, { consumer: Consumer; subscriber: Subscriber; epochs: Map<string, number> }>();

  for (const consumer of consumers) {
    if (running.has(consumer.name)) throw new TypeError(`two consumers are called ${consumer.name}`);
    const epochs = new Map<string, number>();
    const subscriber = await bus.subscribe(
      {
        group: consumer.name,
        topics: consumer.topics,
        from: 'begin',
        checkpoint: 'external',
        concurrency: options.concurrency ?? 3,
        batch: options.batch ?? 200,
        async assigned(partition, bounds) {
          const { next, epoch, before } = await takeCheckpoint(
            database,
            consumer,
            partition,
            await bus.identity(),
            bounds,
          );
          epochs.set(nameOf(partition), epoch);
          if (next !== before) {
            const fields = { consumer: consumer.name, ...partition, before, next };
            log.warn(fields, 'the bus is another one or was made anew: it is read from its first record on');
          }
          return next;
        },
        lost(partition, wanted, first) {
          const fields = { consumer: consumer.name, ...partition, wanted, first };
          if (consumer.start === 'snapshot') log.info(fields, 'begins behind what is kept, snapshots bring the rest');
          else log.error(fields, 'events are gone unread: ask the owner for a snapshot');
        },
      },
      (batch) => {
        const { topic, partition } = batch;
        return handle(
          options,
          consumer,
          { topic, partition, epoch: epochs.get(nameOf(batch)) ?? 0 },
          batch,
          stopping.signal,
        );
      },
    );
    running.set(consumer.name, { consumer, subscriber, epochs });
  }

  /** A checkpoint whose epoch somebody else has raised while the partition is still ours was reset: read it again. */
  async function watch(): Promise<void> {
    const rows = await database.query<TopicPartition & { consumer: string; epoch: number | string }>(
      'consumer-epochs',
      'SELECT consumer, topic, partition, epoch FROM consumer_checkpoint WHERE consumer = ANY($1)',
      [[...running.keys()]],
    );
    for (const { consumer: name, topic, partition, epoch } of rows) {
      const member = running.get(name);
      const mine = member?.subscriber.assignments().some((held) => nameOf(held) === nameOf({ topic, partition }));
      if (member && mine && member.epochs.get(nameOf({ topic, partition })) !== Number(epoch))
        await member.subscriber.reassign({ topic, partition });
    }
  }
  const watching = (async () => {
    for (;;) {
      await pause(watchMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await watch().catch((error: unknown) => log.warn({ err: error }, 'the checkpoints could not be looked at'));
    }
  })();

  return {
    async lag() {
      const lags = await Promise.all([...running.keys()].map((name) => bus.lag(name)));
      return lags.reduce((sum, lag) => sum + lag, 0);
    },
    async close(closing) {
      stopping.abort();
      await watching;
      await Promise.all([...running.values()].map(({ subscriber }) => subscriber.close(closing)));
    },
  };
}

/** Milliseconds between two looks for what an event stands on, and how many looks before it is said and waited for longer. */
const lookForArrival = 20;
const looksForArrival = 250;

/** Where the consumer is in a partition. The raised epoch ends what an earlier holder may still be doing. */
async function takeCheckpoint(
  database: ConsumerDatabase,
  consumer: Consumer,
  { topic, partition }: TopicPartition,
  bus: string,
  { first, end }: Bounds,
): Promise<{ next: number; epoch: number; before: number }> {
  // An offset of another bus says nothing about this one. What was applied before is known by its version and passed over.
  const [row] = await database.query<{ next: number | string; epoch: number | string; before: number | string | null }>(
    'take-checkpoint',
    `INSERT INTO consumer_checkpoint AS c (consumer, topic, partition, bus) VALUES ($1, $2, $3, $4)
     ON CONFLICT (consumer, topic, partition) DO UPDATE SET epoch = c.epoch + 1, bus = excluded.bus,
       next_offset = CASE WHEN c.bus <> excluded.bus OR c.next_offset > $6 THEN $5 ELSE c.next_offset END
     RETURNING new.next_offset AS next, new.epoch, old.next_offset AS before`,
    [consumer.name, topic, partition, bus, first, end],
  );
  const next = Number(row?.next ?? 0);
  return { next, epoch: Number(row?.epoch ?? 0), before: Number(row?.before ?? next) };
}

async function handle(
  options: ConsumersOptions,
  consumer: Consumer,
  held: Held,
  batch: Batch,
  stopping: AbortSignal,
): Promise<void> {
  const { database, clock = () => new Date(), log = silent, metrics = {} } = options;
  const retries = { ...usual, ...options.retries };
  const count = ({ applied, repeated, buried }: Applied) => {
    const now = clock().getTime();
    for (const event of applied) metrics.applied?.(consumer.name, (now - Date.parse(event.time)) / 1_000);
    for (let i = 0; i < repeated; i += 1) metrics.repeated?.(consumer.name);
    for (let i = 0; i < buried; i += 1) metrics.deadLettered?.(consumer.name);
  };
  // An event that is tried again and again must not hold up an orderly end.
  const signal = AbortSignal.any([batch.signal, stopping]);
  const { records } = batch;
  let size = records.length;
  let looks = 1;
  let passing = 0;
  for (let done = 0; done < records.length;) {
    const part = records.slice(done, done + size);
    try {
      const result = await applyBatch(database, consumer, held, part, clock);
      count(result);
      done += result.done;
      size *= 2;
      passing = 0;
      continue;
    } catch (error) {
      if (error instanceof BusError) throw error;
      if (error instanceof NotArrivedYet && looks < looksForArrival && !signal.aborted) {
        looks += 1;
        await pause(lookForArrival, signal);
        continue;
      }
      // One by one takes many times as long, and it is no event's fault that the database was away. But a part that never comes
      // through between two interruptions would be tried for ever, so it is halved each time.
      if (!(error instanceof NotArrivedYet) && isTransient(error) && part.length > 1 && !signal.aborted) {
        passing += 1;
        size = Math.floor(part.length / 2);
        metrics.retried?.(consumer.name, 'transient');
        log.warn({ consumer: consumer.name, err: error, tries: passing, size }, 'a batch waits for a passing cause');
        await pause(Math.min(retries.first * 2 ** (passing - 1), retries.longest), signal);
        continue;
      }
      if (part.length > 1)
        log.warn({ consumer: consumer.name, err: error }, 'a batch failed, taking its events one by one');
    }
    for (const record of part) await handleAlone(options, consumer, held, record, signal, count);
    done += part.length;
    size *= 2;
  }
}

async function handleAlone(
  options: ConsumersOptions,
  consumer: Consumer,
  held: Held,
  record: BusRecord,
  signal: AbortSignal,
  count: (applied: Applied) => void,
): Promise<void> {
  const { database, clock = () => new Date(), log = silent, metrics = {} } = options;
  const retries = { ...usual, ...options.retries };
  const { event } = record;
  let own = 0;
  let passing = 0;
  for (;;) {
    if (signal.aborted) throw new BusError('closed', `${consumer.name} stops at ${event.type} ${event.id}`);
    try {
      count(await applyBatch(database, consumer, held, [record], clock));
      return;
    } catch (error) {
      if (error instanceof BusError) throw error;
      const fields = {
        consumer: consumer.name,
        type: event.type,
        event: event.id,
        key: event.partitionkey,
        err: error,
      };
      let tries: number;
      if (isTransient(error)) {
        passing += 1;
        tries = passing;
        metrics.retried?.(consumer.name, 'transient');
        log.warn({ ...fields, tries }, 'an event waits for a passing cause');
      } else {
        own += 1;
        tries = own;
        if (own >= retries.attempts) {
          if (await buried(options, consumer, held, record, causeOf(error), own)) {
            metrics.deadLettered?.(consumer.name);
            log.error(fields, 'an event could not be applied and lies among the dead letters');
            return;
          }
        } else {
          metrics.retried?.(consumer.name, 'poison');
          log.warn({ ...fields, tries }, 'an event failed, trying again');
        }
      }
      await pause(Math.min(retries.first * 2 ** (tries - 1), retries.longest), signal);
    }
  }
}

/** False when the burying itself met a passing cause. */
async function buried(
  { database, clock = () => new Date(), log = silent }: ConsumersOptions,
  consumer: Consumer,
  held: Held,
  record: BusRecord,
  text: string,
  attempts: number,
): Promise<boolean> {
  try {
    await buryAndGoOn(database, consumer, held, record, { text, attempts, waitsBehind: false }, clock);
    return true;
  } catch (error) {
    if (!isTransient(error)) throw error;
    log.warn({ consumer: consumer.name, err: error }, 'a dead letter could not be written yet');
    return false;
  }
}
