import { Client, Pool } from 'pg';
import { eventBusContract } from '../fixtures/event-bus-contract';
import { freezableWire } from '../fixtures/freezable-wire';
import { afterwards, closeAll, cloudEvent, logDatabase, rowsOf, until } from '../fixtures/harness';
import { postgresLogBus, type BusRecord } from './index';

jest.setTimeout(60_000);

const timing = { leaseMs: 1_000, beatMs: 200, pollMs: 500 };

eventBusContract('the PostgreSQL log', { appendsOnce: true }, async () => {
  const url = await logDatabase();
  const counts = new Map<string, number>();
  const partitions = (topic: string) => counts.get(topic) ?? 12;
  return {
    declare: async (topic, count) => void counts.set(topic, count),
    open: async () => afterwards(await postgresLogBus({ ...timing, url, partitions })),
    async interrupt() {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await client.end();
    },
    async openWired() {
      const wire = afterwards(await freezableWire());
      const through = new URL(url);
      wire.leadTo({ host: through.hostname, port: Number(through.port) });
      through.port = String(wire.port);
      return { ...wire, bus: afterwards(await postgresLogBus({ ...timing, url: through.toString(), partitions })) };
    },
    async forget(topic) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('DELETE FROM bus.record WHERE topic = $1', [topic]);
      await client.query('UPDATE bus.partition SET first_offset = next_offset WHERE topic = $1', [topic]);
      await client.end();
    },
    close: closeAll,
  };
});

describe('the PostgreSQL log itself', () => {
  afterEach(closeAll);

  it('deletes old records from the beginning on, tells who had not read them, and keeps offsets dense', async () => {
    const url = await logDatabase();
    let now = new Date();
    const bus = afterwards(await postgresLogBus({ url, keepDays: 30, clock: () => now, partitions: () => 1 }));
    await bus.publish('test.old', [cloudEvent('k', 1), cloudEvent('k', 2)]);
    expect(await bus.prune()).toBe(0);
    now = new Date(now.getTime() + 31 * 86_400_000);
    expect(await bus.prune()).toBe(2);
    await bus.publish('test.old', [cloudEvent('k', 3)]);
    const lost: number[][] = [];
    const seen: BusRecord[] = [];
    const member = await bus.subscribe(
      {
        group: 'test.late',
        topics: ['test.old'],
        from: 'begin',
        checkpoint: 'external',
        assigned: async () => 0,
        lost: (_, wanted, first) => void lost.push([wanted, first]),
      },
      async ({ records }) => void seen.push(...records),
    );
    await until('the young record', () => seen.length === 1);
    await member.close();
    expect(lost).toEqual([[0, 2]]);
    expect(seen[0]?.offset).toBe(2);
  });

  it('keeps nobody waiting for a connection whose answers are lost', async () => {
    const url = new URL(await logDatabase());
    const wire = afterwards(await freezableWire());
    wire.leadTo({ host: url.hostname, port: Number(url.port) });
    url.port = String(wire.port);
    const bus = afterwards(await postgresLogBus({ url: url.toString() }));
    await bus.publish('test.topic', [cloudEvent('k', 1)]);
    wire.loseAnswers();
    // One takes the connection that is open, the other opens another.
    const said: unknown[] = [];
    const both = [2, 3].map((version) =>
      bus.publish('test.topic', [cloudEvent('k', version)]).catch((error: unknown) => void said.push(error)),
    );
    await until('one of them is told', () => said.length === 1, 25_000);
    expect(said).toEqual([expect.objectContaining({ kind: 'retriable' })]);
    wire.down();
    wire.up();
    await Promise.all(both);
    await bus.publish('test.topic', [cloudEvent('k', 4)]);
  });

  it('keeps the number of partitions that a topic began with', async () => {
    const url = await logDatabase();
    const first = afterwards(await postgresLogBus({ url, partitions: () => 4 }));
    await first.publish('test.topic', [cloudEvent('k', 1)]);
    const second = afterwards(await postgresLogBus({ url, partitions: () => 12 }));
    await second.publish('test.topic', [cloudEvent('k', 2)]);
    const pool = new Pool({ connectionString: url });
    expect(await rowsOf(pool, 'SELECT partition, record_offset FROM bus.record ORDER BY record_offset')).toEqual(
      [
        { partition: 0, record_offset: 0 },
        { partition: 0, record_offset: 1 },
      ].map((row) => ({ ...row, partition: expect.any(Number) })),
    );
    expect(await rowsOf(pool, 'SELECT count(*)::int AS partitions FROM bus.partition')).toEqual([{ partitions: 4 }]);
    await pool.end();
  });
});
