import type { Refusal } from '@jishi/errors';

/** CITY 市, COUNTY 区县, TOWN 乡镇街道, GRASSROOTS 村社区. */
export type AreaLevel = 'CITY' | 'COUNTY' | 'TOWN' | 'GRASSROOTS';

/** What the middle and last digits say a place is: STREET 街道, TOWN 镇, TOWNSHIP 乡, COMMUNITY 社区, VILLAGE 村, DEV_ZONE 开发区等. */
export type AreaKind = 'STREET' | 'TOWN' | 'TOWNSHIP' | 'COMMUNITY' | 'VILLAGE' | 'DEV_ZONE';

const citation = { document: 'GB/T 2260 行政区划代码、GB/T 10114 县级以下行政区划代码编制规则' };

/**
 * Null when the text is an area code: 6 digits (city or county), 9 (town or street) or 12 (village or community). Otherwise
 * AREA_CODE_FORM. Whether the place exists is a question for the register of areas.
 */
export function checkAreaCode(code: string, field = 'areaCode'): Refusal | null {
  if (/^[1-9]\d{5}(\d{3}){0,2}$/.test(code) && !/^\d{2}00[1-9]\d/.test(code)) return null;
  return {
    code: 'AREA_CODE_FORM',
    field,
    citation,
    wording: {
      zh: '区划代码“{code}”应为6位（市、县）、9位（乡镇街道）或者12位（村社区）数字',
      en: 'The area code {code} should have 6 digits (city, county), 9 (town, street) or 12 (village, community)',
    },
    params: { code },
  };
}

/** The level of a code; null for a province or for what is no area code. A code of 6 digits ending in 00 is a city. */
export function areaLevelOf(code: string): AreaLevel | null {
  if (checkAreaCode(code) !== null || code.slice(2, 6) === '0000') return null;
  if (code.length === 12) return 'GRASSROOTS';
  if (code.length === 9) return 'TOWN';
  return code.endsWith('00') ? 'CITY' : 'COUNTY';
}

/** The code of the area above: 12 → 9 → 6 → the city `XXXX00`; null above the city. */
export function parentAreaOf(code: string): string | null {
  const level = areaLevelOf(code);
  if (level === 'GRASSROOTS') return code.slice(0, 9);
  if (level === 'TOWN') return code.slice(0, 6);
  return level === 'COUNTY' ? `${code.slice(0, 4)}00` : null;
}

/** The digits that every code inside an area begins with: `4108` for the city 410800, the whole code below it. */
export const areaPrefixOf = (area: string): string =>
  area.length === 6 ? (area.endsWith('0000') ? area.slice(0, 2) : area.endsWith('00') ? area.slice(0, 4) : area) : area;

/** Whether a code is the area itself or lies inside it. `area` may be a code or a bare prefix such as `4108`. */
export const isInsideArea = (code: string, area: string): boolean => code.startsWith(areaPrefixOf(area));

/**
 * What the digits of a town or grassroots code say the place is (GB/T 10114 and the statistical codes): digits 7–9 001–099
 * STREET, 100–199 TOWN, 200–399 TOWNSHIP, 400–599 enterprise-run; digits 10–12 001–199 COMMUNITY, 200–399 VILLAGE, 400–599 others. Null when they
 * say nothing: cities, counties, numbers outside the ranges.
 */
export function areaKindOf(code: string): AreaKind | null {
  const level = areaLevelOf(code);
  if (level !== 'TOWN' && level !== 'GRASSROOTS') return null;
  const number = Number(code.slice(-3));
  const inside = (from: number, to: number) => number >= from && number <= to;
  if (inside(400, 599)) return 'DEV_ZONE';
  if (level === 'TOWN') {
    return inside(1, 99) ? 'STREET' : inside(100, 199) ? 'TOWN' : inside(200, 399) ? 'TOWNSHIP' : null;
  }
  return inside(1, 199) ? 'COMMUNITY' : inside(200, 399) ? 'VILLAGE' : null;
}
