import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, gridsOf, idAt, people, riverTown, type PersonName } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let at: Awaited<ReturnType<typeof gridsOf>>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service);
  at = await gridsOf(service);
  await service.forget();
});
afterAll(() => service.close());

const [wang, li, zhao] = [idAt(301), idAt(302), idAt(303)];
const staff = 'staff { id version kind fromOn toOn role { code label } person { id } grid { code } }';
const assign = `mutation ($input: AssignGridStaffInput!) { assignGridStaff(input: $input) { ${staff} } }`;
const end = `mutation ($input: EndGridStaffInput!) { endGridStaff(input: $input) { ${staff} } }`;
const train = `mutation ($input: RecordStaffTrainingInput!) { recordStaffTraining(input: $input) { staff { trainings { title heldOn hours } } } }`;
const define = `mutation ($input: DefineGridRolesInput!) { defineGridRoles(input: $input) { gridRoles { code group label required } } }`;
interface Staff {
  readonly id: string;
  readonly version: number;
}
const duty = (more: object = {}) => ({
  gridId: at.west.id,
  personId: wang,
  kind: 'FULL_TIME',
  from: '2026-01-01',
  ...more,
});
const assigned = async (more: object = {}): Promise<Staff> =>
  (await service.data<{ assignGridStaff: { staff: Staff } }>(people.community, assign, { input: duty(more) }))
    .assignGridStaff.staff;
const preset = [
  'HEAD_1',
  'HEAD_2',
  'HEAD_3',
  'HEAD_4',
  'MEMBER_1',
  'MEMBER_2',
  'MEMBER_3',
  'MEMBER_4',
  'MEMBER_5',
  'OFFICER',
];
const figures = async (areaCode: string, asOf?: string, actor = people.politics) =>
  (
    await service.data<{ gridTeams: Record<string, unknown> }>(
      actor,
      `query ($areaCode: AreaCode!, $asOf: Date) { gridTeams(areaCode: $areaCode, asOf: $asOf) {
         complete { numerator denominator value asOf } completeTarget { value unit } withFullTimeWorker { numerator denominator }
         householdsPerWorker { numerator denominator value } householdsTarget { value } mostLoaded { grid { code } ratio { value } } } }`,
      { areaCode, asOf },
    )
  ).gridTeams;
const listed = async (query: string, areaCode: string, asOf?: string, actor = people.politics) =>
  Object.values(
    await service.data<Record<string, { totalCount: number; nodes: { code: string }[] }>>(
      actor,
      `query ($areaCode: AreaCode!, $asOf: Date) { ${query}(areaCode: $areaCode, asOf: $asOf) { totalCount nodes { code } } }`,
      { areaCode, asOf },
    ),
  )[0]!.nodes.map(({ code }) => code);

