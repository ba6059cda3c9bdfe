import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentKeys, tokenVerifier } from '@jishi/access';
import { type DemoAccount, demoAccounts } from '../city/demo-accounts';
import { printToken } from './token';

const accounts: readonly DemoAccount[] = [
  { account: 'city-org', title: '市委组织部工作人员', grants: [{ role: 'CO', area: '4108' }] },
  { account: 'nobody', title: '没有任何职务的账号', grants: [] },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (to: string[]) => (text: string) => void to.push(text);
  const code = printToken(words, { accounts, dataFolder: folder, out: sink(out), err: sink(err) });
  return { code, out: out.join(''), err: err.join('') };
}

describe('a token of the demonstration', () => {
  it('is believed by a gateway that holds the public key, and by no other', () => {
    const { publicKey } = developmentKeys(join(folder, 'keys'), 'user');
    const { code, out, err } = run('city-org');
    expect([code, err]).toEqual([0, '']);
    expect(tokenVerifier(publicKey, 'user')(out.trim())).toEqual({
      id: 'demo:city-org',
      account: 'city-org',
      grants: [{ role: 'CO', area: '4108' }],
    });
    const foreign = developmentKeys(join(folder, 'other'), 'user');
    expect(() => tokenVerifier(foreign.publicKey, 'user')(out.trim())).toThrow();
    expect(() => tokenVerifier(publicKey, 'subgraph')(out.trim())).toThrow();
  });

  it('is one line, so that it can be put into a variable of a shell', () => {
    developmentKeys(join(folder, 'keys'), 'user');
    expect(run('nobody').out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('is not made for an unknown account; the known ones are listed with their titles', () => {
    const { code, out, err } = run('mayor');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('没有账号 mayor');
    expect(err).toContain('city-org              市委组织部工作人员');
    expect(run('--list')).toEqual({ code: 0, out: expect.stringMatching(/city-org[\s\S]*nobody/), err: '' });
  });

  it('is not made before the first start, which makes the key; nothing is left behind', () => {
    expect(run('city-org')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('npm start') });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([[[]], [['city-org', 'nobody']], [['--all']]])('says how it is used when called as %j', (words) => {
    expect(run(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('npm run -s token') });
  });

  it('exists for every account that the demonstration promises', () => {
    const promised = ['city-org', 'grid-worker', 'county-agriculture', 'auditor', 'nobody'];
    expect(demoAccounts('county').map(({ account }) => account)).toEqual(expect.arrayContaining(promised));
  });
});
