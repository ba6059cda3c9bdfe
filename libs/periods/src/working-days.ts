import table from 'chinese-days/dist/chinese-days.json';
import { addDays, weekdayOf, type CivilDate } from './civil-date';

/**
 * Which days are worked. A county may override single days of the national calendar (a local holiday, a day off after a
 * flood); the national table wins over Monday to Friday (rule 0.6).
 */
export interface WorkCalendar {
  isWorkingDay(date: CivilDate): boolean;
  /** True when no official holiday table is known for the date's year: the answer may still change. */
  isProvisional(date: CivilDate): boolean;
}

/** The last day of a span of working days. */
export interface WorkingDaysEnd {
  readonly date: CivilDate;
  /** Some day of the span lies in a year without an official holiday table. */
  readonly provisional: boolean;
}

const rest = new Set(Object.keys(table.holidays));
const makeUp = new Set(Object.keys(table.workdays));
const years = new Set([...rest].map((date) => date.slice(0, 4)));

/** The years for which the State Council's holiday arrangement is known. */
export const officialYears = (): readonly number[] => [...years].map(Number).sort((a, b) => a - b);

/**
 * The national calendar with a county's own days: `true` worked, `false` not. An overridden day is certain, also in a year
 * without an official table.
 */
export const workCalendar = (overrides: ReadonlyMap<CivilDate, boolean> = new Map()): WorkCalendar => ({
  isWorkingDay: (date) => overrides.get(date) ?? (makeUp.has(date) || (!rest.has(date) && weekdayOf(date) <= 5)),
  isProvisional: (date) => !overrides.has(date) && !years.has(date.slice(0, 4)),
});

/** The national calendar without local days. */
export const nationalCalendar: WorkCalendar = workCalendar();

/**
 * The last day of a span of `days` working days that begins on `from`: a public notice of 5 working days. The start day is
 * not counted (rule 0.1) unless `countFirstDay`. Ends at 24:00 of the day returned. `days` must be at least 1.
 */
export function endOfWorkingDays(
  from: CivilDate,
  days: number,
  { countFirstDay = false, calendar = nationalCalendar }: { countFirstDay?: boolean; calendar?: WorkCalendar } = {},
): WorkingDaysEnd {
  if (!Number.isInteger(days) || days < 1) throw new RangeError(`a span of ${days} working days has no last day`);
  let date = countFirstDay ? from : addDays(from, 1);
  let provisional = calendar.isProvisional(date);
  for (let counted = calendar.isWorkingDay(date) ? 1 : 0; counted < days;) {
    date = addDays(date, 1);
    provisional ||= calendar.isProvisional(date);
    if (calendar.isWorkingDay(date)) counted += 1;
  }
  return { date, provisional };
}

/** The day itself when it is worked, else the next worked day: where a period ends whose last day is a rest day (rule 0.3). */
export const nextWorkingDay = (date: CivilDate, calendar: WorkCalendar = nationalCalendar): WorkingDaysEnd =>
  endOfWorkingDays(date, 1, { countFirstDay: true, calendar });