describe('GRD-06 four heads, five members, one officer', () => {
  it('GRD-06 the preset has 4 + 5 + 1 roles, and a catalogue of an area replaces it from its day on', async () => {
    const rolesOf = async (areaCode: string) =>
      (
        await service.data<{ gridRoles: { code: string; label: string }[] }>(
          people.community,
          `{ gridRoles(areaCode: "${areaCode}") { code label } }`,
        )
      ).gridRoles;
    expect((await rolesOf(codes.riverside)).map(({ code }) => code)).toEqual(preset);
    expect((await rolesOf(codes.riverside))[4]).toEqual({ code: 'MEMBER_1', label: '网格员（一）' });
    const own = [
      { code: 'CHIEF', group: 'HEAD', label: '网格长' },
      { code: 'MEDIATOR', group: 'MEMBER', label: '人民调解员', required: false },
    ];
    await service.data(people.politics, define, { input: { areaCode: codes.county, roles: own } });
    expect((await rolesOf(codes.riverside)).map(({ label }) => label)).toEqual(['网格长', '人民调解员']);
    expect((await rolesOf(codes.otherCounty)).map(({ code }) => code)).toEqual(preset);
    await service.data(people.street, define, { input: { areaCode: codes.street, roles: own.slice(0, 1) } });
    expect(await rolesOf(codes.riverside)).toHaveLength(1);
    expect(await rolesOf(codes.town)).toHaveLength(2);
    await service.data(people.street, define, { input: { areaCode: codes.street, roles: [] } });
    expect(await rolesOf(codes.riverside)).toHaveLength(2);
    for (const [input, code] of [
      [{ areaCode: codes.riverside, roles: own }, 'ROLES_DEFINED_TOO_LOW'],
      [{ areaCode: codes.county, roles: [own[0], own[0]] }, 'ROLE_CODE_TWICE'],
      [{ areaCode: codes.county, roles: [{ ...own[0], label: ' ' }] }, 'ROLE_LABEL_MISSING'],
      [{ areaCode: codes.county, roles: [{ ...own[0], code: '长' }] }, 'ROLE_CODE_UNREADABLE'],
    ] as const)
      expect(await service.verdict(people.politics, define, { input })).toBe(code);
  });

  it('GRD-06 a grid shows who is on duty and which required roles are vacant; one person may hold several', async () => {
    await assigned({ roleCode: 'HEAD_1' });
    await assigned({ roleCode: 'MEMBER_1' });
    await assigned({ roleCode: 'OFFICER', personId: li, kind: 'PART_TIME' });
    const { grid } = await service.data<{ grid: { team: object[]; vacancies: { code: string }[] } }>(
      people.community,
      `{ grid(id: "${at.west.id}") { team { kind person { id } role { code } } vacancies { code } householdsPerWorker } }`,
    );
    expect(grid).toEqual({
      team: [
        { kind: 'FULL_TIME', person: { id: wang }, role: { code: 'HEAD_1' } },
        { kind: 'FULL_TIME', person: { id: wang }, role: { code: 'MEMBER_1' } },
        { kind: 'PART_TIME', person: { id: li }, role: { code: 'OFFICER' } },
      ],
      vacancies: preset.filter((code) => !['HEAD_1', 'MEMBER_1', 'OFFICER'].includes(code)).map((code) => ({ code })),
      householdsPerWorker: 400,
    });
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.street,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { gridRoles { grid { code } role { code } } } } }`,
      { of: [wang, zhao].map((id) => ({ __typename: 'Person', id })) },
    );
    expect(_entities).toEqual([
      {
        gridRoles: [
          { grid: { code: at.west.code }, role: { code: 'HEAD_1' } },
          { grid: { code: at.west.code }, role: { code: 'MEMBER_1' } },
        ],
      },
      { gridRoles: [] },
    ]);
    const empty = await service.data(people.street, `{ grid(id: "${at.community.id}") { vacancies { code } } }`);
    expect(empty).toEqual({ grid: { vacancies: [] } });
  });

  it('GRD-06 complete teams ÷ grids, with the grids behind it, as of any day', async () => {
    for (const roleCode of preset) await assigned({ roleCode });
    await service.database.pool.query(
      `INSERT INTO known_target (id, key, area_code, comparator, value, unit, parameters, valid_from)
       VALUES (uuidv7(), 'grd.team', $1, 'AT_LEAST', 100, '%', '{}', '2026-01-01')`,
      [codes.county],
    );
    expect(await figures(codes.county)).toMatchObject({
      complete: { numerator: 1, denominator: 3, value: 1 / 3, asOf: '2026-06-15' },
      completeTarget: { value: 100, unit: '%' },
      householdsTarget: null,
    });
    expect(await listed('gridsWithIncompleteTeam', codes.county)).toEqual([at.east.code, at.garden.code]);
    expect(await listed('gridsWithIncompleteTeam', codes.riverside)).toEqual([at.east.code]);
    expect(await figures(codes.county, '2025-12-31')).toMatchObject({
      complete: { numerator: 0, denominator: 3 },
      completeTarget: null,
    });
    expect(await figures(codes.county, '2024-12-31')).toMatchObject({ complete: { denominator: 0, value: null } });
    // Roles that are not required do not count against a team.
    const roles = [
      { code: 'HEAD_1', group: 'HEAD', label: '网格长' },
      { code: 'EXTRA', group: 'MEMBER', label: '宣传员', required: false },
    ];
    await assigned({ gridId: at.east.id, personId: li, roleCode: 'HEAD_1' });
    await service.data(people.street, define, { input: { areaCode: codes.street, roles } });
    expect(await figures(codes.county)).toMatchObject({ complete: { numerator: 2, denominator: 3 } });
    expect(await figures(codes.county, '2026-06-14')).toMatchObject({ complete: { numerator: 1, denominator: 3 } });
    expect(await figures(codes.county, undefined, people.community)).toMatchObject({ complete: { denominator: 2 } });
  });
});

describe('GRD-05 grid workers', () => {
  it('GRD-05 households ÷ full-time workers: mean and most loaded grid; each person counts once, part-time not', async () => {
    await assigned();
    await assigned({ roleCode: 'HEAD_1' });
    await assigned({ personId: li });
    await assigned({ gridId: at.east.id, personId: zhao });
    await assigned({ gridId: at.east.id, personId: idAt(304), kind: 'PART_TIME' });
    expect(await figures(codes.riverside)).toMatchObject({
      householdsPerWorker: { numerator: 700, denominator: 3, value: 700 / 3 },
      mostLoaded: { grid: { code: at.east.code }, ratio: { value: 300 } },
      withFullTimeWorker: { numerator: 2, denominator: 2 },
    });
    expect(await figures(codes.county)).toMatchObject({ withFullTimeWorker: { numerator: 2, denominator: 3 } });
    expect(await listed('gridsWithoutFullTimeWorker', codes.county)).toEqual([at.garden.code]);
    expect(await listed('gridsWithoutFullTimeWorker', codes.county, '2025-12-31')).toHaveLength(3);
    expect(await figures(codes.garden)).toMatchObject({ householdsPerWorker: { value: null }, mostLoaded: null });
  });

  it('GRD-05 a duty ends on its last day, once, and may begin anew after it', async () => {
    const first = await assigned({ roleCode: 'HEAD_1' });
    expect(
      await service.verdict(people.community, assign, { input: duty({ roleCode: 'HEAD_1', from: '2026-03-01' }) }),
    ).toBe('ON_DUTY_ALREADY');
    const input = { id: first.id, version: first.version, on: '2026-06-15', reason: '调动' };
    expect(await service.verdict(people.community, end, { input: { ...input, on: '2025-12-31' } })).toBe(
      'ENDS_BEFORE_IT_BEGINS',
    );
    expect(await service.data(people.community, end, { input })).toMatchObject({
      endGridStaff: { staff: { toOn: '2026-06-15', version: 2 } },
    });
    expect(await service.verdict(people.community, end, { input })).toBe('STALE_VERSION');
    expect(await service.verdict(people.community, end, { input: { ...input, version: 2 } })).toBe('OFF_DUTY_ALREADY');
    const teamOn = async (asOf: string) =>
      (
        await service.data<{ grid: { team: object[] } }>(
          people.community,
          `{ grid(id: "${at.west.id}") { team(asOf: "${asOf}") { id } } }`,
        )
      ).grid.team.length;
    expect([
      await teamOn('2025-12-31'),
      await teamOn('2026-01-01'),
      await teamOn('2026-06-15'),
      await teamOn('2026-06-16'),
    ]).toEqual([0, 1, 1, 0]);
    await assigned({ roleCode: 'HEAD_1', from: '2026-06-16' });
    expect(await teamOn('2026-06-16')).toBe(1);
  });

  it.each([
    [{ roleCode: 'CHIEF' }, 'ROLE_UNKNOWN'],
    [{ from: '2024-12-31' }, 'BEFORE_THE_GRID'],
    [{ contractUntil: '2025-12-31' }, 'INVALID_INPUT'],
    [{ gridId: idAt(999) }, 'NOT_FOUND'],
  ])('GRD-05 refuses %j as %s', async (wrong, code) => {
    expect(await service.verdict(people.community, assign, { input: duty(wrong) })).toBe(code);
  });

  it('GRD-05 trainings are recorded for the time on duty, each once', async () => {
    const { id: staffId } = await assigned();
    const input = { staffId, title: '矛盾纠纷排查', heldOn: '2026-05-01', hours: 3.5 };
    expect(await service.data(people.street, train, { input })).toEqual({
      recordStaffTraining: { staff: { trainings: [{ title: '矛盾纠纷排查', heldOn: '2026-05-01', hours: 3.5 }] } },
    });
    for (const [wrong, code] of [
      [{}, 'TRAINING_RECORDED_ALREADY'],
      [{ heldOn: '2025-12-31' }, 'NOT_ON_DUTY'],
      [{ heldOn: '2026-06-16' }, 'NOT_ON_DUTY'],
      [{ title: ' ' }, 'TITLE_MISSING'],
      [{ title: '消防', hours: 0 }, 'HOURS_NOT_POSITIVE'],
    ] as const)
      expect(await service.verdict(people.street, train, { input: { ...input, ...wrong } })).toBe(code);
  });
});

describe('GRD-05, GRD-06 who may keep teams and the catalogue of a street', () => {
  //                assign         end           train          catalogue
  it.each([
    ['community', 'allowed', 'allowed', 'allowed', 'NOT_ALLOWED'],
    ['street', 'allowed', 'allowed', 'allowed', 'allowed'],
    ['politics', 'allowed', 'allowed', 'allowed', 'allowed'],
    ['office', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['civil', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['housing', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['town', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_ALLOWED'],
    ['stranger', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ] as const)('GRD-05 %s', async (who: PersonName, ...expected) => {
    const { id, version } = await assigned();
    const roles = [{ code: 'CHIEF', group: 'HEAD', label: '网格长' }];
    expect([
      await service.verdict(people[who], assign, { input: duty({ personId: zhao }) }),
      await service.verdict(people[who], end, { input: { id, version, on: '2026-06-15' } }),
      await service.verdict(people[who], train, {
        input: { staffId: id, title: '法律', heldOn: '2026-06-01', hours: 2 },
      }),
      await service.verdict(people[who], define, { input: { areaCode: codes.street, roles } }),
    ]).toEqual(expected);
  });
});
