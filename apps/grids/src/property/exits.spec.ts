import { addDays, type CivilDate } from '@jishi/periods';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginWithQuarters, office, officers, quarters, versioned, type Company } from '../../seeds/property';
import { codes, riverTown } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let at: ReturnType<typeof office>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
  at = office(service);
}, 120_000);
beforeEach(() => beginWithQuarters(service));
afterAll(() => service.close());

const { east, west, south, garden } = quarters;
const reply = (input: object, actor = officers.housing) =>
  service.ask(
    actor,
    'mutation ($input: CompleteProviderExitInput!) { completeProviderExit(input: $input) { provider { state } } }',
    {
      input,
    },
  );
const refusalOf = async (input: object) => {
  const { errors } = await reply(input);
  return (
    errors?.[0] && { code: errors[0].extensions?.code, field: errors[0].extensions?.field, message: errors[0].message }
  );
};
const modesOn = async (day: string) =>
  Object.fromEntries(
    (
      await service.data<{
        propertyCoverage: {
          quarters: { nodes: { quarter: { id: string }; mode: string; provider: { id: string } | null }[] };
        };
      }>(
        officers.housing,
        `query ($code: AreaCode!, $day: Date) { propertyCoverage(areaCode: $code, asOf: $day) {
           quarters { nodes { quarter { id } mode provider { id } } } } }`,
        { code: codes.county, day },
      )
    ).propertyCoverage.quarters.nodes.map(({ quarter, mode, provider }) => [quarter.id, provider?.id ?? mode]),
  );
const ratioOn = async (day: string) =>
  (
    await service.data<{ propertyCoverage: { ratio: object } }>(
      officers.housing,
      'query ($code: AreaCode!, $day: Date) { propertyCoverage(areaCode: $code, asOf: $day) { ratio { numerator denominator } } }',
      { code: codes.county, day },
    )
  ).propertyCoverage.ratio;

/** A company on its way out of two quarters that were handed over, and another one that takes the first of them. */
async function twoQuarters() {
  const company = await at.leaving(1, east, west);
  await at.handOver(east);
  await at.handOver(west);
  const successor = await at.serving(2, garden);
  const contractId = await at.contract(east, successor.id, '2026-06-01', '2028-05-31');
  const plan = [
    { quarterId: east, mode: 'COMPANY', providerId: successor.id, contractId },
    { quarterId: west, mode: 'COMMUNITY_TRUST' },
  ];
  await service.forget();
  return { company, successor, plan, exit: { ...versioned(company), on: '2026-06-15', successors: plan } };
}

