import { rosterChanged, rosterEmptied } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import type { Actor } from '@jishi/access';
import { beginAgain, codes, idAt, orgs, people, twoTowns, type OrgName } from '../../seeds/two-towns';
import { addOrganization, PartyOrganization } from '../register';
import { organizations } from '../service';
import { takeDueEffects } from './changes.service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const proposal = `mutation($input: ProposeOrganizationChangeInput!) { proposeOrganizationChange(input: $input) { change { id state version } } }`;
const step = (name: string) =>
  `mutation($input: OrganizationChangeStepInput!) { step: ${name}OrganizationChange(input: $input) {
     change { id state decisionReason organizations { id name status code } } warnings { code citation { document } } } }`;

interface Stepped {
  step: {
    change: {
      id: string;
      state: string;
      decisionReason: string | null;
      organizations: { id: string; name: string; status: string; code: string }[];
    };
    warnings: { code: string; citation: { document: string } | null }[];
  };
}

async function propose(actor: Actor, input: Record<string, unknown>): Promise<string> {
  const { proposeOrganizationChange } = await service.data<{
    proposeOrganizationChange: { change: { id: string } };
  }>(actor, proposal, { input: { reason: '理顺设置', effectiveOn: '2026-06-15', ...input } });
  return proposeOrganizationChange.change.id;
}
const take = async (actor: Actor, name: string, id: string, more: object = {}): Promise<Stepped['step']> =>
  (await service.data<Stepped>(actor, step(name), { input: { id, ...more } })).step;
const verdict = (actor: Actor, name: string, id: string) =>
  service.verdict(actor, step(name), { input: { id, reason: '不同意' } });

/** Proposed and submitted by the town, approved by the organisation department. */
async function carryThrough(input: Record<string, unknown>, by: Actor = people.ts, approver: Actor = people.co) {
  const id = await propose(by, input);
  await take(by, 'submit', id);
  return take(approver, 'approve', id, { document: '武组〔2026〕9号' });
}
const roster = (org: OrgName | string, full: number, total = full) =>
  service.receive(
    rosterChanged({ orgId: orgs[org as OrgName] ?? org, full, probationary: total - full, total, asOf: service.today }),
  );

interface Org {
  name: string;
  status: string;
  superior: { name: string } | null;
  ancestors: { name: string }[];
  closedOn: string | null;
  mergedInto: { name: string } | null;
}
const org = async (id: string, asOf?: string, actor: Actor = people.cityCo): Promise<Org | null> =>
  (
    await service.data<{ organization: Org | null }>(
      actor,
      `query($id: ID!, $asOf: Date) { organization(id: $id, asOf: $asOf) { name status closedOn superior { name } ancestors { name } mergedInto { name } } }`,
      { id, asOf },
    )
  ).organization;
const treeOn = async (asOf?: string): Promise<string[]> =>
  (
    await service.data<{
      organizations: { nodes: { name: string; status: string; superior: { name: string } | null }[] };
    }>(
      people.cityCo,
      `query($asOf: Date) { organizations(asOf: $asOf, first: 100) { nodes { name status superior { name } } } }`,
      { asOf },
    )
  ).organizations.nodes.map(({ name, status, superior }) => `${superior?.name ?? ''} › ${name} ${status}`);
const types = async () => (await service.emitted()).map(({ type }) => type.replace('organizations.', ''));

/** A branch of another county of the city, over which only the city stands. */
async function otherCounty(): Promise<string> {
  const facts = (id: string, name: string, kind: 'COMMITTEE' | 'BRANCH') => ({
    id,
    code: `O-${id.slice(-4)}`,
    name,
    kind,
    board: 'ORGANS' as const,
    setUpWay: 'SINGLE' as const,
    flags: [],
    hostKind: 'AREA' as const,
    hostId: codes.city,
    areaCode: codes.city,
    establishedOn: '2020-01-01' as const,
    approvalDocument: null,
    status: 'ACTIVE' as const,
  });
  await service.asSystem(async (tx) => {
    const city = await tx.unscoped.get(PartyOrganization, orgs.city);
    const county = await addOrganization(tx, city, facts(idAt(60), '邻县县委', 'COMMITTEE'), '2020-01-01', null);
    await addOrganization(tx, county, facts(idAt(61), '邻县支部', 'BRANCH'), '2020-01-01', null);
  });
  return idAt(61);
}

