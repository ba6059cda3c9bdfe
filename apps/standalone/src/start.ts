import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { dateInShanghai } from '@jishi/periods';
import { createLogger, drain, health, type Drain, type Health, type Logger } from '@jishi/telemetry';
import { readEnv, type StandaloneEnv } from './env';
import { openKafka, type Carrier } from './carrier';
import { accountsIn, contentsOf, fill, prepareDatabases } from './first-start';
import { openInstallation, type Installation } from './installation';
import { greeting, screenOn, type Screen } from './screen';
import { leaveServerNote } from './server-note';
import { services } from './services';
import { otherCarrier, portForbidden, portTaken, unlessDiskFills, wordsOf } from './trouble';

/** What running the platform means: in one process, or in many. */
export interface Running {
  /** Resolves when every event that was written has been applied everywhere. */
  settled(withinMs: number): Promise<void>;
  /** Opens the door on the port; gives the address. */
  listen(port: number): Promise<string>;
}

export interface Surroundings {
  readonly env: StandaloneEnv;
  readonly installation: Installation;
  readonly log: Logger;
  readonly health: Health;
  readonly clock: () => Date;
  readonly screen: Screen;
  /** Names what must be closed when the start is interrupted; the last one named is closed first. */
  onShutdown(name: string, close: () => unknown): void;
}

/** A taken port is told before a minute of loading, not after it. */
const portIsFree = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(port) : error.code === 'EACCES' ? portForbidden(port) : error),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });

/** Starts an installation: database, services, the demonstration at the first start, and the door. Ctrl-C closes all in order. */
export async function start(
  run: (surroundings: Surroundings) => Promise<Running>,
  carrier: Carrier = 'postgres',
): Promise<void> {
  const clock = (): Date => new Date();
  const env = await environment();
  const log = createLogger('standalone', env.LOG_LEVEL);
  const state = health({ log });
  const stop = drain({ log, health: state });
  const screen = screenOn(process.stdout);
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true));
  try {
    await open(env, carrier, { stop, state, log, screen, clock }, run);
  } catch (error) {
    screen.done();
    // What breaks because Ctrl-C took it away needs no words.
    if (interrupted) return;
    process.stderr.write(`\n${await wordsOf(error, resolve(env.JISHI_DATA))}\n`);
    await stop.shutdown('could not start', true);
  }
}

/** Wrong variables end the process before there is anything to close. */
async function environment(): Promise<StandaloneEnv> {
  try {
    return readEnv();
  } catch (error) {
    process.stderr.write(`${await wordsOf(error, '.')}\n`);
    process.exit(1);
  }
}

async function open(
  env: StandaloneEnv,
  carrier: Carrier,
  { stop, state, log, screen, clock }: { stop: Drain; state: Health; log: Logger; screen: Screen; clock: () => Date },
  run: (surroundings: Surroundings) => Promise<Running>,
): Promise<void> {
  if (env.PORT !== 0) await portIsFree(env.PORT);
  const found = contentsOf(resolve(env.JISHI_DATA));
  // What lies on the one carrier unread would be missed on the other.
  if (found && (found.carrier ?? 'postgres') !== carrier) throw otherCarrier(resolve(env.JISHI_DATA), carrier);
  screen.progress('启动数据库');
  const opened = await openInstallation(env.JISHI_DATA, (line) => log.info(line));
  stop.onShutdown('postgres', () => opened.postgres.stop());
  let installation: Installation = opened;
  if (carrier === 'kafka') {
    screen.progress('启动 Kafka');
    const installer = join(__dirname, '../../../tools/kafka/install-debian.sh');
    const kafka = await openKafka(opened.folder, { brokers: env.KAFKA_BROKERS, installer }, (line) => log.info(line));
    stop.onShutdown('kafka', () => kafka.stop());
    installation = { ...opened, busUrl: kafka.busUrl };
  }
  await prepareDatabases(installation, [...services.map(({ name }) => name), 'bus']);

  screen.progress('准备数据表与服务');
  const onShutdown = stop.onShutdown.bind(stop);
  const running = await run({ env, installation, log, health: state, clock, screen, onShutdown });
  stop.onShutdown('words', () => screen.say('正在停止…'));

  const contents = contentsOf(installation.folder);
  if (!contents) {
    if (env.JISHI_SIZE !== 'none') screen.say('首次启动：装入演示数据（人员均为虚构；区划为焦作市的真实名称与代码）');
    const filled = fill(
      installation,
      { size: env.JISHI_SIZE, carrier },
      dateInShanghai(clock()),
      (text, share) => screen.progress(text, share),
      () => running.settled(15 * 60_000),
    );
    await unlessDiskFills(installation.folder, filled);
  } else if (contents.size !== env.JISHI_SIZE)
    screen.say(`数据目录里是 ${contents.size} 规模的数据，继续使用；要另一种规模，请用 JISHI_DATA 另设目录。`);

  const address = await running.listen(env.PORT);
  stop.onShutdown('server note', leaveServerNote(installation.folder, address));
  screen.done();
  screen.say(greeting(address, accountsIn(installation.folder), performance.now() / 1000));
}
