import type { Actor } from '@jishi/access';
import {
  areaChanged,
  memberLeft,
  memberRestored,
  memberSuspended,
  memberTransferred,
  organizationDissolved,
} from '@jishi/event-contracts';
import { creditCodeFrom } from '@jishi/identifiers';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, memberOf, orgs, people, persons, villageWork, type Person } from '../../seeds/village-work';
import { villages } from '../service';
import { markDormant } from './cooperatives.service';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, villageWork);
}, 120_000);
beforeEach(async () => {
  await beginAgain(
    service,
    'cooperative',
    'cooperative_history',
    'cooperative_seat',
    'cooperative_year',
    'income_entry',
    'annual_income',
  );
  await service.database.pool.query(`UPDATE known_member SET status = 'FULL', org_id = $2 WHERE person_id = $1`, [
    persons.chen,
    orgs.dazhuangFirst,
  ]);
  await service.database.pool.query(`UPDATE known_organization SET status = 'ACTIVE'`);
});
afterAll(() => service.close());

const inputs = {
  recordCooperative: 'RecordCooperativeInput',
  registerCooperative: 'RegisterCooperativeInput',
  activateCooperative: 'ActivateCooperativeInput',
  setCooperativeBoard: 'SetCooperativeBoardInput',
  recordCooperativeYear: 'RecordCooperativeYearInput',
  dissolveCooperative: 'DissolveCooperativeInput',
} as const;
type Step = keyof typeof inputs;
interface Cooperative {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly ledBy: { readonly id: string } | null;
}
const fields = `id version state uscc leadingOrganization { id } ledBy { id } leadGap leadGapSince branchSeats`;
const mutation = (step: Step): string =>
  `mutation($input: ${inputs[step]}!) { ${step}(input: $input) { cooperative { ${fields} } warnings { code } } }`;
async function as(actor: Actor, step: Step, input: object): Promise<Cooperative> {
  const reply = await service.data<Record<string, { cooperative: Cooperative }>>(actor, mutation(step), { input });
  return reply[step]!.cooperative;
}
const verdict = (actor: Actor, step: Step, input: object) => service.verdict(actor, mutation(step), { input });
const seen = ({ id, version }: Cooperative) => ({ id, version });
const read = async (id: string, selection = fields, actor: Actor = people.town) =>
  (
    await service.data<{ cooperative: Cooperative }>(
      actor,
      `query($id: ID!) { cooperative(id: $id) { ${selection} } }`,
      { id },
    )
  ).cooperative;

const facts = {
  areaCode: codes.dazhuang,
  name: '大庄怀药种植专业合作社',
  kind: 'FARMER_COOP',
  memberCount: 40,
  farmerCount: 38,
  partyMemberCount: 9,
  collectiveStake: 2_000,
  leadingOrgId: orgs.dazhuangFirst,
};
let number = 0;
const code = (): string => creditCodeFrom('9', '3', '410823', `MA4X${String((number += 1)).padStart(4, '0')}`);
const board = [
  { personId: persons.chen, chair: true },
  { personId: persons.villager, chair: false },
];
const planned = (more: object = {}) => as(people.town, 'recordCooperative', { ...facts, ...more });
const registered = async (more: object = {}) =>
  as(people.town, 'registerCooperative', { ...seen(await planned(more)), uscc: code(), on: '2024-03-01' });
const active = async (more: object = {}) =>
  as(people.town, 'activateCooperative', { ...seen(await registered(more)), on: '2024-04-01' });
const led = async (more: object = {}) =>
  as(people.town, 'setCooperativeBoard', { ...seen(await active(more)), on: '2024-04-01', seats: board });
const told = async () =>
  (await service.emitted()).map(({ type, data }) => [type.replace('villages.cooperative.', ''), data.ledByOrgId]);

