import { Client, Pool } from 'pg';
import { BusError, type EventBus } from './bus';
import type { CloudEvent } from './cloud-event';
import { pause, silent, type DeliveryMetrics, type Log } from './log';
import { toCloudEvent, type OutboxRow } from './outbox';

export interface RelayOptions {
  /** The service's database. The relay keeps one connection of its own, straight to PostgreSQL: its lock lives as long as the session. */
  readonly url: string;
  /** The service, for example `members`. */
  readonly service: string;
  readonly bus: EventBus;
  readonly log?: Log;
  readonly metrics?: DeliveryMetrics;
  readonly clock?: () => Date;
  /** Most events of one round. */
  readonly batch?: number;
  /** Milliseconds between looks: while events come, when none come, between attempts to lead, after a failure (first and longest). */
  readonly intervals?: Partial<Intervals>;
  /** Published rows are kept so many days. */
  readonly keepDays?: number;
}

interface Intervals {
  readonly nudged: number;
  readonly busy: number;
  readonly idle: number;
  readonly standby: number;
  readonly retry: number;
  readonly longestRetry: number;
  readonly prune: number;
}
const usual: Intervals = {
  nudged: 4,
  busy: 20,
  idle: 200,
  standby: 500,
  retry: 100,
  longestRetry: 5_000,
  prune: 60_000,
};
/** Milliseconds for which the relay looks often after an event or a nudge. */
const busyFor = 2_000;
const nudgedFor = 60;

export interface Relay {
  /** An event was just written in this process: look at once, and a few times soon after, because its commit may be a moment away. */
  nudge(): void;
  leads(): boolean;
  /** Events not yet on the bus. */
  pending(): Promise<number>;
  /** Finishes the round that runs, gives up the lead and closes its connection. */
  close(): Promise<void>;
}

/** One lock per database, so the number may be the same everywhere. */
const lock = 7_105_201;

/**
 * Brings the outbox of one database to the bus. Any number may run; one leads, by a session lock and an epoch that each marking
 * checks. It reads what is not marked in the order of seq, publishes topic by topic, then marks. After a failure it tries the same
 * events again and never passes one over, so the bus gets each event at least once and each aggregate's events in order.
 */
