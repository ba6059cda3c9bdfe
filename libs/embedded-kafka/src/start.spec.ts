import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, processMark } from '@jishi/embedded-postgres';
import { command, ended, killed, occupy, proxyTo, supervise, temporaryFolder, tidy } from '../fixtures/world';
import { ask, runningKafka, startKafka, stopKafka } from './index';

jest.setTimeout(120_000);
afterEach(tidy);

async function seconds<R>(words: string, work: () => Promise<R>): Promise<R> {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`  ${words}: ${((performance.now() - began) / 1000).toFixed(2)} s\n`);
  return result;
}

const alive = (pid: number | undefined): boolean => processMark(pid ?? 0) !== null;

describe('one broker', () => {
  it('starts fresh and warm, keeps its records and its port, also when it was killed', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const lines: string[] = [];
    const first = await seconds('fresh start', () => startKafka({ folder, log: (line) => lines.push(line) }));
    const [broker = ''] = first.brokers;
    expect(first.adopted).toBe(false);
    expect(lines.at(-1)).toContain(broker);
    expect(await runningKafka(folder)).toEqual([broker]);

    const at = ['--bootstrap-server', broker];
    await command('kafka-topics', [...at, '--create', '--topic', 'members', '--partitions', '2']);
    const keyed = ['--topic', 'members', '--command-property', 'acks=all', '--reader-property', 'parse.key=true'];
    await command('kafka-console-producer', [...at, ...keyed], { input: '甲\t第一村党支部\n' });
    const [node] = first.nodes;
    await node?.kill('SIGKILL');
    expect([node?.pid(), await runningKafka(folder)]).toEqual([undefined, undefined]);
    await seconds('start after it was killed', async () => node?.start());
    await seconds('stop', () => first.stop());
    await first.stop();
    expect(await runningKafka(folder)).toBeUndefined();

    const second = await seconds('warm start', () => startKafka({ folder }));
    expect([second.brokers, second.adopted]).toEqual([[broker], false]);
    const read = ['--topic', 'members', '--from-beginning', '--max-messages', '1', '--timeout-ms', '20000'];
    const shown = ['--formatter-property', 'print.key=true'];
    expect(await command('kafka-console-consumer', [...at, ...read, ...shown])).toBe('甲\t第一村党支部\n');
    await second.stop();
  });

  it('is adopted after its program was killed; with other settings it is restarted instead', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const { child, report } = supervise({ folder });
    const { pids = [], brokers } = await report;
    await killed(child);
    expect(alive(pids[0])).toBe(true);

    const kafka = await seconds('adopt', () => startKafka({ folder }));
    expect([kafka.adopted, kafka.brokers, kafka.nodes[0]?.pid()]).toEqual([true, brokers, pids[0]]);
    await expect(startKafka({ folder })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    await expect(stopKafka({ folder })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    await kafka.stop();
    expect(alive(pids[0])).toBe(false);

    const again = supervise({ folder });
    const left = await again.report;
    await killed(again.child);
    const other = await startKafka({ folder, settings: { 'log.retention.hours': '1' } });
    expect([other.adopted, alive(left.pids?.[0])]).toEqual([false, false]);
    await other.stop();
  });

  it('shared by processes that come at the same moment is started by exactly one and outlives them', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const options = { folder, share: true };
    const all = [supervise(options), supervise(options), supervise(options)];
    const reports = await Promise.all(all.map((each) => each.report));
    expect(reports.filter((each) => each.adopted === false)).toHaveLength(1);
    expect(new Set(reports.map((each) => each.pids?.[0])).size).toBe(1);
    for (const { child } of all) await ended(child);
    const again = await seconds('join a shared broker', () => startKafka(options));
    expect([again.adopted, again.nodes[0]?.pid()]).toEqual([true, reports[0]?.pids?.[0]]);
    await again.stop();
    expect(alive(again.nodes[0]?.pid())).toBe(true);
    expect(await stopKafka({ folder })).toBe(true);
    expect(await stopKafka({ folder })).toBe(false);
  });

  it('moves away from a remembered port that is taken, and makes its folder again when the first attempt was interrupted', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const { child, report } = supervise({ folder });
    const home = join(folder, 'node-1');
    while (!existsSync(home) || !readdirSync(home).some((name) => name.startsWith('draft-'))) await pause(5);
    await killed(child);
    await expect(report).rejects.toThrow(/ended/);
    const memory = JSON.parse(await readFile(join(folder, 'cluster.json'), 'utf8'));
    const [{ port, controller }] = memory.nodes;
    await occupy(port);
    await occupy(controller);
    const kafka = await startKafka({ folder });
    const answer = await ask(kafka.nodes[0]?.port ?? 0);
    expect(answer).toEqual({ clusterId: memory.clusterId, nodes: [{ id: 1, address: kafka.brokers[0] }] });
    expect(kafka.nodes[0]?.port).not.toBe(port);
    expect(readdirSync(home).filter((name) => name.startsWith('draft-'))).toEqual([]);
    await kafka.stop();
  });

  it('says what Kafka said about a wrong setting', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    await expect(startKafka({ folder, settings: { 'num.io.threads': 'many' } })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('num.io.threads'),
    });
    await writeFile(join(folder, '..', 'file'), '');
    await expect(startKafka({ folder: join(folder, '..', 'file') })).rejects.toMatchObject({
      code: 'FOLDER_NOT_WRITABLE',
    });
  });
});

