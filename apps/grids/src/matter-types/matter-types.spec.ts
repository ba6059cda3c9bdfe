import { accessTable, testService, type TestService } from '@jishi/testing';
import { busyStreet, codes, people, quietAgain, types, units, usualLimits } from '../../seeds/busy-street';
import { grids } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
}, 120_000);
beforeEach(() => quietAgain(service));
afterAll(() => service.close());

type Actor = (typeof people)[keyof typeof people];
const fields = `id version state code reviewOpinion decisionReason money workloadMinutes heardUnits { id } unit { id }
  proposed { edition name admittedOn limits { accept { unit amount } } } matterType { code state version inForce { edition name } }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { admissionRequest { ${fields} } } }`;
const steps = {
  request: mutation('requestMatterTypeAdmission', 'RequestMatterTypeAdmissionInput'),
  review: mutation('reviewMatterTypeAdmission', 'ReviewMatterTypeAdmissionInput'),
  admit: mutation('admitMatterType', 'AdmissionStepInput'),
  refuse: mutation('refuseMatterTypeAdmission', 'RefuseMatterTypeAdmissionInput'),
  withdraw: mutation('withdrawMatterTypeAdmission', 'AdmissionStepInput'),
} as const;
const change = (step: 'suspend' | 'resume' | 'remove') =>
  `mutation ($input: MatterTypeStepInput!) { ${step}MatterType(input: $input) { matterType { code version state stateReason } } }`;

interface Request {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly proposed: { readonly edition: number };
  readonly matterType: {
    readonly version: number;
    readonly state: string;
    readonly inForce: { readonly edition: number };
  };
}
const as = async (actor: Actor, step: keyof typeof steps, input: object): Promise<Request> => {
  const reply = await service.data<Record<string, { admissionRequest: Request }>>(actor, steps[step], { input });
  return Object.values(reply)[0]!.admissionRequest;
};
const verdict = (actor: Actor, step: keyof typeof steps, input: object) =>
  service.verdict(actor, steps[step], { input });

const asked = {
  code: '0302',
  areaCode: codes.county,
  unitId: units.cityManagement,
  name: '乱贴小广告',
  legalBasis: '城市市容和环境卫生管理条例第十七条',
  gridDuty: 'FIND',
  level: 'COMMUNITY',
  ownerDepartmentCode: 'CM',
  limits: usualLimits,
  reason: '群众反映集中',
  workloadMinutes: 120,
  money: '600.00',
};
const seen = ({ id, version }: Request) => ({ id, version });
const requested = (more: object = {}) => as(people.cityManagement, 'request', { ...asked, ...more });
const reviewed = async (more: object = {}) =>
  as(people.politics, 'review', { ...seen(await requested(more)), unitIds: [units.water], opinion: '可以准入' });
const admitted = async (more: object = {}) => as(people.politics, 'admit', seen(await reviewed(more)));
const told = async () => (await service.emitted()).map(({ type, key, data }) => [type, key, data]);

