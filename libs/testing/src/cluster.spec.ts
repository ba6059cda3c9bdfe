import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connected } from '@jishi/embedded-postgres';
import { stopTestCluster, templateDatabase, testCluster } from './cluster';
import { ownerOfClone, sweepClones } from './cluster-clones';

jest.setTimeout(60_000);

const root = join(__dirname, '../../..');
// Names of this run alone: the cluster is shared with every other test of this checkout.
const nameOf = (): string => `probe_${randomUUID().slice(0, 8)}`;

afterAll(async () => {
  const cluster = await testCluster();
  await connected(cluster.url('postgres'), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datname ~ '^template_probe_'",
    );
    for (const { name } of rows) {
      await client.query(`ALTER DATABASE "${name}" WITH IS_TEMPLATE false`);
      await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    }
  });
});

const note = (number: number) => (url: string) =>
  connected(url, async (client) => {
    await client.query(`CREATE TABLE note AS SELECT ${number} AS number, g AS id FROM generate_series(1, 1000) AS g`);
  });

async function numbers(url: string): Promise<number[]> {
  return connected(url, async (client) => {
    const { rows } = await client.query<{ number: number }>('SELECT DISTINCT number FROM note');
    return rows.map((row) => row.number);
  });
}

async function databases(like: string): Promise<string[]> {
  const cluster = await testCluster();
  return connected(cluster.url('postgres'), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datname ~ $1',
      [like],
    );
    return rows.map((row) => row.name);
  });
}

interface Report {
  readonly url: string;
  readonly prepared: number;
}

function testProcess(...args: string[]): { child: ChildProcess; report: Promise<Report>; end: Promise<number | null> } {
  const hook = join(root, 'libs/embedded-postgres/fixtures/typescript.js');
  const child = spawn(process.execPath, ['-r', hook, join(__dirname, '../fixtures/clone.ts'), ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const end = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const report = new Promise<Report>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    void end.then((code) => reject(new Error(`ended with ${code} before it reported`)));
  });
  return { child, report, end };
}

describe('the database of the tests', () => {
  it('prepares a template once for a content and hands out copies that know nothing of each other', async () => {
    const name = nameOf();
    const prepare = jest.fn(note(1));
    const clone = await templateDatabase(name, 'a', prepare);
    const began = performance.now();
    const first = await clone();
    process.stdout.write(`  clone: ${(performance.now() - began).toFixed(0)} ms\n`);
    const second = await (await templateDatabase(name, 'a', prepare))();
    expect(prepare).toHaveBeenCalledTimes(1);
    expect(first.url).not.toBe(second.url);
    await connected(first.url, (client) => client.query('UPDATE note SET number = 2'));
    expect([await numbers(first.url), await numbers(second.url)]).toEqual([[2], [1]]);
    await first.drop();
    await first.drop();
    await expect(numbers(first.url)).rejects.toThrow(/does not exist/);
    await second.drop();
  });

  it('drops what is connected with the copy', async () => {
    const clone = await templateDatabase(nameOf(), 'a', note(1));
    const { url, drop } = await clone();
    const cut = connected(url, (client) => client.query('SELECT pg_sleep(30)')).then(
      () => 'slept',
      (error: unknown) => String(error),
    );
    const sleeping = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    for (let seen = 0; seen === 0;) seen = (await connected(url, (client) => client.query(sleeping))).rowCount ?? 0;
    await drop();
    expect(await cut).toMatch(/terminat/);
  });

  it('keeps a template of other content while it may be in use, and drops it afterwards', async () => {
    const name = nameOf();
    const old = await templateDatabase(name, 'a', note(1));
    await templateDatabase(name, 'b', note(2));
    const copy = await old();
    expect(await numbers(copy.url)).toEqual([1]);
    await copy.drop();
    expect(await databases(`^template_${name}_`)).toHaveLength(2);
    await templateDatabase(name, 'b', note(2), -1_000);
    expect(await databases(`^template_${name}_`)).toHaveLength(1);
    await expect(old()).rejects.toThrow(/does not exist/);
  });

  it('leaves no template when the preparation fails or keeps a connection open', async () => {
    const name = nameOf();
    const failing = (): Promise<void> => Promise.reject(new Error('migration 7 is wrong'));
    await expect(templateDatabase(name, 'a', failing)).rejects.toThrow('migration 7 is wrong');
    let release = (): void => undefined;
    let held: Promise<unknown> = Promise.resolve();
    const leaking = (url: string): Promise<void> =>
      new Promise((opened) => {
        held = connected(url, () => {
          opened();
          return new Promise<void>((resolve) => (release = resolve));
        }).catch((error: unknown) => error);
      });
    await expect(templateDatabase(name, 'a', leaking)).rejects.toThrow('left 1 connections open');
    release();
    await held;
    expect(await databases(`^template_${name}_`)).toEqual([]);
    const { url, drop } = await (await templateDatabase(name, 'a', note(1)))();
    expect(await numbers(url)).toEqual([1]);
    await drop();
  });

  it('is prepared once by processes that come at the same moment, and none of them is kept from ending', async () => {
    const name = nameOf();
    const all = [testProcess(name, 'k'), testProcess(name, 'k'), testProcess(name, 'k')];
    const reports = await Promise.all(all.map((each) => each.report));
    expect(reports.reduce((sum, each) => sum + each.prepared, 0)).toBe(1);
    expect(await Promise.all(all.map((each) => each.end))).toEqual([0, 0, 0]);
  });

  it('stays while another process uses it, sweeps the copies of killed processes and leaves those of living ones', async () => {
    const name = nameOf();
    const clone = await templateDatabase(name, 'k', note(1));
    const mine = await clone();
    const other = testProcess(name, 'k', 'wait');
    const database = new URL((await other.report).url).pathname.slice(1);
    expect(ownerOfClone(database)).toBe(other.child.pid);
    expect(await stopTestCluster()).toBe(false);
    other.child.kill('SIGKILL');
    await other.end;
    expect(ownerOfClone(database)).toBeNull();
    const cluster = await testCluster();
    await sweepClones(cluster.url('postgres'));
    // Another process of this checkout may have swept it first.
    for (let tries = 0; tries < 100 && (await databases(`^${database}$`)).length > 0; tries += 1);
    expect(await databases(`^${database}$`)).toEqual([]);
    expect(await numbers(mine.url)).toEqual([1]);
    await mine.drop();
  });

  it('refuses a name that would not make a database name', async () => {
    await expect(templateDatabase('Members; DROP', 'a', note(1))).rejects.toThrow(/not a name/);
  });
});