describe('ORG-03 founding', () => {
  const founding = {
    kind: 'ESTABLISH',
    targetSuperiorId: orgs.east,
    organization: {
      name: '东镇卫生院党支部',
      kind: 'BRANCH',
      board: 'ORGANS',
      host: { kind: 'ENTERPRISE', id: idAt(700) },
      areaCode: codes.east,
    },
  };

  it('ORG-03 prepares an approved branch, which becomes active with three full members and a secretary', async () => {
    const { change } = await carryThrough(founding);
    const [made] = change.organizations;
    expect(change.state).toBe('EFFECTIVE');
    expect(made).toMatchObject({ status: 'PREPARING', code: `${codes.east}-0001` });
    expect(await types()).toEqual([
      'change.submitted.v1',
      'change.approved.v1',
      'organization.prepared.v1',
      'change.effective.v1',
    ]);

    const activate = `mutation($input: ActivateOrganizationInput!) { activateOrganization(input: $input) { organization { status } } }`;
    const founders = [1, 2, 3].map((n) => idAt(800 + n));
    const input = { id: made!.id, on: '2026-06-15', membersFrom: orgs.xiaozhuang, memberIds: founders };
    expect(await service.verdict(people.co, activate, { input: { ...input, memberIds: founders.slice(1) } })).toBe(
      'BELOW_MINIMUM',
    );
    expect(await service.verdict(people.co, activate, { input })).toBe('NO_SECRETARY');
    const body = await service.data<{ recordLeadingBody: { leadingBody: { id: string } } }>(
      people.ts,
      `mutation($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id } } }`,
      { input: { organizationId: made!.id, kind: 'BRANCH_COMMITTEE', seats: 1 } },
    );
    const bodyId = body.recordLeadingBody.leadingBody.id;
    await service.data(people.ts, `mutation($input: BeginTermInput!) { beginTerm(input: $input) { term { id } } }`, {
      input: { bodyId, startOn: '2026-06-15' },
    });
    await service.data(
      people.ts,
      `mutation($input: AppointToPostInput!) { appointToPost(input: $input) { post { id } } }`,
      {
        input: { bodyId, personId: founders[0], kind: 'SECRETARY', from: '2026-06-15' },
      },
    );
    await service.forget();
    expect(await service.verdict(people.strangeCo, activate, { input })).toBe('NOT_FOUND');
    // A branch of another county: the department of this one may not take its members.
    const elsewhere = await otherCounty();
    expect(await service.verdict(people.co, activate, { input: { ...input, membersFrom: elsewhere } })).toBe(
      'NOT_ALLOWED',
    );
    await service.data(people.co, activate, { input });
    expect(await service.emitted()).toMatchObject([
      {
        type: 'organizations.organization.established.v1',
        data: {
          orgId: made!.id,
          superiorId: orgs.east,
          transfersIn: { fromOrgId: orgs.xiaozhuang, memberIds: founders },
        },
      },
    ]);
    expect((await org(made!.id))?.status).toBe('ACTIVE');
  });

  it.each([
    ['under a branch', { targetSuperiorId: orgs.xiaozhuang }, {}, 'SUPERIOR_HOLDS_OTHER_KINDS'],
    ['for a village that has one', {}, { host: { kind: 'VILLAGE', id: codes.xiaozhuang } }, 'HOST_HAS_ORGANISATION'],
    ['for a village that does not exist', {}, { host: { kind: 'VILLAGE', id: '410823100299' } }, 'HOST_NOT_FOUND'],
    ['in the area of another superior', {}, { areaCode: codes.west }, 'AREA_OUTSIDE_SUPERIOR'],
    [
      'of a committee for an area over which another one stands',
      {},
      { kind: 'COMMITTEE', host: { kind: 'AREA', id: codes.west } },
      'AREA_OUTSIDE_SUPERIOR',
    ],
    ['before its superior was founded', { effectiveOn: '2019-12-31' }, {}, 'EFFECTIVE_BEFORE_LAST_CHANGE'],
  ])('ORG-03 refuses a founding %s', async (_, given, part, code) => {
    const id = await propose(people.ts, { ...founding, ...given, organization: { ...founding.organization, ...part } });
    expect(await verdict(people.ts, 'submit', id)).toBe(code);
  });

  it('ORG-03 allows a second branch of a village below its general branch, and a joint one beside another', async () => {
    const inside = {
      ...founding.organization,
      name: '大庄村第三党支部',
      host: { kind: 'VILLAGE', id: codes.dazhuang },
    };
    expect(
      (await carryThrough({ ...founding, targetSuperiorId: orgs.dazhuang, organization: inside })).change.state,
    ).toBe('EFFECTIVE');
    const joint = { ...founding.organization, setUpWay: 'JOINT', host: { kind: 'VILLAGE', id: codes.xiaozhuang } };
    expect((await carryThrough({ ...founding, organization: joint })).change.state).toBe('EFFECTIVE');
  });
});

