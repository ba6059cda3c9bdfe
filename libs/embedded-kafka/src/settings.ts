import { join } from 'node:path';

/** One node as the folder remembers it. */
export interface NodePorts {
  readonly id: number;
  /** Where clients and the other brokers reach it. */
  readonly port: number;
  /** Where the controllers speak with each other. */
  readonly controller: number;
  /** Where a proxy hands its connections on to; 0 when there is none. */
  readonly behindProxy: number;
}

/** Free for everybody and outside the range from which the system takes ports of outgoing connections. */
export const portRange = { from: 20_000, to: 31_999 };

export const nodeFolder = (folder: string, id: number): string => join(folder, `node-${id}`);
export const propertiesOf = (folder: string, id: number): string => join(nodeFolder(folder, id), 'server.properties');
export const dataOf = (folder: string, id: number): string => join(nodeFolder(folder, id), 'data');
export const logOf = (folder: string, id: number): string => join(nodeFolder(folder, id), 'kafka.log');

/** A test machine runs many programs at once: a small fixed heap, one collector thread, and the compiler that starts quickest. */
export const javaOptions = (nodes: number): readonly string[] => [
  `-Xmx${nodes === 1 ? 384 : 320}m`,
  '-Xms96m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${join(__dirname, 'log4j2.xml')}`,
];

/** Over these stand the caller's own. What a city's cluster decides for itself (record size, retention) is left at Kafka's own values. */
export function settingsFor(nodes: number): Readonly<Record<string, string>> {
  const replicas = String(nodes);
  const enough = String(Math.max(1, nodes - 1));
  return {
    // A topic is made by whoever owns it, with the partitions it needs; a misspelt name is an error.
    'auto.create.topics.enable': 'false',
    'delete.topic.enable': 'true',
    'num.partitions': '3',
    'default.replication.factor': replicas,
    'min.insync.replicas': enough,
    // One batch: four records of 256 KiB would just not fit beside their headers, three do.
    'message.max.bytes': '1048588',
    // Few partitions inside, and a first join of a group that waits for nobody: a start of seconds instead of tens of seconds.
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': enough,
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': enough,
    'share.coordinator.state.topic.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    'num.network.threads': '2',
    'num.io.threads': '2',
    'log.cleaner.dedupe.buffer.size': '10485760',
    // How long the others wait for a killed broker; it is not let in again before.
    'broker.heartbeat.interval.ms': '1000',
    'broker.session.timeout.ms': nodes === 1 ? '4000' : '6000',
    'replica.lag.time.max.ms': '10000',
  };
}

/** All settings of one node. `data` differs while the node's folder is being made, `host` inside a container. */
export function nodeSettings(
  node: NodePorts,
  all: readonly NodePorts[],
  data: string,
  advertised: number | undefined,
  settings: Readonly<Record<string, string>>,
  host = '127.0.0.1',
): Readonly<Record<string, string>> {
  const listeners = [`PLAINTEXT://${host}:${node.port}`];
  const told = [`PLAINTEXT://127.0.0.1:${node.port}`];
  if (advertised !== undefined) {
    listeners.push(`PROXIED://${host}:${node.behindProxy}`);
    told.push(`PROXIED://127.0.0.1:${advertised}`);
  }
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    // The voters stand here and not in the log, so that a port that somebody else has taken can be left for another.
    'controller.quorum.voters': all.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(','),
    listeners: [...listeners, `CONTROLLER://${host}:${node.controller}`].join(','),
    'advertised.listeners': told.join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    ...settings,
  };
}

/** Settings as Kafka reads them from a file. */
export const asProperties = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
