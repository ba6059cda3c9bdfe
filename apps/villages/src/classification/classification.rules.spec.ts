import type { KnownTarget } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { judge, type ClosedFigures } from './classification.rules';
import { nearestTargets, profileOf } from './profiles.rules';

const on = '2026-01-10' as CivilDate;
const village = '410823100200';
const target = (key: string, parameters: KnownTarget['parameters'], more: Partial<KnownTarget> = {}): KnownTarget => ({
  id: `018f0000-0000-7000-8000-${String(Object.keys(parameters).length).padStart(12, '0')}`,
  key,
  areaCode: '410823',
  profile: 'test',
  comparator: 'AT_MOST',
  value: 0,
  unit: '个',
  parameters,
  dueOn: null,
  validFrom: '2020-01-01' as CivilDate,
  validTo: null,
  ...more,
});
const year = (year: number, total: number, operating = total, operatingSurplus = operating): ClosedFigures => ({
  year,
  total: total * 100,
  operating: operating * 100,
  operatingSurplus: operatingSurplus * 100,
});
const classOf = (figures: ClosedFigures, targets: KnownTarget[] = []) =>
  judge([figures], false, profileOf(targets, village, on)).class;
const totalFloor = (floor: number, more: object = {}) =>
  target('vil.income.floor', { measure: 'TOTAL', floor, ...more });
const byTotal = [totalFloor(50_000), target('vil.shell', { measure: 'TOTAL', floor: 0 })];

describe('VIL-03, VIL-07, VIL-08 the class of a closed year', () => {
  it.each([
    [0, 'SHELL'],
    [0.01, 'WEAK'],
    [49_999.99, 'WEAK'],
    [50_000, 'REACHED'],
    [199_999.99, 'REACHED'],
    [200_000, 'GOOD'],
    [999_999.99, 'GOOD'],
    [1_000_000, 'STAR'],
  ])('VIL-03 %s yuan, all of it operating and without expenses: %s', (yuan, expected) => {
    expect(classOf(year(2025, yuan))).toBe(expected);
  });

  it('VIL-07 the rule set’s own bounds read the surplus, as the national statistic does', () => {
    expect(classOf(year(2025, 90_000, 60_000, 0))).toBe('SHELL');
    expect(classOf(year(2025, 90_000, 60_000, 45_000))).toBe('WEAK');
    expect(classOf(year(2025, 500_000, 60_000, -1))).toBe('SHELL');
  });

  it('VIL-03 a target reads its own measure: total income clears where the surplus would not', () => {
    expect(classOf(year(2025, 90_000, 60_000, 45_000), byTotal)).toBe('REACHED');
    expect(classOf(year(2025, 90_000, 10_000, 5_000), byTotal)).toBe('BELOW');
    expect(classOf(year(2025, 1_200_000, 10_000, 0), byTotal)).toBe('BELOW');
  });

  it('VIL-04 where plans differ all floors hold, and the highest one missed is told', () => {
    const both = [...byTotal, totalFloor(100_000)];
    const verdict = (yuan: number) => judge([year(2025, yuan)], false, profileOf(both, village, on));
    expect(verdict(70_000)).toMatchObject({ class: 'WEAK', bound: { amount: 10_000_000 } });
    expect(verdict(40_000)).toMatchObject({ class: 'WEAK', bound: { amount: 10_000_000 } });
    expect(verdict(100_000)).toMatchObject({ class: 'REACHED' });
  });

  it('VIL-03 a grant clears no village whose floor counts operating income', () => {
    const operating = [target('vil.income.floor', { measure: 'OPERATING', floor: 50_000 }), byTotal[1]!];
    expect(judge([year(2025, 300_000, 20_000)], true, profileOf(operating, village, on))).toMatchObject({
      class: 'WEAK',
      value: 2_000_000,
      bound: { measure: 'OPERATING' },
    });
  });

  it('VIL-03 a weak village needs as many closed years in a row as its plan says', () => {
    const profile = profileOf([totalFloor(50_000, { clearYears: 2 }), byTotal[1]!], village, on);
    const good = (...years: number[]) => years.map((each) => year(each, 60_000));
    expect(judge(good(2025), true, profile)).toMatchObject({
      class: 'WEAK',
      weak: true,
      yearsAtFloor: 1,
      yearsNeeded: 2,
    });
    expect(judge(good(2025, 2024), true, profile)).toMatchObject({ class: 'REACHED', weak: false });
    expect(judge(good(2025, 2023), true, profile)).toMatchObject({ class: 'WEAK', yearsAtFloor: 1 });
    expect(judge([year(2025, 60_000), year(2024, 1_000)], true, profile)).toMatchObject({ class: 'WEAK' });
    // Who was not weak before has nothing to clear.
    expect(judge(good(2025), false, profile)).toMatchObject({ class: 'REACHED', weak: false });
  });

  it('VIL-03 the nearest area that has set targets prevails over those above it', () => {
    const city = { ...totalFloor(100_000), areaCode: '410800' };
    const county = totalFloor(50_000);
    const town = { ...totalFloor(30_000), areaCode: '410823100' };
    const elsewhere = { ...totalFloor(1), areaCode: '410825' };
    const floor = (targets: KnownTarget[]) =>
      nearestTargets(targets, 'vil.income.floor', village).map(({ parameters }) => parameters['floor']);
    expect(floor([city, elsewhere])).toEqual([100_000]);
    expect(floor([city, county, elsewhere])).toEqual([50_000]);
    expect(floor([city, county, town])).toEqual([30_000]);
    expect(floor([elsewhere])).toEqual([]);
  });
});
