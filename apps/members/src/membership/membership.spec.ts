import { accessTable, testService, type TestService } from '@jishi/testing';
import { actors, branches, orgs, persons } from '../../seeds/branches';
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
beforeEach(async () => {
  service = await testService(members, branches);
});
afterEach(() => service.close());

async function memberOf(personId: string, actor = actors.cityOrg): Promise<MemberReply> {
  const query = `query ($id: ID!) { person(id: $id) { member { ${fields} } } }`;
  const { person } = await service.data<{ person: { member: MemberReply } }>(actor, query, { id: personId });
  return person.member;
}
const stepOf = async (personId: string) => {
  const { id, version } = await memberOf(personId);
  return { id, version };
};
const rosterOf = async (id: string) => {
  const [roster] = await service.database.query(
    'roster-of',
    'SELECT full_members, probationary, total, suspended FROM roster WHERE org_id = $1',
    [id],
  );
  return roster;
};

describe('MEM-01 registering a member', () => {
  const input = { personId: persons.outsider, orgId: orgs.branchB, joinedOn: '2010-07-01', confirmedOn: '2011-07-01' };

  it('MEM-01 enters the register, counts in the roster and is told, in one transaction', async () => {
    const reply = await service.data<{ registerMember: { member: MemberReply } }>(actors.branchB, register, { input });
    const { member } = reply.registerMember;
    expect(member).toMatchObject({ status: 'FULL', partyYears: 14, organization: { id: orgs.branchB } });
    expect(await rosterOf(orgs.branchB)).toMatchObject({ full_members: 2, total: 2 });
    expect(await service.emitted()).toMatchObject([
      { type: 'members.member.recorded.v1', key: member.id, data: { orgId: orgs.branchB, areaCode: '410811002' } },
      { type: 'members.roster.changed.v1', key: orgs.branchB, data: { full: 2, probationary: 0, total: 2 } },
    ]);
  });

  it.each([
    ['a committee', { orgId: orgs.townB }, actors.townB, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['a temporary branch', { orgId: orgs.temporary }, actors.townB, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['a day before birth', { joinedOn: '1980-01-01' }, actors.branchB, 'DATES_OUT_OF_ORDER'],
    ['a day that has not come', { joinedOn: '2026-04-01', confirmedOn: null }, actors.branchB, 'DATES_OUT_OF_ORDER'],
    ['confirmation before joining', { confirmedOn: '2009-01-01' }, actors.branchB, 'DATES_OUT_OF_ORDER'],
  ])('MEM-01 is refused for %s', async (_, more, actor, code) => {
    expect(await service.verdict(actor, register, { input: { ...input, ...more } })).toBe(code);
  });

  it('MEM-01 nobody is a member twice', async () => {
    await service.data(actors.branchB, register, { input });
    expect(await service.verdict(actors.branchB, register, { input })).toBe('ALREADY_A_MEMBER');
  });

  it('MEM-02 suggests the class from work and age, and the branch corrects it with a reason', async () => {
    const classes = async (personId: string) => (await memberOf(personId)) as MemberReply & { memberClass: string };
    expect((await classes(persons.wang)).memberClass).toBe('RURAL'); // a village's branch
    expect((await classes(persons.sun)).memberClass).toBe('RETIRED'); // born 1950
    const input = { ...(await stepOf(persons.wang)), memberClass: 'MOBILE', reason: '外出务工' };
    await service.data(actors.branchA, correct, { input });
    expect((await classes(persons.wang)).memberClass).toBe('MOBILE');
    expect(await service.emitted()).toMatchObject([
      { type: 'members.member.reclassified.v1', data: { memberClass: 'MOBILE' } },
    ]);
  });
});

describe('MEM-01 status of a membership', () => {
  it('MEM-01 a probationary member is confirmed after twelve months, not a day earlier', async () => {
    service.on('2026-02-28');
    const input = await stepOf(persons.zhao); // joined 2025-03-01
    const early = await service.ask(actors.branchA, confirm, { input: { ...input, confirmedOn: '2026-02-28' } });
    expect(early.errors).toMatchObject([
      { extensions: { code: 'PROBATION_NOT_OVER', citation: { document: '中国共产党发展党员工作细则' } } },
    ]);
    service.on('2026-03-01');
    await service.data(actors.branchA, confirm, { input: { ...input, confirmedOn: '2026-03-01' } });
    expect(await memberOf(persons.zhao)).toMatchObject({ status: 'FULL', confirmedOn: '2026-03-01', partyYears: 0 });
    expect(await rosterOf(orgs.branchA)).toMatchObject({ full_members: 3, probationary: 0, total: 3 });
  });

  it('MEM-01 a suspended member leaves the count, and comes back when found', async () => {
    const lost = { reason: 'LOST_CONTACT', since: '2025-10-01' };
    expect(await service.verdict(actors.branchA, suspend, { input: { ...(await stepOf(persons.li)), ...lost } })).toBe(
      'CONTACT_NOT_LOST_LONG_ENOUGH',
    );
    service.on('2026-04-01');
    await service.data(actors.branchA, suspend, { input: { ...(await stepOf(persons.li)), ...lost } });
    expect(await rosterOf(orgs.branchA)).toMatchObject({ full_members: 1, probationary: 1, total: 2, suspended: 1 });
    await service.data(actors.branchA, restore, { input: { ...(await stepOf(persons.li)), reason: '本人已找到' } });
    expect(await memberOf(persons.li)).toMatchObject({ status: 'FULL' });
    expect(await rosterOf(orgs.branchA)).toMatchObject({ total: 3, suspended: 0 });
  });

  it('MEM-01 a suspended member is removed as lapsed only after two years', async () => {
    service.on('2026-04-01');
    const lost = { reason: 'LOST_CONTACT', since: '2025-10-01' };
    await service.data(actors.branchA, suspend, { input: { ...(await stepOf(persons.li)), ...lost } });
    const lapse = async (on: string) => {
      service.on(on as never);
      const input = { ...(await stepOf(persons.li)), departure: 'LEFT', leaveReason: 'LAPSED', on };
      return service.verdict(actors.branchA, depart, { input });
    };
    expect(await lapse('2028-03-31')).toBe('LAPSED_TOO_EARLY');
    expect(await lapse('2028-04-01')).toBe('allowed');
  });

  it('MEM-01 a departure ends the membership on its day and empties the branch when it was the last', async () => {
    const input = { ...(await stepOf(persons.sun)), departure: 'DECEASED', on: '2026-02-20' };
    await service.data(actors.branchB, depart, { input });
    expect((await service.emitted()).map(({ type }) => type)).toEqual([
      'members.member.left.v1',
      'members.roster.changed.v1',
      'members.roster.emptied.v1',
    ]);
    expect(
      await service.verdict(actors.branchB, depart, {
        input: { ...(await stepOf(persons.sun)), departure: 'LEFT', leaveReason: 'RESIGNED', on: '2026-03-01' },
      }),
    ).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-01 a probationary member does not leave by being advised to', async () => {
    const input = { ...(await stepOf(persons.zhao)), departure: 'LEFT', leaveReason: 'ADVISED', on: '2026-03-01' };
    expect(await service.verdict(actors.branchA, depart, { input })).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-01 offers every step with the reasons against it, in the language of the request', async () => {
    const query = `query ($id: ID!) { person(id: $id) { member { actions { step label allowed reasons { code message } } } } }`;
    const { data } = await service.ask(actors.branchA, query, { id: persons.zhao }, 'en');
    const { actions } = (data as { person: { member: { actions: { step: string }[] } } }).person.member;
    expect(actions.find(({ step }) => step === 'confirm')).toMatchObject({ allowed: true, reasons: [] });
    expect(actions.find(({ step }) => step === 'restore')).toMatchObject({
      allowed: false,
      reasons: [{ code: 'STEP_NOT_POSSIBLE', message: expect.stringContaining('probationary') }],
    });
  });
});

describe('MEM-01 the register', () => {
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
    const first = await service.data<ListReply>(actors.townA, list, { first: 2 });
    expect(names(first)).toEqual(['王建国', '李秀英']);
    expect(first.members).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const second = await service.data<ListReply>(actors.townA, list, {
      first: 2,
      after: first.members.pageInfo.endCursor,
    });
    expect(names(second)).toEqual(['赵敏']);
    expect(names(await service.data(actors.cityOrg, list))).toHaveLength(5);
    expect(names(await service.data(actors.stranger, list))).toEqual(['郑和平']);
  });

  it('MEM-01 narrows by subtree, class, status, joining date and the beginning of a name', async () => {
    const by = async (filter: object) => names(await service.data(actors.cityOrg, list, { filter }));
    expect(await by({ under: orgs.townB })).toEqual(['孙立']);
    expect(await by({ statuses: ['PROBATIONARY'] })).toEqual(['赵敏']);
    expect(await by({ classes: ['RETIRED'] })).toEqual(['孙立', '郑和平']);
    expect(await by({ joinedFrom: '2000-01-01', joinedTo: '2015-12-31' })).toEqual(['王建国', '李秀英']);
    expect(await by({ name: '王' })).toEqual(['王建国']);
    expect(names(await service.data(actors.branchB, list, { filter: { under: orgs.townA } }))).toEqual([]);
  });

  it('MEM-01 shows the register of an earlier day as it was', async () => {
    const asOf = async (day: string) => names(await service.data(actors.townA, list, { asOf: day }));
    expect(await asOf('2025-02-28')).toEqual(['王建国', '李秀英']);
    expect(await asOf('2025-03-01')).toEqual(['王建国', '李秀英', '赵敏']);
    await service.data(actors.branchA, depart, {
      input: { ...(await stepOf(persons.wang)), departure: 'DECEASED', on: '2026-02-01' },
    });
    expect(await asOf('2026-01-31')).toEqual(['王建国', '李秀英', '赵敏']);
    expect(await asOf('2026-02-01')).toEqual(['李秀英', '赵敏']);
    expect(names(await service.data(actors.townA, list))).toEqual(['李秀英', '赵敏']);
  });

  it('MEM-01 keeps every stretch of a membership, newest first', async () => {
    await service.data(actors.branchA, confirm, {
      input: { ...(await stepOf(persons.zhao)), confirmedOn: '2026-03-01' },
    });
    const query = `query ($id: ID!) { person(id: $id) { member { branchHistory { from to status organization { id } } } } }`;
    expect(await service.data(actors.branchA, query, { id: persons.zhao })).toMatchObject({
      person: {
        member: {
          branchHistory: [
            { from: '2026-03-01', to: null, status: 'FULL', organization: { id: orgs.branchA } },
            { from: '2025-03-01', to: '2026-03-01', status: 'PROBATIONARY' },
          ],
        },
      },
    });
  });

  it('MEM-01 refuses a date before the last change of the member', async () => {
    const input = { ...(await stepOf(persons.zhao)), departure: 'DECEASED', on: '2025-02-01' };
    expect(await service.verdict(actors.branchA, depart, { input })).toBe('DATE_BEFORE_LAST_CHANGE');
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

for (const [name, text, personId, more] of [
  ['correctMember', correct, persons.wang, { memberClass: 'MOBILE', reason: '外出' }],
  ['confirmMember', confirm, persons.zhao, { confirmedOn: '2026-03-01' }],
  ['suspendMember', suspend, persons.wang, { reason: 'SETTLED_ABROAD', since: '2020-01-01' }],
  ['recordDeparture', depart, persons.wang, { departure: 'DECEASED', on: '2026-03-01' }],
] as const)
  accessTable(
    `MEM-01 who may ${name}`,
    () => stepOf(personId),
    (actor, step) => service.verdict(actor, text, { input: { ...step, ...more } }),
    who,
  );

accessTable(
  'MEM-01 who may restoreMember',
  async () => {
    await service.data(actors.branchA, suspend, {
      input: { ...(await stepOf(persons.wang)), reason: 'SETTLED_ABROAD', since: '2020-01-01' },
    });
    return stepOf(persons.wang);
  },
  (actor, step) => service.verdict(actor, restore, { input: { ...step, reason: '已回国' } }),
  who,
);

accessTable(
  'MEM-01 who may registerMember in branch B',
  async () => ({ personId: persons.outsider, orgId: orgs.branchB, joinedOn: '2010-07-01', confirmedOn: '2011-07-01' }),
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
