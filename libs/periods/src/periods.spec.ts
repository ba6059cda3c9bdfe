import { DomainError } from '@jishi/errors';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  civilDate,
  compareDates,
  dateInShanghai,
  daysBetween,
  endOfWorkingDays,
  formatChinese,
  formatCompact,
  formatMonth,
  fourFifths,
  fullMonths,
  fullYears,
  isCivilDate,
  moreThanHalf,
  nationalCalendar,
  nextPeriod,
  nextWorkingDay,
  officialYears,
  parsePeriod,
  parseWrittenDate,
  periodContains,
  periodOf,
  previousPeriod,
  startOfDayInShanghai,
  twoThirds,
  weekdayOf,
  workCalendar,
  type CivilDate,
} from './index';

const anyDate = fc.integer({ min: 0, max: 80_000 }).map((days) => addDays('1900-01-01', days));
const kinds = ['YEAR', 'HALF', 'QUARTER', 'MONTH', 'WEEK'] as const;

describe('civil dates', () => {
  it.each<[CivilDate, number, CivilDate]>([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2025-01-31', 1, '2025-02-28'],
    ['2025-03-10', 12, '2026-03-10'],
    ['2026-06-30', 1, '2026-07-30'],
    ['2026-07-20', 3, '2026-10-20'],
    ['2026-07-20', 18, '2028-01-20'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-03-31', -13, '2025-02-28'],
  ])('%s and %i months ends on %s', (from, months, to) => expect(addMonths(from, months)).toBe(to));

  it('does not count the start day of a period in days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(daysBetween('2026-01-02', '2026-01-01')).toBe(-1);
  });

  it('counts age and Party standing in whole years', () => {
    expect(fullYears('1985-07-15', '2026-07-14')).toBe(40);
    expect(fullYears('1985-07-15', '2026-07-15')).toBe(41);
    expect(fullYears('2008-02-29', '2026-02-27')).toBe(17);
    expect(fullYears('2008-02-29', '2026-02-28')).toBe(18);
    expect(fullYears('2028-01-20', '2027-01-20')).toBe(0);
    expect(fullMonths('2026-01-31', '2026-02-28')).toBe(1);
  });

  it('knows the date in Shanghai at an instant', () => {
    expect(dateInShanghai(new Date('2026-11-21T15:59:59.999Z'))).toBe('2026-11-21');
    expect(dateInShanghai(new Date('2026-11-21T16:00:00Z'))).toBe('2026-11-22');
    expect(startOfDayInShanghai('2026-11-22').toISOString()).toBe('2026-11-21T16:00:00.000Z');
  });

  it('refuses a day that does not exist, with the field and Chinese words', () => {
    expect(['1990-02-29', '2026-13-01', '2026-1-1', '20260101', '0000-01-01', 7].filter(isCivilDate)).toEqual([]);
    expect(() => civilDate('1990-02-29', 'birthDate')).toThrow(DomainError);
    expect(() => civilDate('1990-02-29', 'birthDate')).toThrow('"1990-02-29" is not a valid date');
  });

  it('goes forth and back by days, orders as text does, and a month never overshoots', () => {
    fc.assert(
      fc.property(
        anyDate,
        fc.integer({ min: -9000, max: 9000 }),
        fc.integer({ min: 0, max: 600 }),
        (date, days, months) => {
          const other = addDays(date, days);
          expect(isCivilDate(other)).toBe(true);
          expect(daysBetween(date, other)).toBe(days);
          expect(compareDates(other, date)).toBe(Math.sign(days));
          expect(weekdayOf(addDays(date, 7))).toBe(weekdayOf(date));
          expect(fullMonths(date, addMonths(date, months))).toBe(months);
          expect(fullMonths(date, addDays(addMonths(date, months + 1), -1))).toBe(months);
        },
      ),
    );
    expect(weekdayOf('2026-11-21')).toBe(6);
    expect(weekdayOf('1949-10-01')).toBe(6);
  });
});

describe('dates as ledgers write them', () => {
  it.each([
    ['2026-03-01', '2026-03-01', 'DAY'],
    ['20260301', '2026-03-01', 'DAY'],
    ['2026.3.1', '2026-03-01', 'DAY'],
    ['2026/03/01', '2026-03-01', 'DAY'],
    ['2026年3月1日', '2026-03-01', 'DAY'],
    [' ２０２６年３月 １日 ', '2026-03-01', 'DAY'],
    ['2026.03', '2026-03-01', 'MONTH'],
    ['2026年3月', '2026-03-01', 'MONTH'],
    ['2026-03', '2026-03-01', 'MONTH'],
    ['202603', '2026-03-01', 'MONTH'],
  ])('%s is %s to the %s', (text, date, precision) => expect(parseWrittenDate(text)).toEqual({ date, precision }));

  it.each(['2026.02.30', '19900229', '2026.13', '', '三月', '2026', '26.3.1'])('refuses "%s"', (text) =>
    expect(() => parseWrittenDate(text, 'joinedOn')).toThrow(DomainError),
  );

  it('writes them again', () => {
    expect(formatChinese('2026-03-01')).toBe('2026年3月1日');
    expect(formatChinese('2026-03-01', 'MONTH')).toBe('2026年3月');
    expect(formatCompact('2026-03-01')).toBe('20260301');
    expect(formatMonth('2026-03-01')).toBe('2026.03');
  });
});

