import { partsOf } from '@jishi/database';
import { partitionsOf } from '@jishi/event-contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Pool, type PoolClient } from 'pg';
import { BusError, type EventBus, type Fence, type Subscriber } from './bus';
import { largestRecord, type CloudEvent } from './cloud-event';
import { pause, silent, type Log } from './log';
import { partitionOf } from './partition';
import { joinGroup } from './postgres-log-member';

export interface PostgresLogOptions {
  /** The bus's own database. The schema `bus` in it is made and kept current when the bus is opened. */
  readonly url: string;
  readonly log?: Log;
  /** How many partitions an ordinary topic gets when it is first used (12); later answers change nothing. */
  readonly partitions?: (topic: string) => number;
  /** Milliseconds: a silent member's partitions go to others; how often members look at each other; the look without a wake-up. */
  readonly leaseMs?: number;
  readonly beatMs?: number;
  readonly pollMs?: number;
  /** Records are kept so many days. */
  readonly keepDays?: number;
  readonly clock?: () => Date;
  readonly poolSize?: number;
}

/** The log in PostgreSQL behind the port of the event bus: what runs when there is no Kafka. */
export interface PostgresLog extends EventBus {
  /** Deletes records older than the days to keep; returns how many. Runs by itself every hour. */
  prune(): Promise<number>;
}

/** What the members of a group need of their bus. */
export interface LogContext {
  readonly pool: Pool;
  readonly log: Log;
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly pollMs: number;
  ensureTopic(topic: string): Promise<number>;
  /** Calls back when a topic got records or a group changed. Returns the way to stop it. */
  listen(listener: (channel: 'records' | 'group', name: string) => void): () => void;
}

const recordsChannel = 'jishi_records';
const groupChannel = 'jishi_group';
const fencedSender = 'JB001';
const hour = 3_600_000;

