import { invalidInput } from '@jishi/errors';

/**
 * A civil date `YYYY-MM-DD` as written in the office's papers, in Asia/Shanghai. A string, so that it compares, sorts,
 * travels and is stored as it reads; never a Date object, never an instant (rules.md 0.7).
 */
export type CivilDate = `${number}-${number}-${number}`;

const dayMs = 86_400_000;
const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

const assemble = (year: number, month: number, day: number): CivilDate =>
  `${pad(year, 4)}-${pad(month)}-${pad(day)}` as CivilDate;

const epochDay = (date: CivilDate): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

const fromEpochDay = (day: number): CivilDate => {
  const at = new Date(day * dayMs);
  return assemble(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate());
};

/** Year, month (1–12) and day of a civil date. */
export const partsOf = (date: CivilDate): { year: number; month: number; day: number } => ({
  year: Number(date.slice(0, 4)),
  month: Number(date.slice(5, 7)),
  day: Number(date.slice(8, 10)),
});

/** How many days a month has; month 1–12. */
export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The date of year, month and day, or null when the calendar has no such day (1990-02-29). */
export const civilDateFrom = (year: number, month: number, day: number): CivilDate | null =>
  Number.isInteger(year) &&
  year >= 1 &&
  year <= 9999 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= daysInMonth(year, month)
    ? assemble(year, month, day)
    : null;

/** Whether a text is exactly `YYYY-MM-DD` and a day that exists. */
export function isCivilDate(text: unknown): text is CivilDate {
  if (typeof text !== 'string') return false;
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return found !== null && civilDateFrom(Number(found[1]), Number(found[2]), Number(found[3])) !== null;
}

/** The text as a civil date; INVALID_INPUT on `field` when it is not `YYYY-MM-DD` or the day does not exist. */
export function civilDate(text: string, field = 'date'): CivilDate {
  if (isCivilDate(text)) return text;
  throw invalidInput(
    field,
    { zh: '“{text}”不是有效日期，应为YYYY-MM-DD', en: '"{text}" is not a valid date, YYYY-MM-DD was expected' },
    { params: { text } },
  );
}

/** The civil date in Asia/Shanghai (UTC+8, no summer time) at an instant. */
export const dateInShanghai = (instant: Date): CivilDate =>
  fromEpochDay(Math.floor((instant.getTime() + 8 * 3_600_000) / dayMs));

/** The instant at which a civil date begins in Asia/Shanghai. */
export const startOfDayInShanghai = (date: CivilDate): Date => new Date(`${date}T00:00:00+08:00`);

/** `days` later (earlier when negative). The start day is not counted (rule 0.1): a period of 5 days from the 1st ends on the 6th. */
export const addDays = (date: CivilDate, days: number): CivilDate => fromEpochDay(epochDay(date) + days);

/** `months` later: the same day number, or the last day of that month when it has no such day (rule 0.2). */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = partsOf(date);
  const total = year * 12 + month - 1 + months;
  const toYear = Math.floor(total / 12);
  const toMonth = total - toYear * 12 + 1;
  return assemble(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** `years` later; 29 February ends on 28 February in a year without one (rule 0.2). */
export const addYears = (date: CivilDate, years: number): CivilDate => addMonths(date, years * 12);

/** Days from one date to another: 1 from today to tomorrow, negative when `to` is earlier. */
export const daysBetween = (from: CivilDate, to: CivilDate): number => epochDay(to) - epochDay(from);

/** −1, 0 or 1: the order of two dates, for sorting. */
export const compareDates = (a: CivilDate, b: CivilDate): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0);

/** The later of two dates. */
export const laterOf = (a: CivilDate, b: CivilDate): CivilDate => (a < b ? b : a);

/** The earlier of two dates. */
export const earlierOf = (a: CivilDate, b: CivilDate): CivilDate => (a < b ? a : b);

/**
 * Whole months completed from one date to another: n when `addMonths(from, n)` has been reached. Negative spans count 0.
 * `fullMonths('2026-01-31', '2026-02-28')` is 1, as the period of one month has ended (rule 0.2).
 */
export function fullMonths(from: CivilDate, to: CivilDate): number {
  if (to < from) return 0;
  const a = partsOf(from);
  const b = partsOf(to);
  const calendar = (b.year - a.year) * 12 + b.month - a.month;
  return addMonths(from, calendar) <= to ? calendar : calendar - 1;
}

/** Whole years completed: age 年龄, years of Party standing 党龄. 0 before the start. */
export const fullYears = (from: CivilDate, to: CivilDate): number => Math.floor(fullMonths(from, to) / 12);

/** Weekday by ISO: 1 Monday … 7 Sunday. */
export const weekdayOf = (date: CivilDate): number => ((((epochDay(date) + 3) % 7) + 7) % 7) + 1;
