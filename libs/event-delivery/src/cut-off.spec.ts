import {
  afterwards,
  closeAll,
  countingMetrics,
  logDatabase,
  cloudEvent,
  rowsOf,
  serviceDatabase,
  topic,
  until,
  type ServiceDatabase,
} from '../fixtures/harness';
import { applyBatch, type ConsumerDatabase } from './apply';
import type { BusRecord } from './bus';
import { consumer } from './consumer';
import { postgresLogBus } from './postgres-log';
import { runConsumers } from './run-consumers';

afterEach(closeAll);

const tally = consumer('test.tally', {
  'test.counter.added.v1': async (tx, event) => {
    await tx.query('INSERT INTO applied (key, version, event_id) VALUES ($1, $2, $3)', [
      event.partitionkey,
      event.aggregateversion,
      event.id,
    ]);
  },
});
const record = (offset: number, version: number): BusRecord => ({
  topic,
  partition: 0,
  offset,
  event: cloudEvent('a', version),
});

/** What a connection left behind that was cut off while it committed: its locks are held until the server is through. */
async function cutOff(database: ServiceDatabase, [first]: readonly BusRecord[]) {
  const client = await database.pool.connect();
  await client.query('BEGIN');
  await client.query(`SELECT 1 FROM consumer_checkpoint WHERE consumer = 'test.tally' FOR UPDATE`);
  await client.query('INSERT INTO applied (key, version, event_id) VALUES ($1, 1, $2)', ['a', first?.event.id]);
  await client.query(`INSERT INTO consumer_high_water VALUES ('test.tally', $1, 'a', 1)`, [topic]);
  await client.query(`UPDATE consumer_checkpoint SET next_offset = 1 WHERE consumer = 'test.tally'`);
  return afterwards({
    commit: () => client.query('COMMIT'),
    close: () => Promise.resolve(client.release()),
  });
}

describe('a batch whose first try was cut off in its commit', () => {
  it('waits for what became of that try, and goes on behind it as if it had been told', async () => {
    const database = await serviceDatabase();
    await database.pool.query(
      `INSERT INTO consumer_checkpoint (consumer, topic, partition) VALUES ('test.tally', $1, 0)`,
      [topic],
    );
    const records = [record(0, 1), record(1, 2)];
    const first = await cutOff(database, records);

    const second = applyBatch(database, tally, { topic, partition: 0, epoch: 1 }, records, () => new Date());
    await until('the second try waits', async () => {
      const waiting = await rowsOf(
        database.pool,
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    await first.commit();

    expect(await second).toMatchObject({ applied: [records[1]?.event], buried: 0 });
    expect(await rowsOf(database.pool, 'SELECT version FROM applied ORDER BY seq')).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
    expect(await rowsOf(database.pool, 'SELECT * FROM dead_letter')).toEqual([]);
  });

  const forty = async () => {
    const bus = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 1 }));
    await bus.publish(
      topic,
      Array.from({ length: 40 }, (_, index) => cloudEvent(`k${index}`, 1)),
    );
    return bus;
  };
  const reset = () => Promise.reject(Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' }));

  it('is tried again in large parts when the database is back, not event by event', async () => {
    const database = await serviceDatabase();
    const bus = await forty();
    let tries = 0;
    const failing: ConsumerDatabase = {
      ...database,
      transact(caller, work) {
        tries += 1;
        return tries <= 3 ? reset() : database.transact(caller, work);
      },
    };
    const metrics = countingMetrics();
    afterwards(await runConsumers({ database: failing, bus, consumers: [tally], metrics }));
    await until('everything is applied', () => metrics.seen.applied === 40);
    // 40, 20, 10; then 5, 10, 20 and the rest.
    expect(tries).toBe(7);
    expect(metrics.seen.transient).toBe(3);
  });

  it('comes through in parts where the whole never does between two interruptions', async () => {
    const database = await serviceDatabase();
    const bus = await forty();
    const failing: ConsumerDatabase = {
      ...database,
      transact: (caller, work) =>
        database.transact(caller, async (tx) => {
          let handled = 0;
          const cutShort: typeof tx = {
            ...tx,
            query(sql, values) {
              if (sql.startsWith('INSERT INTO applied') && (handled += 1) > 8) return reset();
              return tx.query(sql, values);
            },
          };
          return work(cutShort);
        }),
    };
    const metrics = countingMetrics();
    const retries = { first: 1 };
    afterwards(await runConsumers({ database: failing, bus, consumers: [tally], metrics, retries }));
    await until('everything is applied', () => metrics.seen.applied === 40);
    expect(
      await rowsOf(database.pool, 'SELECT count(*)::integer AS n, count(DISTINCT key)::integer AS keys FROM applied'),
    ).toEqual([{ n: 40, keys: 40 }]);
  });

  it('ends early when it takes long, so that an interruption costs no more than that', async () => {
    const database = await serviceDatabase();
    const bus = await forty();
    let transactions = 0;
    const counting: ConsumerDatabase = {
      ...database,
      transact(caller, work) {
        transactions += 1;
        return database.transact(caller, work);
      },
    };
    const slow = consumer('test.slow', {
      'test.counter.added.v1': async (tx, event) => {
        await tx.query('SELECT pg_sleep(0.15)');
        await tx.query('INSERT INTO applied (key, version, event_id) VALUES ($1, $2, $3)', [
          event.partitionkey,
          event.aggregateversion,
          event.id,
        ]);
      },
    });
    const metrics = countingMetrics();
    afterwards(await runConsumers({ database: counting, bus, consumers: [slow], metrics }));
    await until('a part is committed', () => metrics.seen.applied > 0, 5_000);
    expect(metrics.seen.applied).toBeLessThan(20);
    await until('everything is applied', () => metrics.seen.applied === 40, 20_000);
    expect(transactions).toBeLessThan(8);
    expect(await rowsOf(database.pool, 'SELECT count(DISTINCT key)::integer AS keys FROM applied')).toEqual([
      { keys: 40 },
    ]);
  });
});
