import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  afterwards,
  closeAll,
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
  runConsumers,
  settled,
  startRelay,
  writeOutbox,
  type Handler,
  type Snapshot,
  type SnapshotProgress,
} from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

const addedType = 'test.counter.added.v1';
const recordedType = 'test.counter.recorded.v1';
const endedType = 'test.counter.ended.v1';
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const kept = (n: number) => `k${String(n).padStart(5, '0')}`;

const contractOf = (type: string) =>
  Object.assign(
    (data: { key: string; total: number }) => {
      if (typeof data.total !== 'number') throw new TypeError('total must be a number');
      return { type, topic, key: data.key, data, dataClass: 'internal' as const };
    },
    { type, topic, dataClass: 'internal' as const },
  );
const data = `jsonb_build_object('key', s.key, 'total', s.total)`;
const snapshot: Snapshot = {
  told: [{ contract: contractOf(recordedType), data }],
  from: 'source s',
  key: 's.key',
  keyType: 'text',
  areaCode: `'410800'`,
};

const onAdded: Handler = async (tx, { partitionkey, aggregateversion, data: told }) => {
  await tx.query(
    `INSERT INTO tally AS t (key, version, total) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = t.total + excluded.total`,
    [partitionkey, aggregateversion, (told as { by: number }).by],
  );
};
const onRecorded: Handler = async (tx, { partitionkey, aggregateversion, data: told }) => {
  await tx.query(
    `INSERT INTO tally (key, version, total) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = excluded.total`,
    [partitionkey, aggregateversion, (told as { total: number }).total],
  );
};
const newcomer = consumer(
  'test.newcomer',
  { [addedType]: onAdded, [recordedType]: onRecorded },
  { start: 'snapshot', projection: ['tally'] },
);

const filled = async (aggregates: number): Promise<ServiceDatabase> => {
  const database = await serviceDatabase();
  await database.pool.query(
    `INSERT INTO source SELECT 'k' || lpad(n::text, 5, '0'), n FROM generate_series(1, $1::integer) n`,
    [aggregates],
  );
  return database;
};
const toldOf = async ({ pool }: ServiceDatabase) =>
  (await rowsOf<{ key: string }>(pool, 'SELECT key FROM outbox WHERE snapshot ORDER BY seq')).map(({ key }) => key);
const quick = { rate: Infinity, backlog: Infinity } as const;
const raise = (database: ServiceDatabase, key: string, by: number) =>
  inTransaction(database.pool, async (client) => {
    await client.query(
      'INSERT INTO source AS s (key, total) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET total = s.total + excluded.total',
      [key, by],
    );
    await writeOutbox(client, [added(key, by)], { actor: 'tester', occurredAt: new Date() });
  });