describe('three brokers', () => {
  it('go on without one that was killed, and take it back; clients of the proxies are sent to proxies only', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const behind = new Map<number, number>();
    const proxies = await Promise.all([1, 2, 3].map((id) => proxyTo(() => behind.get(id) ?? 0)));
    const proxied = (id: number): number => proxies[id - 1] ?? 0;
    const kafka = await seconds('three brokers', () => startKafka({ folder, nodes: 3, proxied }));
    for (const node of kafka.nodes) behind.set(node.id, node.behindProxy ?? 0);
    const seen = async (port: number): Promise<string[]> =>
      ((await ask(port))?.nodes ?? []).map(({ address }) => address);
    expect(await seen(kafka.nodes[0]?.port ?? 0)).toEqual(kafka.brokers);
    expect(await seen(proxied(2))).toEqual(proxies.map((port) => `127.0.0.1:${port}`));

    const at = ['--bootstrap-server', kafka.brokers.join(',')];
    await command('kafka-topics', [...at, '--create', '--topic', 'members', '--partitions', '3']);
    const [first] = kafka.nodes;
    await first?.kill('SIGKILL');
    const rest = kafka.brokers.slice(1);
    for (let tries = 0; tries < 200 && (await seen(kafka.nodes[1]?.port ?? 0)).length > 2; tries += 1) await pause(100);
    expect(await seen(kafka.nodes[1]?.port ?? 0)).toEqual(rest);
    const records = Array.from({ length: 30 }, (_, index) => `${index}\n`).join('');
    const write = ['--topic', 'members', '--command-property', 'acks=all'];
    await command('kafka-console-producer', [...at, ...write], { input: records });
    await seconds('one broker again', async () => first?.start());
    expect(first?.pid()).toBeDefined();

    // Halted, as a machine that hangs: it neither answers nor ends, and goes on afterwards.
    await first?.kill('SIGSTOP');
    expect(await ask(first?.port ?? 0, 500)).toBeNull();
    await first?.kill('SIGCONT');
    const ends = await command('kafka-get-offsets', [...at, '--topic', 'members', '--time', '-1']);
    const counts = ends
      .trim()
      .split('\n')
      .map((line) => Number(line.split(':')[2]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30);
    await seconds('stop of three', () => kafka.stop());

    await expect(startKafka({ folder })).rejects.toMatchObject({ code: 'OTHER_SHAPE' });
    expect(existsSync(join(folder, 'node-3/data'))).toBe(true);
    const one = await startKafka({ folder, expendable: true });
    expect(one.brokers).toHaveLength(1);
    await one.stop();
    await writeFile(join(folder, 'node-1/data/meta.properties'), 'nonsense');
    await expect(startKafka({ folder })).rejects.toMatchObject({ code: 'START_FAILED' });
    const anew = await startKafka({ folder, expendable: true });
    expect(anew.adopted).toBe(false);
    await anew.stop();
  });
});
