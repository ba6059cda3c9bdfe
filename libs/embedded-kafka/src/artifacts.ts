import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause, systemCode, takeLock } from '@jishi/embedded-postgres';
import jars from './jars.json';
import { KafkaError } from './kafka-error';
import { asProperties, nodeSettings } from './settings';

/** The version of Apache Kafka that is run here, and that the deployment files name. */
export const kafkaVersion = '4.3.1';

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const onRecord = new Map<string, string>(Object.entries(jars));
const run = promisify(execFile);

/** Outside every checkout, because the jars (54 MB) are the same for all of them. */
export const defaultCache = (): string => join(homedir(), '.cache', 'jishi');

const jarsIn = (cache: string): string => join(cache, `kafka-${kafkaVersion}`, 'jars');

/** The class path, without a look at the files: for whoever joins a broker that another process started from them. */
export const classPathIn = (cache: string): string => join(jarsIn(cache), '*');

/** @throws KafkaError `JAVA_MISSING` when `java` is not on the path or older than 17 */
export async function requireJava(): Promise<void> {
  // Printed on the error output: `openjdk version "17.0.15" 2025-04-15`, and `"1.8.0_402"` before Java 9.
  const said = await run('java', ['-version']).then(
    ({ stderr, stdout }) => stderr + stdout,
    (error: unknown) => {
      throw new KafkaError('JAVA_MISSING', { detail: systemCode(error) === 'ENOENT' ? 'java: ENOENT' : String(error) });
    },
  );
  const version = /version "(\d+)/.exec(said)?.[1] ?? '0';
  if (Number(version) < 17) throw new KafkaError('JAVA_MISSING', { detail: said.split('\n')[0] ?? '' });
}

/** @throws KafkaError `MAVEN_MISSING` when `mvn` is not on the path or does not run */
export async function requireMaven(): Promise<void> {
  await run('mvn', ['-version']).catch((error: unknown) => {
    const detail = systemCode(error) === 'ENOENT' ? 'mvn: ENOENT' : String(error);
    throw new KafkaError('MAVEN_MISSING', { version: kafkaVersion, detail });
  });
}

async function namesIn(folder: string): Promise<string[] | null> {
  return readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
}

/** True when the jars were fetched once; whether they are still whole, `artifacts` finds out. */
export const fetched = async (cache: string): Promise<boolean> => (await namesIn(jarsIn(cache))) !== null;

/** Compares every jar with the sha256 on record; a jar too many is as wrong as an altered one: it would be run. */
async function verify(folder: string): Promise<void> {
  const names = new Set(await readdir(folder));
  for (const name of new Set([...onRecord.keys(), ...names])) {
    const whole =
      names.has(name) &&
      onRecord.get(name) ===
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex');
    if (!whole) throw new KafkaError('ARTIFACT_ALTERED', { folder, name });
  }
}

/**
 * The class path of the broker and of Kafka's own tools. The jars are fetched by Maven into the cache when they are not there,
 * by one process at a time, and compared with the checked-in list of sha256 whenever they are used.
 * @throws KafkaError `ARTIFACT_ALTERED`, `MAVEN_MISSING`, `FETCH_FAILED`
 */
export async function artifacts(cache: string, log: (line: string) => void): Promise<string> {
  const folder = jarsIn(cache);
  if ((await namesIn(folder)) === null) await fetchOnce(cache, folder, log);
  await verify(folder);
  return classPathIn(cache);
}

/** One process at a time works in the cache; the others wait, and find it done. */
async function alone(home: string, work: () => Promise<void>): Promise<void> {
  await mkdir(home, { recursive: true });
  for (;;) {
    const lock = await takeLock(join(home, 'fetching.lock'));
    if ('heldBy' in lock) {
      await pause(200);
      continue;
    }
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}

async function fetchOnce(cache: string, folder: string, log: (line: string) => void): Promise<void> {
  const home = join(cache, `kafka-${kafkaVersion}`);
  await alone(home, async () => {
    if ((await namesIn(folder)) === null) await fetch(home, folder, log);
  });
}

/** Which features a new cluster begins with, as Kafka's own `format` writes it: the same for every node and every cluster. */
export const checkpointIn = (cache: string): string => join(cache, `kafka-${kafkaVersion}`, 'bootstrap.checkpoint');

/** Has the checkpoint written once: Kafka's program takes a second and a half of processor time for these 400 bytes. */
export async function makeCheckpoint(cache: string): Promise<void> {
  const made = checkpointIn(cache);
  if (existsSync(made)) return;
  const home = join(cache, `kafka-${kafkaVersion}`);
  await alone(home, async () => {
    if (existsSync(made)) return;
    const draft = join(home, `draft-${randomUUID()}`);
    await mkdir(draft);
    try {
      const file = join(draft, 'server.properties');
      const node = { id: 1, port: 1, controller: 2, behindProxy: 0 };
      await writeFile(file, asProperties(nodeSettings(node, [node], join(draft, 'data'), undefined, {})));
      const format = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAABQ', '-c', file];
      await run('java', ['-cp', classPathIn(cache), ...format]);
      await rename(join(draft, 'data/bootstrap.checkpoint'), made);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
}

async function fetch(home: string, folder: string, log: (line: string) => void): Promise<void> {
  await requireMaven();
  for (const name of await readdir(home))
    if (name.startsWith('draft-')) await rm(join(home, name), { recursive: true, force: true });
  const draft = join(home, `draft-${randomUUID()}`);
  const into = join(draft, 'jars');
  await mkdir(into, { recursive: true });
  log(`正在通过Maven下载Kafka ${kafkaVersion}（约54 MB）… fetching Kafka ${kafkaVersion} by Maven (about 54 MB)`);
  try {
    await copyFile(join(__dirname, 'pom.xml'), join(draft, 'pom.xml'));
    await run('mvn', ['-B', '-q', plugin, `-DoutputDirectory=${into}`, '-DincludeScope=runtime'], {
      cwd: draft,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      const said = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
      const detail = (said === '' ? String(error) : said)
        .split('\n')
        .filter((line) => line.includes('ERROR'))
        .slice(0, 2)
        .join(' | ');
      throw new KafkaError('FETCH_FAILED', { version: kafkaVersion, detail });
    });
    await verify(into);
    await rename(into, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
