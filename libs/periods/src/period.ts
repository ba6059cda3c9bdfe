import { invalidInput } from '@jishi/errors';
import { addDays, addMonths, civilDateFrom, daysBetween, partsOf, weekdayOf, type CivilDate } from './civil-date';

/** A period of work as the office names it: `2023`, `2023H1`, `2023Q2`, `2023-05`, `2023-W21` (ISO week, Monday first). */
export type PeriodKind = 'YEAR' | 'HALF' | 'QUARTER' | 'MONTH' | 'WEEK';

export interface Period {
  readonly kind: PeriodKind;
  /** The canonical text; sorts within one kind. */
  readonly text: string;
  readonly firstDay: CivilDate;
  /** The last day that still belongs to the period. */
  readonly lastDay: CivilDate;
}

const months: Record<Exclude<PeriodKind, 'WEEK'>, number> = { YEAR: 12, HALF: 6, QUARTER: 3, MONTH: 1 };

const invalidPeriod = (text: string, field: string) =>
  invalidInput(
    field,
    {
      zh: '“{text}”不是有效期间，应为2023、2023H1、2023Q2、2023-05或者2023-W21',
      en: '"{text}" is not a period; 2023, 2023H1, 2023Q2, 2023-05 or 2023-W21 was expected',
    },
    { params: { text } },
  );

/** Reads a period; INVALID_INPUT on `field` when it is none, such as `2023Q5` or `2023-W53` in a year of 52 weeks. */
export function parsePeriod(text: string, field = 'period'): Period {
  const found = /^(\d{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2])|-W(\d{2}))?$/.exec(text);
  const [, year, half, quarter, month, week] = found ?? [];
  const january = year === undefined ? null : civilDateFrom(Number(year), 1, 1);
  if (january === null) throw invalidPeriod(text, field);
  if (week !== undefined) {
    const inWeek = addDays(mondayOfFirstWeek(Number(year)), (Number(week) - 1) * 7);
    const period = periodOf('WEEK', inWeek);
    if (period.text !== text) throw invalidPeriod(text, field);
    return period;
  }
  if (half !== undefined) return periodOf('HALF', addMonths(january, (Number(half) - 1) * 6));
  if (quarter !== undefined) return periodOf('QUARTER', addMonths(january, (Number(quarter) - 1) * 3));
  if (month !== undefined) return periodOf('MONTH', addMonths(january, Number(month) - 1));
  return periodOf('YEAR', january);
}

/** The period of this kind in which a day lies. */
export function periodOf(kind: PeriodKind, date: CivilDate): Period {
  const { year, month } = partsOf(date);
  if (kind === 'WEEK') {
    const monday = addDays(date, 1 - weekdayOf(date));
    // An ISO week belongs to the year of its Thursday.
    const weekYear = partsOf(addDays(monday, 3)).year;
    const number = daysBetween(mondayOfFirstWeek(weekYear), monday) / 7 + 1;
    const text = `${String(weekYear).padStart(4, '0')}-W${String(number).padStart(2, '0')}`;
    return { kind, text, firstDay: monday, lastDay: addDays(monday, 6) };
  }
  const length = months[kind];
  const index = Math.floor((month - 1) / length);
  const firstDay = civilDateFrom(year, index * length + 1, 1) ?? date;
  const name = { YEAR: '', HALF: `H${index + 1}`, QUARTER: `Q${index + 1}`, MONTH: firstDay.slice(4, 7) }[kind];
  return { kind, text: `${firstDay.slice(0, 4)}${name}`, firstDay, lastDay: addDays(addMonths(firstDay, length), -1) };
}

/** Whether a day belongs to the period; both its first and its last day do. */
export const periodContains = ({ firstDay, lastDay }: Period, date: CivilDate): boolean =>
  firstDay <= date && date <= lastDay;

/** The period of the same kind that follows. */
export const nextPeriod = ({ kind, lastDay }: Period): Period => periodOf(kind, addDays(lastDay, 1));

/** The period of the same kind before. */
export const previousPeriod = ({ kind, firstDay }: Period): Period => periodOf(kind, addDays(firstDay, -1));

/** The first ISO week is the one with 4 January in it. */
function mondayOfFirstWeek(year: number): CivilDate {
  const fourth = civilDateFrom(year, 1, 4);
  if (fourth === null) throw new RangeError(`there is no year ${year}`);
  return addDays(fourth, 1 - weekdayOf(fourth));
}
