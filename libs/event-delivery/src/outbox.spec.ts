import { rosterChanged } from '@jishi/event-contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  added,
  closeAll,
  emit,
  inTransaction,
  meta,
  rowsOf,
  serviceDatabase,
  topic,
  type ServiceDatabase,
} from '../fixtures/harness';
import { writeOutbox } from './index';

jest.setTimeout(30_000);

describe('the outbox', () => {
  let database: ServiceDatabase;
  beforeAll(async () => {
    database = await serviceDatabase();
  });
  afterEach(() => database.pool.query('TRUNCATE outbox, aggregate_version'));
  afterAll(closeAll);

  const versions = () =>
    rowsOf<{ key: string; version: number }>(
      database.pool,
      'SELECT key, aggregate_version AS version FROM outbox ORDER BY seq',
    );

  it('numbers the events of a transaction in their order, per aggregate without a gap', async () => {
    await emit(database.pool, [added('b'), added('a'), added('b'), added('b'), added('a')]);
    await emit(database.pool, [added('a')]);
    expect((await versions()).map(({ key, version }) => `${key}${version}`)).toEqual([
      'b1',
      'a1',
      'b2',
      'b3',
      'a2',
      'a3',
    ]);
  });

  it('tells aggregates of different topics apart', async () => {
    await emit(database.pool, [added('a'), { ...added('a'), topic: 'test.other' }]);
    expect((await versions()).map(({ version }) => version)).toEqual([1, 1]);
  });

  it('leaves nothing of a transaction that rolls back, no number either', async () => {
    await emit(database.pool, [added('a')]);
    const failing = inTransaction(database.pool, async (client) => {
      await writeOutbox(client, [added('a'), added('a')], meta);
      throw new Error('the rule says no');
    });
    await expect(failing).rejects.toThrow('the rule says no');
    await emit(database.pool, [added('a')]);
    expect(await versions()).toEqual([
      { key: 'a', version: 1 },
      { key: 'a', version: 2 },
    ]);
  });

  it('says who, when, why and about what', async () => {
    const orgId = '00000000-0000-7000-8000-000000000001';
    const event = rosterChanged(
      { orgId, full: 3, probationary: 1, total: 4, asOf: '2026-05-01' },
      { orgPath: '/a/b', areaCode: '410811' },
    );
    await inTransaction(database.pool, (client) =>
      writeOutbox(client, [event, { ...event, correlationId: 'own', causationId: 'cause' }], {
        ...meta,
        correlationId: 'request',
        traceparent: '00-trace',
      }),
    );
    const rows = await rowsOf(
      database.pool,
      `SELECT type, topic, key, data, org_path, area_code, actor, correlation_id, causation_id, traceparent, data_class,
         snapshot, occurred_at, published_at FROM outbox ORDER BY seq`,
    );
    expect(rows[0]).toEqual({
      type: 'members.roster.changed.v1',
      topic: 'members.roster',
      key: orgId,
      data: event.data,
      org_path: '/a/b',
      area_code: '410811',
      actor: 'tester',
      correlation_id: 'request',
      causation_id: null,
      traceparent: '00-trace',
      data_class: 'internal',
      snapshot: false,
      occurred_at: meta.occurredAt,
      published_at: null,
    });
    expect(rows[1]).toMatchObject({ correlation_id: 'own', causation_id: 'cause', traceparent: '00-trace' });
  });

  it('gives a snapshot the version whose state it shows, and raises nothing', async () => {
    await emit(database.pool, [
      added('a'),
      { ...added('a'), snapshot: true },
      added('a'),
      { ...added('new'), snapshot: true },
    ]);
    expect((await versions()).map(({ key, version }) => `${key}${version}`)).toEqual(['a1', 'a1', 'a2', 'new0']);
    await emit(database.pool, [added('new')]);
    expect((await versions()).at(-1)).toEqual({ key: 'new', version: 1 });
  });

  it('refuses an event above 256 KiB, and with it the whole transaction', async () => {
    const large = { ...added('a'), data: { by: 1, text: 'x'.repeat(256 * 1024) } };
    await expect(emit(database.pool, [added('b'), large])).rejects.toMatchObject({ constraint: 'outbox_data_size' });
    expect(await versions()).toEqual([]);
  });

  it('never deadlocks, in whatever order transactions name their aggregates', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    let turn = 0;
    const shuffled = () =>
      [...keys].sort((a, b) => (((turn += 7) * a.length * 31 + turn) % 13) - 6 || a.localeCompare(b));
    const writer = async () => {
      for (let i = 0; i < 15; i += 1)
        await emit(
          database.pool,
          shuffled().map((key) => added(key)),
        );
    };
    await Promise.all(Array.from({ length: 12 }, writer));
    const [worst] = await rowsOf(
      database.pool,
      'SELECT count(*)::int AS events, max(aggregate_version) AS newest, count(DISTINCT (key, aggregate_version))::int AS distinct_events FROM outbox',
    );
    expect(worst).toEqual({ events: 3_600, newest: 180, distinct_events: 3_600 });
  });

  it('hands out places in the order of versions, even when an earlier transaction commits late', async () => {
    let commit = () => {};
    const gate = new Promise<void>((resolve) => (commit = resolve));
    const slow = inTransaction(database.pool, async (client) => {
      await writeOutbox(client, [added('a')], meta);
      await gate;
    });
    await sleep(50);
    const quick = emit(database.pool, [added('a')]);
    await emit(database.pool, [added('b')]);
    expect(await versions()).toEqual([{ key: 'b', version: 1 }]);
    commit();
    await Promise.all([slow, quick]);
    expect(await versions()).toHaveLength(3);
    const ordered = await rowsOf<{ version: number }>(
      database.pool,
      'SELECT aggregate_version AS version FROM outbox WHERE topic = $1 AND key = $2 ORDER BY seq',
      [topic, 'a'],
    );
    expect(ordered.map(({ version }) => version)).toEqual([1, 2]);
  });
});
