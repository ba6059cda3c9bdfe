import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kcat, NotInstalled, python } from './install';

describe('a machine that has nothing and may install nothing', () => {
  const before = { PATH: process.env.PATH, JISHI_CACHE: process.env.JISHI_CACHE };
  const folder = mkdtempSync(join(tmpdir(), 'jishi-bare-'));
  beforeAll(() => Object.assign(process.env, { PATH: folder, JISHI_CACHE: folder }));
  afterAll(() => {
    process.env.PATH = before.PATH;
    if (before.JISHI_CACHE === undefined) delete process.env.JISHI_CACHE;
    else process.env.JISHI_CACHE = before.JISHI_CACHE;
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['kcat', kcat, /apt-get install kcat/],
    ['Python', python, /Python 3\.11/],
  ])('is told in both languages what to install for %s', async (_, install, what) => {
    const error: unknown = await install().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotInstalled);
    const [chinese, english] = String(error instanceof Error ? error.message : '').split('\n');
    expect([chinese, english]).toEqual([expect.stringMatching(what), expect.stringMatching(what)]);
  });
});