/** Opens the bus. @throws when the database cannot be reached. */
export async function postgresLogBus(options: PostgresLogOptions): Promise<PostgresLog> {
  const { url, log = silent, keepDays = 30, clock = () => new Date() } = options;
  const countOf = (topic: string) => partitionsOf(topic, options.partitions?.(topic));
  const leaseMs = options.leaseMs ?? 6_000;
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize ?? 6,
    application_name: 'event-log',
    keepAlive: true,
    // A link that lost an answer would keep whoever waits for it for ever.
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  });
  // A connection that dies while it rests in the pool is only dropped; the next statement opens another.
  pool.on('error', (error) => log.warn({ err: error }, 'the event log lost a connection'));
  await migrate(pool);

  const counts = new Map<string, number>();
  let known: string | undefined;
  const listeners = new Set<(channel: 'records' | 'group', name: string) => void>();
  const stopping = new AbortController();
  const members = new Set<Subscriber>();
  const listening = listenForEver();
  const pruning = setInterval(() => {
    prune().catch((error: unknown) => log.warn({ err: error }, 'old records could not be deleted'));
  }, hour);
  pruning.unref();

  async function listenForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      const client = new Client({ connectionString: url, application_name: 'event-log.listen', keepAlive: true });
      let stopListening: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        stopListening = resolve;
        client.on('end', resolve);
        client.on('error', (error) => {
          log.warn({ err: error }, 'the event log hears nothing for a moment');
          resolve();
        });
        stopping.signal.addEventListener('abort', stopListening, { once: true });
      });
      client.on('notification', ({ channel, payload = '' }) => {
        for (const listener of listeners) listener(channel === recordsChannel ? 'records' : 'group', payload);
      });
      try {
        await client.connect();
        await client.query(`LISTEN ${recordsChannel}; LISTEN ${groupChannel}`);
        // Whatever was said while nobody listened: everybody looks once.
        for (const listener of listeners) listener('records', '');
        await ended;
      } catch (error) {
        log.warn({ err: error }, 'the event log cannot listen, polling goes on');
      }
      stopping.signal.removeEventListener('abort', stopListening);
      await client.end().catch((error: unknown) => log.warn({ err: error }, 'the connection was already gone'));
      await pause(500, stopping.signal);
    }
  }

  async function ensureTopic(topic: string): Promise<number> {
    const known = counts.get(topic);
    if (known !== undefined) return known;
    await inTransaction(pool, async (client) => {
      const made = await client.query(
        'INSERT INTO bus.topic (name, partitions) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
        [topic, countOf(topic)],
      );
      if (made.rowCount)
        await client.query(
          'INSERT INTO bus.partition (topic, partition) SELECT $1, p FROM generate_series(0, $2::integer - 1) p',
          [topic, countOf(topic)],
        );
    });
    const { rows } = await pool.query<{ partitions: number }>('SELECT partitions FROM bus.topic WHERE name = $1', [
      topic,
    ]);
    const count = rows[0]?.partitions ?? 0;
    counts.set(topic, count);
    return count;
  }

  async function publish(topic: string, events: readonly CloudEvent[], fence?: Fence): Promise<void> {
    if (stopping.signal.aborted) throw new BusError('closed', 'the event bus is closed');
    if (events.length === 0) return;
    const once = new Map(events.map((event) => [event.id, event]));
    try {
      const count = await ensureTopic(topic);
      const records = [...once.values()].map((event) => {
        const { data, ...attributes } = event;
        const size = Buffer.byteLength(JSON.stringify(data ?? null));
        if (size > largestRecord)
          throw new BusError('fatal', `${event.type} ${event.id}: ${size} bytes, at most ${largestRecord} are taken`);
        return { partition: partitionOf(event.partitionkey, count), id: event.id, attributes, data: data ?? null };
      });
      await pool.query({
        name: 'append',
        text: `SELECT bus.append($1, $2, $3, $4), pg_notify('${recordsChannel}', $1)`,
        values: [topic, fence?.sender ?? null, fence?.epoch ?? null, JSON.stringify(records)],
      });
    } catch (error) {
      throw asBusError(error);
    }
  }

  async function prune(): Promise<number> {
    const before = new Date(clock().getTime() - keepDays * 86_400_000);
    let deleted = 0;
    const { rows } = await pool.query<{ topic: string; partition: number }>(
      'SELECT topic, partition FROM bus.partition',
    );
    for (const { topic, partition } of rows) {
      for (let more = true; more && !stopping.signal.aborted;) {
        // Only from the beginning on, and never past a record that is young enough: what remains stays dense.
        const { rowCount } = await pool.query(
          `WITH oldest AS (
             SELECT record_offset, appended_at FROM bus.record WHERE topic = $1 AND partition = $2
             ORDER BY record_offset LIMIT 1000
           ), gone AS (
             DELETE FROM bus.record WHERE topic = $1 AND partition = $2 AND record_offset IN (
               SELECT record_offset FROM oldest WHERE record_offset < coalesce(
                 (SELECT min(record_offset) FROM oldest WHERE appended_at >= $3), 9223372036854775807))
             RETURNING record_offset
           ), moved AS (
             UPDATE bus.partition SET first_offset = greatest(first_offset, (SELECT max(record_offset) + 1 FROM gone))
             WHERE topic = $1 AND partition = $2 AND EXISTS (SELECT 1 FROM gone)
           )
           SELECT 1 FROM gone`,
          [topic, partition, before],
        );
        deleted += rowCount ?? 0;
        more = rowCount === 1_000;
      }
    }
    return deleted;
  }

  const context: LogContext = {
    pool,
    log,
    leaseMs,
    beatMs: options.beatMs ?? leaseMs / 4,
    pollMs: options.pollMs ?? 2_000,
    ensureTopic,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    publish,
    prune,
    async identity() {
      known ??= (await pool.query<{ id: string }>('SELECT id FROM bus.identity')).rows[0]?.id;
      return known ?? '';
    },
    async subscribe(subscription, handler) {
      if (stopping.signal.aborted) throw new BusError('closed', 'the event bus is closed');
      const member = await joinGroup(context, subscription, handler);
      members.add(member);
      return {
        ...member,
        async close(closing) {
          members.delete(member);
          await member.close(closing);
        },
      };
    },
    async lag(group) {
      const { rows } = await pool.query<{ lag: string | number }>(
        `SELECT coalesce(sum(greatest(p.next_offset - greatest(c.next_offset, p.first_offset), 0)), 0) AS lag
         FROM bus.claim c JOIN bus.partition p USING (topic, partition) WHERE c.group_name = $1`,
        [group],
      );
      return Number(rows[0]?.lag);
    },
    async seek(group, position) {
      const moved = await inTransaction(pool, async (client) => {
        const active = await client.query(
          'SELECT 1 FROM bus.member WHERE group_name = $1 AND lease_until > clock_timestamp()',
          [group],
        );
        if (active.rowCount) return false;
        await client.query(
          `UPDATE bus.claim c SET epoch = c.epoch + 1, member = NULL, next_offset = CASE
             WHEN $2 = 'begin' THEN p.first_offset
             WHEN $2 = 'end' THEN p.next_offset
             ELSE coalesce((SELECT min(r.record_offset) FROM bus.record r
                  WHERE r.topic = c.topic AND r.partition = c.partition AND r.appended_at >= $3), p.next_offset) END
           FROM bus.partition p WHERE c.group_name = $1 AND p.topic = c.topic AND p.partition = c.partition`,
          [group, typeof position === 'string' ? position : 'time', typeof position === 'string' ? null : position],
        );
        return true;
      });
      if (!moved) throw new BusError('fatal', `group ${group} has active members`);
    },
    async close(closing) {
      if (stopping.signal.aborted) return;
      clearInterval(pruning);
      await Promise.all([...members].map((member) => member.close(closing)));
      stopping.abort();
      await listening;
      await pool.end();
    },
  };
}

/** Makes the schema current: one at a time, each file once. */
async function migrate(pool: Pool): Promise<void> {
  const folder = join(__dirname, '../log-migrations');
  await inTransaction(pool, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('jishi.bus.migrate'))`);
    await client.query('CREATE SCHEMA IF NOT EXISTS bus');
    await client.query('CREATE TABLE IF NOT EXISTS bus.migration (file text PRIMARY KEY)');
    const { rows } = await client.query<{ file: string }>('SELECT file FROM bus.migration');
    const done = new Set(rows.map(({ file }) => file));
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort()) {
      if (done.has(file)) continue;
      await client.query(partsOf(readFileSync(join(folder, file), 'utf8'), file).up);
      await client.query('INSERT INTO bus.migration (file) VALUES ($1)', [file]);
    }
  });
}

/** Runs the work in one transaction on a connection of the pool; a connection that failed is not used again. */
export async function inTransaction<R>(pool: Pool, work: (client: PoolClient) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  let failure: Error | undefined;
  const noticed = (error: Error) => {
    failure = error;
  };
  client.on('error', noticed);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off('error', noticed);
    // Handing the error over closes the connection, which rolls back whatever was open.
    client.release(failure);
  }
}

/** What a database error means to the caller of the bus. */
function asBusError(error: unknown): BusError {
  if (error instanceof BusError) return error;
  const { code = '', message } = error as Error & { code?: string };
  if (code === fencedSender) return new BusError('fenced', message, { cause: error });
  // 22: the data cannot be stored; 42: the statement is wrong. Everything else may pass another time.
  return new BusError(/^(22|42)/.test(code) ? 'fatal' : 'retriable', message, { cause: error });
}
