import { setTimeout as sleep } from 'node:timers/promises';
import { added, afterwards, closeAll, emit, logDatabase, Note, rowsOf, until } from '../fixtures/harness';
import { addedType, upTo, onAdded, projection, raise, sourceOf, tallyOf, rest, place } from '../fixtures/rebuild-place';
import { consumer, postgresLogBus, rebuildProjection, type Handler, type RebuildOptions } from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

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
      bus: {
        ...bus,
        async subscribe(subscription, handler) {
          await database.pool.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%7105203%' AND pid <> pg_backend_pid()
               AND datname = current_database()`,
          );
          return bus.subscribe(subscription, handler);
        },
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
