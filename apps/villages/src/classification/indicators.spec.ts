import { targetChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { booksOf, type Year } from '../../seeds/books';
import { beginAgain, codes, idAt, people, twoTowns } from '../../seeds/two-towns';
import { villages } from '../service';

let service: TestService;
const { act, seen, closed, yearNow } = booksOf(() => service);
beforeAll(async () => {
  service = await testService(villages, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

type Target = Parameters<typeof targetChanged>[0];
let targets = 5_000;
const target = (
  key: string,
  comparator: Target['comparator'],
  value: number,
  parameters: Target['parameters'],
  more: Partial<Target> = {},
) =>
  targetChanged({
    targetId: idAt((targets += 1)),
    key,
    areaCode: codes.county,
    profile: 'county-2023',
    comparator,
    value,
    unit: '个',
    parameters,
    dueOn: null,
    validFrom: '2020-01-01',
    validTo: null,
    ...more,
  });

interface Indicator {
  readonly key: string;
  readonly bound: string | null;
  readonly ratio: { readonly numerator: number; readonly denominator: number; readonly value: number | null } | null;
  readonly mean: string | null;
  readonly sum: string | null;
  readonly verdict: string;
  readonly unjudged: string | null;
  readonly villages: number;
  readonly closedVillages: number;
  readonly rows: Record<string, unknown>;
}
const ask = `query($areaCode: AreaCode!, $year: Int!) { villageIndicators(areaCode: $areaCode, year: $year) {
  key title measure bound villages closedVillages provisional ratio { numerator denominator value asOf } sum mean verdict unjudged
  target { comparator value unit profile } rows { measure below atMost atLeast model closed } } }`;
const indicators = async (
  areaCode: string = codes.county,
  year = 2025,
  by = people.ag as (typeof people)['ag' | 'ts' | 'co'],
) => (await service.data<{ villageIndicators: Indicator[] }>(by, ask, { areaCode, year })).villageIndicators;
const of = (all: readonly Indicator[], key: string) => all.filter((one) => one.key === key);
const rowsOf = async ({ rows }: Indicator, areaCode: string = codes.county, year = 2025) => {
  const filter = Object.fromEntries(Object.entries(rows).filter(([, value]) => value !== null));
  return (
    await service.data<{
      villageFigures: { totalCount: number; nodes: { areaCode: string; village: { areaCode: string } }[] };
    }>(
      people.ag,
      `query($areaCode: AreaCode!, $year: Int!, $filter: VillageFigureFilter) { villageFigures(areaCode: $areaCode, year: $year, filter: $filter) {
         totalCount nodes { areaCode total village { areaCode } } } }`,
      { areaCode, year, filter },
    )
  ).villageFigures;
};

/** Five villages of the county: nothing, 30,000, 70,000 with 60,000 of it grants, 250,000 and 1,100,000. */
async function county(): Promise<void> {
  await closed(2025, {}, { areaCode: codes.dazhuang });
  await closed(2025, { OPERATION: 30_000 }, { areaCode: codes.xiaozhuang });
  await closed(2025, { OPERATION: 10_000, GRANT: 60_000 }, { areaCode: codes.zhaozhuang });
  await closed(2025, { LEASE: 250_000 }, { areaCode: codes.qianzhuang });
  await closed(2025, { CONTRACT: 1_100_000 }, { areaCode: codes.liuzhuang });
}

describe('VIL-03 to VIL-08 figures of a county', () => {
  it('VIL-05, VIL-06 each figure reads its own measure, with numerator and denominator, and drills down to its rows', async () => {
    await service.receive(
      target('vil.income.floor', 'AT_MOST', 0, { measure: 'TOTAL', floor: 50_000 }),
      target('vil.income.floor', 'AT_MOST', 0, { measure: 'TOTAL', floor: 100_000 }, { profile: 'zone' }),
      target('vil.operating.share', 'AT_LEAST', 95, { measure: 'OPERATING', floor: 50_000 }),
      target('vil.income.mean', 'AT_LEAST', 200_000, { measure: 'TOTAL' }),
      target('vil.shell', 'AT_MOST', 0, { measure: 'TOTAL', floor: 0 }),
      target('vil.star', 'AT_LEAST', 1, { measure: 'TOTAL', floor: 1_000_000 }),
      target('vil.model', 'AT_LEAST', 20, {}),
    );
    await county();
    const all = await indicators();
    expect(of(all, 'vil.income.floor')).toMatchObject([
      {
        bound: '50000.00',
        ratio: { numerator: 2, denominator: 5, value: 0.4, asOf: '2025-12-31' },
        verdict: 'NOT_REACHED',
      },
      { bound: '100000.00', ratio: { numerator: 3, denominator: 5 }, verdict: 'NOT_REACHED' },
    ]);
    expect(of(all, 'vil.operating.share')).toMatchObject([
      { measure: 'OPERATING', ratio: { numerator: 2, denominator: 5 }, verdict: 'NOT_REACHED' },
    ]);
    expect(of(all, 'vil.income.mean')).toMatchObject([
      { sum: '1450000.00', mean: '290000.00', ratio: null, verdict: 'REACHED', target: { value: 200_000 } },
    ]);
    expect(of(all, 'vil.shell')).toMatchObject([
      { ratio: { numerator: 1 }, verdict: 'NOT_REACHED', title: '集体经济空壳村' },
    ]);
    expect(of(all, 'vil.star')).toMatchObject([{ ratio: { numerator: 1 }, verdict: 'REACHED' }]);
    expect(of(all, 'vil.model')).toMatchObject([{ ratio: { numerator: 0 }, verdict: 'NOT_REACHED' }]);
    for (const one of all.filter(({ ratio }) => ratio !== null)) {
      const { totalCount, nodes } = await rowsOf(one);
      expect([one.key, totalCount]).toEqual([one.key, one.ratio!.numerator]);
      expect(nodes).toHaveLength(one.ratio!.numerator);
    }
    expect((await rowsOf(of(all, 'vil.income.floor')[1]!)).nodes.map(({ village }) => village.areaCode)).toEqual([
      codes.dazhuang,
      codes.xiaozhuang,
      codes.zhaozhuang,
    ]);
  });

  it('VIL-03 a year in which some village has not closed is provisional and not judged', async () => {
    await service.receive(target('vil.income.floor', 'AT_MOST', 0, { measure: 'TOTAL', floor: 50_000 }));
    await closed(2025, { OPERATION: 30_000 });
    expect(of(await indicators(), 'vil.income.floor')).toMatchObject([
      {
        villages: 5,
        closedVillages: 1,
        provisional: true,
        ratio: { numerator: 1 },
        verdict: 'NOT_JUDGED',
        unjudged: 'NO_FIGURE',
      },
    ]);
  });

  it('VIL-05 is not judged before it is due, nor without a target', async () => {
    await service.receive(
      target('vil.operating.share', 'AT_LEAST', 95, { measure: 'OPERATING', floor: 50_000 }, { dueOn: '2026-12-31' }),
    );
    await county();
    const all = await indicators();
    expect(of(all, 'vil.operating.share')).toMatchObject([{ verdict: 'NOT_JUDGED', unjudged: 'NOT_DUE' }]);
    expect(of(all, 'vil.shell')).toMatchObject([
      {
        target: null,
        measure: 'OPERATING_SURPLUS',
        ratio: { numerator: 1 },
        verdict: 'NOT_JUDGED',
        unjudged: 'REPORT_ONLY',
      },
    ]);
  });

  it('VIL-04 a past year is judged by the targets of its last day, whatever was set since (P12)', async () => {
    await service.receive(
      target('vil.income.floor', 'AT_MOST', 0, { floor: 50_000, measure: 'TOTAL' }, { validTo: '2026-01-01' }),
      target('vil.income.floor', 'AT_MOST', 0, { floor: 100_000, measure: 'TOTAL' }, { validFrom: '2026-01-01' }),
    );
    await county();
    expect(of(await indicators(), 'vil.income.floor').map(({ bound }) => bound)).toEqual(['50000.00']);
    expect(of(await indicators(codes.county, 2026), 'vil.income.floor').map(({ bound }) => bound)).toEqual([
      '100000.00',
    ]);
  });

  it('VIL-03 indicators of a year under revision read what the last close said', async () => {
    await county();
    const before = await indicators();
    const year = await yearNow(2025, codes.liuzhuang);
    await act<Year>(people.co, 'reviseIncomeYear', { ...seen(year), reason: '核对' });
    expect(await indicators()).toEqual(before);
  });

  it('VIL-06 are told for a town too, by one statement for all figures, and only to who may read the whole area', async () => {
    await county();
    expect(of(await indicators(codes.east, 2025, people.ts), 'vil.income.mean')).toMatchObject([
      { sum: '350000.00', mean: '87500.00', villages: 4 },
    ]);
    const before = service.database.statements();
    await indicators();
    expect(service.database.statements() - before).toBe(2);
    expect(await service.verdict(people.ts, ask, { areaCode: codes.county, year: 2025 })).toBe('NOT_ALLOWED');
    expect(await service.verdict(people.stranger, ask, { areaCode: codes.east, year: 2025 })).toBe('NOT_ALLOWED');
    expect(await service.verdict(people.nobody, ask, { areaCode: codes.east, year: 2025 })).toBe('NOT_ALLOWED');
  });
});
