import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  afterwards,
  closeAll,
  countingMetrics,
  emit,
  logDatabase,
  rowsOf,
  serviceDatabase,
  until,
  type ServiceDatabase,
} from '../fixtures/harness';
import {
  BusError,
  postgresLogBus,
  startRelay,
  writeOutbox,
  type CloudEvent,
  type EventBus,
  type Relay,
  type RelayOptions,
} from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

const intervals = { idle: 30, busy: 5, standby: 30, retry: 10, longestRetry: 50 };

/** A bus that only remembers, and fails when told to. */
interface Remembering extends Pick<EventBus, 'publish'> {
  readonly events: CloudEvent[];
  failNext: number;
  /** Takes the events and then fails, as when the answer is lost. */
  loseAnswers: number;
  refuseTopic?: string;
}
function remembering(): Remembering & EventBus {
  const bus: Remembering = {
    events: [],
    failNext: 0,
    loseAnswers: 0,
    async publish(topic, events) {
      if (topic === bus.refuseTopic) throw new BusError('retriable', 'this topic is away');
      if (bus.failNext > 0) {
        bus.failNext -= 1;
        throw new BusError('retriable', 'the bus is away');
      }
      bus.events.push(...events);
      if (bus.loseAnswers > 0) {
        bus.loseAnswers -= 1;
        throw new BusError('retriable', 'the answer was lost');
      }
    },
  };
  return bus as Remembering & EventBus;
}

const relayOf = (database: ServiceDatabase, bus: EventBus, more: Partial<RelayOptions> = {}): Relay =>
  afterwards(startRelay({ url: database.url, service: 'test', bus, intervals, ...more }));

const versionsOf = (events: readonly CloudEvent[]) => {
  const byKey = new Map<string, number[]>();
  for (const { partitionkey, aggregateversion } of events)
    byKey.set(partitionkey, [...(byKey.get(partitionkey) ?? []), aggregateversion]);
  return byKey;
};
const unpublished = async (database: ServiceDatabase) =>
  (await rowsOf<{ n: number }>(database.pool, 'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL'))[0]
    ?.n;

