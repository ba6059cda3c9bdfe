import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, processMark, systemCode } from '@jishi/embedded-postgres';
import { ask } from './ask';
import { KafkaError } from './kafka-error';
import { newId } from './memory';
import { lives, type Living } from './processes';
import {
  asProperties,
  dataOf,
  javaOptions,
  logOf,
  nodeFolder,
  nodeSettings,
  propertiesOf,
  type NodePorts,
} from './settings';

const rotateAt = 20 * 1024 * 1024;

/** Everything that is needed to run the nodes of one folder. */
export interface Site {
  readonly folder: string;
  readonly classPath: string;
  /** What a new node begins with. */
  readonly checkpoint: string;
  readonly clusterId: string;
  readonly nodes: readonly NodePorts[];
  readonly settings: Readonly<Record<string, string>>;
  /** The port that a node's second listener tells its clients. */
  readonly advertised: (node: number) => number | undefined;
  /** Milliseconds within which a node must answer. */
  readonly readyWithin: number;
}

const java = (site: Site, main: string, ...args: readonly string[]): string[] => [
  ...javaOptions(site.nodes.length),
  ...['-cp', site.classPath, main, ...args],
];

/** Which failure Kafka's own words mean; `taken` when another program was quicker with a port. */
function explain(said: string, site: Site, log: string): KafkaError | 'taken' {
  if (/Address already in use/.test(said)) return 'taken';
  if (/No space left on device|Disk quota exceeded/.test(said))
    return new KafkaError('DISK_FULL', { folder: site.folder });
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^\s+\.\.\./.test(line));
  const worst = lines.filter((line) => /ERROR|FATAL|Exception|Error:/.test(line));
  const detail = (worst.length > 0 ? worst : lines).slice(-3).join(' | ');
  return new KafkaError('START_FAILED', { detail, log });
}

/**
 * Makes the data folder of a node when there is none. Work happens beside it and the finished folder is renamed into place, so that
 * a data folder of that name is always a whole one; what an interrupted attempt left behind is thrown away first.
 */
export async function format(site: Site, node: NodePorts): Promise<void> {
  const home = nodeFolder(site.folder, node.id);
  const data = dataOf(site.folder, node.id);
  await mkdir(home, { recursive: true });
  for (const name of await readdir(home))
    if (name.startsWith('draft-')) await rm(join(home, name), { recursive: true, force: true });
  if (existsSync(data)) return;
  const draft = join(home, `draft-${randomUUID()}`);
  await mkdir(draft);
  await copyFile(site.checkpoint, join(draft, 'bootstrap.checkpoint'));
  const meta = { version: '1', 'cluster.id': site.clusterId, 'node.id': String(node.id), 'directory.id': newId() };
  await writeFile(join(draft, 'meta.properties'), asProperties(meta));
  await rename(draft, data);
}

const settingsOf = (site: Site, node: NodePorts, data: string): string =>
  asProperties(nodeSettings(node, site.nodes, data, site.advertised(node.id), site.settings));

/** Writes the settings file of a node as it is to be started. */
export const configure = (site: Site, node: NodePorts): Promise<void> =>
  writeFile(propertiesOf(site.folder, node.id), settingsOf(site, node, dataOf(site.folder, node.id)));

/** A broker's process and how it fares; it does not keep this program alive. */
export interface Launched extends Living {
  /** What it has said since it was launched. */
  said(): Promise<string>;
}

/** Starts the process of a node in a process group of its own, so that Ctrl-C reaches this program alone. */
export async function launch(site: Site, node: NodePorts): Promise<Launched> {
  const log = logOf(site.folder, node.id);
  const size = await stat(log).then(
    (file) => file.size,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return 0;
      throw error;
    },
  );
  if (size > rotateAt) await rename(log, `${log}.old`);
  const output = await open(log, 'a');
  const from = (await output.stat()).size;
  try {
    const child = spawn('java', java(site, 'kafka.Kafka', propertiesOf(site.folder, node.id)), {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      cwd: nodeFolder(site.folder, node.id),
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('spawn', () => resolve(child.pid ?? 0));
      child.once('error', (error) => reject(new KafkaError('JAVA_MISSING', { detail: error.message })));
    });
    child.unref();
    const said = async (): Promise<string> => (await readFile(log)).subarray(from).toString();
    return { pid, mark: processMark(pid) ?? '', said };
  } finally {
    await output.close();
  }
}

/**
 * Waits until a node answers as a member of this cluster and sees at least `company` nodes.
 * @returns `ready`, or what to make of a process that ended or never answered
 */
export async function answers(
  site: Site,
  node: NodePorts,
  living: Living,
  company: number,
  patience = site.readyWithin,
): Promise<'ready' | 'ended' | 'silent' | 'stranger'> {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await ask(node.port);
    if (answer !== null && answer.clusterId !== site.clusterId) return 'stranger';
    if (answer !== null && answer.nodes.some(({ id }) => id === node.id) && answer.nodes.length >= company)
      return 'ready';
    if (!lives(living)) return 'ended';
    if (Date.now() > until) return 'silent';
    await pause(50);
  }
}

/** Starts a node and waits for its answer; false when another program was quicker with one of its ports. */
export async function bringUp(site: Site, node: NodePorts, company: number): Promise<Living | 'taken'> {
  const launched = await launch(site, node);
  const state = await answers(site, node, launched, company);
  if (state === 'ready') return { pid: launched.pid, mark: launched.mark };
  const log = logOf(site.folder, node.id);
  const why = explain(await launched.said(), site, log);
  if (state === 'silent')
    throw new KafkaError('START_FAILED', { detail: `not ready after ${site.readyWithin} ms`, log });
  if (why === 'taken' || state === 'stranger') return 'taken';
  throw why;
}
