import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, takeLock, type Lock } from '@jishi/embedded-postgres';
import {
  artifacts,
  checkpointIn,
  classPathIn,
  defaultCache,
  kafkaVersion,
  makeCheckpoint,
  requireJava,
} from './artifacts';
import { ask } from './ask';
import { KafkaError, writingFailed } from './kafka-error';
import { answers, bringUp, configure, format, type Site } from './launch';
import { choosePorts, newId, recall, remember, type Memory } from './memory';
import { brokerOf, gone, lives, signal, stopAll, type Living } from './processes';
import { dataOf, nodeFolder, propertiesOf, settingsFor, type NodePorts } from './settings';

export interface StartOptions {
  /** Holds everything: `cluster.json` (ports), `supervisor.lock`, and per node its data, settings and log. Made when absent. */
  readonly folder: string;
  /** Where the jars are kept, once for all folders and checkouts; `~/.cache/jishi` when absent. */
  readonly cache?: string;
  /** One node, or three that replicate to each other; one when absent. */
  readonly nodes?: 1 | 3;
  /**
   * Gives every broker a second listener and says at which port a proxy stands before it. Clients that come through the proxy
   * are told of proxied ports only; the brokers speak with each other directly.
   */
  readonly proxied?: (node: number) => number;
  /** Broker settings over the defaults, such as `{ 'log.retention.ms': '1000' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Several processes use the cluster at once: whoever comes first starts it, nobody owns it, `stop` leaves it running. */
  readonly share?: boolean;
  /** The data may be thrown away and made anew when it cannot be used (a test cluster after a change of its shape). */
  readonly expendable?: boolean;
  /** One line per step, for the operator. */
  readonly log?: (line: string) => void;
  /** Milliseconds to wait for a node to answer, recovery of its logs included; two minutes when absent. */
  readonly readyWithin?: number;
}

/** One broker, which is a controller as well. */
export interface KafkaNode {
  readonly id: number;
  readonly port: number;
  /** Where the proxy that stands before it hands its connections on to; undefined without `proxied`. */
  readonly behindProxy: number | undefined;
  /** Undefined when it does not run. */
  pid(): number | undefined;
  /** Sends a signal; resolves when the process is gone for SIGKILL, at once for all others (SIGSTOP, SIGCONT). */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again after a kill or a stop; resolves when it answers. Does nothing when it runs. */
  start(): Promise<void>;
  /** Ends it as an operator would: its partitions are handed to the others first. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface Kafka {
  /** `127.0.0.1:port` of every node, without any proxy. */
  readonly brokers: string[];
  readonly nodes: readonly KafkaNode[];
  /** True when the cluster was already running, left behind by a killed process or shared with others. */
  readonly adopted: boolean;
  /** Ends every node, by force after 15 seconds. Resolves when they are gone. Does nothing on a shared cluster. */
  stop(): Promise<void>;
}

const patienceOfStop = 15_000;
const lockOf = (folder: string): string => join(folder, 'supervisor.lock');

/**
 * Starts Kafka in a folder, or adopts the cluster that a killed process left running there. One process at a time owns a folder,
 * unless it is shared. Needs Java 17 on the path, and Maven for the first start of a machine.
 * @throws KafkaError with a code and words in Chinese and English
 */
export async function startKafka(options: StartOptions): Promise<Kafka> {
  const folder = await openFolder(options.folder);
  const until = Date.now() + 180_000;
  for (;;) {
    const joined = options.share === true ? await joinRunning(folder, options) : null;
    if (joined !== null) return joined;
    const lock = await lockFolder(folder);
    if ('heldBy' in lock) {
      // Of several processes that want to share, one starts and the others wait for it.
      if (options.share !== true || Date.now() > until)
        throw new KafkaError('ALREADY_SUPERVISED', { folder, pid: lock.heldBy });
      await pause(100);
      continue;
    }
    try {
      const kafka = await adoptOrStart(folder, options);
      if (options.share !== true) return { ...kafka, stop: () => kafka.stop().finally(() => lock.release()) };
      await lock.release();
      return { ...kafka, stop: () => Promise.resolve() };
    } catch (error) {
      await lock.release();
      throw writingFailed(error, folder);
    }
  }
}

/**
 * Stops whatever runs in a folder and is owned by no living process: a shared cluster, or one left behind.
 * @returns false when none was running
 */
