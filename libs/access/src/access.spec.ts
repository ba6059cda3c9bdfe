import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bearerOf,
  compileScope,
  developmentKeys,
  mayOn,
  must,
  permissionsOf,
  placeOf,
  roles,
  standing,
  systemActor,
  tokenSigner,
  tokenVerifier,
  type Actor,
  type Role,
  type ScopeRule,
} from './index';

const town = '01900000-0000-7000-8000-000000000003';
const other = '01900000-0000-7000-8000-000000000009';
const today = '2026-06-15';
const clerk: Actor = { id: '1', account: 'clerk', grants: [{ role: 'TS', organizationId: town, area: '410821100' }] };
const standings = new Map([[town, { depth: 3 }]]);
const parameterAt = (index: number): string => `$${index + 5}`;
const compile = (rule: ScopeRule, actor: Actor, permission?: string) =>
  compileScope(rule, 'm', 'known_organization', actor, standings, today, parameterAt, permission);

describe('who may do what, where', () => {
  it('lets a post act on rows below its organisation or in its area, and nowhere else', () => {
    expect(mayOn(clerk, 'members:read', { organizations: ['root', town, 'branch'] }, today)).toBe(true);
    expect(mayOn(clerk, 'members:read', { organizations: ['root', other] }, today)).toBe(false);
    expect(mayOn(clerk, 'members:read', { area: '410821100201' }, today)).toBe(true);
    expect(mayOn(clerk, 'members:read', { area: '410821101201' }, today)).toBe(false);
  });

  it('takes a permission from the role that has it, not from another post of the same person', () => {
    const two: Actor = {
      ...clerk,
      grants: [
        { role: 'BR', organizationId: other },
        { role: 'TS', organizationId: town },
      ],
    };
    expect(mayOn(two, 'transfers:issue', { organizations: [town] }, today)).toBe(true);
    expect(mayOn(two, 'transfers:issue', { organizations: [other] }, today)).toBe(false);
  });

  it('honours the first and the last day of a post, both included', () => {
    const term: Actor = {
      ...clerk,
      grants: [{ role: 'TS', organizationId: town, from: '2026-06-15', to: '2026-06-20' }],
    };
    const verdicts = ['2026-06-14', '2026-06-15', '2026-06-20', '2026-06-21'].map((day) =>
      mayOn(term, 'members:read', { organizations: [town] }, day),
    );
    expect(verdicts).toEqual([false, true, true, false]);
  });

  it('refuses with the permission in the refusal', () => {
    expect(() => must(clerk, 'changes:approve', { organizations: [town] }, today)).toThrow(
      expect.objectContaining({ kind: 'NOT_ALLOWED', refusal: expect.objectContaining({ rule: 'changes:approve' }) }),
    );
  });

  it('keeps the auditor away from everything but the audit trail', () => {
    expect([...permissionsOf('AUD')]).toEqual(['audit:read']);
    for (const role of Object.keys(roles) as Role[])
      if (role !== 'AUD') expect(permissionsOf(role).has('audit:read')).toBe(false);
  });
});

