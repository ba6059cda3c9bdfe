import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  afterwards,
  closeAll,
  cloudEvent,
  emit,
  inTransaction,
  logDatabase,
  rowsOf,
  serviceDatabase,
  topic,
  until,
  type ServiceDatabase,
} from '../fixtures/harness';
import {
  consumer,
  postgresLogBus,
  publishSnapshot,
  publishSnapshotOf,
  resetProjection,
  runConsumers,
  settled,
  startRelay,
  writeOutbox,
  type ConsumerOptions,
  type Handler,
  type SnapshotReader,
} from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

const addedType = 'test.counter.added.v1';
const recordedType = 'test.counter.recorded.v1';
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

const onAdded: Handler = async (tx, { partitionkey, aggregateversion, data }) => {
  await tx.query(
    `INSERT INTO tally AS t (key, version, total) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = t.total + excluded.total`,
    [partitionkey, aggregateversion, (data as { by: number }).by],
  );
};
const onRecorded: Handler = async (tx, { partitionkey, aggregateversion, data }) => {
  await tx.query(
    `INSERT INTO tally (key, version, total) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = excluded.total`,
    [partitionkey, aggregateversion, (data as { total: number }).total],
  );
};
const projection = (options: ConsumerOptions = {}) =>
  consumer('test.tally', { [addedType]: onAdded, [recordedType]: onRecorded }, { projection: ['tally'], ...options });

/** The clock of the log's retention, so many days ahead. */
let days = 0;
const later = () => new Date(Date.now() + days * 86_400_000);

async function place() {
  const database = await serviceDatabase();
  const bus = afterwards(
    await postgresLogBus({ url: await logDatabase(), partitions: () => 4, keepDays: 30, clock: later }),
  );
  const relay = afterwards(startRelay({ url: database.url, service: 'test', bus, intervals: { idle: 20, busy: 5 } }));
  return { database, bus, relay };
}

/** The owner's command: its own row and the event that says so, together. */
const raise = (database: ServiceDatabase, key: string, by: number) =>
  inTransaction(database.pool, async (client) => {
    await client.query(
      'INSERT INTO source AS s (key, total) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET total = s.total + excluded.total',
      [key, by],
    );
    await writeOutbox(client, [added(key, by)], { actor: 'tester', occurredAt: new Date() });
  });
const read: SnapshotReader = async (query, after) => {
  const { rows } = await query('SELECT key, total FROM source WHERE key > $1 ORDER BY key LIMIT 7', [after ?? '']);
  const state = rows as { key: string; total: number }[];
  return {
    events: state.map(({ key, total }) => ({
      type: recordedType,
      topic,
      key,
      data: { total },
      dataClass: 'internal' as const,
    })),
    next: state.at(-1)?.key ?? null,
  };
};
const sourceOf = (database: ServiceDatabase) => rowsOf(database.pool, 'SELECT key, total FROM source ORDER BY key');
const tallyOf = (database: ServiceDatabase) => rowsOf(database.pool, 'SELECT key, total FROM tally ORDER BY key');

describe('a projection', () => {
  it('comes out identical when it is rebuilt, while events keep coming', async () => {
    const { database, relay, bus } = await place();
    const running = afterwards(await runConsumers({ database, bus, consumers: [projection()] }));
    for (const n of upTo(120)) await emit(database.pool, [added(`k${n % 17}`, n)]);
    await settled([relay], [running]);
    const full = () => rowsOf(database.pool, 'SELECT key, version, total FROM tally ORDER BY key');
    const before = await full();
    await running.rebuild('test.tally');
    await settled([relay], [running]);
    expect(await full()).toEqual(before);
    expect(before).toHaveLength(17);

    const writing = (async () => {
      for (const n of upTo(60)) await raise(database, `k${n % 17}`, n);
    })();
    await running.rebuild('test.tally');
    await writing;
    await settled([relay], [running]);
    const sums = await rowsOf(
      database.pool,
      `SELECT key, max(aggregate_version) AS version, sum((data ->> 'by')::int)::bigint AS total FROM outbox GROUP BY key ORDER BY key COLLATE "C"`,
    );
    expect(await rowsOf(database.pool, 'SELECT key, version, total FROM tally ORDER BY key COLLATE "C"')).toEqual(sums);
  });

  it('is rebuilt by members that run elsewhere, without being told', async () => {
    const { database, relay, bus } = await place();
    const running = afterwards(await runConsumers({ database, bus, consumers: [projection()], watchMs: 50 }));
    for (const n of upTo(30)) await emit(database.pool, [added(`k${n % 5}`, n)]);
    await settled([relay], [running]);
    const before = await tallyOf(database);
    await resetProjection(database, projection());
    expect(await tallyOf(database)).toEqual([]);
    await until('filled again', async () => JSON.stringify(await tallyOf(database)) === JSON.stringify(before));
  });

  it('may not emit, and a consumer that is none cannot be rebuilt', async () => {
    const { database, bus } = await place();
    const emitting = consumer(
      'test.emitting',
      { [addedType]: async (tx) => tx.emit(added('x')) },
      { projection: ['tally'] },
    );
    const running = afterwards(
      await runConsumers({ database, bus, consumers: [emitting], retries: { attempts: 2, first: 1 } }),
    );
    await bus.publish(topic, [cloudEvent('a', 1)]);
    await settled([], [running]);
    expect(await rowsOf(database.pool, 'SELECT cause FROM dead_letter')).toEqual([
      { cause: expect.stringContaining('test.emitting is a projection') },
    ]);
    const plain = consumer('test.plain', { [addedType]: onAdded });
    await expect(resetProjection(database, plain)).rejects.toThrow('it cannot be rebuilt');
  });
});