async function terminateRelay(database: ServiceDatabase): Promise<void> {
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid IN (
       SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`,
  );
}

/** Writers that roll back, take their transaction id early and commit late, as in the measurements of the design. */
async function writeHard(database: ServiceDatabase, writers: number, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let committed = 0;
  let seed = 42;
  const chance = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const writer = async () => {
    while (performance.now() < end) {
      const client = await database.pool.connect();
      try {
        await client.query('BEGIN');
        if (chance() < 0.3) {
          await client.query('INSERT INTO noise VALUES (1)');
          await sleep(chance() * 15);
        }
        const keys = [`k${Math.floor(chance() * 50)}`, `k${Math.floor(chance() * 50)}`];
        await writeOutbox(
          client,
          keys.map((key) => added(key)),
          { actor: 'tester', occurredAt: new Date() },
        );
        if (chance() < 0.3) await sleep(chance() * 10);
        if (chance() < 0.05) await client.query('ROLLBACK');
        else {
          await client.query('COMMIT');
          committed += 2;
        }
      } finally {
        client.release();
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return committed;
}

function expectGapFree(events: readonly CloudEvent[]): void {
  for (const [key, versions] of versionsOf(events))
    expect([key, versions]).toEqual([key, versions.map((_, i) => i + 1)]);
}

describe('the relay', () => {
  it('brings every event of 12 writers, each aggregate in order, none lost and none twice', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    relayOf(database, bus, { batch: 100 });
    const committed = await writeHard(database, 12, 4_000);
    await until('an empty outbox', async () => (await unpublished(database)) === 0);
    expect(bus.events).toHaveLength(committed);
    expect(committed).toBeGreaterThan(500);
    expectGapFree(bus.events);
  });

  it('says by whom, when and why in CloudEvents words', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    await emit(
      database.pool,
      [{ ...added('k', 3), areaCode: '410811', correlationId: 'c' }],
      new Date('2026-05-01T08:00:00+08:00'),
    );
    relayOf(database, bus);
    await until('the event', () => bus.events.length === 1);
    expect(bus.events[0]).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/test',
      type: 'test.counter.added.v1',
      time: '2026-05-01T00:00:00.000Z',
      partitionkey: 'k',
      aggregateversion: 1,
      dataclass: 'internal',
      actor: 'tester',
      areacode: '410811',
      correlationid: 'c',
      data: { by: 3 },
    });
  });

  it('tries the same events again while the bus is away, and passes none over', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    bus.failNext = 4;
    const metrics = countingMetrics();
    for (let i = 0; i < 5; i += 1) await emit(database.pool, [added('a'), added('b')]);
    relayOf(database, bus, { metrics });
    await until('all', () => bus.events.length === 10);
    expect(metrics.seen.failed).toBe(4);
    expectGapFree(bus.events);
  });

  it('marks what reached the bus when a later topic of the round failed', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    bus.refuseTopic = 'test.other';
    await emit(database.pool, [added('a'), { ...added('x'), topic: 'test.other' }, added('a')]);
    relayOf(database, bus);
    await until('one left', async () => (await unpublished(database)) === 1);
    bus.refuseTopic = undefined;
    await until('none left', async () => (await unpublished(database)) === 0);
    expect(bus.events.map(({ partitionkey }) => partitionkey)).toEqual(['a', 'a', 'x']);
  });

  it('publishes again what it could not mark, and the log keeps it once', async () => {
    const database = await serviceDatabase();
    const log = afterwards(await postgresLogBus({ url: await logDatabase() }));
    let crashes = 3;
    const bus: EventBus = {
      ...log,
      async publish(topic, events, fence) {
        await log.publish(topic, events, fence);
        // The bus has the events; before the mark the relay's connection dies, as when its process is killed.
        if (crashes > 0) {
          crashes -= 1;
          await terminateRelay(database);
        }
      },
    };
    for (let i = 0; i < 20; i += 1) await emit(database.pool, [added('a')]);
    relayOf(database, bus);
    await until('an empty outbox', async () => (await unpublished(database)) === 0);
    expect(crashes).toBe(0);
    const seen: number[] = [];
    const member = await log.subscribe(
      { group: 'test.once', topics: ['test.counter'], from: 'begin', checkpoint: 'bus' },
      async ({ records }) => void seen.push(...records.map(({ event }) => event.aggregateversion)),
    );
    await until('20', () => seen.length >= 20);
    await sleep(50);
    await member.close();
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('has one leader; when its connection is killed another goes on, with nothing lost or turned round', async () => {
    const database = await serviceDatabase();
    const log = afterwards(await postgresLogBus({ url: await logDatabase() }));
    const one = relayOf(database, log);
    const two = relayOf(database, log);
    await until('a leader', () => one.leads() || two.leads());
    let both = 0;
    let changes = 0;
    const watching = setInterval(() => (both += one.leads() && two.leads() ? 1 : 0), 3);
    const killing = (async () => {
      for (let i = 0; i < 5; i += 1) {
        await sleep(400);
        await terminateRelay(database);
        changes += 1;
        await until('a leader', () => one.leads() || two.leads());
      }
    })();
    const committed = await writeHard(database, 6, 3_000);
    await killing;
    clearInterval(watching);
    await until('an empty outbox', async () => (await unpublished(database)) === 0);
    const seen: CloudEvent[] = [];
    const member = await log.subscribe(
      { group: 'test.all', topics: ['test.counter'], from: 'begin', checkpoint: 'bus' },
      async ({ records }) => void seen.push(...records.map(({ event }) => event)),
    );
    await until('all', () => seen.length >= committed);
    await member.close();
    expect(changes).toBe(5);
    expect(seen).toHaveLength(committed);
    expectGapFree(seen);
    const [leader] = await rowsOf<{ epoch: number }>(database.pool, 'SELECT epoch FROM relay_leader');
    expect(leader?.epoch).toBeGreaterThanOrEqual(5);
  });

  it('lets an old leader mark nothing once another has taken over', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    let fenced = 0;
    let release = () => {};
    const frozen = new Promise<void>((resolve) => (release = resolve));
    const slow: EventBus = { ...bus, publish: (...call) => frozen.then(() => bus.publish(...call)) };
    const old = relayOf(database, slow, {
      log: {
        info: () => undefined,
        error: () => undefined,
        warn: (fields) =>
          void (fenced += 'err' in fields && fields.err instanceof BusError && fields.err.kind === 'fenced' ? 1 : 0),
      },
    });
    await until('the old leads', () => old.leads());
    await emit(database.pool, [added('a')]);
    await sleep(60);
    // The new leader's first act, while the old one hangs in its send.
    await database.pool.query('UPDATE relay_leader SET epoch = epoch + 1');
    release();
    await until('the old one noticed', () => fenced === 1);
    await until(
      'and the event was published by a leader of a newer epoch',
      async () => (await unpublished(database)) === 0,
    );
    expect(bus.events.map(({ aggregateversion }) => aggregateversion)).toEqual([1, 1]);
  });

  it('publishes at once when nudged, however rarely it looks by itself', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    const relay = relayOf(database, bus, { intervals: { ...intervals, idle: 5_000, busy: 5_000 } });
    await until('it leads', () => relay.leads());
    await sleep(100);
    const begun = performance.now();
    relay.nudge();
    await emit(database.pool, [added('a')]);
    await until('the event', () => bus.events.length === 1);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('deletes published events after the days to keep, never one that is not published', async () => {
    const database = await serviceDatabase();
    const bus = remembering();
    let now = new Date('2026-05-01T00:00:00Z');
    relayOf(database, bus, { clock: () => now, keepDays: 7, intervals: { ...intervals, prune: 20 } });
    await emit(database.pool, [added('a'), added('b')]);
    await until('published', () => bus.events.length === 2);
    await sleep(100);
    const count = async () =>
      (await rowsOf<{ n: number }>(database.pool, 'SELECT count(*)::int AS n FROM outbox'))[0]?.n;
    expect(await count()).toBe(2);
    now = new Date('2026-05-09T00:00:00Z');
    await until('deleted', async () => (await count()) === 0);
    bus.refuseTopic = 'test.counter';
    await emit(database.pool, [added('a')]);
    now = new Date('2026-06-09T00:00:00Z');
    await sleep(150);
    expect(await count()).toBe(1);
    expect((await rowsOf<{ v: number }>(database.pool, 'SELECT aggregate_version AS v FROM outbox'))[0]?.v).toBe(2);
  });
});
