import { citizenIdFrom } from '@jishi/identifiers';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshBranch, freshMember, freshPerson, orgs, persons } from '../../seeds/branches';
import { members } from '../service';

const fields = `id version status memberClass joinedOn confirmedOn partyYears organization { id }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { member { ${fields} } } }`;
const register = mutation('registerMember', 'RegisterMemberInput');
const confirm = mutation('confirmMember', 'ConfirmMemberInput');
const suspend = mutation('suspendMember', 'SuspendMemberInput');
const restore = mutation('restoreMember', 'RestoreMemberInput');
const depart = mutation('recordDeparture', 'RecordDepartureInput');
const correct = mutation('correctMember', 'CorrectMemberInput');

interface MemberReply {
  readonly id: string;
  readonly version: number;
  readonly status: string;
}

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());
beforeEach(async () => {
  service.on('2026-03-01');
  await service.forget();
});

async function memberOf(id: string): Promise<MemberReply> {
  const { member } = await service.data<{ member: MemberReply }>(
    actors.cityOrg,
    `query ($id: ID!) { member(id: $id) { ${fields} } }`,
    { id },
  );
  return member;
}

/** Takes a step of a member as his branch, with the version of now. */
async function change(text: string, id: string, more: object, actor = actors.village): Promise<string> {
  const { version } = await memberOf(id);
  return service.verdict(actor, text, { input: { id, version, ...more } });
}

async function rosterOf(orgId: string) {
  const sql = 'SELECT full_members AS full, probationary, total, suspended FROM roster WHERE org_id = $1';
  return (await service.database.query('roster-of', sql, [orgId]))[0];
}

const probationary = { joinedOn: '2025-03-01', confirmedOn: null };

describe('MEM-01 correcting a person', () => {
  const correction = `mutation ($input: CorrectPersonInput!) { correctPerson(input: $input) {
    person { id version name citizenIdMasked gender birthDate education phone workTitle } } }`;
  const versionOf = async (id: string): Promise<number> =>
    (
      await service.data<{ person: { version: number } }>(
        actors.cityOrg,
        `query ($id: ID!) { person(id: $id) { version } }`,
        { id },
      )
    ).person.version;
  const personOf = async ({ id }: { id: string }): Promise<string> =>
    (
      await service.database.query<{ person_id: string }>('person-of', 'SELECT person_id FROM member WHERE id = $1', [
        id,
      ])
    )[0]!.person_id;
  const tableOf = async (asOf: string, axis: string) =>
    (
      await service.data<{ memberStructure: { cells: { key: string; count: number }[] } }>(
        actors.cityOrg,
        `query ($under: ID!, $asOf: Date, $by: [StructureAxis!]) { memberStructure(under: $under, asOf: $asOf, by: $by) { cells { key count } } }`,
        { under: orgs.branchA, asOf, by: [axis] },
      )
    ).memberStructure.cells.filter(({ count }) => count > 0);

  it('MEM-01 a new education counts from today on, and yesterday’s table stays', async () => {
    service.on('2026-02-27');
    const personId = await personOf(await freshMember(service, orgs.branchA));
    service.on('2026-03-01');
    const before = await tableOf('2026-02-28', 'EDUCATION');
    const input = { id: personId, version: await versionOf(personId), education: 'DOCTOR', workTitle: '技术员' };
    await service.forget();
    const { correctPerson } = await service.data<{ correctPerson: { person: object } }>(actors.branchA, correction, {
      input,
    });
    expect(correctPerson.person).toMatchObject({ education: 'DOCTOR', workTitle: '技术员' });
    expect(await service.emitted()).toMatchObject([{ type: 'members.person.corrected.v1', key: personId }]);
    expect(await tableOf('2026-02-28', 'EDUCATION')).toEqual(before);
    expect(await tableOf('2026-03-01', 'EDUCATION')).toContainEqual({ key: 'DOCTOR', count: 1 });
  });

  it('MEM-01 a citizen id that was written wrongly was never so: gender and birth date follow it on every day', async () => {
    service.on('2026-02-27');
    const personId = await personOf(await freshMember(service, orgs.branchA));
    service.on('2026-03-01');
    const citizenId = citizenIdFrom('410811', '1931-05-06', 992);
    const input = { id: personId, version: await versionOf(personId), citizenId };
    const { correctPerson } = await service.data<{ correctPerson: { person: object } }>(actors.branchA, correction, {
      input,
    });
    expect(correctPerson.person).toMatchObject({ birthDate: '1931-05-06', gender: 'FEMALE' });
    const [day] = await service.database.query(
      'history-facts',
      `SELECT DISTINCT h.birth_date, h.gender FROM member_history h JOIN member m ON m.id = h.member_id WHERE m.person_id = $1`,
      [personId],
    );
    expect(day).toEqual({ birth_date: '1931-05-06', gender: '2' });
    const again = { ...input, citizenId: '110105194912310021', version: await versionOf(personId) };
    expect(await service.verdict(actors.branchA, correction, { input: again })).toBe('CITIZEN_ID_CHECK_DIGIT');
    expect(await service.verdict(actors.branchA, correction, { input })).toBe('STALE_VERSION');
  });

  accessTable(
    'MEM-01 who may correct a person of branch A',
    async () => {
      const personId = await personOf(await freshMember(service, orgs.branchA));
      return { id: personId, version: await versionOf(personId) };
    },
    (actor, prepared) => service.verdict(actor, correction, { input: { ...prepared, workTitle: '会计' } }),
    {
      'branch A': [actors.branchA, 'allowed'],
      village: [actors.village, 'allowed'],
      'town A': [actors.townA, 'allowed'],
      'branch B': [actors.branchB, 'NOT_FOUND'],
      stranger: [actors.stranger, 'NOT_FOUND'],
      nobody: [actors.nobody, 'NOT_ALLOWED'],
      auditor: [actors.auditor, 'NOT_ALLOWED'],
    },
  );
});