describe('VIL-13 a cooperative led by a branch', () => {
  it('VIL-13 is planned, registered, begins work, is led once a member sits on the board, and is dissolved', async () => {
    const plan = await planned();
    expect(plan).toMatchObject({ state: 'PLANNED', ledBy: null, leadGap: 'NO_SEAT', uscc: null });
    const uscc = code();
    const one = await as(people.village, 'registerCooperative', {
      ...seen(plan),
      uscc: ` ${uscc.toLowerCase()} `,
      on: '2024-03-01',
    });
    expect(one).toMatchObject({ state: 'REGISTERED', uscc });
    const works = await as(people.village, 'activateCooperative', { ...seen(one), on: '2024-04-01' });
    const leads = await as(people.village, 'setCooperativeBoard', { ...seen(works), on: '2024-04-01', seats: board });
    expect(leads).toMatchObject({
      ledBy: { id: orgs.dazhuangFirst },
      leadGap: null,
      leadGapSince: null,
      branchSeats: 1,
    });
    expect(await told()).toEqual([
      ['registered.v1', null],
      ['changed.v1', orgs.dazhuangFirst],
    ]);
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.county,
      `query($of: [_Any!]!) { _entities(representations: $of) {
         ... on PartyOrganization { ledCooperatives { id } } ... on Village { cooperatives { id } } ... on Cooperative { uscc } } }`,
      {
        of: [
          { __typename: 'PartyOrganization', id: orgs.dazhuangFirst },
          { __typename: 'PartyOrganization', id: orgs.dazhuangSecond },
          { __typename: 'Village', areaCode: codes.dazhuang },
          { __typename: 'Cooperative', id: plan.id },
        ],
      },
    );
    expect(_entities).toEqual([
      { ledCooperatives: [{ id: plan.id }] },
      { ledCooperatives: [] },
      { cooperatives: [{ id: plan.id }] },
      { uscc },
    ]);
    expect(await as(people.village, 'dissolveCooperative', { ...seen(leads), reason: '成员大会决议' })).toMatchObject({
      state: 'DISSOLVED',
    });
    expect(
      await verdict(people.village, 'setCooperativeBoard', {
        ...seen(leads),
        version: leads.version + 1,
        seats: board,
      }),
    ).toBe('COOPERATIVE_DISSOLVED');
    expect((await told()).at(-1)).toEqual(['dissolved.v1', undefined]);
  });

  it('VIL-13 shows its board, its shares and what the collective got', async () => {
    const one = await led();
    await as(people.town, 'recordCooperativeYear', {
      ...seen(one),
      year: 2025,
      income: '500000.00',
      dividend: '80000.00',
      collectiveDividend: '16000.00',
    });
    const { rows } = await service.database.pool.query<{ id: string }>(
      `INSERT INTO annual_income (area_code, year) VALUES ($1, 2025) RETURNING id`,
      [codes.dazhuang],
    );
    await service.database.pool.query(
      `INSERT INTO income_entry (year_id, area_code, period, kind, amount, operating, cooperative_id, state, author)
       VALUES ($1, $2, '2025-12', 'COOP_SHARE', 1600000, true, $3, 'LOCKED', 'test')`,
      [rows[0]!.id, codes.dazhuang, one.id],
    );
    const selection = `farmerShare { numerator denominator value } collectiveStake { value } partyMemberCount
      board { chair fromOn person { id } } years { year income dividend collectiveDividend booked agrees } village { areaCode }`;
    expect(await read(one.id, selection)).toEqual({
      farmerShare: { numerator: 38, denominator: 40, value: 0.95 },
      collectiveStake: { value: 0.2 },
      partyMemberCount: 9,
      board: [
        { chair: true, fromOn: '2024-04-01', person: { id: persons.chen } },
        { chair: false, fromOn: '2024-04-01', person: { id: persons.villager } },
      ],
      years: [
        {
          year: 2025,
          income: '500000.00',
          dividend: '80000.00',
          collectiveDividend: '16000.00',
          booked: '16000.00',
          agrees: true,
        },
      ],
      village: { areaCode: codes.dazhuang },
    });
  });

  it('VIL-13 a general branch leads through a member of a branch below it, not a branch through one of its neighbour', async () => {
    const seats = [{ personId: persons.zhao, chair: true }];
    const below = await as(people.town, 'setCooperativeBoard', {
      ...seen(await active({ leadingOrgId: orgs.dazhuang })),
      seats,
    });
    expect(below.ledBy).toEqual({ id: orgs.dazhuang });
    const beside = await as(people.town, 'setCooperativeBoard', { ...seen(await active()), seats });
    expect(beside).toMatchObject({ ledBy: null, leadGap: 'NO_SEAT' });
  });

  it('VIL-13 a credit code stands once among those that are open; two registrations at once: one', async () => {
    const uscc = code();
    const [first, second] = [await planned(), await planned({ name: '二社' })];
    const both = await Promise.all(
      [first, second].map((one) => verdict(people.town, 'registerCooperative', { ...seen(one), uscc })),
    );
    expect(both.sort()).toEqual(['USCC_TAKEN', 'allowed']);
    const open = await service.database.pool.query<{ id: string; version: number }>(
      `SELECT id, version FROM cooperative WHERE uscc = $1`,
      [uscc],
    );
    await as(people.town, 'dissolveCooperative', { ...open.rows[0], reason: '注销' });
    const left = [first, second].find(({ id }) => id !== open.rows[0]!.id)!;
    expect(await verdict(people.town, 'registerCooperative', { ...seen(left), uscc })).toBe('allowed');
  });

  it('VIL-13 a change of the leading branch or the stake is told; members below the law are a warning afterwards', async () => {
    const one = await led();
    await service.forget();
    const change = async (more: object) => {
      const { id, version } = await read(one.id);
      const reply = await service.data<{
        recordCooperative: { cooperative: Cooperative; warnings: { code: string }[] };
      }>(people.town, mutation('recordCooperative'), { input: { ...facts, id, version, ...more } });
      return reply.recordCooperative;
    };
    expect((await change({ farmerCount: 20 })).warnings).toEqual([{ code: 'TOO_FEW_FARMERS' }]);
    expect(await told()).toEqual([]);
    await change({ collectiveStake: 3_000 });
    expect((await change({ collectiveStake: 3_000, leadingOrgId: orgs.dazhuangSecond })).cooperative.ledBy).toBeNull();
    expect((await change({ collectiveStake: 3_000, leadingOrgId: null })).cooperative).toMatchObject({
      ledBy: null,
      leadGap: null,
    });
    expect((await change({ collectiveStake: 3_000 })).cooperative.ledBy).toEqual({ id: orgs.dazhuangFirst });
    expect(await told()).toEqual([
      ['changed.v1', orgs.dazhuangFirst],
      ['changed.v1', null],
      ['changed.v1', orgs.dazhuangFirst],
    ]);
  });

  it.each([
    ['no chair', [{ personId: persons.chen, chair: false }], 'ONE_CHAIR'],
    [
      'two chairs',
      [
        { personId: persons.chen, chair: true },
        { personId: persons.li, chair: true },
      ],
      'ONE_CHAIR',
    ],
    [
      'somebody twice',
      [
        { personId: persons.chen, chair: true },
        { personId: persons.chen, chair: false },
      ],
      'ONE_CHAIR',
    ],
  ])('VIL-13 a board with %s is refused', async (_, seats, expected) => {
    expect(await verdict(people.town, 'setCooperativeBoard', { ...seen(await planned()), seats })).toBe(expected);
  });

  it('VIL-13 refuses what cannot be', async () => {
    const attempt = (more: object) => verdict(people.town, 'recordCooperative', { ...facts, ...more });
    const { id } = await planned();
    expect(await attempt({ id, name: '改名合作社' })).toBe('STALE_VERSION');
    expect(await attempt({ farmerCount: 41 })).toBe('MEMBERS_DO_NOT_ADD_UP');
    expect(await attempt({ collectiveStake: 10_001 })).toBe('STAKE_OUT_OF_RANGE');
    expect(await attempt({ name: ' ' })).toBe('INVALID_INPUT');
    expect(await attempt({ leadingOrgId: orgs.organs })).toBe('LEADER_NOT_ACTIVE');
    const one = await led();
    expect(await attempt({ ...seen(one), areaCode: codes.xiaozhuang })).toBe('COOPERATIVE_OF_ANOTHER_VILLAGE');
    expect(await attempt({ ...seen(one), version: 1 })).toBe('STALE_VERSION');
    const when = (on: string) => verdict(people.town, 'setCooperativeBoard', { ...seen(one), seats: board, on });
    expect(await when('2024-03-31')).toBe('BOARD_DAY_OUT_OF_ORDER');
    expect(await when('2026-06-16')).toBe('BOARD_DAY_OUT_OF_ORDER');
    const year = (more: object) =>
      verdict(people.town, 'recordCooperativeYear', {
        ...seen(one),
        year: 2025,
        income: '1.00',
        dividend: '0.00',
        collectiveDividend: '0.00',
        ...more,
      });
    expect(await year({ year: 2026 })).toBe('YEAR_NOT_OVER');
    expect(await year({ year: 2023 })).toBe('YEAR_BEFORE_REGISTRATION');
    expect(await year({ collectiveDividend: '0.01' })).toBe('DIVIDEND_PARTS_DO_NOT_FIT');
  });
});

