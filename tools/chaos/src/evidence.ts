import { connected } from '@jishi/embedded-postgres';
import type { EventBus } from '@jishi/event-delivery';
import type { Compared, Effects, Emitted, Logged } from './checker';
import { accountTopic, consumersOf, receiptTopic, sides, topics, type Moved, type Side } from './service';

/** Asks again when a busy machine does not connect in time. */
async function rowsOf<R>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connected(url, async (client) => (await client.query({ text, values })).rows as R[]);
    } catch (error) {
      if (tries === 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** How many movements each command has in the owner's database. */
export async function writtenIn(owner: string): Promise<Map<string, number>> {
  const rows = await rowsOf<{ command: string; n: string }>(
    owner,
    'SELECT command, count(*) AS n FROM movement GROUP BY command',
  );
  return new Map(rows.map(({ command, n }) => [command, Number(n)]));
}

const shared = `event_id AS id, topic, key, aggregate_version::integer AS version, data->>'command' AS command,
  (data->>'n')::integer AS n`;

export async function outboxIn(url: string): Promise<Emitted[]> {
  const rows = await rowsOf<Emitted & { command: string | null; n: number | null }>(
    url,
    `SELECT ${shared} FROM outbox ORDER BY seq`,
  );
  return rows.map(asEmitted);
}

function asEmitted<E extends Emitted>({ command, n, ...event }: E & { command?: string | null; n?: number | null }): E {
  return { ...event, ...(command != null && { command }), ...(n != null && { n }) } as unknown as E;
}

/** The log in PostgreSQL, every record in the order of its partition. */
export async function logIn(bus: string): Promise<Logged[]> {
  const rows = await rowsOf<Logged>(
    bus,
    `SELECT event_id AS id, topic, partition, record_offset::integer AS offset, attributes->>'partitionkey' AS key,
       (attributes->>'aggregateversion')::integer AS version, data->>'command' AS command, (data->>'n')::integer AS n
     FROM bus.record ORDER BY topic, partition, record_offset`,
  );
  return rows.map(asEmitted);
}

/** Every record of the run's topics, read through the port as a new group reads them. */
export async function logThrough(bus: EventBus): Promise<Logged[]> {
  const log: Logged[] = [];
  const group = 'chaos.checker';
  const reading = await bus.subscribe(
    { group, topics, from: 'begin', checkpoint: 'bus', batch: 1_000 },
    async ({ records }) => {
      for (const { topic, partition, offset, event } of records) {
        const { command, n } = event.data as Partial<Moved>;
        const { id, partitionkey: key, aggregateversion: version } = event;
        log.push(asEmitted({ id, topic, partition, offset, key, version, command, n }));
      }
    },
  );
  try {
    const end = performance.now() + 300_000;
    for (let before = -1; ; before = log.length) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      if (log.length > 0 && log.length === before && (await bus.lag(group)) === 0) break;
      if (performance.now() > end) throw new Error(`the bus could not be read: ${log.length} records after 5 minutes`);
    }
  } finally {
    await reading.close();
  }
  return log.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset);
}

/** What the consumers of one service did, in order. A partition has one holder at a time, so the sequence is the order. */
export async function effectsIn(url: string, side: Side): Promise<Effects[]> {
  const effects: Effects[] = [];
  for (const { name, topics: listened, ordering } of consumersOf[side]) {
    const applied = await rowsOf<Effects['applied'][0]>(
      url,
      'SELECT event_id AS id, key, version::integer AS version FROM applied WHERE consumer = $1 ORDER BY seq',
      [name],
    );
    effects.push({ consumer: name, topic: listened[0] ?? '', ordering, applied });
  }
  return effects;
}

async function asMap(url: string, sql: string): Promise<Map<string, string>> {
  const rows = await rowsOf<{ key: string; value: string }>(url, sql);
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** Each projection beside what its owner's database says. */
export async function comparisonsOf(urls: Readonly<Record<Side, string>>): Promise<Compared[]> {
  const { owner, reader } = urls;
  const accounts = await asMap(
    owner,
    `SELECT id AS key, balance || ' v' || v.version AS value
     FROM account a JOIN aggregate_version v ON v.topic = '${accountTopic}' AND v.key = a.id::text`,
  );
  const versions = await asMap(
    owner,
    `SELECT key, version::text AS value FROM aggregate_version WHERE topic = '${accountTopic}'`,
  );
  const copies = (table: string) =>
    asMap(reader, `SELECT id AS key, balance || ' v' || version AS value FROM ${table}`);
  return [
    { invariant: 'I6', what: 'known account', source: accounts, projection: await copies('known_account') },
    { invariant: 'I6', what: 'newest account', source: accounts, projection: await copies('newest_account') },
    {
      invariant: 'I6',
      what: 'balance of the movements',
      source: await asMap(owner, `SELECT account AS key, sum(amount)::text AS value FROM movement GROUP BY account`),
      projection: await asMap(reader, `SELECT id AS key, balance::text AS value FROM known_account`),
    },
    {
      invariant: 'I6',
      what: 'receipts',
      source: versions,
      projection: await asMap(reader, `SELECT id AS key, receipts::text AS value FROM receipt`),
    },
    {
      invariant: 'I6',
      what: 'receipts that came back',
      source: await asMap(
        reader,
        `SELECT key, version::text AS value FROM aggregate_version WHERE topic = '${receiptTopic}'`,
      ),
      projection: await asMap(owner, `SELECT id AS key, receipts::text AS value FROM heard`),
    },
    {
      invariant: 'I7',
      what: 'total',
      source: await asMap(
        owner,
        `SELECT kind AS key, count(*) || ' events, ' || sum(amount) AS value FROM movement GROUP BY kind`,
      ),
      projection: await asMap(
        reader,
        `SELECT kind AS key, sum(events) || ' events, ' || sum(amount) AS value FROM total GROUP BY kind`,
      ),
    },
  ];
}

/** Events that stand in an outbox and were not published. */
export async function unpublishedIn(urls: Readonly<Record<Side, string>>): Promise<number> {
  let sum = 0;
  for (const side of sides) {
    const [row] = await rowsOf<{ n: string }>(
      urls[side],
      'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL',
    );
    sum += Number(row?.n);
  }
  return sum;
}

/** What consumers set aside, in words. */
export async function deadLettersIn(urls: Readonly<Record<Side, string>>): Promise<string[]> {
  const letters: string[] = [];
  for (const side of sides) {
    const rows = await rowsOf<{ letter: string }>(
      urls[side],
      `SELECT consumer || ' ' || key || ' v' || aggregate_version || ' at ' || record_offset || ': ' || cause AS letter
       FROM dead_letter ORDER BY seq`,
    );
    letters.push(...rows.map(({ letter }) => letter));
  }
  return letters;
}
