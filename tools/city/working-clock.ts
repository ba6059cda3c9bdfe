import {
  addDays,
  dateInShanghai,
  daysBetween,
  nationalCalendar,
  startOfDayInShanghai,
  workPeriodsOf,
  type CivilDate,
  type TimeLimit,
  type WorkPeriod,
} from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';

const minute = 60_000;
const day = 1440 * minute;

/** The hours of offices over some years, counted once, so that millions of limits can be reckoned. All moments are milliseconds. */
export interface WorkingClock {
  /** Working minutes of an ordinary day. */
  readonly minutesOfDay: number;
  /** The moment when so many working minutes have passed. */
  add(from: number, minutes: number): number;
  /** Working minutes from one moment to a later one. */
  between(from: number, to: number): number;
  /** When a limit that begins now ends, and whether the holidays of that year are not announced yet. */
  due(from: number, limit: TimeLimit): { readonly at: number; readonly provisional: boolean };
  startOfDay(at: number): number;
  dateOf(at: number): CivilDate;
  /** As PostgreSQL reads it; whole minutes. */
  written(at: number): string;
}

/** The same as the functions of @jishi/periods say for the national calendar and the hours of the rule, between two days. */
export function workingClock(from: CivilDate, to: CivilDate): WorkingClock {
  const start = startOfDayInShanghai(from).getTime();
  const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, at) => addDays(from, at));
  const worked = dates.map((date): readonly WorkPeriod[] =>
    nationalCalendar.isWorkingDay(date)
      ? workPeriodsOf(ruleInForce('matter.work-periods', date).value as readonly number[])
      : [],
  );
  const lengthOf = (periods: readonly WorkPeriod[]): number =>
    periods.reduce((sum, each) => sum + each.to - each.from, 0);
  const before: number[] = [0];
  for (const periods of worked) before.push(before.at(-1)! + lengthOf(periods));
  const uncertain = dates.findIndex((date) => nationalCalendar.isProvisional(date));
  const minutesOfDay = Math.max(...worked.map(lengthOf));

  const dayOf = (at: number): number => {
    const index = Math.floor((at - start) / day);
    if (index < 0 || index >= dates.length) throw new RangeError(`${new Date(at).toISOString()} is outside the clock`);
    return index;
  };
  const total = (at: number): number => {
    const index = dayOf(at);
    const passed = (at - start - index * day) / minute;
    let sum = before[index]!;
    for (const period of worked[index]!) sum += Math.max(0, Math.min(period.to, passed) - period.from);
    return sum;
  };
  const add = (at: number, minutes: number): number => {
    if (minutes === 0) return at;
    const wanted = total(at) + minutes;
    let index = dayOf(at);
    while (before[index + 1]! < wanted) index += 1;
    let left = wanted - before[index]!;
    for (const period of worked[index]!) {
      if (left <= period.to - period.from) return start + index * day + (period.from + left) * minute;
      left -= period.to - period.from;
    }
    throw new RangeError('the clock ends before this limit');
  };
  const certain = (at: number) => ({ at, provisional: uncertain >= 0 && dayOf(at) >= uncertain });
  const times = Array.from(
    { length: 1440 },
    (_, at) => ` ${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}+08`,
  );
  return {
    minutesOfDay,
    add,
    between: (one, other) => Math.max(0, total(other) - total(one)),
    due(at, { unit, amount }) {
      if (unit === 'NATURAL_HOURS') return { at: at + amount * 60 * minute, provisional: false };
      if (unit === 'WORKING_MINUTES') return certain(add(at, amount));
      let index = dayOf(at);
      for (let counted = 0; counted < amount;) {
        index += 1;
        if (index >= dates.length) throw new RangeError('the clock ends before this limit');
        if (worked[index]!.length > 0) counted += 1;
      }
      return certain(start + index * day + worked[index]!.at(-1)!.to * minute);
    },
    startOfDay: (at) => start + dayOf(at) * day,
    dateOf: (at) => dates[dayOf(at)] ?? dateInShanghai(new Date(at)),
    written: (at) => dates[dayOf(at)]! + times[Math.floor(((at - start) % day) / minute)]!,
  };
}
