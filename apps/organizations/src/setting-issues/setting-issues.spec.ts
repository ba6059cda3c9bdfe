import type { Actor } from '@jishi/access';
import { rosterChanged } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, orgs, people, twoTowns } from '../../seeds/two-towns';
import { followRosters } from '../known-rosters/known-rosters.consumers';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const told = (full: number, total: number, asOf = '2026-06-15', orgId: string = orgs.xiaozhuang) =>
  rosterChanged({ orgId, full, probationary: total - full, total, asOf });
const issues = async (open?: boolean, actor: Actor = people.ts) =>
  (
    await service.data<{ organization: { settingIssues: object[] } }>(
      actor,
      `query($id: ID!, $open: Boolean) { organization(id: $id) { settingIssues(open: $open) {
         kind measured ceiling openedOn closedOn citation { rule document } exemption { reason until by } } } }`,
      { id: orgs.xiaozhuang, open },
    )
  ).organization.settingIssues;
const types = async () => (await service.emitted()).map(({ type }) => type.replace('organizations.setting-issue.', ''));
const known = async () => (await service.database.pool.query('SELECT * FROM known_roster ORDER BY org_id')).rows;

describe('ORG-04 setting issues', () => {
  it('ORG-04 a branch over the ceiling opens a setting issue, and at the ceiling it closes', async () => {
    await service.receive(told(50, 50));
    expect(await issues()).toEqual([]);
    await service.receive(told(50, 51, '2026-06-16'));
    expect(await issues(true)).toEqual([
      {
        kind: 'OVERSIZE',
        measured: 51,
        ceiling: 50,
        openedOn: '2026-06-16',
        closedOn: null,
        citation: { rule: 'org.branch.ceiling', document: '中国共产党支部工作条例（试行）' },
        exemption: null,
      },
    ]);
    await service.receive(told(52, 55, '2026-06-17'));
    expect(await issues()).toMatchObject([{ measured: 55, closedOn: null }]);
    await service.receive(told(48, 50, '2026-06-20'));
    expect(await issues(true)).toEqual([]);
    expect(await issues(false)).toMatchObject([{ kind: 'OVERSIZE', measured: 50, closedOn: '2026-06-20' }]);
    expect(await types()).toEqual(['opened.v1', 'closed.v1']);
  });

  it('ORG-04 a branch with fewer than three full members opens an issue whatever its probationers', async () => {
    await service.receive(told(2, 9));
    expect(await issues(true)).toMatchObject([{ kind: 'BELOW_MINIMUM', measured: 2, ceiling: 3 }]);
    await service.receive(told(3, 3, '2026-07-01'));
    expect(await issues(true)).toEqual([]);
    await service.receive(told(2, 3, '2026-08-01'));
    expect(await issues()).toMatchObject([
      { openedOn: '2026-08-01' },
      { openedOn: '2026-06-15', closedOn: '2026-07-01' },
    ]);
  });

  it('ORG-04 hears an event twice, late and anew with the same result', async () => {
    const [first, second] = [told(50, 51), told(40, 40, '2026-06-17')];
    expect(new Set(await service.receive(first, second))).toEqual(new Set(['apply']));
    const before = [await known(), await issues(), await types()];
    await service.receive(second, first);
    expect([await known(), await issues(), await types()]).toEqual(before);
    await service.empty(followRosters);
    expect(await known()).toEqual([]);
    await service.receive(first, second);
    expect([await known(), await issues(), await types()]).toEqual(before);
  });

  it('ORG-04 does not judge a temporary branch, a committee, or a branch that is not active', async () => {
    await service.database.pool.query(`UPDATE party_organization SET set_up_way = 'TEMPORARY' WHERE id = $1`, [
      orgs.community,
    ]);
    await service.database.pool.query(`UPDATE party_organization SET status = 'PREPARING' WHERE id = $1`, [
      orgs.liuzhuang,
    ]);
    for (const org of [orgs.community, orgs.liuzhuang, orgs.east])
      await service.receive(told(60, 60, '2026-06-15', org));
    expect(await types()).toEqual([]);
  });

  it('ORG-04 keeps an exempted issue open, shows the exemption until its last day, and still closes by the facts', async () => {
    await service.receive(told(60, 60));
    const [{ id }] = (
      await service.data<{ settingIssues: { nodes: [{ id: string }] } }>(
        people.ts,
        '{ settingIssues { nodes { id } } }',
      )
    ).settingIssues.nodes;
    const exempt = `mutation($input: ExemptSettingIssueInput!) { exemptSettingIssue(input: $input) { settingIssue { exemption { reason until by } } } }`;
    const input = { id, reason: '外出务工党员集中回流', until: '2026-12-31' };
    expect(await service.verdict(people.ts, exempt, { input: { ...input, until: '2026-06-14' } })).toBe(
      'EXEMPTION_IN_THE_PAST',
    );
    expect(await service.verdict(people.ts, exempt, { input: { ...input, reason: ' ' } })).toBe('REASON_MISSING');
    expect(await service.data(people.ts, exempt, { input })).toEqual({
      exemptSettingIssue: {
        settingIssue: { exemption: { reason: '外出务工党员集中回流', until: '2026-12-31', by: 'east-town' } },
      },
    });
    expect(await types()).toEqual(['opened.v1', 'exempted.v1']);
    expect(await issues(true)).toHaveLength(1);
    service.on('2027-01-01' as CivilDate);
    expect(await issues(true)).toMatchObject([{ exemption: null }]);
    await service.receive(told(40, 40, '2027-01-02'));
    expect(await issues(true)).toEqual([]);
    expect(await service.verdict(people.ts, exempt, { input: { ...input, until: '2027-12-31' } })).toBe('ISSUE_CLOSED');
  });

  it('ORG-04 lists by kind, subtree and state, and filters the register by oversize as of a day', async () => {
    await service.receive(told(60, 60), told(1, 1, '2026-06-15', orgs.liuzhuang));
    const count = async (filter: object, actor: Actor = people.co) =>
      (
        await service.data<{ settingIssues: { totalCount: number } }>(
          actor,
          'query($filter: SettingIssueFilter) { settingIssues(filter: $filter) { totalCount } }',
          { filter },
        )
      ).settingIssues.totalCount;
    expect(await count({})).toBe(2);
    expect(await count({ kind: 'OVERSIZE', open: true })).toBe(1);
    expect(await count({ under: orgs.west })).toBe(1);
    expect(await count({ open: false })).toBe(0);
    expect(await count({}, people.stranger)).toBe(1);
    const oversize = async (asOf?: string) =>
      service.data(
        people.co,
        'query($asOf: Date) { organizations(filter: { oversizeOnly: true }, asOf: $asOf) { nodes { name } } }',
        { asOf },
      );
    expect(await oversize()).toEqual({ organizations: { nodes: [{ name: '小庄村党支部' }] } });
    expect(await oversize('2026-06-14')).toEqual({ organizations: { nodes: [] } });
  });
});

describe('ORG-04 who may exempt', () => {
  it.each([
    ['co', 'allowed'],
    ['ts', 'allowed'],
    ['vc', 'NOT_ALLOWED'],
    ['br', 'NOT_ALLOWED'],
    ['stranger', 'NOT_FOUND'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('ORG-04 %s', async (who, expected) => {
    await service.receive(told(60, 60, '2026-06-15', orgs.dazhuangFirst));
    const { rows } = await service.database.pool.query<{ id: string }>('SELECT id FROM setting_issue');
    const exempt = `mutation($input: ExemptSettingIssueInput!) { exemptSettingIssue(input: $input) { settingIssue { id } } }`;
    expect(await service.verdict(people[who], exempt, { input: { id: rows[0]!.id, reason: '理由' } })).toBe(expected);
  });
});