describe('ORG-03 moving and renaming', () => {
  it('ORG-03 moves a general branch with all below it, and the tree of the day before stays what it was', async () => {
    const before = await treeOn();
    const { change } = await carryThrough(
      { kind: 'REASSIGN', organizationId: orgs.dazhuang, targetSuperiorId: orgs.west, effectiveOn: '2026-06-10' },
      people.ts,
    );
    expect(change.state).toBe('EFFECTIVE');
    expect((await org(orgs.dazhuangGroup))?.ancestors.map(({ name }) => name)).toEqual([
      '中共焦作市委',
      '中共武陟县委',
      '西镇党委',
      '大庄村党总支',
      '大庄村第一党支部',
    ]);
    expect(await treeOn('2026-06-09')).toEqual(before);
    expect((await org(orgs.dazhuang, '2026-06-10'))?.superior?.name).toBe('西镇党委');
    const [reassigned] = (await service.emitted()).filter(({ type }) => type.includes('reassigned'));
    expect(reassigned?.data).toEqual({
      orgId: orgs.dazhuang,
      fromSuperiorId: orgs.east,
      toSuperiorId: orgs.west,
      effectiveOn: '2026-06-10',
    });
    // The scope follows the tree: the old town sees it no more, the new one does; of the day before it is the other way round.
    service.on('2026-06-16' as CivilDate);
    expect(await org(orgs.dazhuangFirst, undefined, people.stranger)).not.toBeNull();
    expect(await org(orgs.dazhuangFirst, undefined, people.ts)).toBeNull();
    expect(await org(orgs.dazhuangFirst, '2026-06-09', people.ts)).not.toBeNull();
    expect(await org(orgs.dazhuangFirst, '2026-06-09', people.stranger)).toBeNull();
  });

  it.each([
    ['below itself', { organizationId: orgs.east, targetSuperiorId: orgs.dazhuang }, 'TREE_CYCLE'],
    [
      'under a kind that cannot hold it',
      { organizationId: orgs.east, targetSuperiorId: orgs.liuzhuang },
      'SUPERIOR_HOLDS_OTHER_KINDS',
    ],
    ['to where it is', { organizationId: orgs.dazhuang, targetSuperiorId: orgs.east }, 'NOTHING_CHANGES'],
  ])('ORG-03 refuses to move an organisation %s', async (_, given, code) => {
    const id = await propose(people.cityCo, { kind: 'REASSIGN', ...given });
    expect(await verdict(people.cityCo, 'submit', id)).toBe(code);
  });

  it('ORG-03 refuses to move a subtree back before the last change of anything below it', async () => {
    await carryThrough({
      kind: 'RENAME',
      organizationId: orgs.dazhuangFirst,
      name: '大庄村先锋党支部',
      effectiveOn: '2026-06-10',
    });
    const id = await propose(people.ts, {
      kind: 'REASSIGN',
      organizationId: orgs.dazhuang,
      targetSuperiorId: orgs.west,
      effectiveOn: '2026-06-09',
    });
    expect(await verdict(people.ts, 'submit', id)).toBe('EFFECTIVE_BEFORE_LAST_CHANGE');
  });

  it('ORG-03 renames on its day by the clock, and not before', async () => {
    const { change } = await carryThrough({
      kind: 'RENAME',
      organizationId: orgs.xiaozhuang,
      name: '小庄村先锋党支部',
      effectiveOn: '2026-07-01',
    });
    expect(change.state).toBe('APPROVED');
    const run = { today: service.today, transact: service.asSystem };
    await takeDueEffects(run);
    expect((await org(orgs.xiaozhuang))?.name).toBe('小庄村党支部');
    service.on('2026-07-01' as CivilDate);
    await takeDueEffects({ ...run, today: service.today });
    await takeDueEffects({ ...run, today: service.today });
    expect((await org(orgs.xiaozhuang))?.name).toBe('小庄村先锋党支部');
    expect((await org(orgs.xiaozhuang, '2026-06-30'))?.name).toBe('小庄村党支部');
    expect((await types()).filter((type) => type === 'change.effective.v1')).toHaveLength(1);
  });

  it('ORG-03 rejects a waiting change by the clock when the facts no longer allow it', async () => {
    const waiting = await carryThrough({
      kind: 'RENAME',
      organizationId: orgs.xiaozhuang,
      name: '新名',
      effectiveOn: '2026-07-01',
    });
    await carryThrough({ kind: 'RENAME', organizationId: orgs.xiaozhuang, name: '新名' });
    service.on('2026-07-01' as CivilDate);
    await takeDueEffects({ today: service.today, transact: service.asSystem });
    const { organizationChange } = await service.data<{
      organizationChange: { state: string; decisionReason: string };
    }>(people.co, 'query($id: ID!) { organizationChange(id: $id) { state decisionReason } }', {
      id: waiting.change.id,
    });
    expect(organizationChange).toEqual({ state: 'REJECTED', decisionReason: '调整前后相同' });
  });
});

