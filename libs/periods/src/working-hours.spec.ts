import fc from 'fast-check';
import { addDays, dateInShanghai, type CivilDate } from './civil-date';
import { nationalCalendar, workCalendar } from './working-days';
import {
  addWorkingMinutes,
  dueAfter,
  dueOnResume,
  endOfBusinessAfter,
  minutesLeft,
  workHours,
  workingMinutesBetween,
  workPeriodsOf,
} from './working-hours';

const hours = workHours(workPeriodsOf([510, 720, 810, 1050]), nationalCalendar);
const at = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+08:00`);
const shown = (date: Date): string =>
  new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

describe('GRD-09 a limit in working hours (08:30–12:00, 13:30–17:30)', () => {
  it.each([
    ['within a morning', '2026-06-15 08:30', 60, '2026-06-15 09:30'],
    ['over the lunch break', '2026-06-15 11:30', 60, '2026-06-15 14:00'],
    ['used up exactly at noon', '2026-06-15 11:00', 60, '2026-06-15 12:00'],
    ['used up exactly at closing time', '2026-06-15 13:30', 240, '2026-06-15 17:30'],
    ['one minute beyond closing time', '2026-06-15 13:30', 241, '2026-06-16 08:31'],
    ['begun before the office opens', '2026-06-15 06:00', 30, '2026-06-15 09:00'],
    ['begun in the lunch break', '2026-06-15 12:40', 30, '2026-06-15 14:00'],
    ['begun exactly at closing time', '2026-06-15 17:30', 30, '2026-06-16 09:00'],
    ['begun at night', '2026-06-15 22:00', 240, '2026-06-16 14:00'],
    ['over a weekend', '2026-06-12 17:00', 60, '2026-06-15 09:00'],
    ['of 4 hours over the National Day holiday', '2026-09-30 16:00', 240, '2026-10-08 11:00'],
    ['begun on National Day', '2026-10-01 10:00', 240, '2026-10-08 14:00'],
    ['over the Sunday worked before it', '2026-09-19 10:00', 30, '2026-09-20 09:00'],
    ['over the Saturday worked after it', '2026-10-09 17:00', 60, '2026-10-10 09:00'],
    ['begun on that Saturday', '2026-10-10 16:30', 120, '2026-10-12 09:30'],
    ['over the Saturday worked before the Spring Festival', '2026-02-13 17:00', 60, '2026-02-14 09:00'],
    ['over the Spring Festival', '2026-02-14 17:00', 60, '2026-02-24 09:00'],
    ['over the Saturday worked after it', '2026-02-27 17:00', 60, '2026-02-28 09:00'],
    ['over the Dragon Boat Festival', '2026-06-18 17:00', 60, '2026-06-22 09:00'],
  ])('%s', (_, from, minutes, expected) => {
    const due = addWorkingMinutes(at(from), minutes, hours);
    expect([shown(due.at), due.provisional]).toEqual([expected, false]);
    expect(workingMinutesBetween(at(from), due.at, hours)).toBe(minutes);
  });

  it.each([
    ['from Monday to Friday is a week of work', '2026-07-06 00:00', '2026-07-11 00:00', 5 * 450],
    ['a whole holiday is none', '2026-10-01 00:00', '2026-10-08 00:00', 0],
    ['a make-up Saturday is a day of work', '2026-10-10 00:00', '2026-10-11 00:00', 450],
    ['the lunch break is none', '2026-06-15 12:00', '2026-06-15 13:30', 0],
    ['backwards is none', '2026-06-16 09:00', '2026-06-15 09:00', 0],
  ])('%s', (_, from, to, minutes) => {
    expect(workingMinutesBetween(at(from), at(to), hours)).toBe(minutes);
  });

  it.each([
    ['5 days announced before the holiday', '2026-09-28 15:00', 5, '2026-10-10 17:30'],
    ['5 days begun the day after', '2026-09-29 08:31', 5, '2026-10-12 17:30'],
    ['5 days over the Dragon Boat Festival', '2026-06-16 23:59', 5, '2026-06-24 17:30'],
    ['5 days over a worked Saturday', '2026-02-09 10:00', 5, '2026-02-14 17:30'],
    ['one day begun on a day of rest', '2026-10-03 10:00', 1, '2026-10-08 17:30'],
  ])('%s end at the close of business', (_, from, days, expected) => {
    expect(shown(endOfBusinessAfter(at(from), days, hours).at)).toBe(expected);
  });

  it('says that a span into a year without an official table is provisional', () => {
    expect(addWorkingMinutes(at('2026-12-31 16:00'), 60, hours)).toEqual({
      at: at('2026-12-31 17:00'),
      provisional: false,
    });
    expect(addWorkingMinutes(at('2026-12-31 17:00'), 60, hours).provisional).toBe(true);
    expect(endOfBusinessAfter(at('2026-12-31 09:00'), 1, hours).provisional).toBe(true);
    const certain = workHours(
      hours.periodsOn('2027-01-01'),
      workCalendar(
        new Map([
          ['2027-01-01', false],
          ['2027-01-04', true],
        ]),
      ),
    );
    expect(addWorkingMinutes(at('2027-01-04 08:30'), 60, certain)).toEqual({
      at: at('2027-01-04 09:30'),
      provisional: false,
    });
  });

  it('a county that works other hours and rests on another day has other limits', () => {
    const summer = workHours(
      workPeriodsOf([480, 720, 900, 1080]),
      workCalendar(new Map<CivilDate, boolean>([['2026-06-16', false]])),
    );
    expect(shown(addWorkingMinutes(at('2026-06-15 17:30'), 60, summer).at)).toBe('2026-06-17 08:30');
  });

  it('emergencies run day and night, also over a holiday', () => {
    expect(dueAfter(at('2026-09-30 23:00'), { unit: 'NATURAL_HOURS', amount: 2 }, hours)).toEqual({
      at: at('2026-10-01 01:00'),
      provisional: false,
    });
  });

  it('what was left when a limit stood still runs on from the resumption', () => {
    const due = dueAfter(at('2026-09-29 16:30'), { unit: 'WORKING_MINUTES', amount: 480 }, hours).at;
    const left = minutesLeft(at('2026-09-30 10:00'), due, 'WORKING_MINUTES', hours);
    expect(left).toBe(480 - 60 - 90);
    expect(shown(dueOnResume(at('2026-10-08 09:00'), left, 'WORKING_MINUTES', hours).at)).toBe('2026-10-08 16:00');
    expect(shown(dueOnResume(at('2026-10-03 09:00'), left, 'WORKING_MINUTES', hours).at)).toBe('2026-10-08 15:30');
    expect(minutesLeft(at('2026-10-09 08:30'), due, 'WORKING_MINUTES', hours)).toBe(0);
    expect(minutesLeft(at('2026-06-15 10:00'), at('2026-06-15 12:00'), 'NATURAL_HOURS', hours)).toBe(120);
    expect(dueOnResume(at('2026-10-03 09:00'), 90, 'NATURAL_HOURS', hours).at).toEqual(at('2026-10-03 10:30'));
  });

  it.each([[[]], [[510]], [[510, 500]], [[510, 720, 700, 900]], [[510, 1500]], [[-1, 600]], [[8.5, 600]]])(
    'refuses %j as the hours of a day',
    (minutes) => {
      expect(() => workPeriodsOf(minutes)).toThrow(RangeError);
    },
  );

  it('refuses minutes below nothing, and an office that never works', () => {
    expect(() => addWorkingMinutes(at('2026-06-15 09:00'), -1, hours)).toThrow(RangeError);
    expect(() => addWorkingMinutes(at('2026-06-15 09:00'), Number.NaN, hours)).toThrow(RangeError);
    const never = { ...hours, calendar: { isWorkingDay: () => false, isProvisional: () => false } };
    expect(() => addWorkingMinutes(at('2026-06-15 09:00'), 1, never)).toThrow(/never works/);
  });
});

describe('GRD-09 working minutes for any moment', () => {
  const moment = fc
    .integer({ min: 0, max: 3 * 366 * 1440 })
    .map((minutes) => new Date(at('2024-01-01 00:00').getTime() + minutes * 60_000));
  const span = fc.integer({ min: 0, max: 20_000 });

  it('adding and then measuring gives the same', () => {
    fc.assert(
      fc.property(moment, span, (from, minutes) => {
        expect(workingMinutesBetween(from, addWorkingMinutes(from, minutes, hours).at, hours)).toBe(minutes);
      }),
      { numRuns: 300 },
    );
  });

  it('a limit that begins later or is longer never ends earlier', () => {
    fc.assert(
      fc.property(moment, span, span, fc.integer({ min: 0, max: 5_000 }), (from, shorter, more, later) => {
        const due = addWorkingMinutes(from, shorter, hours).at.getTime();
        expect(addWorkingMinutes(from, shorter + more, hours).at.getTime()).toBeGreaterThanOrEqual(due);
        const after = new Date(from.getTime() + later * 60_000);
        expect(addWorkingMinutes(after, shorter, hours).at.getTime()).toBeGreaterThanOrEqual(due);
      }),
      { numRuns: 200 },
    );
  });

  it('two limits one after the other are one limit of both lengths, and minutes of stretches add up', () => {
    fc.assert(
      fc.property(moment, span, span, (from, first, second) => {
        const middle = addWorkingMinutes(from, first, hours).at;
        const end = addWorkingMinutes(middle, second, hours).at;
        expect(end).toEqual(addWorkingMinutes(from, first + second, hours).at);
        expect(workingMinutesBetween(from, middle, hours) + workingMinutesBetween(middle, end, hours)).toBe(
          workingMinutesBetween(from, end, hours),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('every limit ends on a worked day within its hours, or not later than it began', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 20_000 }), (from, minutes) => {
        const end = addWorkingMinutes(from, minutes, hours).at;
        const date = dateInShanghai(end);
        expect(nationalCalendar.isWorkingDay(date)).toBe(true);
        expect(workingMinutesBetween(new Date(end.getTime() - 60_000), end, hours)).toBeGreaterThan(0);
        expect(date >= dateInShanghai(from) && date < addDays(dateInShanghai(from), 400)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
