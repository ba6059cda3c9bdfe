import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, processMark } from '@jishi/embedded-postgres';
import { command, ended, killed, occupy, proxyTo, supervise, temporaryFolder, tidy } from '../fixtures/world';
import { ask, runningKafka, startKafka, stopKafka } from './index';

// Three brokers on a machine that does much else take their time.
jest.setTimeout(300_000);
afterEach(tidy);

async function seconds<R>(words: string, work: () => Promise<R>): Promise<R> {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`  ${words}: ${((performance.now() - began) / 1000).toFixed(2)} s\n`);
  return result;
}

/** Asks again and again, for a minute, until the answer is as wanted; gives the last one. */
async function waitFor<R>(question: () => Promise<R>, wanted: (answer: R) => boolean): Promise<R> {
  for (const until = Date.now() + 60_000; ; await pause(100)) {
    const answer = await question();
    if (wanted(answer) || Date.now() > until) return answer;
  }
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
    const first = supervise({ folder });
    const { pids = [], brokers } = await first.report;
    await killed(first.child);
    expect(alive(pids[0])).toBe(true);

    const second = supervise({ folder });
    expect(await seconds('adopt', () => second.report)).toEqual({ adopted: true, brokers, pids });
    await expect(startKafka({ folder })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    await expect(stopKafka({ folder })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    await killed(second.child);

    const other = await startKafka({ folder, settings: { 'log.retention.hours': '1' } });
    expect([other.adopted, other.brokers, alive(pids[0])]).toEqual([false, brokers, false]);
    await other.stop();
    expect(alive(other.nodes[0]?.pid())).toBe(false);
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

  it('moves away from a remembered port that is taken, and makes what an interrupted first start left behind anew', async () => {
    const folder = join(temporaryFolder(), 'kafka');
    const home = join(folder, 'node-1');
    const ports = { id: 1, port: 21_411, controller: 21_412, behindProxy: 0 };
    const memory = { clusterId: 'AAAAAAAAAAAAAAAAAAAABQ', nodes: [ports], startedWith: '' };
    await mkdir(join(home, 'draft-of-somebody'), { recursive: true });
    await writeFile(join(folder, 'cluster.json'), JSON.stringify(memory));
    await occupy(ports.port);
    const kafka = await startKafka({ folder });
    const answer = await ask(kafka.nodes[0]?.port ?? 0);
    expect(answer).toEqual({ clusterId: memory.clusterId, nodes: [{ id: 1, address: kafka.brokers[0] }] });
    expect(kafka.nodes[0]?.port).not.toBe(ports.port);
    expect((await readdir(home)).filter((name) => name.startsWith('draft-'))).toEqual([]);
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

    const [first, second] = kafka.nodes;
    await first?.kill('SIGKILL');
    const left = await waitFor(
      () => seen(second?.port ?? 0),
      (addresses) => addresses.length === 2,
    );
    expect(left).toEqual(kafka.brokers.slice(1));
    // What two of three decide is decided.
    const at = ['--bootstrap-server', left.join(',')];
    await command('kafka-topics', [...at, '--create', '--topic', 'members', '--replication-factor', '2']);
    await seconds('one broker again', async () => first?.start());
    expect(first?.pid()).toBeDefined();
    expect(
      await waitFor(
        () => seen(first?.port ?? 0),
        (addresses) => addresses.length === 3,
      ),
    ).toEqual(kafka.brokers);

    // Halted, as a machine that hangs: it neither answers nor ends, and goes on afterwards.
    await first?.kill('SIGSTOP');
    expect(await ask(first?.port ?? 0, 500)).toBeNull();
    await first?.kill('SIGCONT');
    expect(
      await waitFor(
        () => seen(first?.port ?? 0),
        (addresses) => addresses.length > 0,
      ),
    ).not.toEqual([]);
    await seconds('stop of three', () => kafka.stop());

    await expect(startKafka({ folder })).rejects.toMatchObject({ code: 'OTHER_SHAPE' });
    expect(existsSync(join(folder, 'node-3/data'))).toBe(true);
    await (await startKafka({ folder, expendable: true })).stop();
    await writeFile(join(folder, 'node-1/data/meta.properties'), 'nonsense');
    await (await startKafka({ folder, expendable: true })).stop();
  });
});