describe('ORG-03 splitting', () => {
  const members = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => idAt(5000 + from + index));

  it('ORG-03 ORG-04 splits an oversize branch; the issue closes when the members have moved', async () => {
    await roster('xiaozhuang', 49, 51);
    expect(await openIssues()).toEqual([{ kind: 'OVERSIZE', measured: 51, ceiling: 50 }]);
    const { change } = await carryThrough({
      kind: 'SPLIT',
      organizationId: orgs.xiaozhuang,
      parts: [{ name: '小庄村第二党支部', memberIds: members(0, 20) }],
    });
    const made = change.organizations.find(({ name }) => name === '小庄村第二党支部')!;
    expect(made.status).toBe('ACTIVE');
    const established = (await service.emitted()).find(({ type }) => type.includes('established'));
    expect(established?.data).toMatchObject({
      orgId: made.id,
      superiorId: orgs.east,
      transfersIn: { fromOrgId: orgs.xiaozhuang, memberIds: members(0, 20) },
    });
    expect(await openIssues()).toHaveLength(1);
    await roster('xiaozhuang', 31);
    await roster(made.id, 20);
    expect(await openIssues()).toEqual([]);
    expect(await treeOn('2026-06-14')).not.toContain('东镇党委 › 小庄村第二党支部 ACTIVE');
  });

  it.each([
    ['leave fewer than three', 'xiaozhuang', [members(0, 9)], 'BELOW_MINIMUM'],
    ['make a branch of two', 'xiaozhuang', [members(0, 2)], 'BELOW_MINIMUM'],
    ['move a member twice', 'xiaozhuang', [members(0, 3), members(2, 3)], 'MEMBER_IN_TWO_PARTS'],
    ['split a general branch', 'dazhuang', [members(0, 3)], 'ONLY_BRANCHES_SPLIT'],
  ] as const)('ORG-03 refuses a split that would %s', async (_, name, parts, code) => {
    await roster('xiaozhuang', 11);
    const id = await propose(people.ts, {
      kind: 'SPLIT',
      organizationId: orgs[name],
      parts: parts.map((memberIds, index) => ({ name: `新支部${index}`, memberIds })),
    });
    expect(await verdict(people.ts, 'submit', id)).toBe(code);
  });

  it('ORG-03 warns of a part that would itself be oversize', async () => {
    await roster('xiaozhuang', 120);
    const id = await propose(people.ts, {
      kind: 'SPLIT',
      organizationId: orgs.xiaozhuang,
      parts: [{ name: '小庄村第二党支部', memberIds: members(0, 51) }],
    });
    const { warnings } = await take(people.ts, 'submit', id);
    expect(warnings).toMatchObject([
      { code: 'WOULD_BE_OVERSIZE', citation: { document: '中国共产党支部工作条例（试行）' } },
    ]);
  });

  const openIssues = async () =>
    (
      await service.data<{ settingIssues: { nodes: object[] } }>(
        people.ts,
        '{ settingIssues(filter: { open: true }) { nodes { kind measured ceiling } } }',
      )
    ).settingIssues.nodes;
});

