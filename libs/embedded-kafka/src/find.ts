import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { defaultCache, fetched, requireJava, requireMaven } from './artifacts';
import { dockerAnswers, removeContainer, startInDocker } from './docker';
import { KafkaError } from './kafka-error';
import { startKafka, stopKafka, type StartOptions } from './start';

/** What may be given to look for a Kafka. */
export interface Places {
  /** The value of KAFKA_BROKERS: `host:port,host:port`. */
  readonly brokers?: string | undefined;
  /** The script that installs Java and Maven on Debian. */
  readonly installer?: string;
}

/** Where Kafka comes from on this machine. */
export type Way =
  { readonly kind: 'given'; readonly brokers: string[] } | { readonly kind: 'java' } | { readonly kind: 'docker' };

export const brokersIn = (value: string): string[] =>
  value
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/**
 * Looks for a Kafka, in this order: the given cluster; Java 17 and Maven; a Docker engine; the packages of Debian, which are
 * installed when this is root on a Debian.
 * @throws KafkaError `NO_KAFKA`, one sentence that names all four
 */
export async function findKafka(places: Places & Pick<StartOptions, 'cache' | 'log'>): Promise<Way> {
  const given = brokersIn(places.brokers ?? '');
  if (given.length > 0) return { kind: 'given', brokers: given };
  const missing = await javaMissing(places.cache);
  if (missing === undefined) return { kind: 'java' };
  if (await dockerAnswers()) return { kind: 'docker' };
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!debian || places.installer === undefined) throw new KafkaError('NO_KAFKA', { detail: missing });
  places.log?.('正在安装openjdk-17-jre-headless和maven… installing openjdk-17-jre-headless and maven');
  const installed = await install(places.installer);
  const still = await javaMissing(places.cache);
  if (still !== undefined) throw new KafkaError('NO_KAFKA', { detail: installed === '' ? still : installed });
  return { kind: 'java' };
}

/** Why Java and Maven are not enough; undefined when they are. Maven is needed only as long as the jars are not there. */
async function javaMissing(cache = defaultCache()): Promise<string | undefined> {
  try {
    await requireJava();
    if (!(await fetched(cache))) await requireMaven();
    return undefined;
  } catch (error) {
    if (error instanceof KafkaError && (error.code === 'JAVA_MISSING' || error.code === 'MAVEN_MISSING'))
      return String(error.params['detail']);
    throw error;
  }
}

/** The last line that the failing script printed, or nothing when it went well. */
function install(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', [script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? '' : `${script}: ${said.trim().split('\n').at(-1) ?? ''}`));
  });
}

/** A Kafka from wherever there is one. */
export interface Provided {
  readonly way: Way['kind'];
  readonly brokers: string[];
  /** True when it was running already. */
  readonly adopted: boolean;
  /** Ends it; does nothing on a given cluster and on a shared one. */
  stop(): Promise<void>;
}

/** Finds a Kafka and starts it where it has to be started. Three nodes and proxies need Java. */
export async function provideKafka(options: StartOptions & Places): Promise<Provided> {
  const way = await findKafka(options);
  if (way.kind === 'given') return { way: 'given', brokers: way.brokers, adopted: true, stop: () => Promise.resolve() };
  if (way.kind === 'docker' && options.nodes !== 3 && options.proxied === undefined) {
    const { brokers, adopted } = await startInDocker(options.folder, options.log ?? (() => undefined));
    const stop = async (): Promise<void> => {
      if (options.share !== true) await removeContainer(options.folder);
    };
    return { way: 'docker', brokers, adopted, stop };
  }
  const { brokers, adopted, stop } = await startKafka(options);
  return { way: 'java', brokers, adopted, stop };
}

/** Ends what `provideKafka` left running in a folder; false when nothing was. */
export async function endKafka(options: Pick<StartOptions, 'folder' | 'log'>): Promise<boolean> {
  if (!existsSync(options.folder)) return false;
  if (await stopKafka(options)) return true;
  return (await dockerAnswers()) && removeContainer(options.folder);
}
