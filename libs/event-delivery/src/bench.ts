// Measures delivery on a PostgreSQL: `node tools/run.mjs libs/event-delivery/src/bench.ts postgres://…/database [events a second] [seconds]`.
// The database is used as service and as bus and must be empty; prints one JSON line.
import { openDatabase } from '@jishi/database';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumer, deliveryMigrations, postgresLogBus, runConsumers, settled, startRelay, writeOutbox } from './index';

const [url = '', rate = '200', seconds = '20', mode = 'nudge'] = process.argv.slice(2);

async function main(): Promise<void> {
  const migrations = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(migrations, '0001-nothing.sql'), '-- up\n\n-- down\n');
  const database = await openDatabase({
    url,
    entities: [],
    tree: 'bench',
    migrations,
    libraryMigrations: deliveryMigrations(),
    writeOutbox,
  });
  await database.migrate();
  await database.pool.query('CREATE TABLE IF NOT EXISTS effect (key text, version bigint, took double precision)');
  const bus = await postgresLogBus({ url });
  const relay = startRelay({ url, service: 'bench', bus });
  const latency: number[] = [];
  const effects = consumer('bench.effects', {
    'bench.thing.done.v1': async (tx, event) => {
      await tx.query('INSERT INTO effect VALUES ($1, $2)', [event.partitionkey, event.aggregateversion]);
    },
  });
  const metrics = { applied: (_: string, took: number) => void latency.push(took * 1_000) };
  const running = await runConsumers({ database, bus, consumers: [effects], metrics });
  await sleep(1_000);

  const event = (n: number) => ({
    type: 'bench.thing.done.v1',
    topic: 'bench.thing',
    key: `thing-${n % 500}`,
    data: { orgId: '00000000-0000-7000-8000-000000000001', full: n, probationary: 3, total: n + 3, asOf: '2026-05-01' },
    dataClass: 'internal' as const,
  });
  const emit = async (events: readonly ReturnType<typeof event>[]) => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await writeOutbox(client, events, { actor: 'bench', occurredAt: new Date() });
    if (mode === 'nudge') relay.nudge();
    await client.query('COMMIT');
    client.release();
  };
  const begun = performance.now();
  const pending: Promise<void>[] = [];
  const total = Number(rate) * Number(seconds);
  for (let n = 0; n < total; n += 1) {
    const due = begun + (n * 1_000) / Number(rate);
    if (due > performance.now()) await sleep(due - performance.now());
    pending.push(emit([event(n)]));
    if (pending.length > 200) await Promise.all(pending.splice(0, 100));
  }
  await Promise.all(pending);
  const wrote = performance.now() - begun;
  await settled([relay], [running], { withinMs: 120_000 });
  latency.sort((a, b) => a - b);
  const at = (share: number) => Math.round(latency[Math.floor(latency.length * share)] ?? 0);
  const steady = {
    events: latency.length,
    perSecond: Math.round((total / wrote) * 1_000),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(0.9999),
  };

  // A mountain of events while nobody carries them, then the relay alone, then the consumer alone.
  await running.close();
  await relay.close();
  const many = 50_000;
  for (let n = 0; n < many; n += 5_000) await emit(Array.from({ length: 5_000 }, (_, i) => event(n + i)));
  const relayed = performance.now();
  const second = startRelay({ url, service: 'bench', bus });
  while ((await second.pending()) > 0) await sleep(20);
  const relayPerSecond = Math.round((many / (performance.now() - relayed)) * 1_000);
  const consumed = performance.now();
  const again = await runConsumers({ database, bus, consumers: [effects] });
  await settled([second], [again], { withinMs: 300_000 });
  const consumerPerSecond = Math.round((many / (performance.now() - consumed)) * 1_000);
  console.log(JSON.stringify({ mode, steady, relayPerSecond, consumerPerSecond }));
  await again.close();
  await second.close();
  await bus.close();
  await database.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