describe('a new consumer', () => {
  it('starts from snapshots and goes on live, without a gap or a double effect, while the owner keeps writing', async () => {
    const { database, bus, relay } = await place();
    const keys = upTo(40).map((n) => `k${String(n).padStart(2, '0')}`);
    for (const n of upTo(200)) await raise(database, keys[n % 40] ?? '', n);
    await settled([relay], []);
    // As retention does after a month: the log no longer holds the beginning.
    days = 31;
    expect(await bus.prune()).toBe(200);
    days = 0;

    let stop = false;
    let written = 0;
    const writers = Promise.all(
      upTo(6).map(async (w) => {
        for (let n = w; !stop; n += 7) {
          await raise(database, keys[n % 40] ?? '', n % 10);
          written += 1;
        }
      }),
    );
    await sleep(100);
    const running = afterwards(
      await runConsumers({ database, bus, consumers: [projection({ start: 'snapshot' })], watchMs: 100 }),
    );
    await sleep(100);
    const progress: (string | null)[] = [];
    const count = await publishSnapshot(database, read, {
      throttleMs: 5,
      progress: (after) => void progress.push(after),
    });
    await sleep(150);
    stop = true;
    await writers;
    await settled([relay], [running]);
    expect(count).toBe(40);
    expect(progress.at(-1)).toBeNull();
    expect(written).toBeGreaterThan(50);
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
    expect(await rowsOf(database.pool, 'SELECT * FROM dead_letter')).toEqual([]);
    const [marks] = await rowsOf(
      database.pool,
      `SELECT count(*)::int AS equal FROM consumer_high_water w JOIN aggregate_version v USING (topic, key, version)`,
    );
    expect(marks).toEqual({ equal: 40 });
  });

  it('resumes a snapshot behind the aggregate that was told last', async () => {
    const { database, relay, bus } = await place();
    for (const n of upTo(30)) await raise(database, `k${String(n).padStart(2, '0')}`, n);
    const stopping = new AbortController();
    let last: string | null = null;
    const progress = (after: string | null) => {
      last = after;
      stopping.abort();
    };
    expect(await publishSnapshot(database, read, { signal: stopping.signal, progress })).toBe(7);
    expect(last).toBe('k07');
    expect(await publishSnapshot(database, read, { after: last ?? '', throttleMs: 0 })).toBe(23);
    await relay.close();
    await bus.close();
  });

  it('gets 20,000 aggregates that never spoke in one statement, in the given order', async () => {
    const { database, relay, bus } = await place();
    await database.pool.query(
      `INSERT INTO source SELECT 'k' || lpad(n::text, 5, '0'), n FROM generate_series(1, 20000) n`,
    );
    const begun = performance.now();
    const contract = {
      type: recordedType,
      topic,
      dataClass: 'internal' as const,
      parse: (data: unknown) => data as Record<string, unknown>,
    };
    const select = `SELECT key, jsonb_build_object('total', total) AS data, NULL::text AS org_path, $1::text AS area_code
                    FROM source ORDER BY key DESC`;
    expect(await publishSnapshotOf(database, contract, select, ['410800'])).toBe(20_000);
    const wroteIn = performance.now() - begun;
    const [first] = await rowsOf(
      database.pool,
      'SELECT key, aggregate_version, snapshot, area_code FROM outbox ORDER BY seq LIMIT 1',
    );
    expect(first).toEqual({ key: 'k20000', aggregate_version: 0, snapshot: true, area_code: '410800' });
    const running = afterwards(await runConsumers({ database, bus, consumers: [projection()] }));
    await settled([relay], [running], { withinMs: 50_000 });
    await raise(database, 'k00001', 5);
    await settled([relay], [running]);
    expect(await rowsOf(database.pool, 'SELECT count(*)::int AS n, sum(total)::int AS total FROM tally')).toEqual([
      { n: 20_000, total: 200_010_000 + 5 },
    ]);
    expect(wroteIn).toBeLessThan(10_000);
  });

  it('is not given rows that break the contract', async () => {
    const { database } = await place();
    await database.pool.query(`INSERT INTO source VALUES ('a', 1)`);
    const parse = () => {
      throw new TypeError('total must be a word');
    };
    const contract = { type: recordedType, topic, dataClass: 'internal' as const, parse };
    const select = `SELECT key, jsonb_build_object('total', total) AS data, NULL AS org_path, NULL AS area_code FROM source`;
    await expect(publishSnapshotOf(database, contract, select)).rejects.toThrow('total must be a word');
    expect(await rowsOf(database.pool, 'SELECT * FROM outbox')).toEqual([]);
  });
});
