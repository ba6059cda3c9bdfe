import type { CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { nearest } from '../grid-tree';
import type { RoleGroup } from './teams.entities';

/** A role of a team, as the catalogue of an area or the preset has it. */
export interface Role {
  readonly code: string;
  readonly group: RoleGroup;
  readonly label: string;
  readonly required: boolean;
}

/** A role that an area itself put into its catalogue. */
export interface RoleOfArea extends Role {
  readonly areaCode: string;
}

const words: Readonly<Record<RoleGroup, string>> = { HEAD: '网格长', MEMBER: '网格员', OFFICER: '民警' };
const numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];

/**
 * 四长五员一民警. The seed does not say what the four heads and five members are called, so they are numbered here; every area
 * writes its own names into its catalogue.
 */
export function presetRoles(on: CivilDate): Role[] {
  const [heads, members, officers] = ruleInForce('grid.team.preset', on).value as [number, number, number];
  const of = (group: RoleGroup, count: number): Role[] =>
    Array.from({ length: count }, (_, index) => ({
      code: count === 1 ? group : `${group}_${index + 1}`,
      group,
      label: count === 1 ? words[group] : `${words[group]}（${numerals[index] ?? index + 1}）`,
      required: true,
    }));
  return [...of('HEAD', heads), ...of('MEMBER', members), ...of('OFFICER', officers)];
}

/** The roles that hold in an area: the catalogue of the nearest area that has one, else the preset. */
export function rolesFor(catalogue: readonly RoleOfArea[], areaCode: string, on: CivilDate): readonly Role[] {
  const own = nearest(catalogue, areaCode);
  return own.length > 0 ? own : presetRoles(on);
}