describe('VIL-13 dormant by its income', () => {
  const year = async (id: string, year: number, income: string) =>
    as(people.town, 'recordCooperativeYear', {
      ...seen(await read(id)),
      year,
      income,
      dividend: '0.00',
      collectiveDividend: '0.00',
    });

  it('VIL-13 a year without income makes it dormant at once, a corrected one wakes it', async () => {
    const { id } = await led();
    await year(id, 2024, '10000.00');
    expect(await year(id, 2025, '0.00')).toMatchObject({ state: 'DORMANT' });
    expect(await year(id, 2025, '300.00')).toMatchObject({ state: 'ACTIVE' });
  });

  it('VIL-13 the clock does so when the year is not reported in time, once', async () => {
    const { id } = await led();
    service.on('2026-02-01');
    await year(id, 2024, '10000.00');
    const run = () => markDormant({ today: service.today, transact: service.asSystem });
    service.on('2026-03-31');
    await run();
    expect((await read(id)).state).toBe('ACTIVE');
    service.on('2026-04-01');
    await run();
    const dormant = await read(id);
    expect(dormant.state).toBe('DORMANT');
    await run();
    expect(await read(id)).toEqual(dormant);
  });
});

describe('VIL-13 the lead follows the register', () => {
  const left = (on = '2026-06-10') =>
    memberLeft({ memberId: memberOf(persons.chen), orgId: orgs.dazhuangFirst, reasonClass: 'LEFT', on });
  const moved = (toOrgId: string) =>
    memberTransferred({
      memberId: memberOf(persons.chen),
      personId: persons.chen,
      fromOrgId: orgs.dazhuangFirst,
      toOrgId,
      scope: 'INSIDE',
      reason: 'WORK',
      effectiveOn: '2026-06-12',
    });

  it('VIL-13 the last member of the branch leaves the Party: the branch leads no more, and hearing it twice changes nothing', async () => {
    const { id } = await led();
    await service.forget();
    const event = left();
    await service.receive(event);
    const after = await read(id);
    expect(after).toMatchObject({
      ledBy: null,
      leadGap: 'NO_SEAT',
      leadGapSince: '2026-06-10',
      leadingOrganization: { id: orgs.dazhuangFirst },
      branchSeats: 0,
    });
    expect(await told()).toEqual([['changed.v1', null]]);
    await service.receive(event, event);
    expect(await read(id)).toEqual(after);
    expect(await told()).toHaveLength(1);
  });

  it('VIL-13 a transfer takes the lead and gives it to nobody else; coming back gives it again', async () => {
    const { id } = await led();
    await service.forget();
    await service.receive(moved(orgs.dazhuangSecond));
    expect(await read(id)).toMatchObject({ ledBy: null, leadGapSince: '2026-06-12' });
    await service.receive(moved(orgs.dazhuangFirst));
    expect(await read(id)).toMatchObject({ ledBy: { id: orgs.dazhuangFirst }, leadGap: null, leadGapSince: null });
    expect(await told()).toEqual([
      ['changed.v1', null],
      ['changed.v1', orgs.dazhuangFirst],
    ]);
  });

  it('VIL-13 an event that comes late finds the register as it is now and decides nothing of its own', async () => {
    const { id } = await led();
    const [away, back] = [moved(orgs.dazhuangSecond), moved(orgs.dazhuangFirst)];
    await service.receive(away, back);
    await service.forget();
    const before = await read(id);
    await service.receive(away);
    expect(await read(id)).toEqual(before);
    expect(await told()).toEqual([]);
  });

  it('VIL-13 a suspended member gives no lead until he is restored', async () => {
    const { id } = await led();
    const memberId = memberOf(persons.chen);
    await service.receive(memberSuspended({ memberId, orgId: orgs.dazhuangFirst, on: '2026-06-10' }));
    expect((await read(id)).ledBy).toBeNull();
    await service.receive(memberRestored({ memberId, orgId: orgs.dazhuangFirst, on: '2026-06-11' }));
    expect((await read(id)).ledBy).toEqual({ id: orgs.dazhuangFirst });
  });

  it('VIL-13 a second member on the board keeps the lead when one leaves', async () => {
    const one = await led();
    await as(people.town, 'setCooperativeBoard', {
      ...seen(one),
      seats: [...board, { personId: persons.li, chair: false }],
    });
    await service.receive(left());
    expect(await read(one.id)).toMatchObject({ ledBy: { id: orgs.dazhuangFirst }, branchSeats: 1 });
  });

  it('VIL-13 a branch that is dissolved leads nothing', async () => {
    const { id } = await led();
    await service.database.pool.query(
      `INSERT INTO known_organization_history (org_id, valid_from, kind, status, depth, ancestor_1, area_code)
       SELECT id, '2010-01-01', kind, status, depth, ancestor_1, area_code FROM known_organization WHERE id = $1`,
      [orgs.dazhuangFirst],
    );
    await service.database.pool.query(`UPDATE known_organization SET status = 'DISSOLVED' WHERE id = $1`, [
      orgs.dazhuangFirst,
    ]);
    await service.receive(
      organizationDissolved({
        orgId: orgs.dazhuangFirst,
        mergedIntoId: null,
        host: { kind: 'VILLAGE', id: codes.dazhuang },
        dissolvedOn: '2026-06-14',
      }),
    );
    expect(await read(id)).toMatchObject({
      ledBy: null,
      leadGap: 'ORGANIZATION_DISSOLVED',
      leadGapSince: '2026-06-14',
    });
  });
});

