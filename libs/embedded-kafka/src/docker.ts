import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pause } from '@jishi/embedded-postgres';
import { kafkaVersion } from './artifacts';
import { ask } from './ask';
import { KafkaError } from './kafka-error';
import { choosePorts, newId, recall, remember } from './memory';
import { nodeSettings, settingsFor } from './settings';

const run = promisify(execFile);

/** The image, pinned to the version of the jars. */
export const image = `apache/kafka:${kafkaVersion}`;

/** Whether a Docker engine answers: the program alone is not enough. */
export const dockerAnswers = (): Promise<boolean> =>
  run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );

const nameFor = (folder: string): string =>
  `jishi-kafka-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;

/** The arguments of `docker run` for one node: the image reads every setting from a variable, and none of its own when one is set. */
export function dockerArguments(name: string, clusterId: string, port: number): string[] {
  const node = { id: 1, port, controller: 9093, behindProxy: 0 };
  const settings = nodeSettings(node, [node], '/tmp/kraft-combined-logs', undefined, settingsFor(1), '0.0.0.0');
  const variables = Object.entries(settings).map(
    ([key, value]) => `KAFKA_${key.toUpperCase().replaceAll('.', '_')}=${value}`,
  );
  return [
    ...['run', '--detach', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:${port}`],
    ...[`CLUSTER_ID=${clusterId}`, 'KAFKA_HEAP_OPTS=-Xmx384m', ...variables].flatMap((each) => ['--env', each]),
    image,
  ];
}

/** One broker in a container, for a machine without Java. The records live as long as the container. */
export async function startInDocker(
  given: string,
  log: (line: string) => void,
): Promise<{ brokers: string[]; adopted: boolean }> {
  await mkdir(given, { recursive: true });
  const folder = await realpath(given);
  const memory = await recall(folder);
  const before = memory?.nodes[0];
  if (memory !== null && before !== undefined && (await ask(before.port))?.clusterId === memory.clusterId)
    return { brokers: [`127.0.0.1:${before.port}`], adopted: true };
  await removeContainer(folder);
  const clusterId = newId();
  const nodes = await choosePorts(1, memory?.nodes ?? [], false);
  const port = nodes[0]?.port ?? 0;
  await remember(folder, { clusterId, nodes, startedWith: image });
  log(`正在用Docker启动${image}… starting ${image} in Docker`);
  await run('docker', dockerArguments(nameFor(folder), clusterId, port)).catch((error: unknown) => {
    throw new KafkaError('START_FAILED', { detail: String(error).trim(), log: `docker logs ${nameFor(folder)}` });
  });
  const until = Date.now() + 120_000;
  while ((await ask(port))?.clusterId !== clusterId) {
    if (Date.now() > until)
      throw new KafkaError('START_FAILED', { detail: 'not ready', log: `docker logs ${nameFor(folder)}` });
    await pause(200);
  }
  return { brokers: [`127.0.0.1:${port}`], adopted: false };
}

/** Ends the container of a folder; false when there was none. */
export async function removeContainer(given: string): Promise<boolean> {
  const name = nameFor(await realpath(given));
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', `name=^${name}$`]);
  if (stdout.trim() === '') return false;
  await run('docker', ['rm', '--force', name]);
  return true;
}
