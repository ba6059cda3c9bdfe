import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  afterwards,
  closeAll,
  cloudEvent,
  countingMetrics,
  emit,
  logDatabase,
  Note,
  rowsOf,
  serviceDatabase,
  topic,
  until,
  type Counted,
  type ServiceDatabase,
} from '../fixtures/harness';
import {
  consumer,
  NotArrivedYet,
  partitionOf,
  postgresLogBus,
  runConsumers,
  settled,
  startRelay,
  verdictOf,
  type CloudEvent,
  type Consumer,
  type ConsumersOptions,
  type Handler,
  type PostgresLog,
} from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

const type = 'test.counter.added.v1';
const tally: Handler = async (tx, event) => {
  const { by } = event.data as { by: number };
  await tx.query(
    `INSERT INTO tally AS t (key, version, total) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = t.total + excluded.total`,
    [event.partitionkey, event.aggregateversion, by],
  );
  await tx.query('INSERT INTO applied (key, version, event_id) VALUES ($1, $2, $3)', [
    event.partitionkey,
    event.aggregateversion,
    event.id,
  ]);
};
const counting = (handler: Handler = tally, options: Parameters<typeof consumer>[2] = {}): Consumer =>
  consumer('test.tally', { [type]: handler }, options);

interface Place {
  database: ServiceDatabase;
  url: string;
  bus: PostgresLog;
  metrics: Counted;
  openBus(): Promise<PostgresLog>;
  run(who: Consumer | Consumer[], more?: Partial<ConsumersOptions>): ReturnType<typeof runConsumers>;
}
async function place(): Promise<Place> {
  const database = await serviceDatabase();
  const url = await logDatabase();
  const openBus = async () =>
    afterwards(await postgresLogBus({ url, leaseMs: 1_000, beatMs: 150, pollMs: 300, partitions: () => 4 }));
  const bus = await openBus();
  const metrics = countingMetrics();
  return {
    database,
    url,
    bus,
    metrics,
    openBus,
    run: async (who, more = {}) =>
      afterwards(
        await runConsumers({
          database,
          bus,
          consumers: [who].flat(),
          metrics,
          retries: { first: 5, longest: 40 },
          watchMs: 100,
          ...more,
        }),
      ),
  };
}

const totals = ({ pool }: ServiceDatabase) =>
  rowsOf<{ key: string; version: number; total: number }>(pool, 'SELECT key, version, total FROM tally ORDER BY key');
const appliedOf = async ({ pool }: ServiceDatabase, key: string) =>
  (await rowsOf<{ version: number }>(pool, 'SELECT version FROM applied WHERE key = $1 ORDER BY seq', [key])).map(
    ({ version }) => version,
  );
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('what to do with an event', () => {
  const event = (aggregateversion: number, snapshot?: true) => ({ aggregateversion, ...(snapshot && { snapshot }) });
  const strict = { ordering: 'strict', start: 'history' } as const;
  const latest = { ordering: 'latest-wins', start: 'history' } as const;
  const late = { ordering: 'strict', start: 'snapshot' } as const;

  it.each([
    ['the first', strict, event(1), undefined, 'apply'],
    ['the next', strict, event(4), 3, 'apply'],
    ['one that was applied', strict, event(3), 3, 'repeated'],
    ['an older one', strict, event(2), 3, 'repeated'],
    ['one after a hole', strict, event(5), 3, 'gap'],
    ['one whose beginning was never seen', strict, event(5), undefined, 'gap'],
    ['one after a hole, when the latest wins', latest, event(5), 3, 'apply'],
    ['an older one, when the latest wins', latest, event(2), 3, 'repeated'],
    ['one before the snapshot', late, event(5), undefined, 'early'],
    ['the first of all, although a snapshot is awaited', late, event(1), undefined, 'apply'],
    ['a snapshot', late, event(5, true), undefined, 'apply'],
    ['a snapshot over a hole', strict, event(9, true), 3, 'apply'],
    ['a snapshot of what is so already', strict, event(3, true), 3, 'apply'],
    ['an older snapshot', strict, event(2, true), 3, 'repeated'],
    ['a snapshot of an aggregate that never spoke', strict, event(0, true), undefined, 'apply'],
    ['the first after such a snapshot', strict, event(1), 0, 'apply'],
  ])('%s', (_, who, what, mark, verdict) => {
    expect(verdictOf(who, what, mark)).toBe(verdict);
  });
});

