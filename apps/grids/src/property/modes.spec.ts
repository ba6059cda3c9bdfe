import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginWithQuarters, office, officers, quarters } from '../../seeds/property';
import { codes, riverTown } from '../../seeds/river-town';
import { relocateQuarters } from '../quarters';
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
const setMode = async (input: object, quarterId: string = east) => ({
  quarterId,
  version: await at.versionOf(quarterId),
  ...input,
});
const historyOf = async (quarterId: string) =>
  (
    await service.data<{ _entities: [{ modeHistory: object[]; provider: object | null; propertyAlerts: object[] }] }>(
      officers.housing,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Quarter {
         modeHistory { mode validFrom validTo provider { id } } provider { id } propertyAlerts { openedOn closedOn } } } }`,
      { of: [{ __typename: 'Quarter', id: quarterId }] },
    )
  )._entities[0];
const coverage = async (
  areaCode: string,
  asOf?: string,
  actor: (typeof officers)[keyof typeof officers] = officers.housing,
) =>
  (
    await service.data<{ propertyCoverage: { ratio: { numerator: number; denominator: number }; areas: object[] } }>(
      actor,
      `query ($areaCode: AreaCode!, $asOf: Date) { propertyCoverage(areaCode: $areaCode, asOf: $asOf) {
         ratio { numerator denominator value asOf } modes { mode count } target { percent reached }
         areas { area { code } ratio { numerator denominator } } } }`,
      { areaCode, asOf },
    )
  ).propertyCoverage;
const unmanaged = async (filter: object = {}, asOf?: string) =>
  (
    await service.data<{ unmanagedQuarters: { nodes: { quarter: { id: string }; since: string; days: number }[] } }>(
      officers.housing,
      `query ($filter: UnmanagedQuarterFilter, $asOf: Date) { unmanagedQuarters(filter: $filter, asOf: $asOf) {
         nodes { quarter { id } since days } } }`,
      { filter, asOf },
    )
  ).unmanagedQuarters.nodes.map(({ quarter, since, days }) => [quarter.id, since, days]);

describe('GRD-21 the mode of a quarter', () => {
  it('GRD-21 keeps one mode a day without a gap, ends the contract of the company that goes, and tells the others', async () => {
    const { id } = await at.serving(1, east);
    await service.forget();
    await at.mode(east, { mode: 'OWNERS', from: '2026-06-01' });
    expect(await historyOf(east)).toEqual({
      modeHistory: [
        { mode: 'OWNERS', validFrom: '2026-06-01', validTo: null, provider: null },
        { mode: 'COMPANY', validFrom: '2025-01-01', validTo: '2026-06-01', provider: { id } },
      ],
      provider: null,
      propertyAlerts: [],
    });
    expect(await service.emitted()).toMatchObject([
      {
        type: 'grids.quarter.changed.v1',
        key: east,
        data: { propertyMode: 'OWNERS', providerId: null, from: '2026-06-01', communityCode: codes.riverside },
      },
    ]);
    const { propertyContracts } = await service.data<{ propertyContracts: object }>(
      officers.community,
      'query ($id: ID!) { propertyContracts(filter: { quarterId: $id }) { totalCount nodes { endsOn endedOn fee provider { id } quarter { id } } } }',
      { id: east },
    );
    expect(propertyContracts).toEqual({
      totalCount: 1,
      nodes: [{ endsOn: '2027-12-31', endedOn: '2026-05-31', fee: '1.20', provider: { id }, quarter: { id: east } }],
    });
  });

  it('GRD-21 the database itself refuses two modes on a day and a gap between two', async () => {
    await at.mode(east, { mode: 'OWNERS', from: '2026-01-01' });
    await at.mode(east, { mode: 'COMMUNITY_TRUST', from: '2026-03-01' });
    const write = (sql: string) =>
      service.database.pool.query(sql, [east]).then(
        () => 'written',
        ({ constraint }: { constraint: string }) => constraint,
      );
    const insert = (from: string, follows: string) =>
      write(
        `INSERT INTO quarter_mode (quarter_id, mode, valid_from, valid_to, follows) VALUES ($1, 'UNIT', ${from}, ${follows})`,
      );
    expect(await insert(`'2026-02-01', '2026-02-10'`, `'2026-02-01'`)).toBe('quarter_mode_one_a_day');
    expect(await insert(`'2025-10-01', '2025-11-01'`, 'NULL')).toBe('quarter_mode_first_once');
    await write(`UPDATE quarter_mode SET valid_to = '2026-06-01' WHERE quarter_id = $1 AND valid_to IS NULL`);
    expect(await insert(`'2026-06-05', NULL`, `'2026-06-05'`)).toBe('quarter_mode_no_gap');
    expect(await insert(`'2026-06-05', NULL`, `'2026-06-01'`)).toBe('quarter_mode_follows_at_once');
    expect(await insert(`'2026-06-01', NULL`, `'2026-06-01'`)).toBe('written');
    expect(
      await write(`UPDATE quarter_mode SET valid_to = '2026-02-15' WHERE quarter_id = $1 AND valid_to = '2026-03-01'`),
    ).toBe('quarter_mode_no_gap');
  });

  it('GRD-21 a change back to none opens an alert at once, and only management closes it', async () => {
    await at.mode(east, { mode: 'COMMUNITY_TRUST', from: '2026-01-01' });
    await at.mode(east, { mode: 'NONE', from: '2026-06-01' });
    expect((await historyOf(east))?.propertyAlerts).toEqual([{ openedOn: '2026-06-01', closedOn: null }]);
    expect(await unmanaged({ areaCode: codes.riverside })).toEqual([
      [east, '2026-06-01', 14],
      [south, '2024-01-01', 896],
      [west, '2024-01-01', 896],
    ]);
    await at.mode(east, { mode: 'OWNERS', from: '2026-06-11' });
    expect((await historyOf(east))?.propertyAlerts).toEqual([{ openedOn: '2026-06-01', closedOn: '2026-06-11' }]);
    expect(await unmanaged({ areaCode: codes.riverside })).toHaveLength(2);
    expect(await unmanaged({ areaCode: codes.riverside }, '2026-06-10')).toHaveLength(3);
    expect(await unmanaged({ areaCode: codes.riverside }, '2026-05-31')).toHaveLength(2);
  });

  it('GRD-21 a mistake is corrected on the first day of a mode, and leaves no day behind', async () => {
    await at.mode(east, { mode: 'OWNERS', from: '2026-01-01' });
    await at.mode(east, { mode: 'NONE', from: '2026-06-15' });
    await at.mode(east, { mode: 'UNIT', from: '2026-06-15' });
    expect(await historyOf(east)).toMatchObject({
      modeHistory: [
        { mode: 'UNIT', validFrom: '2026-06-15', validTo: null },
        { mode: 'OWNERS', validFrom: '2026-01-01', validTo: '2026-06-15' },
      ],
      propertyAlerts: [{ openedOn: '2026-06-15', closedOn: '2026-06-15' }],
    });
  });

  it('GRD-21 a company entered by mistake loses its contract when it is corrected on the first day', async () => {
    await at.mode(east, { mode: 'OWNERS', from: '2026-01-01' });
    const { id: providerId } = await at.serving(1, west);
    const contractId = await at.contract(east, providerId, '2026-06-01', '2027-05-31');
    await at.mode(east, { mode: 'COMPANY', from: '2026-06-15', providerId, contractId });
    await at.mode(east, { mode: 'COMMUNITY_TRUST', from: '2026-06-15' });
    const { rows } = await service.database.pool.query('SELECT ended_on FROM property_contract WHERE id = $1', [
      contractId,
    ]);
    expect(rows).toEqual([{ ended_on: '2026-06-14' }]);
  });

  it('GRD-21 refuses a mode in the future, before the last change, unchanged, or with a company that does not belong', async () => {
    const serving = await at.serving(1, east);
    const admitted = await at.admitted(2);
    const ofWest = await at.contract(west, serving.id, '2026-01-01', '2026-03-31');
    const company = { mode: 'COMPANY', from: '2026-06-01', providerId: serving.id };
    const cases: readonly [object, string, string][] = [
      [{ mode: 'OWNERS', from: '2026-06-16' }, east, 'MODE_IN_THE_FUTURE'],
      [{ mode: 'OWNERS', from: '2024-12-31' }, east, 'MODE_BEFORE_LAST_CHANGE'],
      [{ mode: 'OWNERS', from: '2026-06-01', providerId: serving.id }, east, 'PROVIDER_NOT_EXPECTED'],
      [{ mode: 'COMPANY', from: '2026-06-01' }, west, 'CONTRACT_MISSING'],
      [company, west, 'CONTRACT_MISSING'],
      [{ ...company, contractId: ofWest }, west, 'CONTRACT_DOES_NOT_FIT'],
      [{ ...company, contractId: ofWest, from: '2026-03-31' }, garden, 'CONTRACT_DOES_NOT_FIT'],
      [{ ...company, contractId: ofWest, providerId: admitted.id }, west, 'PROVIDER_NOT_SERVING'],
      [{ ...company, contractId: ofWest, from: '2026-03-31' }, west, 'allowed'],
    ];
    for (const [input, quarterId, expected] of cases)
      expect([input, await at.verdict(officers.housing, 'mode', await setMode(input, quarterId))]).toEqual([
        input,
        expected,
      ]);
    await at.mode(south, { mode: 'OWNERS', from: '2026-01-01' });
    expect(
      await at.verdict(officers.housing, 'mode', await setMode({ mode: 'OWNERS', from: '2026-02-01' }, south)),
    ).toBe('MODE_UNCHANGED');
    expect(
      await at.verdict(officers.housing, 'mode', { quarterId: south, version: 1, mode: 'UNIT', from: '2026-06-01' }),
    ).toBe('STALE_VERSION');
  });

  it('GRD-21 two people who set a mode at once: one of them is told that the quarter has changed', async () => {
    const input = await setMode({ mode: 'OWNERS', from: '2026-06-01' });
    const verdicts = await Promise.all([
      at.verdict(officers.housing, 'mode', input),
      at.verdict(officers.community, 'mode', { ...input, mode: 'COMMUNITY_TRUST' }),
    ]);
    expect(verdicts.sort()).toEqual(['STALE_VERSION', 'allowed']);
  });
});

describe('GRD-21 coverage', () => {
  it('GRD-21 counts managed quarters as of any day, within every area, with the rows behind', async () => {
    await at.serving(1, east, garden);
    await at.mode(west, { mode: 'OWNERS', from: '2026-03-01' });
    await service.database.pool.query(
      `INSERT INTO known_target (id, key, area_code, comparator, value, unit, valid_from) VALUES (uuidv7(), 'grd.property.coverage', $1, 'AT_LEAST', 100, '%', '2026-01-01')`,
      [codes.county],
    );
    expect(await coverage(codes.county)).toEqual({
      ratio: { numerator: 3, denominator: 4, value: 0.75, asOf: '2026-06-15' },
      modes: [
        { mode: 'COMPANY', count: 2 },
        { mode: 'NONE', count: 1 },
        { mode: 'OWNERS', count: 1 },
      ],
      target: { percent: 100, reached: false },
      areas: [{ area: { code: codes.street }, ratio: { numerator: 3, denominator: 4 } }],
    });
    expect((await coverage(codes.street)).areas).toEqual([
      { area: { code: codes.riverside }, ratio: { numerator: 2, denominator: 3 } },
      { area: { code: codes.garden }, ratio: { numerator: 1, denominator: 1 } },
    ]);
    expect(await coverage(codes.city, '2026-02-28', officers.cityHousing)).toMatchObject({
      ratio: { numerator: 2, denominator: 4 },
    });
    expect(await coverage(codes.garden, '2024-12-31')).toMatchObject({
      ratio: { numerator: 0, denominator: 1, value: 0 },
    });
    expect(await coverage(codes.garden, '2023-12-31')).toMatchObject({ ratio: { denominator: 0, value: null } });
    expect(await coverage(codes.county, '2026-06-15', officers.otherHousing)).toMatchObject({
      ratio: { denominator: 0 },
    });
    const rows = async (managed: boolean) =>
      (
        await service.data<{ propertyCoverage: { quarters: { totalCount: number; nodes: object[] } } }>(
          officers.housing,
          `query ($code: AreaCode!, $managed: Boolean) { propertyCoverage(areaCode: $code) { quarters(managed: $managed) {
             totalCount nodes { quarter { id } mode } } } }`,
          { code: codes.riverside, managed },
        )
      ).propertyCoverage.quarters;
    expect(await rows(false)).toEqual({ totalCount: 1, nodes: [{ quarter: { id: south }, mode: 'NONE' }] });
    expect((await rows(true)).totalCount).toBe(2);
  });
});

describe('GRD-21 a community that is merged', () => {
  it('GRD-21 keeps its figures of the past under its old code, and modes go on under the new one', async () => {
    await at.serving(1, east, garden);
    const shares = async (day: string) =>
      Promise.all(
        [codes.riverside, codes.garden, codes.street].map(async (code) => {
          const { numerator, denominator } = (await coverage(code, day)).ratio;
          return `${numerator}/${denominator}`;
        }),
      );
    const before = await shares('2026-05-31');
    expect(before).toEqual(['1/3', '1/1', '2/4']);
    await service.asSystem((tx) => relocateQuarters(tx, codes.garden, codes.riverside, '2026-06-01'));
    expect(await shares('2026-05-31')).toEqual(before);
    expect(await shares('2026-06-01')).toEqual(['2/4', '0/0', '2/4']);
    expect((await historyOf(garden))?.modeHistory).toMatchObject([
      { mode: 'COMPANY', validFrom: '2025-01-01', validTo: null },
    ]);
    expect(await unmanaged({ areaCode: codes.riverside }, '2026-05-31')).toHaveLength(2);
  });
});

describe('GRD-21 contracts', () => {
  it('GRD-21 refuses a contract that overlaps another of the company, ends before it begins, or is with a company not admitted', async () => {
    const { id } = await at.admitted(1);
    await at.contract(east, id, '2026-01-01', '2026-12-31');
    const contract = {
      quarterId: east,
      providerId: id,
      startsOn: '2026-12-31',
      endsOn: '2027-12-31',
      fee: '1.00',
      document: '合同',
    };
    expect(await at.verdict(officers.housing, 'contract', contract)).toBe('CONTRACT_OVERLAPS');
    expect(await at.verdict(officers.housing, 'contract', { ...contract, startsOn: '2028-01-01' })).toBe(
      'CONTRACT_DAYS',
    );
    expect(await at.verdict(officers.housing, 'contract', { ...contract, startsOn: '2027-01-01' })).toBe('allowed');
    const { provider } = await at.take('apply', { uscc: '91370303MA3TEKT04X', areaCode: codes.county });
    expect(await at.verdict(officers.housing, 'contract', { ...contract, providerId: provider.id })).toBe(
      'PROVIDER_NOT_CONTRACTABLE',
    );
  });

  it('GRD-21 lists contracts that end soon, as long as the company is in charge and has not renewed', async () => {
    const { id } = await at.admitted(1);
    for (const quarterId of [east, west, south]) {
      const contractId = await at.contract(quarterId, id, '2025-01-01', '2026-09-13');
      await at.mode(quarterId, { mode: 'COMPANY', from: '2025-01-01', providerId: id, contractId });
    }
    const soon = async () =>
      (
        await service.data<{ propertyContracts: { nodes: { quarter: { id: string } }[] } }>(
          officers.housing,
          '{ propertyContracts(filter: { endingSoon: true }) { nodes { quarter { id } } } }',
        )
      ).propertyContracts.nodes.map(({ quarter }) => quarter.id);
    expect(await soon()).toEqual([east, west, south]);
    await at.contract(east, id, '2026-09-14', '2027-09-13');
    await at.mode(west, { mode: 'OWNERS', from: '2026-06-01' });
    expect(await soon()).toEqual([south]);
    service.on('2026-06-14');
    expect(await soon()).toEqual([]);
  });
});

const who = {
  housing: [officers.housing, 'allowed'],
  cityHousing: [officers.cityHousing, 'allowed'],
  community: [officers.community, 'allowed'],
  street: [officers.street, 'allowed'],
  gardenCommunity: [officers.gardenCommunity, 'NOT_FOUND'],
  otherHousing: [officers.otherHousing, 'NOT_FOUND'],
  office: [officers.office, 'NOT_ALLOWED'],
  worker: [officers.worker, 'NOT_ALLOWED'],
  auditor: [officers.auditor, 'NOT_ALLOWED'],
  nobody: [officers.nobody, 'NOT_ALLOWED'],
} as const;
accessTable(
  'GRD-21 who may set the mode of a quarter',
  async () => {
    await beginWithQuarters(service);
    return setMode({ mode: 'OWNERS', from: '2026-06-01' });
  },
  (actor, input) => at.verdict(actor, 'mode', input),
  who,
);
accessTable(
  'GRD-21 who may record a contract',
  async () => {
    await beginWithQuarters(service);
    const { id } = await at.admitted(1);
    return {
      quarterId: east,
      providerId: id,
      startsOn: '2026-01-01',
      endsOn: '2026-12-31',
      fee: '1.00',
      document: '合同',
    };
  },
  (actor, input) => at.verdict(actor, 'contract', input),
  who,
);
