import type { CivilDate } from '@jishi/periods';
import { addMonths } from '@jishi/periods';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AreaRow, Size } from './rows';

export const CITY = '410800';
/** 武陟县: the county of the `county` size, and of the interesting cases in both sizes. */
export const COUNTY = '410823';
/** The four streets, two towns and one township that the `county` size keeps of it. */
export const COUNTY_TOWNS = ['410823001', '410823002', '410823003', '410823004', '410823102', '410823108', '410823204'];

/** The published list has no dates of creation; this day stands for "as long as anybody remembers". */
export const AREAS_SINCE: CivilDate = '1949-10-01';

/** An invented merger of two real villages: 南归善村 and 北归善村 became 归善村. */
export const MERGED = {
  south: '410823204204',
  north: '410823204205',
  into: { code: '410823204220', name: '归善村' },
} as const;

/** The day of the merger, a little over a year before today. */
export const mergedOn = (today: CivilDate): CivilDate => addMonths(today, -14);

function publishedAreas(): AreaRow[] {
  const [, ...lines] = readFileSync(join(__dirname, 'data', 'jiaozuo-areas.csv'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [code = '', name = '', level, kind, parentCode] = line.split(',');
    return {
      code,
      name,
      level: level as AreaRow['level'],
      kind: (kind || null) as AreaRow['kind'],
      parentCode: parentCode || null,
      validFrom: AREAS_SINCE,
      validTo: null,
      replacedBy: [],
    };
  });
}

/** The areas of a size, superiors before what belongs to them. */
export function areasOf(size: Size, today: CivilDate): AreaRow[] {
  const kept = (code: string): boolean =>
    size === 'city' || code === CITY || code === COUNTY || COUNTY_TOWNS.includes(code.slice(0, 9));
  const on = mergedOn(today);
  const areas = publishedAreas()
    .filter(({ code }) => kept(code))
    .map((area) =>
      area.code === MERGED.south || area.code === MERGED.north
        ? { ...area, validTo: on, replacedBy: [MERGED.into.code] }
        : area,
    );
  const merged: AreaRow = {
    ...MERGED.into,
    level: 'GRASSROOTS',
    kind: 'VILLAGE',
    parentCode: MERGED.into.code.slice(0, 9),
    validFrom: on,
    validTo: null,
    replacedBy: [],
  };
  return [...areas, merged];
}
