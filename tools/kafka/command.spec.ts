import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, startKafka } from '@jishi/embedded-kafka';
import { runKafka } from './command';

jest.setTimeout(300_000);

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jishi-kafka-tool-')));
});
afterEach(() => rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 }));

async function run(words: readonly string[], more: { given?: string; until?: () => Promise<void> } = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runKafka(words, {
    folder,
    until: () => Promise.resolve(),
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    ...more,
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('npm run kafka', () => {
  it('starts a broker, prints where it answers, and ends it when told to', async () => {
    let seen: Awaited<ReturnType<typeof ask>> = null;
    const words = ['--folder', join(folder, 'elsewhere')];
    const out: string[] = [];
    const code = await runKafka(words, {
      folder,
      out: (text) => void out.push(text),
      err: () => undefined,
      until: async () => {
        seen = await ask(Number(out.join('').trim().split(':')[1]));
      },
    });
    expect([code, out.join('')]).toEqual([0, expect.stringMatching(/^127\.0\.0\.1:\d+\n$/)]);
    expect(seen).toMatchObject({ nodes: [{ id: 1, address: out.join('').trim() }] });
    expect(await ask(Number(out.join('').trim().split(':')[1]))).toBeNull();
  });

  it('stop ends what a killed program left running, and says so when there is nothing', async () => {
    const program = `require(${JSON.stringify(join(__dirname, '../../libs/embedded-kafka/fixtures/typescript.js'))});
      require('@jishi/embedded-kafka').startKafka({ folder: ${JSON.stringify(folder)} })
        .then(() => process.kill(process.pid, 'SIGKILL'));`;
    const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(child.signalCode).toBe('SIGKILL');
    expect(await run(['stop'])).toMatchObject({ code: 0, err: expect.stringMatching(/^stopped Kafka \(pid \d+\)\n$/) });
    expect(await run(['stop'])).toMatchObject({ code: 0, err: expect.stringContaining('no Kafka runs') });
  });

  it('starts nothing where a cluster is given', async () => {
    expect(await run([], { given: 'kafka:9092' })).toMatchObject({ code: 0, out: 'kafka:9092\n' });
  });

  it('refuses a folder that another program uses, and words that it does not know', async () => {
    const kafka = await startKafka({ folder });
    expect(await run([])).toMatchObject({ code: 1, err: expect.stringContaining(`pid ${process.pid}`) });
    await kafka.stop();
    for (const words of [['--nodes', '2'], ['begin'], ['--no-such-thing']])
      expect(await run(words)).toMatchObject({ code: 2, err: expect.stringContaining('npm run kafka -- --nodes 3') });
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Ctrl-C') });
  });
});
