import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokersIn, startKafka } from '@jishi/embedded-kafka';
import { connected, ensureDatabase, processMark, startPostgres } from '@jishi/embedded-postgres';
import { kafkaTopics } from '@jishi/event-delivery';
import { command, goOn, positive, readOptions, type Run } from '../command';
import { asRatio, figure, load, milliseconds } from '../figures';
import { processorSeconds } from '../processor-time';
import { measureLatency, receiver, type Form } from './latency';
import { costInPlainTransaction, costInTransact } from './outbox-cost';
import { measureRecovery, type Restart } from './recovery';
import { establishBranches, machineTime, open, topic, type Addresses } from './services';
import { measureThroughput } from './throughput';

const help = `Measures how events travel from a commit to an applied projection, on a PostgreSQL, and a Kafka, of their own in a temporary folder.

  npm run bench:events [-- --bus pg|kafka --rate 200 --seconds 30 --writers 8 --only latency]

  --bus         the log in PostgreSQL (pg) or one broker of Apache Kafka (kafka)
  --rate        events a second while the latency is measured (200)
  --seconds     how long, after four seconds of warming (30)
  --writers     transactions at the same moment (8)
  --partitions  of the topic (4, as in npm start)
  --rounds      paired rounds of the outbox cost (7)
  --events      in the full outbox (60000); the projection is rebuilt from as many
  --kills       of a process under load, of which the recovery is timed (20); servers are restarted a third as often
  --only        latency, idle, cost, throughput or recovery

Goals from commit to applied projection at 200 events a second: p99 at most 300 ms over the log, 500 ms over Kafka. Recovery after
one kill: p99 at most 10 s; after the restart of a server, from the moment it answers, at most 30 s.
Rebuild of a million events (--only throughput --events 1000000): at most 10 minutes.
Times mean little on a busy machine: compare them beside the load average; ratios are paired within a round.`;

const parts = ['latency', 'idle', 'cost', 'throughput', 'recovery'] as const;

void command(async (run) => {
  const given = readOptions(process.argv.slice(2), {
    bus: { type: 'string', default: 'pg' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    writers: { type: 'string', default: '8' },
    partitions: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '7' },
    events: { type: 'string', default: '60000' },
    kills: { type: 'string', default: '20' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (given.help) return run.print(help);
  if (given.bus !== 'pg' && given.bus !== 'kafka') throw new TypeError(`--bus ${given.bus}: pg or kafka`);
  const wanted = parts.filter((part) => given.only === undefined || given.only === part);
  if (wanted.length === 0) throw new TypeError(`--only ${given.only}: ${parts.join(', ')}`);
  const numbers = {
    rate: positive('rate', given.rate),
    seconds: positive('seconds', given.seconds),
    writers: positive('writers', given.writers),
    rounds: positive('rounds', given.rounds),
    events: positive('events', given.events),
    partitions: positive('partitions', given.partitions),
    kills: positive('kills', given.kills),
  };

  const { addressesOf, pid, restarts } = await servers(run, given.bus === 'kafka');
  const carrier = given.bus === 'kafka' ? 'events over one broker of Kafka' : 'events over the log in PostgreSQL';
  run.print(`PostgreSQL with durable settings, ${carrier}, Node ${process.version}, ${load()}`);
  for (const part of wanted) {
    goOn(run);
    // Databases of its own for each part: what one leaves behind does not slow the next.
    const addresses = await addressesOf(part, numbers.partitions);
    const goals = { slowest: given.bus === 'kafka' ? 500 : 300, restarts };
    await measure[part](run, addresses, { ...numbers, ...goals }, pid);
  }
});

interface Numbers {
  readonly rate: number;
  readonly seconds: number;
  readonly writers: number;
  readonly rounds: number;
  readonly events: number;
  /** Milliseconds that one event in a hundred may take at most. */
  readonly slowest: number;
  readonly kills: number;
  readonly restarts: readonly Restart[];
}

async function servers(run: Run, onKafka: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'jishi-bench-'));
  run.afterwards(() => rmSync(folder, { recursive: true, force: true }));
  run.progress('PostgreSQL starts');
  let postgres = await startPostgres({ folder });
  run.afterwards(() => postgres.stop());
  const { pid, port } = postgres;
  const restart: Restart = {
    name: 'PostgreSQL',
    async again() {
      const mark = processMark(postgres.pid);
      process.kill(postgres.pid, 'SIGQUIT');
      while (processMark(postgres.pid) === mark) await sleep(10);
      // Gives the folder free; there is nothing left to stop.
      await postgres.stop();
      postgres = await startPostgres({ folder, port });
      await connected(postgres.url('postgres'), (client) => client.query('SELECT 1'));
    },
  };
  const kafka = onKafka ? await cluster(run, folder) : undefined;
  return {
    pid,
    restarts: [restart, ...(kafka?.restarts ?? [])],
    async addressesOf(part: string, partitions: number): Promise<Addresses> {
      const [owner, reader, bus] = ['owner', 'reader', 'bus'].map((name) => `${part}_${name}`) as [
        string,
        string,
        string,
      ];
      for (const name of [owner, reader, bus]) await ensureDatabase(postgres.url('postgres'), name);
      const database = await open(postgres.url(reader), 'reader', 2);
      await database.migrate();
      await database.close();
      if (kafka) await declare(kafka.brokers, part, partitions);
      const busUrl = kafka ? `kafka://${kafka.brokers.join(',')}/${part}` : postgres.url(bus);
      return { owner: postgres.url(owner), reader: postgres.url(reader), bus: busUrl, partitions };
    },
  };
}

/** A broker of its own, which it may kill, or the cluster of KAFKA_BROKERS, which it leaves alone. */
async function cluster(run: Run, folder: string): Promise<{ brokers: readonly string[]; restarts: Restart[] }> {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined) return { brokers: brokersIn(given), restarts: [] };
  run.progress('Kafka starts');
  const kafka = await startKafka({ folder: join(folder, 'kafka') });
  run.afterwards(() => kafka.stop());
  const [node] = kafka.nodes;
  const again = async () => {
    await node?.kill('SIGKILL');
    await node?.start();
  };
  return { brokers: kafka.brokers, restarts: [{ name: 'the broker', again }] };
}

