import type { Wording } from '@jishi/errors';
import { areaPrefixOf } from '@jishi/identifiers';
import type { GridTier } from './grid-tree.entities';

/** A level of the grid tree in an area: its number from the top, what its grids are, what it is called there. */
export interface Level extends Wording {
  readonly no: number;
  readonly tier: GridTier;
}

const words: Readonly<Record<GridTier, Wording>> = {
  COUNTY: { zh: '区（县）网格', en: 'county grid' },
  TOWN: { zh: '街道（乡镇）网格', en: 'street or town grid' },
  GRASSROOTS: { zh: '社区（村）网格', en: 'community or village grid' },
  BASIC: { zh: '基础网格（小区、片区）', en: 'basic grid (quarter or plot)' },
  BUILDING: { zh: '楼栋网格', en: 'building grid' },
};

/**
 * What the levels are by how many there are. The seeds name five without saying which, and three as street, community and building:
 * the lowest of three divides the community, so it is the basic grid there, called after its buildings.
 */
const tiersByCount: ReadonlyMap<number, readonly GridTier[]> = new Map([
  [5, ['COUNTY', 'TOWN', 'GRASSROOTS', 'BASIC', 'BUILDING']],
  [4, ['TOWN', 'GRASSROOTS', 'BASIC', 'BUILDING']],
  [3, ['TOWN', 'GRASSROOTS', 'BASIC']],
  [2, ['GRASSROOTS', 'BASIC']],
]);

/** The levels of the preset with so many; undefined when no preset has so many. */
export const presetLevels = (count: number): Level[] | undefined =>
  tiersByCount
    .get(count)
    ?.map((tier, index) => ({ no: index + 1, tier, ...words[count === 3 && tier === 'BASIC' ? 'BUILDING' : tier] }));

/** Of the settings that areas made, those of the area nearest to a code: its own, its town's, its county's, its city's. */
export function nearest<Setting extends { readonly areaCode: string }>(
  settings: readonly Setting[],
  areaCode: string,
): Setting[] {
  const above = settings.filter((setting) => areaCode.startsWith(areaPrefixOf(setting.areaCode)));
  const longest = Math.max(0, ...above.map((setting) => areaPrefixOf(setting.areaCode).length));
  return above.filter((setting) => areaPrefixOf(setting.areaCode).length === longest);
}