describe('ORG-03 dissolving and merging', () => {
  const dissolution = {
    kind: 'DISSOLVE',
    organizationId: orgs.xiaozhuang,
    memberPlan: { toOrganizationId: orgs.dazhuangSecond },
    archivePlan: '移交东镇党委',
  };

  it('ORG-03 keeps a branch closing until members says that its roster is empty', async () => {
    await roster('xiaozhuang', 8);
    await carryThrough(dissolution);
    expect((await org(orgs.xiaozhuang))?.status).toBe('CLOSING');
    expect((await service.emitted()).find(({ type }) => type.includes('closing'))?.data).toEqual({
      orgId: orgs.xiaozhuang,
      memberPlan: { toOrgId: orgs.dazhuangSecond },
      effectiveOn: '2026-06-15',
    });
    await roster('xiaozhuang', 3);
    expect((await org(orgs.xiaozhuang))?.status).toBe('CLOSING');
    service.on('2026-06-20' as CivilDate);
    const emptied = rosterEmptied({ orgId: orgs.xiaozhuang });
    await service.receive(emptied);
    await service.receive(emptied);
    expect(await org(orgs.xiaozhuang)).toMatchObject({ status: 'DISSOLVED', closedOn: '2026-06-20' });
    expect((await types()).filter((type) => type === 'organization.dissolved.v1')).toHaveLength(1);
    expect(await org(orgs.xiaozhuang, '2026-06-19')).toMatchObject({ status: 'CLOSING', closedOn: null });
    expect(await org(orgs.xiaozhuang, '2026-06-14')).toMatchObject({ status: 'ACTIVE' });
  });

  it('ORG-03 takes no count of zero for members’ word: suspended members are attached and not counted', async () => {
    await service.receive(rosterEmptied({ orgId: orgs.xiaozhuang }));
    await roster('xiaozhuang', 0);
    await carryThrough(dissolution);
    expect((await org(orgs.xiaozhuang))?.status).toBe('CLOSING');
    await service.receive(rosterEmptied({ orgId: orgs.xiaozhuang }));
    expect(await org(orgs.xiaozhuang)).toMatchObject({ status: 'DISSOLVED', closedOn: '2026-06-15' });
  });

  it('ORG-03 an emptied roster of an active branch dissolves nothing', async () => {
    await service.receive(rosterEmptied({ orgId: orgs.xiaozhuang }));
    expect((await org(orgs.xiaozhuang))?.status).toBe('ACTIVE');
  });

  it('ORG-03 merges branches: those that close name the one that remains, and the tree of the day before stays', async () => {
    const before = await treeOn();
    await roster('dazhuangFirst', 9);
    await carryThrough({
      kind: 'MERGE',
      organizationId: orgs.dazhuangSecond,
      mergedIds: [orgs.dazhuangFirst],
      archivePlan: '移交第二党支部',
      effectiveOn: '2026-06-12',
    });
    expect((await org(orgs.dazhuangFirst))?.status).toBe('CLOSING');
    await service.receive(rosterEmptied({ orgId: orgs.dazhuangFirst }));
    // The group below it is still there.
    expect((await org(orgs.dazhuangFirst))?.status).toBe('CLOSING');
    await carryThrough({ ...dissolution, organizationId: orgs.dazhuangGroup, memberPlan: {} });
    expect((await org(orgs.dazhuangGroup))?.status).toBe('DISSOLVED');
    expect(await org(orgs.dazhuangFirst)).toMatchObject({
      status: 'DISSOLVED',
      mergedInto: { name: '大庄村第二党支部' },
    });
    expect(await treeOn('2026-06-11')).toEqual(before);
    expect(await org(orgs.dazhuangFirst, '2026-06-11')).toMatchObject({ status: 'ACTIVE', mergedInto: null });
    const dissolved = (await service.emitted()).filter(({ type }) => type.includes('dissolved'));
    expect(dissolved.map(({ key }) => key)).toEqual([orgs.dazhuangGroup, orgs.dazhuangFirst]);
    expect(dissolved[1]?.data).toMatchObject({ mergedIntoId: orgs.dazhuangSecond });
  });

  it('ORG-03 dissolves a closing superior when the last organisation below it has gone', async () => {
    const plan = { archivePlan: '县档案馆', memberPlan: { toOrganizationId: orgs.xiaozhuang } };
    await carryThrough({ ...dissolution, ...plan, organizationId: orgs.west }, people.stranger);
    expect((await org(orgs.west))?.status).toBe('CLOSING');
    await carryThrough({ ...dissolution, ...plan, organizationId: orgs.liuzhuang }, people.stranger);
    await service.receive(rosterEmptied({ orgId: orgs.liuzhuang }));
    expect((await org(orgs.liuzhuang))?.status).toBe('DISSOLVED');
    expect((await org(orgs.west))?.status).toBe('DISSOLVED');
  });

  it('ORG-03 withdraws a closing before the first member has left, and not after', async () => {
    const withdraw = 'mutation($id: ID!) { withdrawClosing(input: { id: $id }) { organization { status } } }';
    await roster('xiaozhuang', 8);
    await carryThrough({ ...dissolution, memberPlan: {} });
    expect(await service.verdict(people.ts, withdraw, { id: orgs.xiaozhuang })).toBe('NOT_ALLOWED');
    expect(await service.verdict(people.co, withdraw, { id: orgs.xiaozhuang })).toBe('allowed');
    expect((await types()).at(-1)).toBe('organization.reopened.v1');
    expect((await org(orgs.xiaozhuang))?.status).toBe('ACTIVE');
    await carryThrough({ ...dissolution, memberPlan: {} });
    await roster('xiaozhuang', 7);
    expect(await service.verdict(people.co, withdraw, { id: orgs.xiaozhuang })).toBe('MEMBERS_HAVE_LEFT');
  });

  it.each([
    ['without saying where the members go', { memberPlan: null }, 'MEMBER_PLAN_MISSING'],
    ['without saying where the archives go', { archivePlan: ' ' }, 'ARCHIVE_PLAN_MISSING'],
    ['into a committee', { memberPlan: { toOrganizationId: orgs.east } }, 'RECEIVER_CANNOT_TAKE_MEMBERS'],
    ['into itself', { memberPlan: { toOrganizationId: orgs.xiaozhuang } }, 'RECEIVER_CANNOT_TAKE_MEMBERS'],
  ])('ORG-03 refuses to dissolve %s', async (_, given, code) => {
    const id = await propose(people.ts, { ...dissolution, ...given });
    expect(await verdict(people.ts, 'submit', id)).toBe(code);
  });

  it('ORG-03 refuses to merge a branch into a committee, and anything twice', async () => {
    const id = await propose(people.ts, {
      kind: 'MERGE',
      organizationId: orgs.east,
      mergedIds: [orgs.xiaozhuang],
      archivePlan: '东镇党委',
    });
    expect(await verdict(people.ts, 'submit', id)).toBe('MERGER_MIXES_KINDS');
    const first = await propose(people.ts, dissolution);
    const second = await propose(people.ts, dissolution);
    for (const each of [first, second]) await take(people.ts, 'submit', each);
    await take(people.co, 'approve', first);
    expect(await verdict(people.co, 'approve', second)).toBe('ORGANISATION_NOT_ACTIVE');
  });

  it('ORG-03 says nothing of the steps of an organisation outside the caller’s scope', async () => {
    const { organization } = await service.data<{
      organization: { actions: object[]; superior: { actions: object[] } };
    }>(
      people.ts,
      'query($id: ID!) { organization(id: $id) { actions { step } superior { actions { step reasons { message } } } } }',
      { id: orgs.east },
    );
    expect(organization.actions).toHaveLength(3);
    expect(organization.superior.actions).toEqual([]);
  });

  it('ORG-03 tells what may be done and why not', async () => {
    const id = await propose(people.ts, { ...dissolution, archivePlan: null });
    const { organizationChange } = await service.data<{
      organizationChange: {
        actions: { step: string; allowed: boolean; reasons: { code: string; message: string }[] }[];
      };
    }>(
      people.ts,
      'query($id: ID!) { organizationChange(id: $id) { actions { step label allowed reasons { code message } } } }',
      { id },
    );
    expect(organizationChange.actions).toMatchObject([
      {
        step: 'submitOrganizationChange',
        allowed: false,
        reasons: [{ code: 'ARCHIVE_PLAN_MISSING', message: '必须说明档案去向' }],
      },
      {
        step: 'approveOrganizationChange',
        allowed: false,
        reasons: [{ code: 'NOT_ALLOWED' }, { code: 'STEP_NOT_POSSIBLE' }],
      },
      {
        step: 'rejectOrganizationChange',
        allowed: false,
        reasons: [{ code: 'NOT_ALLOWED' }, { code: 'STEP_NOT_POSSIBLE' }],
      },
    ]);
    const { organization } = await service.data<{ organization: { actions: { step: string; allowed: boolean }[] } }>(
      people.ts,
      'query($id: ID!) { organization(id: $id) { actions { step allowed } } }',
      { id: orgs.xiaozhuang },
    );
    expect(organization.actions).toEqual([
      { step: 'activateOrganization', allowed: false },
      { step: 'proposeOrganizationChange', allowed: true },
      { step: 'withdrawClosing', allowed: false },
    ]);
  });

  it('ORG-03 gives a repeated command the same reply and does it once', async () => {
    const input = { ...dissolution, reason: '重复', effectiveOn: '2026-06-15', clientMutationId: 'once' };
    const twice = [1, 2].map(() =>
      service.data<Record<string, { change: { id: string } }>>(people.ts, proposal, { input }),
    );
    const [first, second] = await Promise.all(twice);
    expect(first!.proposeOrganizationChange!.change.id).toBe(second!.proposeOrganizationChange!.change.id);
  });
});