async function declare(brokers: readonly string[], prefix: string, partitions: number): Promise<void> {
  const topics = await kafkaTopics({ brokers, clientId: 'bench' });
  const wanted = { name: `${prefix}.${topic}`, partitions, replication: 1, settings: {} };
  await topics.apply(await topics.plan([wanted]));
  await topics.close();
}

const measure: Record<
  (typeof parts)[number],
  (run: Run, addresses: Addresses, numbers: Numbers, postgres: number) => Promise<void>
> = {
  async latency(run, addresses, numbers, postgres) {
    const owner = await openOwner(run, addresses, numbers.writers);
    const branches = await establishBranches(owner, 2_000);
    for (const form of ['one process', 'own process'] satisfies Form[]) {
      const before = { own: process.cpuUsage(), postgres: processorSeconds(postgres), at: machineTime() };
      const { fromCommit, transaction, rate } = await measureLatency(run, form, owner, branches, addresses, numbers);
      const seconds = (machineTime() - before.at) / 1_000;
      const database = (processorSeconds(postgres) - before.postgres) / seconds;
      const held = fromCommit.p99 <= numbers.slowest;
      run.print();
      run.print(
        form === 'one process'
          ? 'Commit → applied, relay and consumer with the writers (told of each commit)'
          : 'Commit → applied, relay and consumer in a process of their own (looking)',
      );
      run.print(`  ${milliseconds(fromCommit)}   of ${fromCommit.count} events`);
      run.print(`  goal p99 ≤ ${numbers.slowest} ms: ${held ? 'kept' : 'MISSED'}   ${load()}`);
      run.print(`  ${figure(rate)} events/s, ${numbers.writers} writers; a transaction: ${milliseconds(transaction)}`);
      run.print(
        `  processor: writers' process ${share(before.own, seconds)} %, PostgreSQL ${figure(database * 100)} % of a core`,
      );
    }
  },

  async idle(run, addresses, _, postgres) {
    const owner = await openOwner(run, addresses, 2);
    await establishBranches(owner, 1);
    run.print();
    for (const [name, withoutRelay] of [
      ['a consumer', true],
      ['relay and consumer', false],
    ] as const) {
      const { worker, database } = await idleFor(run, 30, { ...addresses, withoutRelay }, postgres);
      const goal = withoutRelay ? `   goal ≤ 1 %: ${worker <= 1 ? 'kept' : 'MISSED'}` : '';
      run.print(
        `Idle: ${name} ${figure(worker)} %, PostgreSQL for it ${figure(database)} % of a core${goal}   ${load()}`,
      );
    }
  },

  async cost(run, addresses, numbers) {
    const owner = await openOwner(run, addresses, numbers.writers);
    // A multiple of the writers, so that no two write the same branch.
    const branches = await establishBranches(owner, numbers.writers * 250);
    const options = { rounds: numbers.rounds, seconds: 2, writers: numbers.writers };
    run.print();
    run.print(`A transaction with an event : without, ${numbers.rounds} paired rounds (1 = the event costs nothing)`);
    const plain = await costInPlainTransaction(run, owner, branches, options);
    run.print(
      `  BEGIN, UPDATE, COMMIT        ${asRatio(plain.ratio)}   ${figure(plain.withEvent)} : ${figure(plain.alone)} a second   ${load()}`,
    );
    const full = await costInTransact(run, owner, branches, options);
    run.print(
      `  transact, lock, save, trail  ${asRatio(full.ratio)}   ${figure(full.withEvent)} : ${figure(full.alone)} a second   ${load()}`,
    );
  },

  async throughput(run, addresses, numbers) {
    const owner = await openOwner(run, addresses, 2);
    const branches = await establishBranches(owner, Math.max(2_000, numbers.events / 10));
    const { events, relay, consumer, rebuild } = await measureThroughput(
      run,
      owner,
      branches,
      addresses,
      numbers.events,
    );
    run.print();
    run.print(`Saturated, ${events} events: relay ${figure(relay)}/s, then consumer ${figure(consumer)}/s   ${load()}`);
    run.print(`  then a rebuild of the projection from all of them: ${figure(rebuild / 1_000)} s`);
  },

  async recovery(run, addresses, { kills, restarts }) {
    const owner = await openOwner(run, addresses, 2);
    const branches = await establishBranches(owner, 200);
    const found = await measureRecovery(run, owner, branches, addresses, { rate: 50, rounds: kills, restarts });
    run.print();
    run.print(`Recovery, until every partition has applied an event begun since, at 50 events/s   ${load()}`);
    found.forEach(({ what, back }, place) => {
      const goal = place === 0 ? 10_000 : 30_000;
      const held = back.p99 <= goal ? 'kept' : 'MISSED';
      run.print(`  ${what}, ${back.count} times: ${milliseconds(back)}   goal p99 ≤ ${goal / 1_000} s: ${held}`);
    });
  },
};

/** Percent of a core that a worker with nothing to do takes, and PostgreSQL for it. */
async function idleFor(run: Run, seconds: number, addresses: Addresses, postgres: number) {
  const receiving = await receiver('own process', addresses, () => undefined);
  try {
    run.progress('idle: nothing to do');
    // Until the connections that only the start needed are closed, ten seconds after it.
    await sleep(15_000, undefined, { signal: run.signal });
    const before = [processorSeconds(receiving.pid), processorSeconds(postgres)] as const;
    await sleep(seconds * 1_000, undefined, { signal: run.signal });
    const percent = (since: number, now: number) => ((now - since) / seconds) * 100;
    return {
      worker: percent(before[0], processorSeconds(receiving.pid)),
      database: percent(before[1], processorSeconds(postgres)),
    };
  } finally {
    await receiving.close();
  }
}

async function openOwner(run: Run, { owner }: Addresses, writers: number) {
  const database = await open(owner, 'owner', writers);
  run.afterwards(() => database.close());
  await database.migrate();
  return database;
}

function share(since: NodeJS.CpuUsage, seconds: number): string {
  const { user, system } = process.cpuUsage(since);
  return figure(((user + system) / 1e6 / seconds) * 100);
}