describe('MEM-01 registering a member', () => {
  const input = { personId: persons.outsider, orgId: orgs.branchB, joinedOn: '2010-07-01', confirmedOn: '2011-07-01' };

  it.each([
    ['a committee', { orgId: orgs.townB }, actors.townB, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['a temporary branch', { orgId: orgs.temporary }, actors.townB, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['a day before birth', { joinedOn: '1980-01-01' }, actors.branchB, 'DATES_OUT_OF_ORDER'],
    ['a day that has not come', { joinedOn: '2026-04-01', confirmedOn: null }, actors.branchB, 'DATES_OUT_OF_ORDER'],
    ['confirmation before joining', { confirmedOn: '2009-01-01' }, actors.branchB, 'DATES_OUT_OF_ORDER'],
  ])('MEM-01 is refused for %s', async (_, more, actor, code) => {
    expect(await service.verdict(actor, register, { input: { ...input, ...more } })).toBe(code);
  });

  it('MEM-01 enters the register, counts in the roster and is told, in one transaction; nobody is entered twice', async () => {
    const reply = await service.data<{ registerMember: { member: MemberReply } }>(actors.branchB, register, { input });
    const { member } = reply.registerMember;
    expect(member).toMatchObject({ status: 'FULL', partyYears: 14, organization: { id: orgs.branchB } });
    expect(await rosterOf(orgs.branchB)).toMatchObject({ full: 2, total: 2 });
    expect(await service.emitted()).toMatchObject([
      { type: 'members.member.recorded.v1', key: member.id, data: { orgId: orgs.branchB, areaCode: '410811002' } },
      { type: 'members.roster.changed.v1', key: orgs.branchB, data: { full: 2, probationary: 0, total: 2 } },
    ]);
    expect(await service.verdict(actors.branchB, register, { input })).toBe('ALREADY_A_MEMBER');
  });

  it('MEM-02 suggests the class from work and age, and the branch corrects it with a reason', async () => {
    const inVillage = await freshMember(service, orgs.branchA);
    const old = await freshMember(service, orgs.branchB); // born 1960
    expect(await memberOf(inVillage.id)).toMatchObject({ memberClass: 'RURAL' });
    expect(await memberOf(old.id)).toMatchObject({ memberClass: 'RETIRED' });
    await service.forget();
    expect(await change(correct, inVillage.id, { memberClass: 'MOBILE', reason: ' ' })).toBe('INVALID_INPUT');
    expect(await change(correct, inVillage.id, { memberClass: 'MOBILE', reason: '外出务工' })).toBe('allowed');
    expect(await memberOf(inVillage.id)).toMatchObject({ memberClass: 'MOBILE' });
    expect(await service.emitted()).toMatchObject([
      { type: 'members.member.reclassified.v1', data: { memberClass: 'MOBILE' } },
    ]);
  });
});

describe('MEM-01 status of a membership', () => {
  it('MEM-01 a probationary member is confirmed after twelve months, not a day earlier', async () => {
    const branch = await freshBranch(service);
    const { id, version } = await freshMember(service, branch, probationary);
    service.on('2026-02-28');
    const early = await service.ask(actors.village, confirm, { input: { id, version, confirmedOn: '2026-02-28' } });
    expect(early.errors).toMatchObject([
      { extensions: { code: 'PROBATION_NOT_OVER', citation: { document: '中国共产党发展党员工作细则' } } },
    ]);
    service.on('2026-03-01');
    expect(await change(confirm, id, { confirmedOn: '2026-03-01' })).toBe('allowed');
    expect(await memberOf(id)).toMatchObject({ status: 'FULL', confirmedOn: '2026-03-01', partyYears: 0 });
    expect(await rosterOf(branch)).toMatchObject({ full: 1, probationary: 0, total: 1 });
  });

  it('MEM-01 a suspended member leaves the count, and comes back when found', async () => {
    const branch = await freshBranch(service);
    const { id } = await freshMember(service, branch);
    const lost = { reason: 'LOST_CONTACT', since: '2025-10-01' };
    expect(await change(suspend, id, lost)).toBe('CONTACT_NOT_LOST_LONG_ENOUGH');
    service.on('2026-04-01');
    expect(await change(suspend, id, lost)).toBe('allowed');
    expect(await rosterOf(branch)).toMatchObject({ full: 0, total: 0, suspended: 1 });
    expect(await change(restore, id, { reason: '本人已找到' })).toBe('allowed');
    expect(await memberOf(id)).toMatchObject({ status: 'FULL' });
    expect(await rosterOf(branch)).toMatchObject({ full: 1, total: 1, suspended: 0 });
  });

  it('MEM-01 nobody leaves the Party without the way being said', async () => {
    const { id, version } = await freshMember(service, orgs.branchA);
    const input = { id, version, departure: 'LEFT', on: '2026-03-01' };
    const { errors } = await service.ask(actors.branchA, depart, { input });
    expect(errors).toMatchObject([{ message: '请填写出党情形', extensions: { field: 'leaveReason' } }]);
  });

  it('MEM-01 a suspended member is removed as lapsed only after two years', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    service.on('2026-04-01');
    expect(await change(suspend, id, { reason: 'LOST_CONTACT', since: '2025-10-01' })).toBe('allowed');
    service.on('2028-03-31');
    const lapse = (on: string) => change(depart, id, { departure: 'LEFT', leaveReason: 'LAPSED', on });
    expect(await lapse('2028-03-31')).toBe('LAPSED_TOO_EARLY');
    service.on('2028-04-01');
    expect(await lapse('2028-04-01')).toBe('allowed');
  });

  it('MEM-01 who returns to the city is a member anew: his old suspension counts for nothing and his class is of today', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    service.on('2026-04-01');
    expect(await change(suspend, id, { reason: 'LOST_CONTACT', since: '2025-10-01' })).toBe('allowed');
    expect(await change(depart, id, { departure: 'MOVED_OUT', on: '2026-04-01' })).toBe('allowed');
    service.on('2028-05-01');
    const [who] = await service.database.query<{ person_id: string }>(
      'returning',
      'SELECT person_id FROM member WHERE id = $1',
      [id],
    );
    const input = {
      personId: who!.person_id,
      orgId: orgs.branchA,
      joinedOn: '2000-07-01',
      confirmedOn: '2001-07-01',
      memberClass: 'MOBILE',
    };
    await service.data(actors.cityOrg, register, { input });
    expect(await memberOf(id)).toMatchObject({ status: 'FULL', memberClass: 'MOBILE' });
    expect(await change(depart, id, { departure: 'LEFT', leaveReason: 'LAPSED', on: '2028-05-01' })).toBe(
      'LAPSED_TOO_EARLY',
    );
  });

  it('MEM-01 a departure ends the membership on its day and empties the branch when it was the last', async () => {
    const { id } = await freshMember(service, await freshBranch(service));
    await service.forget();
    expect(await change(depart, id, { departure: 'DECEASED', on: '2026-02-20' })).toBe('allowed');
    expect((await service.emitted()).map(({ type }) => type)).toEqual([
      'members.member.left.v1',
      'members.roster.changed.v1',
      'members.roster.emptied.v1',
    ]);
    const again = { departure: 'LEFT', leaveReason: 'RESIGNED', on: '2026-03-01' };
    expect(await change(depart, id, again)).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-01 a probationary member does not leave by being advised to', async () => {
    const { id } = await freshMember(service, orgs.branchA, probationary);
    const advised = { departure: 'LEFT', leaveReason: 'ADVISED', on: '2026-03-01' };
    expect(await change(depart, id, advised)).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-01 refuses a date before the last change of the member', async () => {
    const { id } = await freshMember(service, orgs.branchA, probationary);
    expect(await change(depart, id, { departure: 'DECEASED', on: '2025-02-01' })).toBe('DATE_BEFORE_LAST_CHANGE');
  });

  it('MEM-01 the database keeps every member in exactly one branch on any date', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    const twice = service.asSystem((tx) =>
      tx.query(
        `INSERT INTO member_history (member_id, valid_from, valid_to, org_id, status, member_class, gender, birth_date, education, joined_on, reason)
         SELECT member_id, '2010-01-01', '2010-02-01', $2, status, member_class, gender, birth_date, education, joined_on, 'TWICE'
         FROM member_history WHERE member_id = $1`,
        [id, orgs.branchB],
      ),
    );
    await expect(twice).rejects.toMatchObject({ constraint: 'member_history_one_branch' });
  });

  it('MEM-01 refuses a change by somebody who has not seen the newest version', async () => {
    const { id, version } = await freshMember(service, orgs.branchA);
    expect(await change(correct, id, { memberClass: 'MOBILE', reason: '外出' })).toBe('allowed');
    const stale = { id, version, memberClass: 'RURAL', reason: '返乡' };
    expect(await service.verdict(actors.village, correct, { input: stale })).toBe('STALE_VERSION');
  });

  it('MEM-01 offers every step with the reasons against it, in the language of the request', async () => {
    const { id } = await freshMember(service, orgs.branchA, probationary);
    const query = `query ($id: ID!) { member(id: $id) { actions { step label allowed reasons { code message } } } }`;
    const { data } = await service.ask(actors.branchA, query, { id }, 'en');
    const { actions } = (data as { member: { actions: { step: string }[] } }).member;
    expect(actions.find(({ step }) => step === 'confirm')).toMatchObject({ allowed: true, reasons: [] });
    expect(actions.find(({ step }) => step === 'restore')).toMatchObject({
      allowed: false,
      reasons: [{ code: 'STEP_NOT_POSSIBLE', message: expect.stringContaining('probationary') }],
    });
  });
});