describe('GRD-26 P9 a property company leaves', () => {
  it('GRD-26 every quarter has a mode on every day around the exit, and the figures of earlier days stay', async () => {
    const { company, successor, exit } = await twoQuarters();
    const before = await Promise.all(['2024-12-31', '2025-01-01', '2026-06-14'].map(ratioOn));
    expect(await at.verdict(officers.housing, 'completeExit', exit)).toBe('allowed');
    for (let day = '2026-06-08' as CivilDate; day <= '2026-06-22'; day = addDays(day, 1))
      expect([day, await modesOn(day)]).toEqual([
        day,
        {
          [east]: day < '2026-06-15' ? company.id : successor.id,
          [west]: day < '2026-06-15' ? company.id : 'COMMUNITY_TRUST',
          [south]: 'NONE',
          [garden]: successor.id,
        },
      ]);
    expect(await Promise.all(['2024-12-31', '2025-01-01', '2026-06-14'].map(ratioOn))).toEqual(before);
    expect(await at.seen(company.id)).toMatchObject({ state: 'EXITED' });
    const told = await service.emitted();
    expect(told.map(({ type, key }) => [type, key])).toEqual([
      ['grids.quarter.changed.v1', east],
      ['grids.quarter.changed.v1', west],
      ['grids.provider.exited.v1', company.id],
    ]);
    expect(told[2]?.data).toMatchObject({ quarterIds: [east, west], on: '2026-06-15', barred: false });
    const { rows } = await service.database.pool.query(
      'SELECT ended_on AS ended FROM property_contract WHERE provider_id = $1',
      [company.id],
    );
    expect(rows).toEqual([{ ended: '2026-06-14' }, { ended: '2026-06-14' }]);
  });

  it('GRD-26 with one quarter missing from the plan nothing changes, and the quarter is named', async () => {
    const { company, exit, plan } = await twoQuarters();
    const refusal = await refusalOf({ ...exit, successors: plan.slice(0, 1) });
    expect(refusal).toMatchObject({ code: 'QUARTER_WITHOUT_SUCCESSOR', field: 'successors' });
    expect(refusal?.message).toContain('西苑');
    expect(refusal?.message).not.toContain('东苑');
    expect(await refusalOf({ ...exit, successors: [plan[0], { quarterId: west, mode: 'NONE' }] })).toMatchObject({
      code: 'QUARTER_WITHOUT_SUCCESSOR',
    });
    expect(await at.seen(company.id)).toMatchObject({ state: 'EXITING' });
    expect(await modesOn('2026-06-15')).toMatchObject({ [east]: company.id, [west]: company.id });
    expect(await service.emitted()).toEqual([]);
  });

  it('GRD-26 one successor that does not fit undoes the whole exit', async () => {
    const { company, exit, plan, successor } = await twoQuarters();
    const wrong = [
      plan[0],
      { quarterId: west, mode: 'COMPANY', providerId: successor.id, contractId: plan[0]!.contractId },
    ];
    const refusal = await refusalOf({ ...exit, successors: wrong });
    expect(refusal).toMatchObject({ code: 'CONTRACT_DOES_NOT_FIT', field: 'successors' });
    expect(refusal?.message).toContain('西苑');
    expect(await modesOn('2026-06-15')).toMatchObject({ [east]: company.id, [west]: company.id });
  });

  it('GRD-26 keys and accounts of every quarter are handed over before the exit', async () => {
    const company = await at.leaving(1, east, west);
    const exit = {
      ...versioned(company),
      on: '2026-06-15',
      successors: [east, west].map((quarterId) => ({ quarterId, mode: 'OWNERS' })),
    };
    await at.handOver(east);
    expect((await refusalOf(exit))?.message).toContain('西苑');
    await at.handOver(west, { accounts: false });
    expect(await refusalOf(exit)).toMatchObject({ code: 'NOT_HANDED_OVER' });
    await at.handOver(west, { on: '2026-06-15' });
    expect(await refusalOf({ ...exit, on: '2026-06-14' })).toMatchObject({ code: 'HANDED_OVER_AFTER_EXIT' });
    expect(await refusalOf(exit)).toBeUndefined();
  });

  it('GRD-26 where the contract ended before the exit, the successor begins the day after it, or the contract is extended', async () => {
    const { id } = await at.admitted(1);
    for (const [quarterId, endsOn] of [
      [east, '2026-05-31'],
      [west, '2027-12-31'],
    ] as const) {
      const contractId = await at.contract(quarterId, id, '2025-01-01', endsOn);
      await at.mode(quarterId, { mode: 'COMPANY', from: '2025-01-01', providerId: id, contractId });
    }
    const warned = await at.take('warn', { ...versioned(await at.seen(id)), document: '投诉核查' });
    const correcting = await at.take('correct', { ...versioned(warned.provider), plan: '整改', dueOn: '2026-06-15' });
    const leaving = await at.take('beginExit', { ...versioned(correcting.provider), reason: '整改无效' });
    expect(leaving.warnings.map(({ code }) => code)).toEqual(['CORRECTION_STILL_RUNS']);
    await at.handOver(east);
    await at.handOver(west);
    const plan = (from?: string) => ({
      ...versioned(leaving.provider),
      on: '2026-06-15',
      successors: [
        { quarterId: east, mode: 'OWNERS', from },
        { quarterId: west, mode: 'OWNERS' },
      ],
    });
    const refusal = await refusalOf(plan());
    expect(refusal).toMatchObject({ code: 'DAY_UNCOVERED' });
    expect(refusal?.message).toContain('东苑');
    expect(refusal?.message).not.toContain('西苑');
    expect(await refusalOf(plan('2026-06-02'))).toMatchObject({ code: 'DAY_UNCOVERED' });
    expect(await refusalOf(plan('2026-06-16'))).toMatchObject({ code: 'DAY_UNCOVERED' });
    expect(await refusalOf(plan('2025-01-01'))).toMatchObject({ code: 'SUCCESSOR_BEFORE_START' });
    expect(await refusalOf(plan('2026-06-01'))).toBeUndefined();
    expect(await modesOn('2026-05-31')).toMatchObject({ [east]: id, [west]: id });
    expect(await modesOn('2026-06-01')).toMatchObject({ [east]: 'OWNERS', [west]: id });
    expect(await modesOn('2026-06-15')).toMatchObject({ [east]: 'OWNERS', [west]: 'OWNERS' });
  });

  it('GRD-26 a leaving company may extend a contract until it goes, but takes no other quarter', async () => {
    const company = await at.leaving(1, east);
    const contract = {
      providerId: company.id,
      startsOn: '2028-01-01',
      endsOn: '2028-02-28',
      fee: '1.00',
      document: '续签',
    };
    expect(await at.verdict(officers.housing, 'contract', { ...contract, quarterId: east })).toBe('allowed');
    expect(await at.verdict(officers.housing, 'contract', { ...contract, quarterId: west })).toBe(
      'PROVIDER_NOT_CONTRACTABLE',
    );
    const change = { quarterId: east, version: await at.versionOf(east), mode: 'OWNERS', from: '2026-06-15' };
    expect(await at.verdict(officers.housing, 'mode', change)).toBe('PROVIDER_EXITING');
  });

  it('GRD-26 refuses an exit in the future, a plan with other quarters, and the company as its own successor', async () => {
    const { company, exit, plan } = await twoQuarters();
    expect(await refusalOf({ ...exit, on: '2026-06-16' })).toMatchObject({ code: 'EXIT_IN_THE_FUTURE', field: 'on' });
    expect(await refusalOf({ ...exit, barUntil: '2026-06-15' })).toMatchObject({ code: 'BAN_TOO_SHORT' });
    expect(await refusalOf({ ...exit, successors: [...plan, { quarterId: south, mode: 'OWNERS' }] })).toMatchObject({
      code: 'PLAN_QUARTER_WRONG',
    });
    expect(await refusalOf({ ...exit, successors: [...plan, plan[1]] })).toMatchObject({ code: 'PLAN_QUARTER_WRONG' });
    const itself = [plan[0], { quarterId: west, mode: 'STATE_PLATFORM', providerId: company.id }];
    expect(await refusalOf({ ...exit, successors: itself })).toMatchObject({ code: 'SUCCESSOR_IS_LEAVING' });
  });

  it('GRD-26 two people who complete an exit at once: it happens once', async () => {
    const { exit } = await twoQuarters();
    const verdicts = await Promise.all([
      at.verdict(officers.housing, 'completeExit', exit),
      at.verdict(officers.cityHousing, 'completeExit', exit),
    ]);
    expect(verdicts.sort()).toEqual(['STALE_VERSION', 'allowed']);
    const told = (await service.emitted()).map(({ type }) => type);
    expect(told.filter((type) => type === 'grids.provider.exited.v1')).toHaveLength(1);
    expect(told).toHaveLength(3);
  });

  it('GRD-26 a successor company that begins its own exit at once is either named before it or refused after it', async () => {
    const { exit, successor } = await twoQuarters();
    const warn = { ...versioned(successor), document: '投诉核查' };
    const [exited, warned] = await Promise.all([
      at.verdict(officers.housing, 'completeExit', exit),
      at.verdict(officers.cityHousing, 'warn', warn),
    ]);
    expect(warned).toBe('allowed');
    expect(['allowed', 'PROVIDER_NOT_SERVING']).toContain(exited);
    const open = await service.database.pool.query(
      'SELECT 1 FROM quarter_mode WHERE valid_to IS NULL AND quarter_id = ANY($1)',
      [[east, west]],
    );
    expect(open.rowCount).toBe(2);
  });
});