describe('ORG-03 who may propose and decide', () => {
  const input = {
    kind: 'DISSOLVE',
    organizationId: orgs.dazhuangFirst,
    memberPlan: { toOrganizationId: orgs.dazhuangSecond },
    archivePlan: '东镇党委',
    reason: '人数过少',
    effectiveOn: '2026-06-15',
  };
  it.each([
    ['co', 'allowed'],
    ['ts', 'allowed'],
    ['vc', 'allowed'],
    ['br', 'allowed'],
    ['stranger', 'NOT_FOUND'],
    ['wc', 'NOT_FOUND'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('ORG-03 propose: %s', async (who, expected) => {
    expect(await service.verdict(people[who], proposal, { input })).toBe(expected);
  });

  it.each([
    ['co', 'allowed'],
    ['cityCo', 'allowed'],
    ['ts', 'NOT_ALLOWED'],
    ['vc', 'NOT_ALLOWED'],
    ['br', 'NOT_ALLOWED'],
    ['strangeCo', 'NOT_FOUND'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('ORG-03 approve and reject: %s', async (who, expected) => {
    const ids = [await propose(people.ts, input), await propose(people.ts, input)];
    for (const id of ids) await take(people.ts, 'submit', id);
    expect(await verdict(people[who], 'reject', ids[0]!)).toBe(expected);
    expect(await verdict(people[who], 'approve', ids[1]!)).toBe(expected);
  });

  it.each([
    ['ts', 'allowed'],
    ['br', 'allowed'],
    ['stranger', 'NOT_FOUND'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('ORG-03 submit: %s', async (who, expected) => {
    expect(await verdict(people[who], 'submit', await propose(people.ts, input))).toBe(expected);
  });

  it('ORG-03 lets who proposed a move submit it, wherever the superior to be stands in the register', async () => {
    const id = await propose(people.stranger, {
      kind: 'REASSIGN',
      organizationId: orgs.liuzhuang,
      targetSuperiorId: orgs.east,
    });
    expect(await verdict(people.ts, 'submit', id)).toBe('NOT_ALLOWED');
    expect(await verdict(people.stranger, 'submit', id)).toBe('allowed');
  });

  it('ORG-03 lets only who stands above the receiver too decide where the members go', async () => {
    const toOrganizationId = await otherCounty();
    const id = await propose(people.ts, { ...input, memberPlan: { toOrganizationId } });
    await take(people.ts, 'submit', id);
    expect(await verdict(people.co, 'approve', id)).toBe('NOT_ALLOWED');
    expect(await verdict(people.cityCo, 'approve', id)).toBe('allowed');
  });

  it('ORG-03 lets only the superior of both decide a move', async () => {
    const id = await propose(people.cityCo, {
      kind: 'REASSIGN',
      organizationId: orgs.office,
      targetSuperiorId: orgs.county,
    });
    await take(people.cityCo, 'submit', id);
    expect(await verdict(people.strangeCo, 'approve', id)).toBe('NOT_ALLOWED');
    expect(await verdict(people.co, 'approve', id)).toBe('allowed');
  });
});
