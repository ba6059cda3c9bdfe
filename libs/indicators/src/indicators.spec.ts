import type { CivilDate } from '@jishi/periods';
import { addedUp, judge, lastClosedPeriod, percentOf, periodKindOf, ratio, wholePeriods, type Target } from '.';

const on = '2024-01-31' as CivilDate;
const atLeast = (value: number, more: Partial<Target> = {}): Target => ({ comparator: 'AT_LEAST', value, ...more });

describe('X-22 a share and its two parts', () => {
  it('X-22 is one number from 0 to 1, and nothing when nothing stands below the line', () => {
    expect(ratio(19, 20, on)).toEqual({ numerator: 19, denominator: 20, value: 0.95, asOf: on });
    expect(ratio(0, 0, on).value).toBeNull();
    expect(percentOf(ratio(19, 20, on))).toBe(95);
    expect(percentOf(ratio(0, 0, on))).toBeNull();
  });
  it('X-22 adds up counts, never shares', () => {
    expect(addedUp([ratio(3, 4, on), ratio(1, 6, on)], on)).toMatchObject({ numerator: 4, denominator: 10 });
    expect(addedUp([], on).value).toBeNull();
  });
  it.each([
    [-1, 2],
    [1.5, 2],
    [1, Number.NaN],
  ])('X-22 refuses %s of %s', (above, below) => {
    expect(() => ratio(above, below, on)).toThrow(RangeError);
  });
});

describe('X-22 verdicts', () => {
  it.each([
    ['AT_LEAST', 100, 99, 'NOT_REACHED'],
    ['AT_LEAST', 100, 100, 'REACHED'],
    ['AT_MOST', 50, 50, 'REACHED'],
    ['AT_MOST', 50, 51, 'NOT_REACHED'],
    ['AT_MOST', 0, 1, 'NOT_REACHED'],
    ['EXACTLY', 25, 25, 'REACHED'],
    ['EXACTLY', 25, 24, 'NOT_REACHED'],
  ] as const)('X-22 %s %s: %s is %s', (comparator, value, figure, verdict) => {
    expect(judge({ comparator, value }, figure, on)).toEqual({ verdict, why: null });
  });

  it('X-22 compares shares by their counts', () => {
    expect(judge(atLeast(95), ratio(19, 20, on), on).verdict).toBe('REACHED');
    expect(judge(atLeast(95), ratio(94, 99, on), on).verdict).toBe('NOT_REACHED');
    // 0.07 * 100 is 7.000000000000001 in floating point
    expect(judge({ comparator: 'AT_MOST', value: 7 }, ratio(7, 100, on), on).verdict).toBe('REACHED');
  });

  it('X-22 ORG-19 a third is a third: 33 of 100 is less, 34 of 102 is enough', () => {
    const third = atLeast(33.33, { parameters: { fraction: '1/3' } });
    expect(judge(third, ratio(3333, 10_000, on), on).verdict).toBe('NOT_REACHED');
    expect(judge(third, ratio(34, 102, on), on).verdict).toBe('REACHED');
  });

  it('X-22 RISE needs the figure of the period before and must be above it', () => {
    const rise: Target = { comparator: 'RISE', value: null };
    expect(judge(rise, 12, on)).toEqual({ verdict: 'NOT_JUDGED', why: 'NO_PREVIOUS_FIGURE' });
    expect(judge(rise, 12, on, 11).verdict).toBe('REACHED');
    expect(judge(rise, 12, on, 12).verdict).toBe('NOT_REACHED');
    expect(judge(rise, ratio(1, 3, on), on, ratio(3333, 10_000, on)).verdict).toBe('REACHED');
  });

  it('X-22 does not judge what has no value, no figure, or is only reported', () => {
    expect(judge({ comparator: 'REPORT', value: 90 }, 10, on).why).toBe('REPORT_ONLY');
    expect(judge({ comparator: 'AT_LEAST', value: null }, 10, on).why).toBe('REPORT_ONLY');
    expect(judge(atLeast(95), ratio(0, 0, on), on).why).toBe('NO_FIGURE');
    expect(judge(atLeast(95), null, on).why).toBe('NO_FIGURE');
  });

  it.each([
    ['2023-12-30', 'NOT_DUE'],
    ['2023-12-31', null],
    ['2024-02-01', null],
  ] as const)('X-22 what is due by the last day of 2023 is on %s: %s', (day, why) => {
    expect(judge(atLeast(1, { dueOn: '2023-12-31' }), 0, day)).toEqual({
      verdict: why ? 'NOT_JUDGED' : 'NOT_REACHED',
      why,
    });
  });

  it.each([
    ['2023-01-31', 'NOT_IN_FORCE'],
    ['2023-02-01', null],
    ['2023-12-31', null],
    ['2024-01-01', 'NOT_IN_FORCE'],
  ] as const)('P12 a target of February to December 2023 says on %s: %s', (day, why) => {
    expect(judge(atLeast(1, { validFrom: '2023-02-01', validTo: '2024-01-01' }), 1, day).why).toBe(why);
  });
});

describe('X-22 periods of a figure', () => {
  it('X-22 reads the period from the target', () => {
    expect(periodKindOf({ per: 'QUARTER' })).toBe('QUARTER');
    expect(periodKindOf({ per: 'ROUND' })).toBeNull();
    expect(periodKindOf({})).toBeNull();
  });
  it.each([
    ['YEAR', '2023-12-31', '2023'],
    ['YEAR', '2024-01-01', '2023'],
    ['QUARTER', '2024-06-29', '2024Q1'],
    ['MONTH', '2024-02-29', '2024-02'],
    ['WEEK', '2024-01-07', '2024-W01'],
  ] as const)('X-22 the newest closed %s on %s is %s', (kind, day, text) => {
    expect(lastClosedPeriod(kind, day).text).toBe(text);
  });
  it('X-22 judges whole periods only', () => {
    expect(wholePeriods('MONTH', '2024-01-15', '2024-04-29').map(({ text }) => text)).toEqual(['2024-02', '2024-03']);
    expect(wholePeriods('YEAR', '2024-01-15', '2024-12-31')).toEqual([]);
  });
});