describe('periods', () => {
  it.each([
    ['2023', 'YEAR', '2023-01-01', '2023-12-31', '2024'],
    ['2023H1', 'HALF', '2023-01-01', '2023-06-30', '2023H2'],
    ['2023H2', 'HALF', '2023-07-01', '2023-12-31', '2024H1'],
    ['2023Q2', 'QUARTER', '2023-04-01', '2023-06-30', '2023Q3'],
    ['2023-05', 'MONTH', '2023-05-01', '2023-05-31', '2023-06'],
    ['2024-02', 'MONTH', '2024-02-01', '2024-02-29', '2024-03'],
    ['2023-W21', 'WEEK', '2023-05-22', '2023-05-28', '2023-W22'],
    ['2026-W53', 'WEEK', '2026-12-28', '2027-01-03', '2027-W01'],
    ['2021-W01', 'WEEK', '2021-01-04', '2021-01-10', '2021-W02'],
  ])('%s is a %s from %s to %s, then %s', (text, kind, firstDay, lastDay, next) => {
    expect(parsePeriod(text)).toEqual({ kind, text, firstDay, lastDay });
    expect(nextPeriod(parsePeriod(text)).text).toBe(next);
  });

  it.each(['2023H3', '2023Q0', '2023-13', '2023-W00', '2023-W53', '23', '2023-5', '0000', ''])('refuses "%s"', (text) =>
    expect(() => parsePeriod(text)).toThrow(DomainError),
  );

  it('every day lies in exactly one period of a kind, and periods follow each other without a gap', () => {
    fc.assert(
      fc.property(anyDate, fc.constantFrom(...kinds), (date, kind) => {
        const period = periodOf(kind, date);
        expect(parsePeriod(period.text)).toEqual(period);
        expect(periodContains(period, date)).toBe(true);
        expect(periodContains(nextPeriod(period), date)).toBe(false);
        expect(nextPeriod(period).firstDay).toBe(addDays(period.lastDay, 1));
        expect(previousPeriod(nextPeriod(period))).toEqual(period);
      }),
    );
  });
});

describe('working days', () => {
  it.each<[CivilDate, CivilDate, CivilDate]>([
    ['2026-09-28', '2026-10-09', '2026-10-10'],
    ['2026-09-29', '2026-10-10', '2026-10-12'],
    ['2026-06-16', '2026-06-23', '2026-06-24'],
    ['2026-02-09', '2026-02-13', '2026-02-14'],
  ])(
    'a notice of 5 working days posted on %s ends on %s when the day counts, else on %s',
    (posted, lenient, strict) => {
      expect(endOfWorkingDays(posted, 5, { countFirstDay: true })).toEqual({ date: lenient, provisional: false });
      expect(endOfWorkingDays(posted, 5)).toEqual({ date: strict, provisional: false });
    },
  );

  it('works on the make-up days of 2026 and rests on its holidays', () => {
    const weekendsWorked = [];
    for (let date: CivilDate = '2026-01-01'; date < '2027-01-01'; date = addDays(date, 1)) {
      if (weekdayOf(date) > 5 && nationalCalendar.isWorkingDay(date)) weekendsWorked.push(date.slice(5));
    }
    expect(weekendsWorked).toEqual(['01-04', '02-14', '02-28', '05-09', '09-20', '10-10']);
    expect(nationalCalendar.isWorkingDay('2026-06-19')).toBe(false);
  });

  it('marks a result provisional as soon as a day of the span has no official table', () => {
    expect(officialYears()).toEqual(expect.arrayContaining([2004, 2025, 2026]));
    const beyond = `${Math.max(...officialYears()) + 1}-03-01` as CivilDate;
    expect(endOfWorkingDays(beyond, 1).provisional).toBe(true);
    expect(endOfWorkingDays(`${beyond.slice(0, 4)}-01-01` as CivilDate, 1).provisional).toBe(true);
    const lastDays = `${Math.max(...officialYears())}-12-28` as CivilDate;
    expect(endOfWorkingDays(lastDays, 1).provisional).toBe(false);
    expect(endOfWorkingDays(lastDays, 5).provisional).toBe(true);
  });

  it('a county’s own days come first, and are certain', () => {
    const county = workCalendar(
      new Map<CivilDate, boolean>([
        ['2026-11-23', false],
        ['2026-11-28', true],
        ['2099-01-01', false],
      ]),
    );
    expect(endOfWorkingDays('2026-11-20', 1, { calendar: county }).date).toBe('2026-11-24');
    expect(county.isWorkingDay('2026-11-28')).toBe(true);
    expect([county.isProvisional('2099-01-01'), county.isProvisional('2099-01-02')]).toEqual([false, true]);
  });

  it('moves an end on a rest day to the next worked day', () => {
    expect(nextWorkingDay('2026-10-01').date).toBe('2026-10-08');
    expect(nextWorkingDay('2026-11-20').date).toBe('2026-11-20');
    expect(() => endOfWorkingDays('2026-11-20', 0)).toThrow(RangeError);
  });
});

describe('majorities', () => {
  it('counts in whole numbers: more than half excludes, two thirds and four fifths include', () => {
    expect([moreThanHalf(25, 50), moreThanHalf(26, 50), moreThanHalf(2, 3), moreThanHalf(0, 0)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([twoThirds(6, 9), twoThirds(5, 9), twoThirds(7, 10), twoThirds(6, 10)]).toEqual([true, false, true, false]);
    expect([fourFifths(4, 5), fourFifths(39, 50), fourFifths(40, 50), fourFifths(3, 4)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