describe('VIL-13 lists and figures', () => {
  it('VIL-13 by village, leading branch, lost lead, state and kind, within the scope', async () => {
    await led();
    await planned({ areaCode: codes.xiaozhuang, leadingOrgId: orgs.xiaozhuang, kind: 'FARM_FIRM' });
    await planned({ areaCode: codes.xiaozhuang, leadingOrgId: null });
    const count = async (filter: object, actor: Actor = people.county) =>
      (
        await service.data<{ cooperatives: { totalCount: number } }>(
          actor,
          'query($filter: CooperativeFilter) { cooperatives(filter: $filter) { totalCount nodes { id } } }',
          { filter },
        )
      ).cooperatives.totalCount;
    expect(await count({})).toBe(3);
    expect(await count({ areaCode: codes.xiaozhuang })).toBe(2);
    expect(await count({ ledByOrgId: orgs.dazhuangFirst })).toBe(1);
    expect(await count({ ledByOrgId: orgs.xiaozhuang })).toBe(0);
    expect(await count({ ledOnly: true })).toBe(1);
    expect(await count({ leadLost: true })).toBe(1);
    expect(await count({ state: ['PLANNED'] })).toBe(2);
    expect(await count({ kind: 'FARM_FIRM' })).toBe(1);
    expect(await count({}, people.otherTown)).toBe(0);
    expect(await count({}, people.otherVillage)).toBe(2);
  });

  const coverage = async (asOf?: string, led?: boolean, actor: Actor = people.county) =>
    (
      await service.data<{ cooperativeCoverage: { ratio: object; villages: { nodes: object[] } } }>(
        actor,
        `query($areaCode: AreaCode!, $asOf: Date, $led: Boolean) { cooperativeCoverage(areaCode: $areaCode, asOf: $asOf) {
           ratio { numerator denominator } target villages(led: $led) { nodes { areaCode led cooperatives { state } } } } }`,
        { areaCode: codes.county, asOf, led },
      )
    ).cooperativeCoverage;

  it('VIL-13 vil.coop.led: villages with an active cooperative led by a branch ÷ villages, as of a day', async () => {
    await led();
    await active({ areaCode: codes.xiaozhuang, leadingOrgId: orgs.xiaozhuang });
    expect(await coverage()).toEqual({
      ratio: { numerator: 1, denominator: 4 },
      target: null,
      villages: {
        nodes: [
          { areaCode: codes.dazhuang, led: true, cooperatives: [{ state: 'ACTIVE' }] },
          { areaCode: codes.xiaozhuang, led: false, cooperatives: [{ state: 'ACTIVE' }] },
          { areaCode: codes.wangzhuang, led: false, cooperatives: [] },
          { areaCode: codes.liuzhuang, led: false, cooperatives: [] },
        ],
      },
    });
    expect((await coverage(undefined, true)).villages.nodes).toHaveLength(1);
    expect((await coverage(undefined, false)).villages.nodes).toHaveLength(3);
    expect((await coverage('2024-03-31')).ratio).toMatchObject({ numerator: 0 });
    expect((await coverage('2024-04-01')).ratio).toMatchObject({ numerator: 1 });
    expect((await coverage(undefined, undefined, people.otherTown)).ratio).toEqual({ numerator: 0, denominator: 1 });
  });

  it('VIL-13 a village that merges: the cooperative goes on in the new one, the past keeps the old code; twice changes nothing', async () => {
    const one = await led({ areaCode: codes.wangzhuang });
    await as(people.town, 'recordCooperativeYear', {
      ...seen(one),
      year: 2025,
      income: '9.00',
      dividend: '0.00',
      collectiveDividend: '0.00',
    });
    await service.forget();
    const before = await coverage('2026-06-09', true);
    const event = areaChanged({
      code: codes.wangzhuang,
      name: '王庄村',
      level: 'GRASSROOTS',
      parentCode: codes.east,
      kind: 'VILLAGE',
      validFrom: '2010-01-01',
      validTo: '2026-06-10',
      replacedBy: [codes.xiaozhuang],
    });
    await service.receive(event);
    const after = await read(one.id, `${fields} areaCode board { chair } years { year }`);
    expect(after).toMatchObject({
      areaCode: codes.xiaozhuang,
      state: 'ACTIVE',
      board: [{ chair: true }, { chair: false }],
      years: [{ year: 2025 }],
    });
    expect((await coverage('2026-06-09', true)).ratio).toEqual(before.ratio);
    expect((await coverage('2026-06-09', true)).villages.nodes).toMatchObject([{ areaCode: codes.wangzhuang }]);
    expect((await coverage(undefined, true)).villages.nodes).toMatchObject([{ areaCode: codes.xiaozhuang }]);
    expect((await service.emitted()).filter(({ type }) => type.includes('cooperative'))).toMatchObject([
      { type: 'villages.cooperative.changed.v1', data: { areaCode: codes.xiaozhuang } },
    ]);
    await service.receive(event, { ...event });
    expect(await read(one.id, `${fields} areaCode board { chair } years { year }`)).toEqual(after);
  });

  it('VIL-13 shows every step with the reasons against it', async () => {
    const { id } = await planned();
    const { actions } = (await read(id, 'actions { step allowed reasons { code } }', people.county)) as unknown as {
      actions: object[];
    };
    expect(actions).toMatchObject([
      { step: 'register', allowed: false },
      { step: 'activate', allowed: false },
      { step: 'dissolve', allowed: false },
    ]);
  });
});

