import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokersIn, endKafka, provideKafka } from '@jishi/embedded-kafka';
import { processMark } from '@jishi/embedded-postgres';
import { workspaceRoot } from './workspace-root';

/** The Kafka that all tests of this checkout share. Nothing in it is worth keeping. */
export interface TestBroker {
  readonly brokers: string[];
  /** True when it was running already, or is not ours to stop. */
  readonly adopted: boolean;
}

const folder = (): string => join(workspaceRoot(), '.jishi', 'test-kafka');
const usersOf = (place: string): string => join(place, 'users');

let brokers: Promise<string[]> | undefined;

/**
 * Where the tests find Kafka (`host:port`): KAFKA_BROKERS when it is set, else one broker for all tests of the checkout, started
 * when it does not run. It stays running when the tests end; it keeps no test runner from ending.
 * @throws KafkaError `NO_KAFKA` when there is no way to have one: tests of Kafka are never left out
 */
export function testBrokers(): Promise<string[]> {
  brokers ??= startTestBroker().then(
    (broker) => broker.brokers,
    (error: unknown) => {
      brokers = undefined;
      throw error;
    },
  );
  return brokers;
}

/** Starts the test broker, or joins it when another process was quicker. `place` is another folder than that of all tests. */
export async function startTestBroker(log?: (line: string) => void, place = folder()): Promise<TestBroker> {
  const given = brokersIn(process.env.KAFKA_BROKERS ?? '');
  if (given.length > 0) return { brokers: given, adopted: true };
  // Before the broker is asked for: whoever stops it must see that somebody is coming.
  const users = usersOf(place);
  await mkdir(users, { recursive: true });
  await writeFile(join(users, String(process.pid)), String(processMark(process.pid)));
  const cache = process.env.JISHI_CACHE;
  return provideKafka({
    folder: place,
    share: true,
    expendable: true,
    installer: join(workspaceRoot(), 'tools/kafka/install-debian.sh'),
    ...(cache ? { cache } : {}),
    ...(log === undefined ? {} : { log }),
  });
}

/**
 * Stops the test broker and throws its records away, unless tests of another living process still use it.
 * @returns whether it is stopped now (also when it was not running)
 */
export async function stopTestBroker(log?: (line: string) => void, place = folder()): Promise<boolean> {
  const users = usersOf(place);
  if (!existsSync(users)) return true;
  for (const pid of await readdir(users)) {
    if (pid === String(process.pid)) continue;
    if (processMark(Number(pid)) === (await readFile(join(users, pid), 'utf8'))) {
      log?.('the test broker stays: other tests are using it');
      return false;
    }
    await rm(join(users, pid), { force: true });
  }
  brokers = undefined;
  await endKafka({ folder: place, ...(log === undefined ? {} : { log }) });
  await rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return true;
}