describe('GRD-26 a barred company', () => {
  const barred = async () => {
    const company = await at.leaving(1, east);
    await at.handOver(east);
    const { provider } = await at.take('completeExit', {
      ...versioned(company),
      on: '2026-06-15',
      barUntil: '2027-06-15',
      successors: [{ quarterId: east, mode: 'OWNERS' }],
    });
    return provider;
  };

  it('GRD-26 is neither admitted nor contracted until the ban is over, and may apply again then', async () => {
    const company = await barred();
    expect(company.state).toBe('BARRED');
    const contract = {
      quarterId: east,
      providerId: company.id,
      startsOn: '2027-07-01',
      endsOn: '2028-01-01',
      fee: '1.00',
      document: '合同',
    };
    expect(await at.verdict(officers.housing, 'contract', contract)).toBe('PROVIDER_BARRED');
    const uscc = (
      await service.data<{ propertyProvider: { uscc: string; exit: object } }>(
        officers.housing,
        'query ($id: ID!) { propertyProvider(id: $id) { uscc exit { reason begunOn exitedOn barredUntil } } }',
        { id: company.id },
      )
    ).propertyProvider;
    expect(uscc.exit).toEqual({
      reason: '整改无效',
      begunOn: '2026-06-15',
      exitedOn: '2026-06-15',
      barredUntil: '2027-06-15',
    });
    const application = { uscc: uscc.uscc, areaCode: codes.county };
    service.on('2027-06-15');
    expect(await at.verdict(officers.housing, 'apply', application)).toBe('PROVIDER_BARRED');
    service.on('2027-06-16');
    const again = await at.take('apply', application);
    expect(again.provider).toMatchObject({ id: company.id, state: 'APPLIED' });
    expect(await at.verdict(officers.housing, 'contract', contract)).toBe('PROVIDER_NOT_CONTRACTABLE');
  });
});

