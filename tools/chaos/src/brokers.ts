import { kafkaCommand, startKafka, type Kafka } from '@jishi/embedded-kafka';
import { openWire, type Wire } from './wire';

/** Three brokers that replicate to each other; clients reach each through a wire. */
export interface Brokers {
  readonly ids: readonly number[];
  /** Through the wires, for the processes of the run. */
  readonly addresses: string[];
  /** Around the wires, for the checker. */
  readonly direct: string[];
  wire(node: number): Wire | undefined;
  /** Takes a broker away; the answer brings it back. */
  down(node: number, how: 'kill broker' | 'stop broker' | 'freeze broker'): Promise<() => Promise<void>>;
  /** Starts what does not run. */
  ensure(): Promise<void>;
  makeTopics(names: readonly string[], partitions: number): Promise<void>;
  close(): Promise<void>;
}

const count = 3;

export async function startBrokers(folder: string, say: (line: string) => void): Promise<Brokers> {
  let kafka: Kafka | undefined;
  const behind = (id: number): number => kafka?.nodes.find((node) => node.id === id)?.behindProxy ?? 0;
  const wires = new Map<number, Wire>();
  for (let id = 1; id <= count; id += 1) wires.set(id, await openWire(() => behind(id)));
  kafka = await startKafka({ folder, nodes: count, proxied: (id) => wires.get(id)?.port ?? 0, log: say });
  const { nodes, brokers } = kafka;
  const cluster = kafka;
  return {
    ids: nodes.map(({ id }) => id),
    addresses: [...wires.values()].map(({ port }) => `127.0.0.1:${port}`),
    direct: brokers,
    wire: (node) => wires.get(node),
    async down(id, how) {
      const node = nodes.find((each) => each.id === id);
      if (!node) throw new Error(`no broker ${id}`);
      if (how === 'freeze broker') {
        await node.kill('SIGSTOP');
        return () => node.kill('SIGCONT');
      }
      await (how === 'kill broker' ? node.kill('SIGKILL') : node.stop());
      return () => node.start();
    },
    async ensure() {
      for (const wire of wires.values()) wire.heal();
      await Promise.all(nodes.map((node) => node.start()));
    },
    async makeTopics(names, partitions) {
      for (const name of names) {
        const { code, out, error } = await kafkaCommand('kafka-topics', [
          ...['--bootstrap-server', brokers.join(','), '--create', '--topic', name],
          ...['--partitions', String(partitions), '--replication-factor', String(count)],
        ]);
        if (code !== 0) throw new Error(`topic ${name} could not be made: ${out}${error}`);
      }
    },
    async close() {
      await cluster.stop();
      for (const wire of wires.values()) await wire.close();
    },
  };
}