describe('MEM-01 the register', () => {
  // Others of this file add members; these sentences are about the seed as it is.
  let seeded: TestService;
  beforeAll(async () => {
    seeded = await testService(members, branches);
    seeded.on('2026-03-01');
  });
  afterAll(() => seeded.close());

  const list = /* GraphQL */ `
    query ($filter: MemberFilter, $asOf: Date, $first: Int, $after: String) {
      members(filter: $filter, asOf: $asOf, first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            status
            organization {
              id
            }
            person {
              name
            }
          }
        }
      }
    }
  `;
  interface ListReply {
    readonly members: {
      readonly totalCount: number;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      readonly edges: readonly { readonly node: { readonly person: { readonly name: string } | null } }[];
    };
  }
  const names = ({ members: { edges } }: ListReply) => edges.map(({ node }) => node.person?.name ?? null);

  it('MEM-01 shows each officer the members of his own branches, page by page', async () => {
    const first = await seeded.data<ListReply>(actors.townA, list, { first: 2 });
    expect(names(first)).toEqual(['王建国', '李秀英']);
    expect(first.members).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const second = await seeded.data<ListReply>(actors.townA, list, {
      first: 2,
      after: first.members.pageInfo.endCursor,
    });
    expect(names(second)).toEqual(['赵敏']);
    expect(names(await seeded.data(actors.cityOrg, list))).toHaveLength(5);
    expect(names(await seeded.data(actors.stranger, list))).toEqual(['郑和平']);
  });

  it('MEM-01 narrows by subtree, class, status, joining date and the beginning of a name', async () => {
    const by = async (filter: object) => names(await seeded.data(actors.cityOrg, list, { filter }));
    expect(await by({ under: orgs.townB })).toEqual(['孙立']);
    expect(await by({ statuses: ['PROBATIONARY'] })).toEqual(['赵敏']);
    expect(await by({ classes: ['RETIRED'] })).toEqual(['孙立', '郑和平']);
    expect(await by({ joinedFrom: '2000-01-01', joinedTo: '2015-12-31' })).toEqual(['王建国', '李秀英']);
    expect(await by({ name: '王' })).toEqual(['王建国']);
    expect(names(await seeded.data(actors.branchB, list, { filter: { under: orgs.townA } }))).toEqual([]);
  });

  it('MEM-01 shows the register of an earlier day as it was', async () => {
    const asOf = async (day: string) => names(await seeded.data(actors.townA, list, { asOf: day }));
    expect(await asOf('2025-02-28')).toEqual(['王建国', '李秀英']);
    expect(await asOf('2025-03-01')).toEqual(['王建国', '李秀英', '赵敏']);
    const { person } = await seeded.data<{ person: { member: MemberReply } }>(
      actors.branchA,
      `query ($id: ID!) { person(id: $id) { member { id version } } }`,
      { id: persons.wang },
    );
    const died = { ...person.member, departure: 'DECEASED', on: '2026-02-01' };
    await seeded.data(actors.branchA, depart, { input: died });
    expect(await asOf('2026-01-31')).toEqual(['王建国', '李秀英', '赵敏']);
    expect(await asOf('2026-02-01')).toEqual(['李秀英', '赵敏']);
    expect(names(await seeded.data(actors.townA, list))).toEqual(['李秀英', '赵敏']);
  });

  it('MEM-01 keeps every stretch of a membership, newest first', async () => {
    const query = `query ($id: ID!) { person(id: $id) { member {
      id version branchHistory { from to status organization { id } } } } }`;
    const read = async () =>
      (await seeded.data<{ person: { member: MemberReply } }>(actors.branchA, query, { id: persons.zhao })).person
        .member;
    const { id, version } = await read();
    await seeded.data(actors.branchA, confirm, { input: { id, version, confirmedOn: '2026-03-01' } });
    expect(await read()).toMatchObject({
      branchHistory: [
        { from: '2026-03-01', to: null, status: 'FULL', organization: { id: orgs.branchA } },
        { from: '2025-03-01', to: '2026-03-01', status: 'PROBATIONARY' },
      ],
    });
    // Whoever reads an earlier day does not learn what came after it, perhaps in a branch outside his scope.
    const register = `query ($asOf: Date) { members(asOf: $asOf, filter: { name: "赵" }) { nodes { status confirmedOn partyYears } } }`;
    const zhaoOn = async (asOf: string) =>
      (await seeded.data<{ members: { nodes: object[] } }>(actors.branchA, register, { asOf })).members.nodes;
    expect(await zhaoOn('2026-03-01')).toEqual([{ status: 'FULL', confirmedOn: '2026-03-01', partyYears: 0 }]);
    expect(await zhaoOn('2026-02-28')).toEqual([{ status: 'PROBATIONARY', confirmedOn: null, partyYears: null }]);
  });
});

