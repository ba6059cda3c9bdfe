import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, systemCode } from '@jishi/embedded-postgres';
import { KafkaError } from './kafka-error';
import { portRange, type NodePorts } from './settings';

/** What the folder remembers between starts. */
export interface Memory {
  readonly clusterId: string;
  readonly nodes: readonly NodePorts[];
  /** Settings and version of the last start: an orphan with others is restarted, not adopted. */
  readonly startedWith: string;
}

const fileOf = (folder: string): string => join(folder, 'cluster.json');

/** The folder's memory, or null when nothing was ever started in it. */
export async function recall(folder: string): Promise<Memory | null> {
  const text = await readFile(fileOf(folder), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return 'null';
    throw error;
  });
  return JSON.parse(text) as Memory | null;
}

/** Writes the memory whole or not at all. */
export async function remember(folder: string, memory: Memory): Promise<void> {
  const next = `${fileOf(folder)}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(memory, null, 2)}\n`);
  await rename(next, fileOf(folder));
}

/** A new name of a cluster or of a data folder: 16 random bytes as Kafka writes them, no hyphen first. */
export function newId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/**
 * Ports for every node: those of the last start where they are still free, so that what a client has learnt stays true; others
 * where somebody has taken them.
 */
export async function choosePorts(
  nodes: number,
  remembered: readonly NodePorts[],
  proxied: boolean,
): Promise<NodePorts[]> {
  const taken = new Set<number>();
  const choose = async (wanted: number): Promise<number> => {
    for (let tries = 0, port = wanted; tries < 200; tries += 1, port = randomInt(portRange.from, portRange.to)) {
      if (port === 0 || taken.has(port) || (await freePort(port)) === null) continue;
      taken.add(port);
      return port;
    }
    throw new KafkaError('PORT_BUSY', {});
  };
  const chosen: NodePorts[] = [];
  for (let id = 1; id <= nodes; id += 1) {
    const before = remembered.find((node) => node.id === id);
    chosen.push({
      id,
      port: await choose(before?.port ?? 0),
      controller: await choose(before?.controller ?? 0),
      behindProxy: proxied ? await choose(before?.behindProxy ?? 0) : 0,
    });
  }
  return chosen;
}
