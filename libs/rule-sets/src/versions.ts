import { addDays, isCivilDate } from '@jishi/periods';

interface Version {
  readonly from: string;
  readonly to: string | null;
  readonly value: number | readonly number[];
  readonly certainty: string;
}

/**
 * Refuses a rule whose versions cannot answer "which one governs this day" with at most one: unreadable dates, a version
 * that ends before it begins, two versions over one day, a gap between two versions. Throws with the key and the day.
 */
export function checkVersions(key: string, versions: readonly Version[]): void {
  versions.forEach(({ from, to, value, certainty }, index) => {
    const wrong = (what: string): never => {
      throw new Error(`rule "${key}", version from ${from}: ${what}`);
    };
    if (!isCivilDate(from)) return wrong('"from" is not a date');
    if (to !== null && !isCivilDate(to)) return wrong(`"to" is not a date: ${to}`);
    if (to !== null && to <= from) return wrong(`ends on ${addDays(to, -1)}, before it begins`);
    if (![value].flat().every((number) => Number.isFinite(number))) return wrong('the value is not a number');
    if (!['V', 'V(S)', 'S', 'U', 'seed'].includes(certainty)) return wrong(`unknown certainty ${certainty}`);
    const next = versions[index + 1];
    if (next && to === null) return wrong(`has no end, but another version begins on ${next.from}`);
    if (next && to !== null && next.from < to) return wrong(`overlaps the version from ${next.from}`);
    if (next && to !== null && next.from > to) return wrong(`leaves a gap until ${next.from}`);
  });
}
