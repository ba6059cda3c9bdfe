import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connected, processMark, startPostgres, stopPostgres } from '@jishi/embedded-postgres';
import { services } from './services';
import { build, dataFolder, isRoot, nobody, run, tidy } from '../fixtures/programs';

jest.setTimeout(120_000);
beforeAll(build);
afterEach(() => tidy((folder) => stopPostgres({ folder })));

const whenRoot = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0 ? it : it.skip;

const postgresOf = (data: string): number | undefined => {
  const file = join(data, 'jishi/postgres/data/postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
};
const runs = (pid: number): boolean => processMark(pid) !== null;

/** The apps that the last start in many processes began. */
const appsIn = (data: string): number[] => {
  const file = join(data, 'jishi/logs/processes.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).map(({ pid }: { pid: number }) => pid) : [];
};

/** Writes a row that must still be there at the end. */
async function leaveMark(data: string): Promise<void> {
  const server = await startPostgres({ folder: join(data, 'jishi/postgres') });
  await connected(server.url('postgres'), (client) => client.query('CREATE TABLE IF NOT EXISTS mark AS SELECT 1 AS n'));
  await server.stop();
}
async function markIsThere(data: string): Promise<boolean> {
  const server = await startPostgres({ folder: join(data, 'jishi/postgres') });
  const { rows } = await connected(server.url('postgres'), (client) => client.query('SELECT n FROM mark'));
  await server.stop();
  return rows.length === 1;
}

describe('the platform in one process', () => {
  it('starts, answers, stops in order at Ctrl-C; a first load that was killed begins anew, a second start loads nothing', async () => {
    const data = dataFolder();
    const killed = run('main', { data, size: 'county' });
    await killed.says('写入党员');
    await killed.kill('SIGKILL');
    expect(existsSync(join(data, 'jishi/contents.json'))).toBe(false);

    const first = run('main', { data, size: 'county' });
    const url = await first.ready;
    expect(first.said()).toContain('首次启动');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/graphql`, { method: 'POST' })).status).toBe(401);
    expect(JSON.parse(readFileSync(join(data, 'jishi/server.json'), 'utf8'))).toEqual({ url, pid: first.child.pid });
    const postgres = postgresOf(data) ?? 0;
    expect(await first.kill('SIGINT')).toBe(0);
    expect([runs(postgres), existsSync(join(data, 'jishi/server.json'))]).toEqual([false, false]);

    const server = await startPostgres({ folder: join(data, 'jishi/postgres') });
    const count = (database: string, sql: string) =>
      connected(server.url(database), async (client) => Number((await client.query(sql)).rows[0].n));
    const organizations = await count('organizations', 'SELECT count(*) AS n FROM party_organization');
    expect(organizations).toBeGreaterThan(250);
    expect(await count('members', 'SELECT count(*) AS n FROM known_organization')).toBe(organizations);
    expect(await count('organizations', 'SELECT sum(total) AS n FROM known_roster')).toBe(
      await count('members', `SELECT count(*) AS n FROM member WHERE status IN ('FULL', 'PROBATIONARY')`),
    );
    await server.stop();

    const second = run('main', { data, size: 'county' });
    await second.ready;
    expect(second.said()).not.toContain('首次启动');
    expect(second.said()).toContain('city-org');
    expect(await second.kill('SIGTERM')).toBe(0);
  });

  whenRoot('starts as an ordinary user too, twice', async () => {
    const data = dataFolder(nobody);
    for (let time = 1; time <= 2; time += 1) {
      const platform = run('main', { data, uid: nobody });
      await platform.ready;
      expect(await platform.kill('SIGINT')).toBe(0);
    }
  });

  it('tells a second one in the folder that the first is there; after kill -9 the next one adopts the PostgreSQL', async () => {
    const data = dataFolder();
    const first = run('main', { data });
    const url = await first.ready;
    const second = run('main', { data });
    expect(await second.ended).toBe(1);
    expect(second.said()).toMatch(/正由另一个进程[^]*in use by another process/);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);

    const orphan = postgresOf(data) ?? 0;
    await first.kill('SIGKILL');
    expect(runs(orphan)).toBe(true);
    const next = run('main', { data });
    await next.ready;
    expect(postgresOf(data)).toBe(orphan);
    expect(await next.kill('SIGINT')).toBe(0);
    expect(runs(orphan)).toBe(false);
  });
});

describe('a start that cannot succeed says why in both languages, ends with 1 and leaves the data whole', () => {
  it('a taken port, before anything is started', async () => {
    const data = dataFolder();
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const refused = run('main', { data, port });
    expect(await refused.ended).toBe(1);
    expect(refused.said()).toContain(`端口 ${port} 已被占用`);
    expect(refused.said()).toContain(`Port ${port} is taken`);
    expect(existsSync(join(data, 'jishi'))).toBe(false);
    await new Promise((closed) => holder.close(closed));
  });

  it('a data folder of another PostgreSQL version, and keys that were cut off', async () => {
    const data = dataFolder();
    await leaveMark(data);
    const version = join(data, 'jishi/postgres/data/PG_VERSION');
    const before = readFileSync(version, 'utf8');
    writeFileSync(version, '17\n');
    const old = run('main', { data });
    expect(await old.ended).toBe(1);
    expect(old.said()).toMatch(/PostgreSQL 17[^]*nothing was changed/);
    writeFileSync(version, before);

    mkdirSync(join(data, 'jishi/keys'));
    writeFileSync(join(data, 'jishi/keys/user.pem'), '');
    const keyless = run('main', { data });
    expect(await keyless.ended).toBe(1);
    expect(keyless.said()).toMatch(/签名密钥不完整[^]*signing keys/);
    expect(keyless.said()).not.toContain(' at ');
    expect(runs(postgresOf(data) ?? 0)).toBe(false);
    expect(await markIsThere(data)).toBe(true);
  });

  whenRoot('a folder that cannot be written', async () => {
    const data = dataFolder();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', data]).status).toBe(0);
    try {
      const refused = run('main', { data });
      expect(await refused.ended).toBe(1);
      expect(refused.said()).toMatch(/无法写入数据库目录[^]*cannot be written/);
    } finally {
      spawnSync('umount', ['-l', data]);
    }
  });

  whenRoot(
    'a disk that fills while the demonstration is loaded or its events travel; the next start loads it anew',
    async () => {
      const data = dataFolder();
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=88m', 'tmpfs', data]).status).toBe(0);
      try {
        const refused = run('main', { data, size: 'county' });
        expect(await refused.ended).toBe(1);
        expect(refused.said()).toMatch(/磁盘空间不足[^]*the disk is full/);
        expect(existsSync(join(data, 'jishi/contents.json'))).toBe(false);
        spawnSync('mount', ['-o', 'remount,size=600m', data]);
        const again = run('main', { data, size: 'county' });
        await again.ready;
        expect(again.said()).toContain('首次启动');
        expect(await again.kill('SIGINT')).toBe(0);
      } finally {
        await stopPostgres({ folder: join(data, 'jishi/postgres') });
        spawnSync('umount', ['-l', data]);
      }
    },
  );

  whenRoot('a full disk, at the first start and later', async () => {
    const data = dataFolder();
    const resize = (size: string) => spawnSync('mount', ['-o', `remount,size=${size}`, data]).status;
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', data]).status).toBe(0);
    try {
      const full = /磁盘空间不足[^]*the disk is full/;
      const first = run('main', { data });
      expect(await first.ended).toBe(1);
      expect(first.said()).toMatch(full);
      expect(resize('400m')).toBe(0);
      const second = run('main', { data });
      await second.ready;
      await second.kill('SIGINT');
      await leaveMark(data);
      spawnSync('dd', ['if=/dev/zero', `of=${join(data, 'filler')}`, 'bs=1M']);
      const third = run('main', { data });
      expect(await third.ended).toBe(1);
      expect(third.said()).toMatch(full);
      rmSync(join(data, 'filler'));
      expect(await markIsThere(data)).toBe(true);
    } finally {
      await stopPostgres({ folder: join(data, 'jishi/postgres') });
      spawnSync('umount', ['-l', data]);
    }
  });
});

/** An API and a worker of every service, and the gateway. */
const parts = [...services.flatMap(({ name }) => [name, `${name}-worker`]), 'gateway'];

describe('the platform in many processes', () => {
  it('starts every app with a log of its own, ends the apps of a killed start at the next one, and stops all at Ctrl-C', async () => {
    const data = dataFolder();
    const killed = run('processes', { data });
    const url = await killed.ready;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(
      readdirSync(join(data, 'jishi/logs'))
        .filter((name) => name.endsWith('.log'))
        .sort(),
    ).toEqual(parts.map((part) => `${part}.log`).sort());
    const orphans = appsIn(data);
    await killed.kill('SIGKILL');
    expect(orphans.filter(runs)).toHaveLength(parts.length);

    const next = run('processes', { data });
    await next.ready;
    expect(orphans.filter(runs)).toEqual([]);
    const children = appsIn(data);
    expect(children.filter(runs)).toHaveLength(parts.length);
    expect(await next.kill('SIGINT')).toBe(0);
    expect(children.filter(runs)).toEqual([]);
  });

  it('leaves nothing running when it is interrupted while it starts', async () => {
    const data = dataFolder();
    const platform = run('processes', { data });
    await platform.says('准备数据表与服务');
    while (appsIn(data).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const postgres = postgresOf(data) ?? 0;
    expect(await platform.kill('SIGINT')).toBe(0);
    expect([...appsIn(data), postgres].filter(runs)).toEqual([]);
  });
});
