import {
  dueAfter,
  nationalCalendar,
  workHours,
  workingMinutesBetween,
  workPeriodsOf,
  type CivilDate,
} from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { chance } from './random';
import { workingClock } from './working-clock';

describe('the counted hours of offices', () => {
  const clock = workingClock('2026-01-01' as CivilDate, '2027-06-30' as CivilDate);
  const hours = workHours(
    workPeriodsOf(ruleInForce('matter.work-periods', '2026-06-01' as CivilDate).value as readonly number[]),
    nationalCalendar,
  );
  const luck = chance('working-clock');
  const moments = Array.from(
    { length: 400 },
    () => Date.parse('2026-01-01T00:00:00+08:00') + luck.between(0, 420 * 1440) * 60_000,
  );

  it('say the same as the office reckons, over holidays, shifted days and years without a table', () => {
    for (const at of moments) {
      const limits = [
        { unit: 'WORKING_MINUTES', amount: luck.between(1, 2000) },
        { unit: 'WORKING_DAYS', amount: luck.between(1, 15) },
        { unit: 'NATURAL_HOURS', amount: 24 },
      ] as const;
      for (const limit of limits) {
        const due = dueAfter(new Date(at), limit, hours);
        expect(clock.due(at, limit)).toEqual({ at: due.at.getTime(), provisional: due.provisional });
      }
      const later = at + luck.between(0, 30 * 1440) * 60_000;
      expect(clock.between(at, later)).toBe(workingMinutesBetween(new Date(at), new Date(later), hours));
    }
  });

  it('write a moment as PostgreSQL reads it', () => {
    for (const at of moments) expect(Date.parse(`${clock.written(at).replace(' ', 'T')}:00`)).toBe(at);
    expect(clock.written(Date.parse('2026-02-03T08:05:00+08:00'))).toBe('2026-02-03 08:05+08');
  });
});
