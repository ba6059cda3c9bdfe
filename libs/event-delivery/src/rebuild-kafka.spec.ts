import { randomUUID } from 'node:crypto';
import { testBrokers } from '@jishi/testing';
import { afterwards, cloudEvent, closeAll, rowsOf, serviceDatabase, topic, until } from '../fixtures/harness';
import { consumer, kafkaBus, kafkaTopics, rebuildProjection, runConsumers, type CloudEvent } from './index';
import { kafkaClient } from './kafka-client';
import { silent } from './log';

jest.setTimeout(120_000);
afterEach(closeAll);

const type = 'test.counter.added.v1';
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const live = consumer(
  'test.tally',
  {
    [type]: async (tx, { partitionkey, aggregateversion }) => {
      await tx.query(
        `INSERT INTO tally AS t (key, version, total) VALUES ($1, $2, 1)
         ON CONFLICT (key) DO UPDATE SET version = excluded.version, total = t.total + 1`,
        [partitionkey, aggregateversion],
      );
    },
  },
  { start: 'snapshot', projection: ['tally'] },
);

async function place() {
  const address = { brokers: await testBrokers(), clientId: 'spec', prefix: `rebuild-${randomUUID().slice(0, 8)}` };
  const name = `${address.prefix}.${topic}`;
  const topics = afterwards(await kafkaTopics(address));
  await topics.apply(await topics.plan([{ name, partitions: 3, replication: 1, settings: {} }]));
  const bus = afterwards(kafkaBus(address));
  const database = await serviceDatabase();
  const running = afterwards(await runConsumers({ database, bus, consumers: [live], watchMs: 100 }));
  /** Retention: takes every record that the topic has. */
  const forget = async () => {
    const admin = kafkaClient(address, silent).admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(name);
    await admin.deleteTopicRecords({
      topic: name,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
    });
    await admin.disconnect();
  };
  const rows = () => rowsOf(database.pool, 'SELECT *, xmin FROM tally ORDER BY key');
  return { database, bus, running, forget, rows };
}
const round = (version: number): CloudEvent[] => upTo(20).map((n) => cloudEvent(`k${n}`, version));

describe('a rebuild over Kafka', () => {
  it('comes out identical, and goes on live behind it', async () => {
    const { database, bus, rows } = await place();
    for (const version of upTo(5)) await bus.publish(topic, round(version));
    const whole = async (version: number) =>
      (await rowsOf(database.pool, 'SELECT 1 FROM tally WHERE version = $1', [version])).length === 20;
    await until('everything is applied', () => whole(5), 60_000);
    const before = await rows();
    expect(await rebuildProjection({ database, bus, consumer: live })).toMatchObject({
      records: 100,
      tables: [{ rows: 20, written: 0, removed: 0 }],
    });
    expect(await rows()).toEqual(before);
    await bus.publish(topic, round(6));
    await until('it goes on', () => whole(6), 60_000);
    expect(await rowsOf(database.pool, 'SELECT DISTINCT total FROM tally')).toEqual([{ total: 6 }]);
  });

  it('asks the owner where the topic has lost its beginning, all of it or a part', async () => {
    const { database, bus, forget, rows } = await place();
    await bus.publish(topic, round(1));
    await until('everything is applied', async () => (await rows()).length === 20, 60_000);
    await forget();
    await expect(rebuildProjection({ database, bus, consumer: live })).rejects.toMatchObject({
      why: 'missing',
      missing: { [topic]: 20 },
    });
    const before = await rows();
    const again = await rebuildProjection({
      database,
      bus,
      consumer: live,
      askOwners: () =>
        bus.publish(
          topic,
          upTo(20).map((n) => cloudEvent(`k${n}`, 1, { snapshot: true })),
        ),
    });
    expect(again.tables).toMatchObject([{ rows: 20, removed: expect.any(Number) }]);
    expect((await rows()).length).toBe(before.length);
  });
});
