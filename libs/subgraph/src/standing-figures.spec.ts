import { postgresLogBus } from '@jishi/event-delivery';
import { createLogger, metrics } from '@jishi/telemetry';
import { templateDatabase, testService, type TestService } from '@jishi/testing';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { standingFigures } from './standing-figures';

jest.setTimeout(60_000);

describe('what stands still', () => {
  let service: TestService;
  let closeBus: () => Promise<void>;
  let lag: (group: string) => Promise<number>;
  let publish: (versions: readonly number[]) => Promise<void>;
  const now = new Date('2026-05-01T08:00:00Z');
  const figure = async (name: string, label: string): Promise<number | undefined> =>
    (await metrics.getSingleMetric(name)?.get())?.values.find(({ labels }) => Object.values(labels).includes(label))
      ?.value;

  beforeAll(async () => {
    service = await testService({
      name: 'notes',
      tree: 'organization',
      migrations: join(__dirname, '../../database/fixtures/migrations'),
      projections: [],
      capabilities: [],
    });
    const clone = await (await templateDatabase('standing_bus', '1', () => Promise.resolve()))();
    const bus = await postgresLogBus({ url: clone.url });
    lag = (group) => bus.lag(group);
    publish = (versions) =>
      bus.publish(
        'test.thing',
        versions.map((aggregateversion) => ({
          specversion: '1.0' as const,
          id: randomUUID(),
          source: '/test',
          type: 'test.thing.made.v1',
          time: now.toISOString(),
          partitionkey: 'k',
          aggregateversion,
          dataclass: 'internal' as const,
          actor: 'tester',
          data: {},
        })),
      );
    const member = await bus.subscribe(
      { group: 'notes.things', topics: ['test.thing'], from: 'begin', checkpoint: 'bus' },
      async () => undefined,
    );
    await member.close();
    closeBus = async () => {
      await bus.close();
      await clone.drop();
    };
  });
  afterAll(async () => {
    await service.close();
    await closeBus();
  });

  it('is told in figures: events that wait, how long, how far a consumer is behind, and dead letters', async () => {
    const standing = standingFigures({
      service: 'notes',
      database: service.database,
      bus: { lag },
      consumers: ['notes.things'],
      log: createLogger('spec', 'silent'),
      clock: () => now,
    });
    try {
      await standing.look();
      expect(await figure('outbox_pending', 'notes')).toBe(0);
      expect(await figure('outbox_oldest_seconds', 'notes')).toBe(0);
      expect(await figure('consumer_lag_records', 'notes.things')).toBe(0);
      expect(await figure('consumer_lag_seconds', 'notes.things')).toBe(0);
      expect(await figure('consumer_dead_letters_waiting', 'notes.things')).toBe(0);

      await service.database.pool.query(
        `INSERT INTO outbox (type, topic, key, aggregate_version, data, actor, data_class, occurred_at)
         SELECT 'test.thing.made.v1', 'test.thing', 'k', n, '{}', 'tester', 'internal', $1::timestamptz - make_interval(secs => n * 10)
         FROM generate_series(1, 3) n`,
        [now],
      );
      await service.database.pool.query(
        `INSERT INTO dead_letter (consumer, topic, partition, record_offset, key, event_id, type, aggregate_version, event, cause, attempts, waits_behind, at)
         VALUES ('notes.things', 'test.thing', 0, 0, 'k', gen_random_uuid(), 'test.thing.made.v1', 1, '{}', 'TypeError: no', 5, false, now())`,
      );
      await publish([1, 2]);
      standing.applied('notes.things', 90);
      await standing.look();
      expect(await figure('outbox_pending', 'notes')).toBe(3);
      expect(await figure('outbox_oldest_seconds', 'notes')).toBe(30);
      expect(await figure('consumer_lag_records', 'notes.things')).toBe(2);
      expect(await figure('consumer_lag_seconds', 'notes.things')).toBe(90);
      expect(await figure('consumer_dead_letters_waiting', 'notes.things')).toBe(1);
    } finally {
      await standing.close();
    }
  });
});