describe('GRD-07 the way onto the list', () => {
  it('GRD-07 a department asks, the committee reviews with others and admits', async () => {
    const request = await requested();
    expect(request).toMatchObject({
      state: 'REQUESTED',
      money: '600.00',
      workloadMinutes: 120,
      unit: { id: units.cityManagement },
      proposed: {
        edition: 1,
        name: '乱贴小广告',
        admittedOn: null,
        limits: { accept: { unit: 'WORKING_MINUTES', amount: 30 } },
      },
      matterType: { state: 'REQUESTED' },
    });
    const heard = await as(people.politics, 'review', {
      ...seen(request),
      unitIds: [units.water, units.cityManagement],
      opinion: '可以准入',
    });
    expect(heard).toMatchObject({
      state: 'REVIEWED',
      heardUnits: [{ id: units.water }],
      matterType: { state: 'REVIEWED' },
    });
    expect(await told()).toEqual([]);
    expect(await as(people.politics, 'admit', seen(heard))).toMatchObject({
      state: 'ADMITTED',
      proposed: { admittedOn: '2026-06-15' },
      matterType: { state: 'ADMITTED', inForce: { edition: 1 } },
    });
    expect(await told()).toEqual([
      ['grids.matter-type.admitted.v1', '0302', { typeCode: '0302', version: 1, ownerUnitId: null }],
    ]);
  });

  it('GRD-07 a new edition leaves the old one in force until it is admitted', async () => {
    await admitted();
    const second = await requested({ name: '乱贴乱画', reason: '扩大范围' });
    expect(second).toMatchObject({
      proposed: { edition: 2 },
      matterType: { state: 'ADMITTED', inForce: { edition: 1, name: '乱贴小广告' } },
    });
    const heard = await as(people.politics, 'review', { ...seen(second), unitIds: [units.water], opinion: '同意' });
    expect(heard.matterType).toMatchObject({ state: 'ADMITTED', inForce: { edition: 1 } });
    expect((await as(people.politics, 'admit', seen(heard))).matterType).toMatchObject({
      inForce: { edition: 2, name: '乱贴乱画' },
    });
    const { matterType } = await service.data<{ matterType: { editions: object[] } }>(
      people.worker,
      '{ matterType(code: "0302") { editions { edition name } } }',
    );
    expect(matterType.editions).toEqual([
      { edition: 2, name: '乱贴乱画' },
      { edition: 1, name: '乱贴小广告' },
    ]);
  });

  it('GRD-07 a refusal says why, and a refused type may be asked for again', async () => {
    const refused = await as(people.politics, 'refuse', { ...seen(await requested()), reason: '应由物业负责' });
    expect(refused).toMatchObject({
      state: 'REFUSED',
      decisionReason: '应由物业负责',
      matterType: { state: 'REFUSED' },
    });
    expect(await requested()).toMatchObject({
      proposed: { edition: 2 },
      matterType: { state: 'REQUESTED', inForce: { edition: 2 } },
    });
  });

  it('GRD-07 a withdrawn request leaves the type out of the list', async () => {
    const withdrawn = await as(people.cityManagement, 'withdraw', seen(await reviewed()));
    expect(withdrawn).toMatchObject({ state: 'WITHDRAWN', matterType: { state: 'REFUSED' } });
  });

  it('GRD-07 suspended, admitted again and removed, each told to the others', async () => {
    const { matterType } = await admitted();
    await service.forget();
    const step = async (name: 'suspend' | 'resume' | 'remove', version: number) =>
      (
        await service.data<
          Record<string, { matterType: { version: number; state: string; stateReason: string | null } }>
        >(people.politics, change(name), {
          input: { code: '0302', version, reason: name === 'resume' ? null : '部门职责调整' },
        })
      )[`${name}MatterType`]!.matterType;
    const suspended = await step('suspend', matterType.version);
    expect(suspended).toMatchObject({ state: 'SUSPENDED', stateReason: '部门职责调整' });
    expect(
      await service.verdict(people.politics, change('suspend'), {
        input: { code: '0302', version: matterType.version, reason: '旧' },
      }),
    ).toBe('STALE_VERSION');
    const resumed = await step('resume', suspended.version);
    expect(resumed).toMatchObject({ state: 'ADMITTED', stateReason: null });
    const removed = await step('remove', (await step('suspend', resumed.version)).version);
    expect(removed.state).toBe('REMOVED');
    expect((await told()).map(([type, , data]) => [type, (data as { removed?: boolean }).removed])).toEqual([
      ['grids.matter-type.suspended.v1', false],
      ['grids.matter-type.admitted.v1', undefined],
      ['grids.matter-type.suspended.v1', false],
      ['grids.matter-type.suspended.v1', true],
    ]);
    expect((await requested()).matterType.state).toBe('REQUESTED');
  });

  it.each([
    ['a code that is no category', { code: '1101' }, 'INVALID_INPUT'],
    ['a town as the list’s place', { areaCode: codes.street }, 'INVALID_INPUT'],
    ['an unknown place', { areaCode: '410899' }, 'AREA_UNKNOWN'],
    ['a county the unit is not of', { areaCode: codes.otherCounty }, 'AREA_NOT_OF_UNIT'],
    [
      'an unknown unit',
      { unitId: codes.county.padEnd(36, '0').replace(/(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5') },
      'UNIT_UNKNOWN',
    ],
    ['an owner that was closed', { ownerUnitId: units.closed }, 'UNIT_CLOSED'],
    ['no owner', { ownerDepartmentCode: ' ' }, 'OWNER_MISSING'],
    ['an emergency in working hours', { emergency: true }, 'EMERGENCY_IN_NATURAL_HOURS'],
    [
      'a limit of nothing',
      { limits: { ...usualLimits, accept: { unit: 'WORKING_MINUTES', amount: 0 } } },
      'INVALID_INPUT',
    ],
    ['no workload', { workloadMinutes: 0 }, 'WORKLOAD_NOT_NAMED'],
    ['money below nothing', { money: '-1.00' }, 'MONEY_BELOW_ZERO'],
    ['no reason', { reason: ' ' }, 'REASON_MISSING'],
    ['no basis', { legalBasis: '' }, 'BASIS_MISSING'],
    ['no name', { name: '' }, 'NAME_MISSING'],
    ['a code of another list', { code: types.elsewhere.code }, 'CODE_OF_ANOTHER_LIST'],
  ])('GRD-07 refuses a request with %s', async (_, wrong, code) => {
    expect(await verdict(people.cityManagement, 'request', { ...asked, ...wrong })).toBe(code);
  });

  it('GRD-07 one request at a time, and no step before its turn', async () => {
    const request = await requested();
    expect(await verdict(people.cityManagement, 'request', asked)).toBe('ADMISSION_UNDER_WAY');
    expect(await verdict(people.politics, 'admit', seen(request))).toBe('STEP_NOT_POSSIBLE');
    const review = { ...seen(request), unitIds: [units.cityManagement], opinion: '可以' };
    expect(await verdict(people.politics, 'review', review)).toBe('NO_OTHER_DEPARTMENT_HEARD');
    expect(await verdict(people.politics, 'review', { ...review, unitIds: [units.water], opinion: ' ' })).toBe(
      'INVALID_INPUT',
    );
    expect(await verdict(people.politics, 'refuse', { ...seen(request), reason: '' })).toBe('INVALID_INPUT');
  });
});

describe('GRD-07 the list', () => {
  const listed = async (actor: Actor, filter: object) =>
    (
      await service.data<{ matterTypes: { nodes: { code: string }[] } }>(
        actor,
        'query ($filter: MatterTypeFilter) { matterTypes(filter: $filter) { nodes { code } } }',
        { filter },
      )
    ).matterTypes.nodes.map(({ code }) => code);

  it('GRD-07 is open to everybody who works with grids, by place, category, level and state', async () => {
    expect(await listed(people.worker, {})).toHaveLength(Object.keys(types).length);
    expect(await listed(people.worker, { areaCode: codes.riverside, states: ['ADMITTED'] })).toEqual([
      '0101',
      '0301',
      '0601',
      '0901',
      '0902',
    ]);
    expect(await listed(people.worker, { areaCode: codes.otherCounty })).toEqual(['0401', '0601']);
    expect(await listed(people.worker, { category: 'FACILITIES' })).toEqual(['0901', '0902']);
    expect(await listed(people.worker, { level: 'COMMUNITY', gridDuty: 'FIND' })).toEqual(['0401', '0601']);
    expect(await service.verdict(people.nobody, '{ matterTypes { nodes { code } } }')).toBe('NOT_ALLOWED');
  });

  it('GRD-07 requests are seen by the unit that asked and above its place, by nobody else', async () => {
    await requested();
    const count = async (actor: Actor) =>
      (await service.data<{ admissionRequests: { totalCount: number } }>(actor, '{ admissionRequests { totalCount } }'))
        .admissionRequests.totalCount;
    expect([
      await count(people.cityManagement),
      await count(people.politics),
      await count(people.cityPolitics),
    ]).toEqual([1, 1, 1]);
    expect([await count(people.water), await count(people.stranger), await count(people.worker)]).toEqual([0, 0, 0]);
  });
});

describe('GRD-07 who may do what', () => {
  const yes = 'allowed';
  const no = 'NOT_ALLOWED';
  const none = 'NOT_FOUND';
  const who = [
    'cityManagement',
    'market',
    'water',
    'politics',
    'cityPolitics',
    'stranger',
    'office',
    'street',
    'community',
    'worker',
    'auditor',
    'nobody',
  ] as const;
  const table = (verdicts: readonly string[]) =>
    Object.fromEntries(who.map((name, index) => [name, [people[name], verdicts[index]!] as const]));

  //                                    cityM market water politics cityPol stranger office street comm. worker aud. nobody
  accessTable(
    'GRD-07 ask',
    async () => asked,
    (actor, input) => verdict(actor as Actor, 'request', input),
    table([yes, no, no, no, no, no, no, no, no, no, no, no]),
  );
  accessTable(
    'GRD-07 review',
    requested,
    (actor, request) =>
      verdict(actor as Actor, 'review', { ...seen(request), unitIds: [units.water], opinion: '可以' }),
    table([no, no, no, yes, yes, none, no, no, no, no, no, no]),
  );
  accessTable(
    'GRD-07 admit',
    reviewed,
    (actor, request) => verdict(actor as Actor, 'admit', seen(request)),
    table([no, no, no, yes, yes, none, no, no, no, no, no, no]),
  );
  accessTable(
    'GRD-07 refuse',
    reviewed,
    (actor, request) => verdict(actor as Actor, 'refuse', { ...seen(request), reason: '理由' }),
    table([no, no, no, yes, yes, none, no, no, no, no, no, no]),
  );
  accessTable(
    'GRD-07 withdraw',
    reviewed,
    (actor, request) => verdict(actor as Actor, 'withdraw', seen(request)),
    table([yes, no, none, no, no, none, no, no, no, no, no, no]),
  );
  accessTable(
    'GRD-07 suspend',
    admitted,
    (actor, { matterType: { version } }) =>
      service.verdict(actor, change('suspend'), { input: { code: '0302', version, reason: '理由' } }),
    table([no, no, no, yes, yes, no, no, no, no, no, no, no]),
  );

  it('GRD-07 a department without a Party organisation asks by its role and place', async () => {
    expect(await verdict(people.market, 'request', { ...asked, unitId: units.market })).toBe('allowed');
  });
});
