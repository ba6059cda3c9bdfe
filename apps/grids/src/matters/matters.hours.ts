import {
  nationalCalendar,
  workCalendar,
  workPeriodsOf,
  type CivilDate,
  type WorkHours,
  type WorkPeriod,
} from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { QueryResultRow } from 'pg';

export type Read = <R extends QueryResultRow>(sql: string, values: readonly unknown[]) => Promise<R[]>;

interface Settings {
  readonly hours: readonly { readonly areaCode: string; readonly validFrom: CivilDate; readonly minutes: number[] }[];
  readonly days: readonly { readonly areaCode: string; readonly day: CivilDate; readonly working: boolean }[];
}

/** A county's rows decide before its city's. */
const cityOf = (countyCode: string): string => `${countyCode.slice(0, 4)}00`;

/**
 * When the offices of counties work: the hours that the county, else its city, has set, else those of the rule; on the days of the
 * national table, with the county's or city's own days.
 */
export async function hoursOfCounties(read: Read, countyCodes: readonly string[]): Promise<Map<string, WorkHours>> {
  const counties = [...new Set(countyCodes)];
  const [settings] = await read<Settings & object>(
    `SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('areaCode', area_code, 'validFrom', valid_from, 'minutes', minutes)
         ORDER BY valid_from DESC) FROM office_hours WHERE area_code = ANY($1)), '[]') AS hours,
       coalesce((SELECT jsonb_agg(jsonb_build_object('areaCode', area_code, 'day', day, 'working', working))
         FROM office_day WHERE area_code = ANY($1)), '[]') AS days`,
    [[...new Set(counties.flatMap((county) => [county, cityOf(county)]))]],
  );
  return new Map(counties.map((county) => [county, hoursFrom(settings!, county)]));
}

export const hoursOf = async (read: Read, countyCode: string): Promise<WorkHours> =>
  (await hoursOfCounties(read, [countyCode])).get(countyCode)!;

function hoursFrom({ hours, days }: Settings, county: string): WorkHours {
  const of = <T extends { readonly areaCode: string }>(rows: readonly T[], area: string) =>
    rows.filter(({ areaCode }) => areaCode === area);
  const ownDays = new Map(
    [...of(days, cityOf(county)), ...of(days, county)].map(({ day, working }) => [day, working] as const),
  );
  const set = [of(hours, county), of(hours, cityOf(county))];
  const known = new Map<readonly number[], WorkPeriod[]>();
  const periods = (minutes: readonly number[]): readonly WorkPeriod[] => {
    const found = known.get(minutes) ?? workPeriodsOf(minutes);
    known.set(minutes, found);
    return found;
  };
  return {
    calendar: ownDays.size === 0 ? nationalCalendar : workCalendar(ownDays),
    periodsOn(date) {
      for (const rows of set) {
        const inForce = rows.find(({ validFrom }) => validFrom <= date);
        if (inForce) return periods(inForce.minutes);
      }
      return periods(ruleInForce('matter.work-periods', date).value as readonly number[]);
    },
  };
}
