import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, ended, folderWithDatabase, killed, supervise, temporaryFolder, tidy } from '../fixtures/world';
import { ensureDatabase, runningPostgres, startPostgres, stopPostgres } from './index';
import { pause, processMark } from './processes';

jest.setTimeout(60_000);
afterEach(tidy);

const quick = { fsync: 'off' };

async function seconds<R>(words: string, work: () => Promise<R>): Promise<R> {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`  ${words}: ${((performance.now() - began) / 1000).toFixed(2)} s\n`);
  return result;
}

describe('an embedded database', () => {
  it('starts fresh and warm, keeps data, password and port, and searches Chinese by trigrams', async () => {
    const folder = join(await temporaryFolder(), 'db');
    const lines: string[] = [];
    const first = await seconds('fresh start', () => startPostgres({ folder, log: (line) => lines.push(line) }));
    expect(first.adopted).toBe(false);
    expect(lines.at(-1)).toContain(`port ${first.port}`);
    expect(statSync(join(folder, 'connection.json')).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);

    expect(await ensureDatabase(first.url('postgres'), 'members')).toBe(true);
    expect(await ensureDatabase(first.url('postgres'), 'members')).toBe(false);
    const url = first.url('members');
    expect((await runningPostgres(folder))?.('members')).toBe(url);
    await ask(url, 'CREATE EXTENSION pg_trgm');
    const [words] = await ask<{ lower: string; trigrams: number; encoding: string; checksums: string; commit: string }>(
      url,
      `SELECT lower('ÄÖ') AS lower, cardinality(show_trgm('第一村党支部')) AS trigrams, current_setting('server_encoding') AS encoding,
              current_setting('data_checksums') AS checksums, current_setting('synchronous_commit') AS commit`,
    );
    expect(words).toEqual({ lower: 'äö', trigrams: 7, encoding: 'UTF8', checksums: 'on', commit: 'on' });
    await ask(url, "CREATE TABLE note AS SELECT '在' AS text");
    await seconds('stop', () => first.stop());
    await first.stop();
    expect(await runningPostgres(folder)).toBeUndefined();

    const second = await seconds('warm start', () => startPostgres({ folder }));
    expect([second.port, second.adopted]).toEqual([first.port, false]);
    expect(await ask(second.url('members'), 'SELECT text FROM note')).toEqual([{ text: '在' }]);
    await expect(ask(second.url('members').replace(/:\w+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
    await second.stop();
  });

  it('concurrent requests for the same database create it once', async () => {
    const folder = await folderWithDatabase();
    const server = await startPostgres({ folder, settings: quick });
    const made = await Promise.all(Array.from({ length: 5 }, () => ensureDatabase(server.url('postgres'), 'a "b"')));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await ask(server.url('a "b"'), 'SELECT current_database() AS name')).toEqual([{ name: 'a "b"' }]);
    await server.stop();
  });

  it('is adopted after its program was killed, with everything that was committed', async () => {
    const folder = await folderWithDatabase();
    const { child, report } = supervise({ folder });
    const { url = '', pid, port } = await report;
    await ask(url, "CREATE TABLE note AS SELECT '在' AS text");
    await killed(child);
    expect(processMark(pid ?? 0)).not.toBeNull();

    const server = await seconds('adopt', () => startPostgres({ folder }));
    expect([server.adopted, server.pid, server.port]).toEqual([true, pid, port]);
    expect(await ask(server.url('postgres'), 'SELECT text FROM note')).toEqual([{ text: '在' }]);
    await server.stop();
    expect(processMark(pid ?? 0)).toBeNull();
    expect(existsSync(join(folder, 'data/postmaster.pid'))).toBe(false);
  });

  it('left behind with other settings or another port is restarted instead of adopted', async () => {
    const folder = await folderWithDatabase();
    const { child, report } = supervise({ folder, settings: quick });
    const { pid } = await report;
    await killed(child);
    const server = await startPostgres({ folder, settings: { ...quick, max_connections: '50' } });
    expect([server.adopted, server.pid === pid]).toEqual([false, false]);
    expect(await ask(server.url('postgres'), 'SHOW max_connections')).toEqual([{ max_connections: '50' }]);
    await server.stop();
  });

  it('recovers what was committed after the server itself was killed', async () => {
    const folder = await folderWithDatabase();
    const first = await startPostgres({ folder });
    await ask(first.url('postgres'), "CREATE TABLE note AS SELECT '在' AS text");
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    expect(existsSync(join(folder, 'data/postmaster.pid'))).toBe(true);
    const second = await seconds('start after the server was killed', () => startPostgres({ folder }));
    expect(second.adopted).toBe(false);
    expect(await ask(second.url('postgres'), 'SELECT text FROM note')).toEqual([{ text: '在' }]);

    // The number of a dead postmaster may belong to any other program after the machine was restarted.
    await second.stop();
    const pidFile = `${process.pid}\n${folder}/data\n1\n${second.port}\n\n127.0.0.1\n\nready\n`;
    await writeFile(join(folder, 'data/postmaster.pid'), pidFile);
    const third = await startPostgres({ folder });
    expect(third.adopted).toBe(false);
    await third.stop();
  });

  it('makes the data folder again when the first attempt was interrupted', async () => {
    const folder = join(await temporaryFolder(), 'db');
    const { child, report } = supervise({ folder });
    const unfinished = (): boolean =>
      existsSync(folder) &&
      readdirSync(folder).some((name) => name.startsWith('data.new-') && existsSync(join(folder, name, 'base')));
    while (!unfinished()) await pause(5);
    await killed(child);
    await expect(report).rejects.toThrow(/ended/);
    expect(existsSync(join(folder, 'data'))).toBe(false);

    const server = await startPostgres({ folder });
    expect(await ask(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('data'))).toEqual(['data']);
    await server.stop();
  });

  it('gets a new password when the file with the old one is lost', async () => {
    const folder = await folderWithDatabase();
    const first = await startPostgres({ folder });
    await first.stop();
    await rm(join(folder, 'connection.json'));
    const second = await startPostgres({ folder });
    expect(second.url('postgres').replace(/:\d+\//, '')).not.toBe(first.url('postgres').replace(/:\d+\//, ''));
    expect(await ask(second.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('belongs to one process at a time, and lives in a process group of its own', async () => {
    const folder = await folderWithDatabase();
    const { child, report } = supervise({ folder, settings: quick });
    const { pid } = await report;
    await expect(startPostgres({ folder, settings: quick })).rejects.toMatchObject({
      code: 'ALREADY_SUPERVISED',
      message: expect.stringMatching(new RegExp(`pid ${child.pid}`)),
    });
    await expect(stopPostgres({ folder })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    const group = spawnSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
    expect(group).toBe(String(pid));
    expect(await ended(child)).toBe(0);
    expect(processMark(pid ?? 0)).toBeNull();

    const server = await startPostgres({ folder, settings: quick });
    await expect(startPostgres({ folder, settings: quick })).rejects.toMatchObject({ code: 'ALREADY_SUPERVISED' });
    await server.stop();
  });

  it('shared by processes that come at the same moment is started by exactly one and outlives them', async () => {
    const folder = join(await temporaryFolder(), 'db');
    const options = { folder, settings: quick, share: true };
    const all = [supervise(options), supervise(options), supervise(options)];
    const reports = await Promise.all(all.map((each) => each.report));
    expect(reports.filter((each) => each.adopted === false)).toHaveLength(1);
    expect(new Set(reports.map((each) => each.pid)).size).toBe(1);
    for (const { child } of all) await ended(child);
    const again = await seconds('join a shared server', () => startPostgres(options));
    expect([again.adopted, again.pid]).toEqual([true, reports[0]?.pid]);
    await again.stop();
    expect(processMark(again.pid)).not.toBeNull();
    expect(await stopPostgres({ folder })).toBe(true);
    expect(await stopPostgres({ folder })).toBe(false);
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });
});
