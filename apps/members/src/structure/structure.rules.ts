import type { Wording } from '@jishi/errors';
import { addDays, addYears, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';

/** One group of an axis: the first date that belongs to it, null for the one that begins anywhere. */
export interface Group extends Wording {
  readonly key: string;
  readonly from: CivilDate | null;
}

/** The latest day of birth on which somebody has completed this many years by a day (a birthday of 29 February falls on the 28th). */
function bornAtTheLatest(years: number, day: CivilDate): CivilDate {
  const sameDay = addYears(day, -years);
  const next = addDays(sameDay, 1);
  return addYears(next, years) <= day ? next : sameDay;
}

/** The age bands of the Party's statistics by date of birth, the oldest first, for ages in full years on a day. */
export function ageBands(day: CivilDate): Group[] {
  const bounds = [...ruleInForce('member.structure.age-bands', day).value].sort((a, b) => b - a);
  const groups = bounds.map((bound, index): Group => {
    const next = bounds[index + 1];
    const from = addDays(bornAtTheLatest(bound + 1, day), 1);
    if (next === undefined) return { key: `UP_TO_${bound}`, from, zh: `${bound}岁及以下`, en: `up to ${bound}` };
    return { key: `${next + 1}_${bound}`, from, zh: `${next + 1}至${bound}岁`, en: `${next + 1} to ${bound}` };
  });
  const oldest = bounds[0]! + 1;
  return [{ key: `FROM_${oldest}`, from: null, zh: `${oldest}岁及以上`, en: `${oldest} and over` }, ...groups];
}

/** The periods of joining of the Party's statistics, the earliest first. */
export function joiningPeriods(day: CivilDate): Group[] {
  const starts = ruleInForce('member.structure.joined-periods', day).value.map(
    (number) => String(number).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3') as CivilDate,
  );
  const groups = starts.map((from, index): Group => {
    const next = starts[index + 1];
    if (next === undefined) return { key: `FROM_${from}`, from, zh: `${from}以来`, en: `since ${from}` };
    const last = addDays(next, -1);
    return { key: `${from}_${last}`, from, zh: `${from}至${last}`, en: `${from} to ${last}` };
  });
  return [{ key: `BEFORE_${starts[0]}`, from: null, zh: `${starts[0]}以前`, en: `before ${starts[0]}` }, ...groups];
}
