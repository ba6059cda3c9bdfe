import { addDays, dateInShanghai, startOfDayInShanghai, type CivilDate } from './civil-date';
import { endOfWorkingDays, type WorkCalendar } from './working-days';

/** A stretch of a worked day, in minutes after midnight: 08:30–12:00 is `{ from: 510, to: 720 }`. The end is not worked any more. */
export interface WorkPeriod {
  readonly from: number;
  readonly to: number;
}

/** When an office works: on which days, and between which hours of such a day. */
export interface WorkHours {
  readonly calendar: WorkCalendar;
  /** The stretches of a worked day, in their order and apart from each other; at least one. */
  periodsOn(date: CivilDate): readonly WorkPeriod[];
}

/** The moment at which a limit ends. */
export interface Due {
  readonly at: Date;
  /** Some day of the span lies in a year without an official holiday table (rule 0.6): the moment may still move. */
  readonly provisional: boolean;
}

/** How long a step may take. Working days end at the close of business of the last one; natural hours run day and night. */
export interface TimeLimit {
  readonly unit: 'WORKING_MINUTES' | 'WORKING_DAYS' | 'NATURAL_HOURS';
  readonly amount: number;
}

const minuteMs = 60_000;
const dayOfMinutes = 1_440;
/** No limit of an office is longer; what runs on so far has no worked days at all. */
const longest = 3_660;

/** Periods from `[510, 720, 810, 1050]`: opening and closing in turn, as rules hold them. RangeError when they overlap or stand still. */
export function workPeriodsOf(minutes: readonly number[]): WorkPeriod[] {
  const sound =
    minutes.length >= 2 &&
    minutes.length % 2 === 0 &&
    minutes.every(
      (minute, at) =>
        Number.isInteger(minute) && minute >= 0 && minute <= dayOfMinutes && (at === 0 || minute > minutes[at - 1]!),
    );
  if (!sound) throw new RangeError(`[${minutes.join(', ')}] are no opening and closing minutes of a day`);
  return minutes.flatMap((from, at) => (at % 2 === 0 ? [{ from, to: minutes[at + 1]! }] : []));
}

/** An office that works between the same hours on every worked day. */
export const workHours = (periods: readonly WorkPeriod[], calendar: WorkCalendar): WorkHours => ({
  calendar,
  periodsOn: () => periods,
});

/** The worked stretches of a day as instants; none on a day of rest. */
function stretchesOf(
  date: CivilDate,
  { calendar, periodsOn }: WorkHours,
): { readonly from: number; readonly to: number }[] {
  if (!calendar.isWorkingDay(date)) return [];
  const midnight = startOfDayInShanghai(date).getTime();
  return periodsOn(date).map(({ from, to }) => ({ from: midnight + from * minuteMs, to: midnight + to * minuteMs }));
}

/**
 * The moment when so many working minutes have passed. What begins outside working hours begins to count when the office opens;
 * a limit that is used up exactly at closing time ends then, not when the office opens again. `minutes` may not be negative.
 */
export function addWorkingMinutes(from: Date, minutes: number, hours: WorkHours): Due {
  if (!(minutes >= 0)) throw new RangeError(`${minutes} working minutes cannot be added`);
  let left = minutes * minuteMs;
  let date = dateInShanghai(from);
  let provisional = hours.calendar.isProvisional(date);
  if (left === 0) return { at: from, provisional };
  for (let day = 0; day < longest; day += 1) {
    provisional ||= hours.calendar.isProvisional(date);
    for (const stretch of stretchesOf(date, hours)) {
      const start = Math.max(stretch.from, from.getTime());
      const worked = stretch.to - start;
      if (worked <= 0) continue;
      if (left <= worked) return { at: new Date(start + left), provisional };
      left -= worked;
    }
    date = addDays(date, 1);
  }
  throw new RangeError(`${minutes} working minutes do not end within ten years: the office never works`);
}

/** Working minutes from one moment to a later one, with fractions; 0 when the second is not later. */
export function workingMinutesBetween(from: Date, to: Date, hours: WorkHours): number {
  const last = dateInShanghai(to);
  let worked = 0;
  for (let date = dateInShanghai(from); date <= last; date = addDays(date, 1))
    for (const stretch of stretchesOf(date, hours))
      worked += Math.max(0, Math.min(stretch.to, to.getTime()) - Math.max(stretch.from, from.getTime()));
  return worked / minuteMs;
}

/** The close of business of the last of so many working days; the day on which the span begins is not counted (rule 0.1). */
export function endOfBusinessAfter(from: Date, days: number, hours: WorkHours): Due {
  const { date, provisional } = endOfWorkingDays(dateInShanghai(from), days, { calendar: hours.calendar });
  return { at: new Date(stretchesOf(date, hours).at(-1)!.to), provisional };
}

/** When a limit that begins now ends. */
export function dueAfter(from: Date, limit: TimeLimit, hours: WorkHours): Due {
  if (limit.unit === 'WORKING_DAYS') return endOfBusinessAfter(from, limit.amount, hours);
  if (limit.unit === 'WORKING_MINUTES') return addWorkingMinutes(from, limit.amount, hours);
  return { at: new Date(from.getTime() + limit.amount * 60 * minuteMs), provisional: false };
}

/** Whole minutes of a limit that are left, a begun one counted; 0 when the limit has passed. Natural minutes for natural hours. */
export const minutesLeft = (now: Date, dueAt: Date, unit: TimeLimit['unit'], hours: WorkHours): number =>
  Math.ceil(
    unit === 'NATURAL_HOURS'
      ? Math.max(0, dueAt.getTime() - now.getTime()) / minuteMs
      : workingMinutesBetween(now, dueAt, hours),
  );

/** When a limit that stood still ends, once it runs on with the minutes that were left. */
export const dueOnResume = (now: Date, left: number, unit: TimeLimit['unit'], hours: WorkHours): Due =>
  unit === 'NATURAL_HOURS'
    ? { at: new Date(now.getTime() + left * minuteMs), provisional: false }
    : addWorkingMinutes(now, left, hours);