describe('scope as SQL', () => {
  it('names the one level column of a stamped table', () => {
    expect(compile({ permission: 'members:read', organization: 'org_id', stamped: true }, clerk)).toEqual({
      sql: '(m.ancestor_3 = $5)',
      values: [town],
    });
  });

  it('asks the tree for a table with two sides', () => {
    const rule = { permission: 'transfers:read', organization: ['fromOrgId', 'to_org_id'] };
    expect(compile(rule, clerk).sql).toBe(
      '(m.from_org_id IN (SELECT tree.id FROM known_organization tree WHERE tree.ancestor_3 = $5) OR ' +
        'm.to_org_id IN (SELECT tree.id FROM known_organization tree WHERE tree.ancestor_3 = $5))',
    );
  });

  it('picks the area column by the length of the area', () => {
    const rule = { permission: 'members:read', area: 'areaCode' };
    const at = (area: string) => compile(rule, { ...clerk, grants: [{ role: 'TS', area }] }).sql;
    expect([at('4108'), at('410821'), at('410821100'), at('410821100201')]).toEqual([
      "(m.area_code LIKE $5 || '%')",
      '(m.county_code = $5)',
      '(m.town_code = $5)',
      '(m.area_code = $5)',
    ]);
  });

  it('shows nothing without the permission, without a grant, or when the organisation is unknown', () => {
    const rule = { permission: 'members:read', organization: 'org_id', stamped: true };
    expect(compile(rule, { ...clerk, grants: [] }).sql).toBe('FALSE');
    expect(compile(rule, { ...clerk, grants: [{ role: 'AUD', area: '4108' }] }).sql).toBe('FALSE');
    expect(compile(rule, { ...clerk, grants: [{ role: 'TS', organizationId: other }] }).sql).toBe('FALSE');
    expect(compile(rule, clerk, 'changes:approve').sql).toBe('FALSE');
    expect(compile(rule, systemActor('consumer')).sql).toBe('TRUE');
  });

  it('reads a row’s place from its path', () => {
    expect(placeOf({ path: { ancestor1: 'a', ancestor2: 'b', ancestor3: null }, areaCode: '410821' })).toEqual({
      organizations: ['a', 'b'],
      area: '410821',
      ofArea: false,
    });
    expect(placeOf({ areaCode: '410821' })).toEqual({ organizations: [], area: '410821', ofArea: true });
  });

  it('lets who stands for an area reach the rows that belong to it, and no organisation’s', () => {
    const committee = standing(
      { id: '1', account: 'town', grants: [{ role: 'TS', organizationId: town }] },
      new Map([[town, { depth: 3, area: '410821100' }]]),
    );
    const village = { permission: 'villages:read', area: 'areaCode', ofArea: true };
    expect(compile(village, committee)).toEqual({ sql: '(m.town_code = $5)', values: ['410821100'] });
    const member = { permission: 'members:read', organization: 'orgId', area: 'areaCode', stamped: true };
    expect(compile(member, committee)).toEqual({ sql: '(m.ancestor_3 = $5)', values: [town] });
    expect(mayOn(committee, 'villages:read', { area: '410821100201', ofArea: true }, today)).toBe(true);
    expect(mayOn(committee, 'villages:read', { area: '410821101201', ofArea: true }, today)).toBe(false);
    expect(mayOn(committee, 'members:read', { organizations: [other], area: '410821100201' }, today)).toBe(false);
  });
});

describe('tokens', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');
  const keys = developmentKeys(folder, 'user');

  it('gives back the actor that was signed, for the right audience only', () => {
    const token = tokenSigner(keys.privateKey, 'user', 60)(clerk);
    expect(tokenVerifier(keys.publicKey, 'user')(token)).toEqual(clerk);
    expect(() => tokenVerifier(keys.publicKey, 'subgraph')(token)).toThrow(
      expect.objectContaining({ kind: 'UNAUTHENTICATED' }),
    );
  });

  it('refuses a token of another key, an expired one, a broken one and none', () => {
    const strangers = developmentKeys(folder, 'subgraph');
    const verify = tokenVerifier(keys.publicKey, 'user');
    const refused = expect.objectContaining({ kind: 'UNAUTHENTICATED' });
    expect(() => verify(tokenSigner(strangers.privateKey, 'user', 60)(clerk))).toThrow(refused);
    expect(() => verify('a.b.c')).toThrow(refused);
    expect(() => verify(undefined)).toThrow(refused);
    const [head, body, signature] = tokenSigner(keys.privateKey, 'user', 60)(clerk).split('.');
    const forged = JSON.parse(Buffer.from(body!, 'base64url').toString());
    forged.grants = [{ role: 'CO', area: '41' }];
    expect(() =>
      verify([head, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.')),
    ).toThrow(refused);
  });

  it('never makes a system actor from a token', () => {
    const token = tokenSigner(keys.privateKey, 'user', 60)(systemActor('consumer'));
    expect(tokenVerifier(keys.publicKey, 'user')(token)).not.toHaveProperty('system');
  });

  it('refuses a role that is none, also one that every object happens to have', () => {
    const refused = expect.objectContaining({ kind: 'UNAUTHENTICATED' });
    for (const role of ['XX', 'co', 'constructor', 'toString', '__proto__'] as unknown as Role[]) {
      const token = tokenSigner(keys.privateKey, 'user', 60)({ ...clerk, grants: [{ role }] });
      expect(() => tokenVerifier(keys.publicKey, 'user')(token)).toThrow(refused);
    }
  });

  it('keeps the development key for its owner and makes it once', () => {
    expect(statSync(join(folder, 'user.pem')).mode & 0o077).toBe(0);
    expect(developmentKeys(folder, 'user')).toEqual(keys);
  });

  it('reads the bearer token of a header', () => {
    expect([bearerOf('Bearer abc'), bearerOf('bearer  abc'), bearerOf('Basic abc'), bearerOf(undefined)]).toEqual([
      'abc',
      'abc',
      undefined,
      undefined,
    ]);
  });
});