describe('a snapshot', () => {
  it('tells every aggregate once, marked, with its version and its place', async () => {
    const database = await filled(5);
    await raise(database, kept(2), 1);
    await raise(database, kept(2), 1);
    expect(await publishSnapshot(database, snapshot, { ...quick, actor: '王敏' })).toEqual({
      written: 5,
      finished: true,
      resumed: false,
    });
    const rows = await rowsOf(
      database.pool,
      'SELECT key, type, aggregate_version AS version, area_code, actor, data FROM outbox WHERE snapshot ORDER BY seq',
    );
    expect(rows).toHaveLength(5);
    expect(rows[1]).toEqual({
      key: kept(2),
      type: recordedType,
      version: 2,
      area_code: '410800',
      actor: '王敏',
      data: { key: kept(2), total: 4 },
    });
    expect(await rowsOf(database.pool, 'SELECT * FROM snapshot_key')).toEqual([]);
  });

  it('keeps the order in which the others must learn them, over all batches', async () => {
    const database = await filled(20);
    await publishSnapshot(database, { ...snapshot, order: 's.total % 3' }, { ...quick, batch: 3 });
    const inOrder = upTo(20).sort((a, b) => (a % 3) - (b % 3) || a - b);
    expect(await toldOf(database)).toEqual(inOrder.map(kept));
  });

  it('says each by the event of its state, and those of no state not at all', async () => {
    const database = await filled(9);
    const states: Snapshot = {
      ...snapshot,
      told: [
        { contract: contractOf(endedType), when: 's.total > 6', data },
        { contract: contractOf(recordedType), when: 's.total > 2', data },
      ],
    };
    expect(await publishSnapshot(database, states, quick)).toMatchObject({ written: 7 });
    expect(
      await rowsOf(database.pool, 'SELECT type, count(*)::integer AS n FROM outbox GROUP BY type ORDER BY type'),
    ).toEqual([
      { type: endedType, n: 3 },
      { type: recordedType, n: 4 },
    ]);
  });

  it('goes on where it was when it was interrupted or its connection was killed', async () => {
    const database = await filled(50);
    const stopping = new AbortController();
    const first = await publishSnapshot(database, snapshot, {
      ...quick,
      batch: 7,
      signal: stopping.signal,
      onProgress: ({ done }) => done >= 14 && stopping.abort(),
    });
    expect(first).toMatchObject({ written: 14, finished: false });
    let killed = false;
    const broken = publishSnapshot(database, snapshot, {
      ...quick,
      batch: 7,
      onProgress({ done }) {
        if (done < 28 || killed) return;
        killed = true;
        void database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
      },
      rate: 100,
    });
    await expect(broken).rejects.toThrow();
    const last = await publishSnapshot(database, snapshot, { ...quick, batch: 7 });
    expect(last).toMatchObject({ finished: true, resumed: true });
    expect(await toldOf(database)).toEqual(upTo(50).map(kept));
  });

  it('begins anew when that is asked for, when it had finished, and a day after it was interrupted', async () => {
    const database = await filled(10);
    const half = async (more = {}) => {
      const stopping = new AbortController();
      const onProgress = ({ done }: SnapshotProgress) => void (done >= 4 && stopping.abort());
      return publishSnapshot(database, snapshot, { ...quick, batch: 4, signal: stopping.signal, onProgress, ...more });
    };
    await half();
    expect(await publishSnapshot(database, snapshot, { ...quick, again: true })).toMatchObject({ written: 10 });
    expect(await publishSnapshot(database, snapshot, quick)).toMatchObject({ written: 10, resumed: false });
    await half({ clock: () => new Date(Date.now() - 25 * 3_600_000) });
    expect(await publishSnapshot(database, snapshot, quick)).toMatchObject({ written: 10, resumed: false });
  });

  it('does not go faster than it may', async () => {
    const database = await filled(60);
    const begun = performance.now();
    await publishSnapshot(database, snapshot, { rate: 100, batch: 10 });
    expect(performance.now() - begun).toBeGreaterThan(500);
  });

  it('waits while the outbox is far behind, and says so', async () => {
    const database = await filled(60);
    const waited: number[] = [];
    const publishing = publishSnapshot(database, snapshot, {
      rate: Infinity,
      batch: 10,
      backlog: 20,
      onProgress: ({ waitsFor }) => void (waitsFor && waited.push(waitsFor)),
    });
    await until('it waits', () => waited.length > 1);
    expect(await toldOf(database)).toHaveLength(30);
    const bus = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 2 }));
    afterwards(startRelay({ url: database.url, service: 'test', bus, intervals: { idle: 20, busy: 5 } }));
    expect(await publishing).toMatchObject({ written: 60, finished: true });
  });

  it('of one topic runs once at a time', async () => {
    const database = await filled(5);
    const results = await Promise.allSettled(
      upTo(2).map(() => publishSnapshot(database, snapshot, { batch: 1, rate: 20 })),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { name: 'SnapshotRunning' } },
    ]);
    expect(await toldOf(database)).toHaveLength(5);
  });

  it('is not given rows that break the contract', async () => {
    const database = await filled(3);
    const broken = {
      ...snapshot,
      told: [{ contract: contractOf(recordedType), data: `jsonb_build_object('key', s.key)` }],
    };
    await expect(publishSnapshot(database, broken as unknown as Snapshot, quick)).rejects.toThrow(
      'total must be a number',
    );
    expect(await toldOf(database)).toEqual([]);
    const foreign = { contract: contractOf(recordedType), data: `jsonb_build_object('key', 'x', 'total', 1)` };
    await expect(publishSnapshot(database, { ...snapshot, told: [foreign] }, quick)).rejects.toThrow('under the key');
  });
});

describe('a new consumer', () => {
  it('starts from the snapshot and goes on live, without a gap or a double effect, while the owner keeps writing', async () => {
    let days = 0;
    const database = await serviceDatabase();
    const bus = afterwards(
      await postgresLogBus({
        url: await logDatabase(),
        partitions: () => 4,
        keepDays: 30,
        clock: () => new Date(Date.now() + days * 86_400_000),
      }),
    );
    const relay = afterwards(startRelay({ url: database.url, service: 'test', bus, intervals: { idle: 20, busy: 5 } }));
    for (const n of upTo(200)) await raise(database, kept(n % 40), n);
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
          await raise(database, kept(n % 40), n % 10);
          written += 1;
        }
      }),
    );
    await sleep(100);
    const running = afterwards(await runConsumers({ database, bus, consumers: [newcomer], watchMs: 100 }));
    await sleep(100);
    const { written: told } = await publishSnapshot(database, snapshot, { batch: 7, rate: 200 });
    await sleep(150);
    stop = true;
    await writers;
    await settled([relay], [running]);
    expect(told).toBe(40);
    expect(written).toBeGreaterThan(50);
    const rows = (table: string) => rowsOf(database.pool, `SELECT key, total FROM ${table} ORDER BY key`);
    expect(await rows('tally')).toEqual(await rows('source'));
    expect(await rowsOf(database.pool, 'SELECT * FROM dead_letter')).toEqual([]);
    const [marks] = await rowsOf(
      database.pool,
      `SELECT count(*)::int AS equal FROM consumer_high_water w JOIN aggregate_version v USING (topic, key, version)`,
    );
    expect(marks).toEqual({ equal: 40 });
  });

  it('gets 20,000 aggregates that never spoke, in batches as large as one likes', async () => {
    const database = await filled(20_000);
    const bus = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 4 }));
    const relay = afterwards(startRelay({ url: database.url, service: 'test', bus, intervals: { idle: 20, busy: 5 } }));
    const begun = performance.now();
    expect(await publishSnapshot(database, snapshot, { ...quick, batch: 20_000 })).toMatchObject({ written: 20_000 });
    expect(performance.now() - begun).toBeLessThan(20_000);
    const running = afterwards(await runConsumers({ database, bus, consumers: [newcomer] }));
    await settled([relay], [running], { withinMs: 50_000 });
    await raise(database, kept(1), 5);
    await settled([relay], [running]);
    expect(await rowsOf(database.pool, 'SELECT count(*)::int AS n, sum(total)::int AS total FROM tally')).toEqual([
      { n: 20_000, total: 200_010_000 + 5 },
    ]);
  });
});