const leavingWithPlan = async (): Promise<{ company: Company; exit: object; handover: object }> => {
  await beginWithQuarters(service);
  const company = await at.leaving(1, east);
  await at.handOver(east);
  return {
    company,
    exit: { ...versioned(company), on: '2026-06-15', successors: [{ quarterId: east, mode: 'OWNERS' }] },
    handover: { quarterId: east, on: '2026-06-15', keys: true, accounts: true, document: '交接单' },
  };
};
accessTable(
  'GRD-26 who may complete an exit',
  leavingWithPlan,
  (actor, { exit }) => at.verdict(actor, 'completeExit', exit),
  {
    housing: [officers.housing, 'allowed'],
    cityHousing: [officers.cityHousing, 'allowed'],
    otherHousing: [officers.otherHousing, 'NOT_ALLOWED'],
    community: [officers.community, 'NOT_ALLOWED'],
    street: [officers.street, 'NOT_ALLOWED'],
    office: [officers.office, 'NOT_ALLOWED'],
    auditor: [officers.auditor, 'NOT_ALLOWED'],
    nobody: [officers.nobody, 'NOT_ALLOWED'],
  },
);
accessTable(
  'GRD-26 who may record a hand-over',
  leavingWithPlan,
  (actor, { handover }) => at.verdict(actor, 'handOver', handover),
  {
    housing: [officers.housing, 'allowed'],
    community: [officers.community, 'allowed'],
    gardenCommunity: [officers.gardenCommunity, 'NOT_FOUND'],
    otherHousing: [officers.otherHousing, 'NOT_FOUND'],
    office: [officers.office, 'NOT_ALLOWED'],
    nobody: [officers.nobody, 'NOT_ALLOWED'],
  },
);
