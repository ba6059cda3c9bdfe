import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  afterwards,
  closeAll,
  cloudEvent,
  emit,
  inTransaction,
  logDatabase,
  Note,
  rowsOf,
  serviceDatabase,
  topic,
  until,
  type ServiceDatabase,
} from '../fixtures/harness';
import {
  consumer,
  deadLetters,
  postgresLogBus,
  publishSnapshot,
  rebuildProjection,
  runConsumers,
  settled,
  startRelay,
  writeOutbox,
  type ConsumerOptions,
  type Handler,
  type RebuildOptions,
  type Snapshot,
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
const projection = (options: ConsumerOptions = {}, handle: Handler = onAdded) =>
  consumer('test.tally', { [addedType]: handle, [recordedType]: onRecorded }, { projection: ['tally'], ...options });

/** The owner's state as it says it again. */
const snapshot: Snapshot = {
  told: [
    {
      contract: Object.assign(
        (data: { key: string; total: number }) => ({
          type: recordedType,
          topic,
          key: data.key,
          data,
          dataClass: 'internal' as const,
        }),
        { type: recordedType, topic, dataClass: 'internal' as const },
      ),
      data: `jsonb_build_object('key', s.key, 'total', s.total)`,
    },
  ],
  from: 'source s',
  key: 's.key',
  keyType: 'text',
};

/** The clock of the log's retention, so many days ahead. */
let days = 0;
const later = () => new Date(Date.now() + days * 86_400_000);

async function place(live = projection()) {
  const database = await serviceDatabase();
  const bus = afterwards(
    await postgresLogBus({ url: await logDatabase(), partitions: () => 4, keepDays: 30, clock: later, leaseMs: 2_000 }),
  );
  const relay = afterwards(startRelay({ url: database.url, service: 'test', bus, intervals: { idle: 20, busy: 5 } }));
  const retries = { attempts: 2, first: 1, longest: 5 };
  const running = afterwards(await runConsumers({ database, bus, consumers: [live], watchMs: 50, retries }));
  const rebuild = (more: Partial<RebuildOptions> = {}) => rebuildProjection({ database, bus, consumer: live, ...more });
  return { database, bus, relay, running, rebuild, settled: () => settled([relay], [running]) };
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
const sourceOf = (database: ServiceDatabase) =>
  rowsOf(database.pool, 'SELECT key, total FROM source ORDER BY key COLLATE "C"');
const tallyOf = (database: ServiceDatabase) =>
  rowsOf<{ key: string; total: number }>(database.pool, 'SELECT key, total FROM tally ORDER BY key COLLATE "C"');
const rest = (database: ServiceDatabase) =>
  rowsOf(
    database.pool,
    `SELECT nspname AS left FROM pg_namespace WHERE nspname LIKE 'rebuild%'
     UNION ALL SELECT consumer FROM consumer_checkpoint WHERE consumer LIKE '%.rebuild'
     UNION ALL SELECT consumer FROM consumer_high_water WHERE consumer LIKE '%.rebuild'
     UNION ALL SELECT consumer FROM dead_letter WHERE consumer LIKE '%.rebuild'`,
  );

describe('a rebuild', () => {
  it('comes out identical and touches no row that is right', async () => {
    const { database, rebuild, ...at } = await place();
    for (const n of upTo(120)) await emit(database.pool, [added(`k${n % 17}`, n)]);
    await at.settled();
    const full = () => rowsOf(database.pool, 'SELECT *, xmin FROM tally ORDER BY key');
    const before = await full();
    expect(before).toHaveLength(17);
    expect(await rebuild()).toMatchObject({
      records: 120,
      tables: [{ table: 'tally', rows: 17, written: 0, removed: 0 }],
    });
    expect(await full()).toEqual(before);
    expect(await rest(database)).toEqual([]);
  });

  it('puts wrong, missing and surplus rows right', async () => {
    const { database, rebuild, ...at } = await place();
    for (const n of upTo(20)) await raise(database, `k${n % 5}`, n);
    await at.settled();
    await database.pool.query(
      `UPDATE tally SET total = 7 WHERE key = 'k1'; DELETE FROM tally WHERE key = 'k2'; INSERT INTO tally VALUES ('x', 1, 1)`,
    );
    expect(await rebuild()).toMatchObject({ tables: [{ rows: 5, written: 2, removed: 2 }] });
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
    await raise(database, 'k2', 100);
    await at.settled();
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
  });

  it('is seen by no reader and waited for by none, while events keep coming', async () => {
    const { database, rebuild, ...at } = await place();
    for (const n of upTo(300)) await raise(database, `k${String(n % 40).padStart(2, '0')}`, n);
    await at.settled();
    let stop = false;
    let slowest = 0;
    const sums: number[] = [];
    const reading = (async () => {
      // One transaction holds on to the table all the time, as a long report does.
      const report = await database.pool.connect();
      try {
        await report.query('BEGIN');
        await report.query('SELECT count(*) FROM tally');
        while (!stop) {
          const begun = performance.now();
          const [seen] = await rowsOf<{ rows: number; total: number }>(
            database.pool,
            'SELECT count(*)::integer AS rows, sum(total)::float8 AS total FROM tally',
          );
          slowest = Math.max(slowest, performance.now() - begun);
          expect(seen?.rows).toBe(40);
          sums.push(seen?.total ?? 0);
          await sleep(2);
        }
      } finally {
        report.release(true);
      }
    })();
    const writing = (async () => {
      for (let n = 1; !stop; n += 1) await raise(database, `k${String(n % 40).padStart(2, '0')}`, 1);
    })();
    try {
      await rebuild();
      await rebuild();
    } finally {
      stop = true;
      await Promise.all([reading, writing]);
    }
    await at.settled();
    // What was seen once is never taken back: the figures only grow.
    expect(sums).toEqual([...sums].sort((a, b) => a - b));
    expect(sums.length).toBeGreaterThan(20);
    expect(slowest).toBeLessThan(1_000);
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
  });

  it('waits at the take-over for what the live consumer has read meanwhile, so that nothing goes back', async () => {
    const { database, bus, rebuild, ...at } = await place();
    for (const n of upTo(9)) await raise(database, `k${n % 3}`, n);
    await at.settled();
    // The copy has read everything; then the live consumer reads one more, and the copy only while the take-over waits.
    let open = (): void => undefined;
    let gate: Promise<void> | undefined;
    const slowly: RebuildOptions['bus'] = {
      ...bus,
      subscribe: (subscription, handler) =>
        bus.subscribe(subscription, async (batch) => {
          await gate;
          return handler(batch);
        }),
    };
    let moved = false;
    const late: RebuildOptions['database'] = {
      ...database,
      async transact(caller, work) {
        if (gate && !moved) {
          moved = true;
          await raise(database, 'k1', 100);
          await until('live has it', async () => (await tallyOf(database))[1]?.total === 112);
          setTimeout(open, 300);
        }
        return database.transact(caller, work);
      },
    };
    await rebuild({
      bus: slowly,
      database: late,
      onProgress({ stage }) {
        if (stage === 'taking-over') gate ??= new Promise((resolve) => (open = resolve));
      },
    });
    expect(moved).toBe(true);
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
  });

  it('that is killed leaves what readers see, and the next one begins anew', async () => {
    const { database, bus, rebuild, ...at } = await place();
    for (const n of upTo(60)) await raise(database, `k${n % 7}`, n);
    await at.settled();
    const before = await tallyOf(database);
    // As after kill -9: half a copy, a position and marks that belong to nobody.
    await database.pool.query(`
      CREATE SCHEMA rebuild_test_tally; CREATE TABLE rebuild_test_tally.tally (LIKE tally INCLUDING ALL);
      INSERT INTO rebuild_test_tally.tally VALUES ('k1', 900, 900);
      INSERT INTO consumer_checkpoint (consumer, topic, partition, next_offset) SELECT 'test.tally.rebuild', topic, partition, next_offset
        FROM consumer_checkpoint WHERE consumer = 'test.tally';
      INSERT INTO consumer_high_water SELECT 'test.tally.rebuild', topic, key, version FROM consumer_high_water`);
    const stopping = new AbortController();
    const begun = rebuild({ signal: stopping.signal, onProgress: () => stopping.abort() });
    await expect(begun).rejects.toMatchObject({ name: 'RebuildGivenUp', why: 'aborted' });
    expect(await tallyOf(database)).toEqual(before);
    expect(await rest(database)).toEqual([]);
    // The connection that holds the lock dies: another rebuild may begin, this one must not go on.
    const cut = rebuild({
      onProgress: () =>
        void database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND pid IN (SELECT pid FROM pg_stat_activity WHERE query LIKE '%7105203%')`,
        ),
      bus: {
        ...bus,
        subscribe: async (subscription, handler) => (await sleep(300), bus.subscribe(subscription, handler)),
      },
    });
    await expect(cut).rejects.toMatchObject({ name: 'RebuildGivenUp', why: 'lost-connection' });
    expect(await rebuild()).toMatchObject({ tables: [{ rows: 7, written: 0, removed: 0 }] });
    expect(await tallyOf(database)).toEqual(before);
  });

  it('runs once at a time', async () => {
    const { database, rebuild, ...at } = await place();
    await raise(database, 'a', 1);
    await at.settled();
    const results = await Promise.allSettled([rebuild(), rebuild()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { why: 'running-already' } });
  });

  it('repeats nothing that reaches beyond the projection, and says so', async () => {
    const beyond: Record<string, Handler> = {
      writes: async (tx) => void (await tx.query('INSERT INTO noise VALUES (1)')),
      'is a projection': async (tx) => tx.emit(added('x')),
      'audit trail': async (tx) =>
        void (await tx.insert(Note, { id: '0198aaaa-0000-7000-8000-000000000001', text: 'seen' })),
    };
    for (const [said, handle] of Object.entries(beyond)) {
      let rebuilding = false;
      const live = projection({}, async (tx, event) => {
        await onAdded(tx, event);
        if (rebuilding) await handle(tx, event);
      });
      const { database, rebuild, ...at } = await place(live);
      await raise(database, 'a', 1);
      await at.settled();
      rebuilding = true;
      await expect(rebuild()).rejects.toMatchObject({ why: 'not-applicable', message: expect.stringContaining(said) });
      expect(await rowsOf(database.pool, 'SELECT * FROM noise')).toEqual([]);
      expect(await tallyOf(database)).toEqual([{ key: 'a', total: 1 }]);
      await closeAll();
    }
  });

  it('leaves rows of others alone that the handlers put right, and puts them right once at the end', async () => {
    const live = projection(
      {
        adjusts: {
          tables: ['source'],
          again: async (tx) =>
            void (await tx.query(
              'UPDATE source s SET total = t.total FROM tally t WHERE t.key = s.key AND s.total <> t.total',
            )),
        },
      },
      async (tx, event) => {
        await onAdded(tx, event);
        await tx.query('UPDATE source SET total = $2 WHERE key = $1', [
          event.partitionkey,
          (event.data as { by: number }).by,
        ]);
      },
    );
    const { database, rebuild, ...at } = await place(live);
    for (const n of upTo(6)) await emit(database.pool, [added(`k${n % 2}`, n)]);
    await at.settled();
    await database.pool.query(`INSERT INTO source VALUES ('k0', 12), ('k1', 5)`);
    await rebuild();
    expect(await sourceOf(database)).toEqual([
      { key: 'k0', total: 12 },
      { key: 'k1', total: 9 },
    ]);
    const touched = await rowsOf(
      database.pool,
      `SELECT n_tup_upd::integer AS n FROM pg_stat_user_tables WHERE relname = 'source'`,
    );
    await until(
      'one row was put right',
      async () =>
        JSON.stringify(touched) === '[{"n":1}]' ||
        JSON.stringify(
          await rowsOf(
            database.pool,
            `SELECT n_tup_upd::integer AS n FROM pg_stat_user_tables WHERE relname = 'source'`,
          ),
        ) === '[{"n":1}]',
    );
  });

  it('from another bus than the one that is read is refused', async () => {
    const { database, rebuild, ...at } = await place();
    await raise(database, 'a', 1);
    await at.settled();
    const other = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 4 }));
    await expect(rebuild({ bus: other })).rejects.toMatchObject({ why: 'another-bus' });
    expect(await tallyOf(database)).toEqual([{ key: 'a', total: 1 }]);
  });

  it('of a consumer that is none is refused', async () => {
    const { database, bus } = await place();
    const plain = consumer('test.plain', { [addedType]: onAdded });
    await expect(rebuildProjection({ database, bus, consumer: plain })).rejects.toThrow('it cannot be rebuilt');
    const keyless = projection({ projection: ['noise'] });
    await expect(rebuildProjection({ database, bus, consumer: keyless })).rejects.toThrow('noise has no key');
  });
});

describe('a rebuild when the bus has forgotten', () => {
  async function forgetful() {
    const at = await place(projection({ start: 'snapshot' }));
    for (const n of upTo(50)) await raise(at.database, `k${n % 10}`, n);
    await at.settled();
    days = 31;
    expect(await at.bus.prune()).toBe(50);
    days = 0;
    await raise(at.database, 'k3', 1);
    await at.settled();
    return at;
  }

  it('is given up with the topic that lacks, and nothing has changed', async () => {
    const { database, rebuild } = await forgetful();
    const before = await tallyOf(database);
    await expect(rebuild()).rejects.toMatchObject({ why: 'missing', missing: { [topic]: 10 } });
    expect(await tallyOf(database)).toEqual(before);
  });

  it('asks the owner for a snapshot and comes out identical', async () => {
    const { database, rebuild } = await forgetful();
    const asked: (readonly string[])[] = [];
    const result = await rebuild({
      async askOwners(topics) {
        asked.push(topics);
        await publishSnapshot(database, snapshot, { batch: 3, rate: Infinity });
      },
    });
    expect(asked).toEqual([[topic]]);
    expect(result.tables).toMatchObject([{ table: 'tally', rows: 10 }]);
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
  });

  it('may leave out what nobody knows any more', async () => {
    const { database, rebuild } = await forgetful();
    await rebuild({ withoutMissing: true });
    expect(await tallyOf(database)).toEqual([]);
    await raise(database, 'new', 1);
    await until('goes on', async () => (await tallyOf(database)).length === 1);
  });
});

describe('dead letters and a rebuild', () => {
  const poison = new Set<number>();
  const strict = projection({}, async (tx, event) => {
    if (event.partitionkey === 'bad' && poison.has(event.aggregateversion)) throw new TypeError('cannot be read');
    await onAdded(tx, event);
  });

  it('one that waits waits still, in order; one that can be applied now is applied', async () => {
    poison.clear();
    poison.add(2);
    const { database, bus, rebuild, ...at } = await place(strict);
    await bus.publish(
      topic,
      upTo(4).map((v) => cloudEvent('bad', v)),
    );
    await at.settled();
    const letters = deadLetters(database, [strict]);
    expect(await letters.list()).toHaveLength(3);
    await rebuild();
    expect((await letters.list()).map(({ aggregateVersion, waitsBehind }) => [aggregateVersion, waitsBehind])).toEqual([
      [2, false],
      [3, true],
      [4, true],
    ]);
    poison.clear();
    await rebuild();
    expect(await letters.list()).toEqual([]);
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 4 }]);
  });

  it('one that was given up is given up again', async () => {
    poison.clear();
    poison.add(2);
    const { database, bus, rebuild, ...at } = await place(strict);
    await bus.publish(
      topic,
      upTo(4).map((v) => cloudEvent('bad', v)),
    );
    await at.settled();
    const letters = deadLetters(database, [strict]);
    const [first] = await letters.list();
    await letters.discard(first?.id ?? '', { by: '王敏', reason: '对方已更正' });
    await rebuild();
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 3 }]);
    expect(await letters.list({ state: 'DISCARDED' })).toHaveLength(1);
    expect(await letters.list()).toEqual([]);
  });

  it('an event that was applied before and no longer can be ends the rebuild', async () => {
    poison.clear();
    const { database, bus, rebuild, ...at } = await place(strict);
    await bus.publish(
      topic,
      upTo(3).map((v) => cloudEvent('bad', v)),
    );
    await at.settled();
    poison.add(2);
    await expect(rebuild()).rejects.toMatchObject({ why: 'not-applicable' });
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 3 }]);
    expect(await rest(database)).toEqual([]);
  });
});
