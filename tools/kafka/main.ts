import { join } from 'node:path';
import { data, readConfig } from '@jishi/config';
import { runKafka } from './command';

const { JISHI_DATA } = readConfig(data);

/** Resolves when the program is told to end. npm passes on the signal that the terminal has sent already: once is enough. */
const told = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});

void runKafka(process.argv.slice(2), {
  folder: join(JISHI_DATA, 'kafka'),
  cache: process.env.JISHI_CACHE,
  given: process.env.KAFKA_BROKERS,
  installer: join(process.cwd(), 'tools/kafka/install-debian.sh'),
  until: () => told,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

// A process that waits for a signal alone would end: nothing else keeps it.
setInterval(() => undefined, 60_000);