describe('VIL-13 who may do what', () => {
  const table = (others: string) =>
    Object.fromEntries(
      Object.entries({
        town: 'allowed',
        village: 'allowed',
        agriculture: 'allowed',
        city: 'NOT_ALLOWED',
        county: 'NOT_ALLOWED',
        archive: 'NOT_ALLOWED',
        branch: 'NOT_ALLOWED',
        otherCounty: 'NOT_ALLOWED',
        otherTown: others,
        otherVillage: others,
        nobody: 'NOT_ALLOWED',
        auditor: 'NOT_ALLOWED',
      }).map(([who, expected]) => [who, [people[who as Person], expected] as const]),
    );
  accessTable(
    'VIL-13 record',
    () => Promise.resolve(facts),
    (actor, input) => verdict(actor, 'recordCooperative', input),
    table('NOT_ALLOWED'),
  );
  accessTable(
    'VIL-13 register',
    planned,
    (actor, one) => verdict(actor, 'registerCooperative', { ...seen(one), uscc: code() }),
    table('NOT_FOUND'),
  );
  accessTable(
    'VIL-13 begin work',
    registered,
    (actor, one) => verdict(actor, 'activateCooperative', seen(one)),
    table('NOT_FOUND'),
  );
  accessTable(
    'VIL-13 set the board',
    active,
    (actor, one) => verdict(actor, 'setCooperativeBoard', { ...seen(one), seats: board }),
    table('NOT_FOUND'),
  );
  accessTable(
    'VIL-13 record a year',
    active,
    (actor, one) =>
      verdict(actor, 'recordCooperativeYear', {
        ...seen(one),
        year: 2025,
        income: '1.00',
        dividend: '0.00',
        collectiveDividend: '0.00',
      }),
    table('NOT_FOUND'),
  );
  accessTable(
    'VIL-13 dissolve',
    active,
    (actor, one) => verdict(actor, 'dissolveCooperative', { ...seen(one), reason: '注销' }),
    table('NOT_FOUND'),
  );
});