export async function stopKafka(options: Pick<StartOptions, 'folder' | 'log'>): Promise<boolean> {
  if (!existsSync(options.folder)) return false;
  const folder = await realpath(options.folder);
  const lock = await lockFolder(folder);
  if ('heldBy' in lock) throw new KafkaError('ALREADY_SUPERVISED', { folder, pid: lock.heldBy });
  try {
    const running = leftBehind(folder);
    if (running.size === 0) return false;
    await stopAll([...running.values()], folder, patienceOfStop);
    options.log?.(`stopped Kafka (pid ${pids(running)})`);
    return true;
  } finally {
    await lock.release();
  }
}

/** Where the cluster of a folder answers, for a tool that looks into it beside the program that owns it; undefined when it does not. */
export async function runningKafka(folder: string): Promise<string[] | undefined> {
  const memory = await recall(folder);
  if (memory === null) return undefined;
  for (const { port } of memory.nodes)
    if ((await ask(port))?.clusterId === memory.clusterId) return memory.nodes.map((node) => `127.0.0.1:${node.port}`);
  return undefined;
}

async function openFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await realpath(folder);
  } catch (error) {
    throw writingFailed(error, folder);
  }
}

async function lockFolder(folder: string): Promise<Lock | { heldBy: number }> {
  try {
    return await takeLock(lockOf(folder));
  } catch (error) {
    throw writingFailed(error, folder);
  }
}

const pids = (running: ReadonlyMap<number, Living>): string => [...running.values()].map(({ pid }) => pid).join(', ');

/** The nodes that run in a folder, by number. */
function leftBehind(folder: string): Map<number, Living> {
  const running = new Map<number, Living>();
  for (const id of [1, 2, 3]) {
    const living = existsSync(nodeFolder(folder, id)) ? brokerOf(propertiesOf(folder, id)) : null;
    if (living !== null) running.set(id, living);
  }
  return running;
}

/** The running cluster of a shared folder, without any lock: the way of every process but the first. */
async function joinRunning(folder: string, options: StartOptions): Promise<Kafka | null> {
  const memory = await recall(folder);
  if (memory === null || memory.nodes.length !== (options.nodes ?? 1)) return null;
  const said = await Promise.all(memory.nodes.map(({ port }) => ask(port)));
  if (!said.every((answer) => answer?.clusterId === memory.clusterId && answer.nodes.length === memory.nodes.length))
    return null;
  const cache = options.cache ?? defaultCache();
  const files = { classPath: classPathIn(cache), checkpoint: checkpointIn(cache) };
  const site: Site = { ...siteOf(folder, options), ...memory, ...files };
  return { ...handle(site, leftBehind(folder), true, () => undefined), stop: () => Promise.resolve() };
}

/** What the options alone say of a site. */
function siteOf(
  folder: string,
  options: StartOptions,
): Pick<Site, 'folder' | 'settings' | 'advertised' | 'readyWithin'> {
  return {
    folder,
    settings: { ...settingsFor(options.nodes ?? 1), ...options.settings },
    advertised: (node) => options.proxied?.(node),
    readyWithin: options.readyWithin ?? 120_000,
  };
}

async function adoptOrStart(folder: string, options: StartOptions): Promise<Kafka> {
  const began = Date.now();
  const log = options.log ?? (() => undefined);
  const wanted = options.nodes ?? 1;
  const base = siteOf(folder, options);
  const advertised = Array.from({ length: wanted }, (_, index) => base.advertised(index + 1));
  const startedWith = createHash('sha256')
    .update(JSON.stringify([kafkaVersion, base.settings, advertised]))
    .digest('hex')
    .slice(0, 16);
  await requireJava();
  const cache = options.cache ?? defaultCache();
  const site: Omit<Site, 'clusterId' | 'nodes'> = {
    ...base,
    classPath: await artifacts(cache, log),
    checkpoint: checkpointIn(cache),
  };
  await makeCheckpoint(cache);

  const running = leftBehind(folder);
  let memory = await recall(folder);
  if (running.size > 0) {
    const same = memory !== null && (options.share === true || memory.startedWith === startedWith);
    if (memory !== null && same && (await allAnswer({ ...site, ...memory }, running, wanted))) {
      log(`adopted the running Kafka (pid ${pids(running)}, ${listed(memory.nodes)}) in ${Date.now() - began} ms`);
      return handle({ ...site, ...memory }, running, true, log);
    }
    log(`stopping a Kafka left behind (pid ${pids(running)})`);
    await stopAll([...running.values()], folder, patienceOfStop);
  }
  if (memory !== null && memory.nodes.length !== wanted) {
    if (options.expendable !== true)
      throw new KafkaError('OTHER_SHAPE', { folder, found: memory.nodes.length, wanted });
    log(`throwing the expendable data away: ${memory.nodes.length} nodes were there, ${wanted} are wanted`);
    for (const { id } of memory.nodes) await rm(nodeFolder(folder, id), { recursive: true, force: true });
    memory = null;
  }
  try {
    return await startAnew(site, memory, wanted, startedWith, options, began);
  } catch (error) {
    const unusable = error instanceof KafkaError && error.code === 'START_FAILED' && memory !== null;
    if (!unusable || options.expendable !== true) throw error;
    log(`throwing the expendable data away: ${error.message}`);
    for (const { id } of memory?.nodes ?? []) await rm(nodeFolder(folder, id), { recursive: true, force: true });
    return startAnew(site, null, wanted, startedWith, options, began);
  }
}

