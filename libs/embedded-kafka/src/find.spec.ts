import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { supervise, temporaryFolder, tidy } from '../fixtures/world';
import { artifacts, defaultCache } from './artifacts';
import { dockerArguments } from './docker';
import { findKafka, provideKafka } from './index';

jest.setTimeout(300_000);
afterEach(tidy);

const silent = (): void => undefined;

describe('the jars', () => {
  it('are refused when one is altered, missing or too many', async () => {
    // The first use on a machine fetches them.
    await artifacts(defaultCache(), silent);
    const cache = temporaryFolder();
    const jars = join(cache, 'kafka-4.3.1', 'jars');
    await cp(join(defaultCache(), 'kafka-4.3.1', 'jars'), jars, { recursive: true });
    expect(await artifacts(cache, silent)).toBe(join(jars, '*'));

    const refused = (name: string) => ({ code: 'ARTIFACT_ALTERED', params: { folder: jars, name } });
    await writeFile(join(jars, 'more.jar'), '');
    await expect(artifacts(cache, silent)).rejects.toMatchObject(refused('more.jar'));
    await rm(join(jars, 'more.jar'));
    await writeFile(join(jars, 'kafka-tools-4.3.1.jar'), ' ', { flag: 'a' });
    await expect(artifacts(cache, silent)).rejects.toMatchObject(refused('kafka-tools-4.3.1.jar'));
    await rm(join(jars, 'kafka-tools-4.3.1.jar'));
    await expect(artifacts(cache, silent)).rejects.toMatchObject(refused('kafka-tools-4.3.1.jar'));
  });
});

describe('where Kafka comes from', () => {
  it('is the given cluster first, of which nothing is started or stopped', async () => {
    const folder = temporaryFolder();
    const kafka = await provideKafka({ folder, brokers: ' kafka-1:9092, kafka-2:9092,' });
    expect(kafka).toMatchObject({ way: 'given', brokers: ['kafka-1:9092', 'kafka-2:9092'], adopted: true });
    await kafka.stop();
    expect(await findKafka({ brokers: '' })).toEqual({ kind: 'java' });
  });

  it('is said in one sentence that names all four ways when there is none', async () => {
    const folder = temporaryFolder();
    const { report } = supervise({ folder: join(folder, 'kafka'), provide: true }, { PATH: folder });
    const { code, message = '' } = await report;
    expect(code).toBe('NO_KAFKA');
    const [chinese = '', english = ''] = message.split('\n');
    for (const sentence of [chinese, english])
      for (const way of ['KAFKA_BROKERS', 'Java 17', 'Maven', 'Docker', 'Debian', 'java: ENOENT'])
        expect(sentence).toContain(way);
  });

  it('is installed by the script where it may be; what the script said last is the reason when it fails', async () => {
    const folder = temporaryFolder();
    const installer = join(folder, 'install.sh');
    await writeFile(installer, 'echo one; echo "E: no network" >&2; exit 100\n');
    const { report } = supervise({ folder: join(folder, 'kafka'), provide: true, installer }, { PATH: folder });
    const { code, message } = await report;
    expect(code).toBe('NO_KAFKA');
    // Only root on Debian gets that far; everybody else is told that Java is missing.
    expect(message).toMatch(process.getuid?.() === 0 ? /install\.sh: E: no network/ : /java: ENOENT/);
  });

  it('is started in Docker with every setting of one node, bound to this machine', () => {
    const args = dockerArguments('jishi-kafka-0', 'cluster', 21_000);
    expect(args.slice(0, 7)).toEqual([
      'run',
      '--detach',
      '--rm',
      '--name',
      'jishi-kafka-0',
      '--publish',
      '127.0.0.1:21000:21000',
    ]);
    expect(args).toContain('KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:21000');
    expect(args).toContain('KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:21000,CONTROLLER://0.0.0.0:9093');
    expect(args.at(-1)).toBe('apache/kafka:4.3.1');
  });
});