const who = {
  'branch A': [actors.branchA, 'allowed'],
  village: [actors.village, 'allowed'],
  'town A': [actors.townA, 'allowed'],
  'county organisation department': [actors.countyOrg, 'allowed'],
  'branch B': [actors.branchB, 'NOT_FOUND'],
  'town B': [actors.townB, 'NOT_FOUND'],
  stranger: [actors.stranger, 'NOT_FOUND'],
  nobody: [actors.nobody, 'NOT_ALLOWED'],
  auditor: [actors.auditor, 'NOT_ALLOWED'],
} as const;

for (const [name, text, dates, more] of [
  ['correctMember', correct, {}, { memberClass: 'MOBILE', reason: '外出' }],
  ['confirmMember', confirm, probationary, { confirmedOn: '2026-03-01' }],
  ['suspendMember', suspend, {}, { reason: 'SETTLED_ABROAD', since: '2020-01-01' }],
  ['recordDeparture', depart, {}, { departure: 'DECEASED', on: '2026-03-01' }],
] as const)
  accessTable(
    `MEM-01 who may ${name}`,
    () => freshMember(service, orgs.branchA, dates),
    (actor, step) => service.verdict(actor, text, { input: { ...step, ...more } }),
    who,
  );

accessTable(
  'MEM-01 who may restoreMember',
  async () => {
    const { id, version } = await freshMember(service, orgs.branchA);
    const input = { id, version, reason: 'SETTLED_ABROAD', since: '2020-01-01' };
    const reply = await service.data<{ suspendMember: { member: MemberReply } }>(actors.branchA, suspend, { input });
    return { id, version: reply.suspendMember.member.version };
  },
  (actor, step) => service.verdict(actor, restore, { input: { ...step, reason: '已回国' } }),
  who,
);

accessTable(
  'MEM-01 who may registerMember in branch B',
  async () => {
    const personId = await freshPerson(service, orgs.branchB);
    return { personId, orgId: orgs.branchB, joinedOn: '2010-07-01', confirmedOn: '2011-07-01' };
  },
  (actor, input) => service.verdict(actor, register, { input }),
  {
    'branch B': [actors.branchB, 'allowed'],
    'town B': [actors.townB, 'allowed'],
    'branch A': [actors.branchA, 'NOT_FOUND'],
    stranger: [actors.stranger, 'NOT_FOUND'],
    nobody: [actors.nobody, 'NOT_ALLOWED'],
    auditor: [actors.auditor, 'NOT_ALLOWED'],
  },
);