/** Whether each of the wanted nodes runs, answers and knows of the others. */
async function allAnswer(site: Site, running: ReadonlyMap<number, Living>, wanted: number): Promise<boolean> {
  if (running.size !== wanted || site.nodes.length !== wanted) return false;
  const states = await Promise.all(
    site.nodes.map((node) => {
      const living = running.get(node.id);
      return living === undefined ? 'ended' : answers(site, node, living, wanted, Math.min(20_000, site.readyWithin));
    }),
  );
  return states.every((state) => state === 'ready');
}

async function startAnew(
  half: Omit<Site, 'clusterId' | 'nodes'>,
  memory: Memory | null,
  wanted: number,
  startedWith: string,
  options: StartOptions,
  began: number,
): Promise<Kafka> {
  const { folder } = half;
  const log = options.log ?? (() => undefined);
  const clusterId = memory?.clusterId ?? newId();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const nodes = await choosePorts(wanted, memory?.nodes ?? [], options.proxied !== undefined);
    const site: Site = { ...half, clusterId, nodes };
    if (nodes.some(({ id }) => !existsSync(dataOf(folder, id)))) log(`making a new cluster of ${wanted} in ${folder}`);
    // Remembered before anything runs: whoever finds it running must know what it was started with.
    await remember(folder, { clusterId, nodes, startedWith });
    await Promise.all(nodes.map((node) => format(site, node)));
    await Promise.all(nodes.map((node) => configure(site, node)));
    const states = await Promise.allSettled(nodes.map((node) => bringUp(site, node, wanted)));
    const running = leftBehind(folder);
    const failed = states.find((state) => state.status === 'rejected');
    const taken = states.some((state) => state.status === 'fulfilled' && state.value === 'taken');
    if (failed === undefined && !taken) {
      log(`Kafka is ready at ${listed(nodes)} (pid ${pids(running)}) after ${Date.now() - began} ms`);
      return handle(site, running, false, log);
    }
    await stopAll([...running.values()], folder, patienceOfStop);
    if (!taken && failed !== undefined) throw failed.reason;
  }
  throw new KafkaError('PORT_BUSY', {});
}

const listed = (nodes: readonly NodePorts[]): string => nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');

function handle(site: Site, running: Map<number, Living>, adopted: boolean, log: (line: string) => void): Kafka {
  const { folder } = site;
  const now = (id: number): Living | undefined => {
    const living = running.get(id);
    return living !== undefined && lives(living) ? living : undefined;
  };
  const nodes = site.nodes.map((node): KafkaNode => {
    const { id, port, behindProxy } = node;
    return {
      id,
      port,
      behindProxy: behindProxy === 0 ? undefined : behindProxy,
      pid: () => now(id)?.pid,
      async kill(name) {
        const living = now(id);
        if (living === undefined) return;
        signal(living, name, folder);
        if (name === 'SIGKILL' && !(await gone(living, 10_000)))
          throw new KafkaError('NOT_STOPPING', { folder, pid: living.pid });
      },
      async start() {
        if (now(id) !== undefined) return;
        const living = await bringUp(site, node, 1);
        if (living === 'taken') throw new KafkaError('PORT_BUSY', {});
        running.set(id, living);
      },
      async stop() {
        const living = now(id);
        if (living !== undefined) await stopAll([living], folder, patienceOfStop);
      },
    };
  });
  return {
    brokers: site.nodes.map(({ port }) => `127.0.0.1:${port}`),
    nodes,
    adopted,
    async stop() {
      const left = [...running.values()].filter(lives);
      await stopAll(left, folder, patienceOfStop);
      log(`stopped Kafka (pid ${pids(running)})`);
    },
  };
}