export function startRelay(options: RelayOptions): Relay {
  const { bus, service, log = silent, metrics = {}, clock = () => new Date(), batch = 1_000, keepDays = 7 } = options;
  const every = { ...usual, ...options.intervals };
  const stopping = new AbortController();
  const { signal } = stopping;
  let wake = new AbortController();
  let nudgedAt = -Infinity;
  let leading = false;
  // Apart from the leader's connection, which must belong to the round that runs. Opened only when somebody asks.
  const looking = new Pool({ connectionString: options.url, max: 1, idleTimeoutMillis: 5_000, allowExitOnIdle: true });
  looking.on('error', (error) => log.warn({ service, err: error }, 'the relay lost a connection'));

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: options.url, application_name: `${service}.relay`, keepAlive: true });
    // An ended connection shows at the next statement, which fails; without a listener it would end the process.
    client.on('error', (error) => log.warn({ service, err: error }, 'the relay lost its connection'));
    await client.connect();
    return client;
  }

  async function becomeLeader(client: Client): Promise<number | undefined> {
    const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [lock]);
    if (!rows[0]?.leads) return undefined;
    const taken = await client.query<{ epoch: string | number }>(
      'UPDATE relay_leader SET epoch = epoch + 1, since = $1 RETURNING epoch',
      [clock()],
    );
    return Number(taken.rows[0]?.epoch);
  }

  async function publishSome(client: Client, epoch: number): Promise<number> {
    const { rows } = await client.query<OutboxRow>({
      name: 'unpublished',
      text: `SELECT seq, event_id, type, topic, key, aggregate_version, data, org_path, area_code, actor, correlation_id,
               causation_id, traceparent, data_class, snapshot, occurred_at
             FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1`,
      values: [batch],
    });
    if (rows.length === 0) return 0;
    const byTopic = new Map<string, CloudEvent[]>();
    for (const row of rows) {
      const events = byTopic.get(row.topic);
      if (events) events.push(toCloudEvent(row, `/${service}`));
      else byTopic.set(row.topic, [toCloudEvent(row, `/${service}`)]);
    }
    const done: string[] = [];
    const publish = async () => {
      for (const [topic, events] of byTopic) {
        await bus.publish(topic, events, { sender: service, epoch });
        done.push(topic);
      }
    };
    try {
      await publish();
    } finally {
      // What reached the bus is marked even when a later topic failed, so that the next round does not repeat it.
      const marked = rows.filter((row) => done.includes(row.topic)).map((row) => row.seq);
      if (marked.length > 0) await mark(client, epoch, marked);
    }
    const oldest = rows[0]?.occurred_at ?? clock();
    metrics.published?.(rows.length, (clock().getTime() - oldest.getTime()) / 1_000);
    return rows.length;
  }

  async function mark(client: Client, epoch: number, seqs: readonly number[]): Promise<void> {
    const { rowCount } = await client.query({
      name: 'mark',
      text: `UPDATE outbox SET published_at = $3
             WHERE seq = ANY($1) AND EXISTS (SELECT 1 FROM relay_leader WHERE epoch = $2)`,
      values: [seqs, epoch, clock()],
    });
    if (rowCount !== seqs.length) throw new BusError('fenced', `relay of ${service}: epoch ${epoch} is over`);
  }

  async function prune(client: Client): Promise<void> {
    const before = new Date(clock().getTime() - keepDays * 86_400_000);
    for (;;) {
      const { rowCount } = await client.query(
        `DELETE FROM outbox WHERE seq IN (SELECT seq FROM (SELECT seq, published_at FROM outbox ORDER BY seq LIMIT 1000) oldest
           WHERE published_at < $1)`,
        [before],
      );
      if ((rowCount ?? 0) < 1_000 || signal.aborted) return;
    }
  }

  async function lead(client: Client, epoch: number): Promise<void> {
    let lastEvent = performance.now();
    let pruneAt = performance.now() + every.prune;
    let failures = 0;
    while (!signal.aborted) {
      wake = new AbortController();
      try {
        const count = await publishSome(client, epoch);
        if (count > 0) lastEvent = performance.now();
        failures = 0;
        if (count === batch) continue;
        if (count === 0 && performance.now() > pruneAt) {
          await prune(client);
          pruneAt = performance.now() + every.prune;
        }
      } catch (error) {
        if (!(error instanceof BusError) || error.kind === 'fenced' || error.kind === 'closed') throw error;
        failures += 1;
        metrics.publishFailed?.();
        const wait = Math.min(every.retry * 2 ** (failures - 1), every.longestRetry);
        log.warn({ service, err: error, failures, wait }, 'the bus did not take the events, trying again');
        await pause(wait, signal);
        continue;
      }
      const now = performance.now();
      const wait = now - nudgedAt < nudgedFor ? every.nudged : now - lastEvent < busyFor ? every.busy : every.idle;
      await pause(wait, wake.signal);
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let client: Client | undefined;
      try {
        client = await connect();
        failures = 0;
        while (!signal.aborted) {
          const epoch = await becomeLeader(client);
          if (epoch === undefined) {
            await pause(every.standby, signal);
            continue;
          }
          leading = true;
          metrics.leading?.(1);
          log.info({ service, epoch }, 'the relay leads');
          await lead(client, epoch);
        }
      } catch (error) {
        failures += 1;
        log.warn({ service, err: error }, 'the relay begins anew');
      } finally {
        if (leading) metrics.leading?.(0);
        leading = false;
        // Ending the session gives up the lock; a connection that is already gone has given it up.
        await client
          ?.end()
          .catch((error: unknown) => log.warn({ service, err: error }, 'the connection was already gone'));
      }
      if (failures > 0) await pause(Math.min(every.retry * 2 ** (failures - 1), every.longestRetry), signal);
    }
  }

  const running = run();
  let closing: Promise<void> | undefined;
  return {
    nudge() {
      nudgedAt = performance.now();
      wake.abort();
    },
    leads: () => leading,
    async pending() {
      const { rows } = await looking.query<{ pending: string | number }>(
        'SELECT count(*) AS pending FROM outbox WHERE published_at IS NULL',
      );
      return Number(rows[0]?.pending);
    },
    close() {
      closing ??= (async () => {
        stopping.abort();
        wake.abort();
        await running;
        await looking.end();
      })();
      return closing;
    },
  };
}