describe('a consumer', () => {
  it('applies every event once and in order, and goes on where it was after a restart', async () => {
    const { database, bus, run } = await place();
    const keys = ['a', 'b', '组织 🌾'];
    await bus.publish(
      topic,
      upTo(50).flatMap((v) => keys.map((key) => cloudEvent(key, v))),
    );
    const first = await run(counting());
    await settled([], [first]);
    await first.close();
    await bus.publish(
      topic,
      upTo(10).flatMap((v) => keys.map((key) => cloudEvent(key, 50 + v))),
    );
    const second = await run(counting());
    await settled([], [second]);
    expect(await totals(database)).toEqual(keys.map((key) => ({ key, version: 60, total: 60 })));
    for (const key of keys) expect(await appliedOf(database, key)).toEqual(upTo(60));
  });

  it('applies an event once that came twice under two ids', async () => {
    const { database, bus, run, metrics } = await place();
    const once = upTo(10).map((v) => cloudEvent('a', v));
    await bus.publish(topic, once);
    await bus.publish(
      topic,
      once.map((event) => ({ ...event, id: randomUUID() })),
    );
    await bus.publish(topic, [cloudEvent('a', 11)]);
    await settled([], [await run(counting())]);
    expect(await totals(database)).toEqual([{ key: 'a', version: 11, total: 11 }]);
    expect(metrics.seen).toMatchObject({ applied: 11, repeated: 10 });
  });

  it('passes over types it does not know, and their versions are no hole', async () => {
    const { database, bus, run } = await place();
    await bus.publish(topic, [
      cloudEvent('a', 1, { type: 'test.counter.begun.v1' }),
      cloudEvent('a', 2),
      cloudEvent('a', 3, { type: 'test.counter.invented.v9' }),
      cloudEvent('a', 4),
    ]);
    await settled([], [await run(counting())]);
    expect(await appliedOf(database, 'a')).toEqual([2, 4]);
  });

  it('undoes the effect with the mark when the handler fails after writing, then tries again', async () => {
    const { database, bus, run, metrics } = await place();
    let failures = 3;
    await bus.publish(
      topic,
      upTo(20).map((v) => cloudEvent('a', v)),
    );
    const unsteady = counting(async (tx, event) => {
      await tally(tx, event);
      if (event.aggregateversion === 10 && failures-- > 0) throw new Error('after the write');
    });
    await settled([], [await run(unsteady)]);
    expect(await appliedOf(database, 'a')).toEqual(upTo(20));
    expect(metrics.seen).toMatchObject({ applied: 20, poison: 2, buried: 0 });
  });

  it('never gives up for a passing cause', async () => {
    const { database, bus, run, metrics } = await place();
    let failures = 15;
    await bus.publish(topic, [cloudEvent('a', 1)]);
    const locked = counting(async (tx, event) => {
      if (failures-- > 0) throw Object.assign(new Error('could not obtain lock'), { code: '55P03' });
      await tally(tx, event);
    });
    await settled([], [await run(locked)]);
    expect(await appliedOf(database, 'a')).toEqual([1]);
    expect(metrics.seen).toMatchObject({ transient: 14, buried: 0 });
  });

  it('looks again with the whole batch for what an event stands on, and takes that for no failure', async () => {
    const { database, bus, run, metrics } = await place();
    let looks = 3;
    let first = 0;
    await bus.publish(topic, [cloudEvent('a', 1), cloudEvent('a', 2), cloudEvent('a', 3)]);
    const ahead = counting(async (tx, event) => {
      if (event.aggregateversion === 1) first += 1;
      if (event.aggregateversion === 2 && looks-- > 0) throw new NotArrivedYet('the copy is behind');
      await tally(tx, event);
    });
    await settled([], [await run(ahead)]);
    expect(await appliedOf(database, 'a')).toEqual([1, 2, 3]);
    expect(first).toBe(4);
    expect(metrics.seen).toMatchObject({ transient: 0, poison: 0, buried: 0 });
  });

  it('concludes once for all events of a batch that name the same, in the order of the names, and with them or not at all', async () => {
    const { database, bus, run } = await place();
    const concluded: string[] = [];
    let fail = true;
    await bus.publish(topic, [cloudEvent('b', 1), cloudEvent('b', 2), cloudEvent('b', 3)]);
    const ahead = counting(
      async (tx, event) => {
        await tally(tx, event);
        return event.aggregateversion === 2 ? ['z', 'a'] : ['z'];
      },
      {
        async afterwards(tx, names) {
          const [seen] = await tx.query<{ total: number }>('SELECT total FROM tally');
          concluded.push(`${names.join()} ${seen?.total}`);
          if (fail) {
            fail = false;
            throw Object.assign(new Error('a lock'), { code: '40P01' });
          }
        },
      },
    );
    await settled([], [await run(ahead)]);
    expect(await appliedOf(database, 'b')).toEqual([1, 2, 3]);
    // The batch failed with its first conclusion and came again whole.
    expect(concluded).toEqual(['a,z 3', 'a,z 3']);
  });

  it('applies events together that follow each other, each of another aggregate, and before what comes after them', async () => {
    const { database, bus, run, metrics } = await place();
    const [a, b, c] = upTo(40)
      .map((n) => `k${n}`)
      .filter((key) => partitionOf(key, 4) === 0) as [string, string, string];
    const renamed = 'test.counter.renamed.v1';
    const calls: string[] = [];
    const said = (event: CloudEvent) => `${event.partitionkey} ${event.aggregateversion}`;
    let fail = true;
    await bus.publish(topic, [
      cloudEvent(a, 1),
      cloudEvent(b, 1),
      cloudEvent(a, 2),
      cloudEvent(b, 2, { type: renamed }),
      cloudEvent(c, 1),
      cloudEvent(a, 3),
    ]);
    const ahead = consumer(
      'test.tally',
      { [renamed]: async (_, event) => void calls.push(`one: ${said(event)}`) },
      {
        together: {
          [type]: async (tx, events) => {
            calls.push(`together: ${events.map(said).join(', ')}`);
            for (const event of events) await tally(tx, event);
            if (fail && events.some(({ partitionkey }) => partitionkey === c)) {
              fail = false;
              throw Object.assign(new Error('a lock'), { code: '40P01' });
            }
          },
        },
      },
    );
    await settled([], [await run(ahead)]);
    const all = [`together: ${a} 1, ${b} 1`, `together: ${a} 2`, `one: ${b} 2`, `together: ${c} 1, ${a} 3`];
    // The last failed, and everything came again with it.
    expect(calls.slice(0, 8)).toEqual([...all, ...all]);
    expect(await appliedOf(database, a)).toEqual([1, 2, 3]);
    expect(await appliedOf(database, c)).toEqual([1]);
    expect(metrics.seen).toMatchObject({ applied: 6 });
  });

  it('reads another bus from its first record on, and applies nothing twice', async () => {
    const { database, bus, run } = await place();
    const events = upTo(4).map((version) => cloudEvent('a', version));
    await bus.publish(topic, events.slice(0, 3));
    const before = await run(counting());
    await settled([], [before]);
    await before.close();
    // The same facts arrive on the other bus, where they stand at other offsets, and one more.
    const other = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 4 }));
    await other.publish(topic, events.slice(1));
    await settled([], [await run(counting(), { bus: other })]);
    expect(await appliedOf(database, 'a')).toEqual([1, 2, 3, 4]);
  });

  it('ends in good order while an event is still tried again, and takes it up later', async () => {
    const { database, bus, run } = await place();
    let locked = true;
    const waiting = counting(async (tx, event) => {
      if (locked) throw Object.assign(new Error('could not obtain lock'), { code: '55P03' });
      await tally(tx, event);
    });
    await bus.publish(topic, [cloudEvent('a', 1)]);
    const first = await run(waiting, { retries: { first: 5_000 } });
    await sleep(200);
    const begun = performance.now();
    await first.close();
    expect(performance.now() - begun).toBeLessThan(2_000);
    locked = false;
    await settled([], [await run(waiting)]);
    expect(await appliedOf(database, 'a')).toEqual([1]);
  });

  it('loses and repeats nothing when its database and the bus break its connections again and again', async () => {
    const { database, url, run } = await place();
    const relayBus = afterwards(await postgresLogBus({ url }));
    const relay = afterwards(
      startRelay({
        url: database.url,
        service: 'test',
        bus: relayBus,
        intervals: { standby: 30, retry: 20, idle: 20 },
      }),
    );
    const running = await run(counting());
    const breaking = (async () => {
      for (let i = 0; i < 6; i += 1) {
        await sleep(200);
        const [target] = i % 2 === 0 ? [database.pool] : [(await busPool(url)).pool];
        await target?.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
        );
      }
    })();
    let written = 0;
    for (let i = 0; i < 300; i += 1) {
      try {
        await emit(database.pool, [added(`k${i % 10}`)]);
        written += 1;
      } catch (error) {
        // The writer's own connection was one of those that were broken: its transaction rolled back.
        expect(String(error)).toMatch(/terminat|ECONN|connection/i);
      }
      await sleep(4);
    }
    await breaking;
    await until(
      'it is settled',
      async () => {
        try {
          await settled([relay], [running], { withinMs: 5_000 });
          return true;
        } catch {
          return false;
        }
      },
      20_000,
    );
    const [sum] = await rowsOf<{ total: number; versions: number }>(
      database.pool,
      'SELECT sum(total)::int AS total, (SELECT count(DISTINCT (key, version))::int FROM applied) AS versions FROM tally',
    );
    const [emitted] = await rowsOf<{ events: number }>(database.pool, 'SELECT count(*)::int AS events FROM outbox');
    expect(sum).toEqual({ total: emitted?.events, versions: emitted?.events });
    expect(emitted?.events).toBeGreaterThanOrEqual(written);
    for (const key of upTo(10).map((n) => `k${n - 1}`)) {
      const versions = await appliedOf(database, key);
      expect(versions).toEqual(upTo(versions.length));
    }
  });

  it('shares its partitions with a second process, which takes over when the first ends', async () => {
    const { database, bus, run, openBus } = await place();
    const keys = upTo(40).map((n) => `k${n}`);
    const one = await run(counting());
    const two = await run(counting(), { bus: await openBus() });
    await bus.publish(
      topic,
      upTo(20).flatMap((v) => keys.map((key) => cloudEvent(key, v))),
    );
    await sleep(150);
    await one.close();
    await bus.publish(
      topic,
      upTo(20).flatMap((v) => keys.map((key) => cloudEvent(key, 20 + v))),
    );
    await settled([], [two]);
    for (const key of keys) expect(await appliedOf(database, key)).toEqual(upTo(40));
  });

  it('cannot commit once another member was given the partition', async () => {
    const { database, bus, run } = await place();
    let release = () => {};
    const frozen = new Promise<void>((resolve) => (release = resolve));
    let began = 0;
    let ended = 0;
    const slow = counting(async (tx, event) => {
      began += 1;
      const mine = began;
      if (mine === 1) await frozen;
      await tally(tx, event);
      ended += 1;
    });
    await bus.publish(topic, [cloudEvent('a', 1)]);
    await run(slow);
    await until('the handler runs', () => began === 1);
    // The other member's first act. It waits for the transaction of the first, whose checkpoint row is locked.
    const taken = database.pool.query(`UPDATE consumer_checkpoint SET epoch = epoch + 1 WHERE consumer = 'test.tally'`);
    await sleep(50);
    release();
    await taken;
    await bus.publish(topic, [cloudEvent('a', 2)]);
    await until('both', async () => (await appliedOf(database, 'a')).length === 2);
    expect(await appliedOf(database, 'a')).toEqual([1, 2]);
    expect(ended).toBe(2);
  });

  it('rolls back a stale batch whose epoch was raised before it began', async () => {
    const { database, bus, run } = await place();
    const running = await run(counting());
    await bus.publish(topic, [cloudEvent('a', 1)]);
    await settled([], [running]);
    // Raised behind the member's back, and it is told only by its own failing transaction.
    await database.pool.query('UPDATE consumer_checkpoint SET epoch = epoch + 10');
    await bus.publish(
      topic,
      upTo(5).map((v) => cloudEvent('a', 1 + v)),
    );
    await until('all six', async () => (await appliedOf(database, 'a')).length === 6);
    expect(await appliedOf(database, 'a')).toEqual(upTo(6));
  });

  it('says in what it emits by which event it was caused', async () => {
    const { database, bus, run } = await place();
    const cause = cloudEvent(randomUUID(), 1, { correlationid: 'request-7', traceparent: '00-abc' });
    const alone = cloudEvent(randomUUID(), 1);
    const echo = counting(async (tx, event) => {
      const note = await tx.insert(Note, { id: randomUUID(), text: event.partitionkey });
      tx.emit({ ...added(note.id), topic: 'test.echo', type: 'test.echo.heard.v1', data: { key: event.partitionkey } });
    });
    await bus.publish(topic, [cause, alone]);
    await settled([], [await run(echo)]);
    expect(await rowsOf(database.pool, 'SELECT cause FROM dead_letter')).toEqual([]);
    const rows = await rowsOf<Record<string, unknown>>(
      database.pool,
      `SELECT data ->> 'key' AS key, actor, correlation_id, causation_id, traceparent FROM outbox`,
    );
    const actor = 'system:test.tally';
    expect(rows.find(({ key }) => key === cause.partitionkey)).toEqual({
      key: cause.partitionkey,
      actor,
      correlation_id: 'request-7',
      causation_id: cause.id,
      traceparent: '00-abc',
    });
    expect(rows.find(({ key }) => key === alone.partitionkey)).toEqual({
      key: alone.partitionkey,
      actor,
      correlation_id: alone.id,
      causation_id: alone.id,
      traceparent: null,
    });
  });

  it('is refused with a name or a type that is none', () => {
    expect(() => consumer('tally', { [type]: tally })).toThrow(/service.purpose/);
    expect(() => consumer('test.tally', { 'counter.added': tally })).toThrow(/past-tense/);
    expect(() => consumer('test.tally', {})).toThrow(/listens to nothing/);
    expect(() => counting(tally, { projection: ['tally; DROP TABLE x'] })).toThrow(/no table name/);
  });
});

async function busPool(url: string) {
  const { Pool } = await import('pg');
  const pool = new Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  afterwards({ close: () => pool.end() });
  return { pool };
}
