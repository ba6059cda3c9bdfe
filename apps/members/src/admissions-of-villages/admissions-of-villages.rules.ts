import type { Citation } from '@jishi/errors';
import { fullYears, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';

export type AdmissionLevel = 'YELLOW' | 'RED';

/** From which day a village's years without an admission count. */
export interface Counted {
  /** The last admission; null when the village never had one, then its organisation's beginning counts. */
  readonly lastJoinedOn: CivilDate | null;
  readonly since: CivilDate;
}

export interface AdmissionVerdict {
  readonly years: number;
  /** Null while nothing is to be said. */
  readonly level: AdmissionLevel | null;
  /** The rule of the level; null without one. */
  readonly citation: Citation | null;
}

/** Full years since the last admission, and whether that is too long by the rules in force on the day (MEM-14). */
export function judgeAdmissions({ lastJoinedOn, since }: Counted, on: CivilDate): AdmissionVerdict {
  const years = fullYears(lastJoinedOn ?? since, on);
  const red = ruleInForce('mem.village.no-admission.red', on);
  if (years >= red.value) return { years, level: 'RED', citation: citationOf(red) };
  const yellow = ruleInForce('mem.village.no-admission.yellow', on);
  if (years >= yellow.value) return { years, level: 'YELLOW', citation: citationOf(yellow) };
  return { years, level: null, citation: null };
}

/** After how many years a village is listed when nobody says another number. */
export const listedAfter = (on: CivilDate): number => ruleInForce('mem.village.no-admission.red', on).value;
