import { nextPeriod, periodOf, previousPeriod, type CivilDate, type Period, type PeriodKind } from '@jishi/periods';
import type { Parameters } from './verdict';

const kinds: readonly string[] = ['YEAR', 'HALF', 'QUARTER', 'MONTH', 'WEEK'] satisfies readonly PeriodKind[];

/** In which periods a figure is counted, as its target says by `per`; null for a figure of a day. */
export function periodKindOf(parameters: Parameters): PeriodKind | null {
  const per = parameters['per'];
  return typeof per === 'string' && kinds.includes(per) ? (per as PeriodKind) : null;
}

/** The newest period that is over on a day; its own last day counts as over. */
export function lastClosedPeriod(kind: PeriodKind, on: CivilDate): Period {
  const current = periodOf(kind, on);
  return current.lastDay === on ? current : previousPeriod(current);
}

/** The periods that begin and end within these days, oldest first: those that a target in force from one day to another judges. */
export function wholePeriods(kind: PeriodKind, from: CivilDate, to: CivilDate): Period[] {
  const periods: Period[] = [];
  let period = periodOf(kind, from);
  if (period.firstDay < from) period = nextPeriod(period);
  for (; period.lastDay <= to; period = nextPeriod(period)) periods.push(period);
  return periods;
}
