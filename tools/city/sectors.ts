import type { Sector } from './demography';
import { foundJoint, hostNamed, subBranches, type Scope } from './founding';
import {
  chineseNumber,
  departmentName,
  firmName,
  hospitalName,
  institutionName,
  schoolName,
  societyName,
  stateFirmName,
} from './names';
import { found, fullName, type Organization, type Register } from './register';
import type { Host, OrganizationKind, UnitRow } from './rows';

/** Splits a whole number in proportion to weights (largest remainders), so that the parts sum to it exactly. */
export function apportioned(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const parts = weights.map((weight, index) => ({ index, exact: (total * weight) / sum }));
  const result = parts.map(({ exact }) => Math.floor(exact));
  let left = total - result.reduce((all, part) => all + part, 0);
  for (const { index } of parts.sort((a, b) => (b.exact % 1) - (a.exact % 1) || a.index - b.index)) {
    if (left === 0) break;
    result[index] = (result[index] ?? 0) + 1;
    left -= 1;
  }
  return result;
}

/** Which superior leads a unit, what the unit is called and what kind of unit it is. */
function unitOf(
  scope: Scope,
  sector: Sector,
  ordinal: number,
): { name: string; superior: Organization; kind?: UnitRow['kind'] } {
  const { name } = scope;
  switch (sector) {
    case 'ORGAN':
      return { name: departmentName(name, ordinal), superior: scope.organs };
    case 'STATE_FIRM':
      return { name: stateFirmName(name, ordinal), superior: scope.stateFirms };
    case 'SOCIETY':
      return { name: societyName(name, ordinal), superior: scope.twoNew };
    case 'INSTITUTION': {
      const round = Math.floor(ordinal / 7);
      if (ordinal % 7 < 4)
        return { name: schoolName(name, round * 4 + (ordinal % 7)), superior: scope.education, kind: 'SCHOOL' };
      if (ordinal % 7 < 5) return { name: hospitalName(name, round), superior: scope.health, kind: 'PUBLIC_HOSPITAL' };
      return { name: institutionName(name, round * 2 + (ordinal % 7) - 5), superior: scope.organs };
    }
    default:
      return { name: firmName(name, ordinal), superior: scope.twoNew };
  }
}

const founded: Record<Sector, readonly [number, number]> = {
  VILLAGE: [1956, 1995],
  COMMUNITY: [1980, 2010],
  ORGAN: [1960, 2010],
  INSTITUTION: [1960, 2015],
  STATE_FIRM: [1965, 2012],
  PRIVATE_FIRM: [1998, 2024],
  SOCIETY: [2000, 2024],
};

/** How many branches a committee or a general branch has at least below it. */
const LEAST_BELOW = { committee: 3, general: 2 } as const;
/** How many branches these committees and general branches need at least. */
export const leastBranches = ({ committees, generals }: { committees: number; generals: number }): number =>
  committees * LEAST_BELOW.committee + generals * LEAST_BELOW.general;

/** Fills one sector of one scope with exactly so many committees, general branches and branches. */
export function fillSector(
  register: Register,
  scope: Scope,
  sector: Sector,
  counts: { committees: number; generals: number; branches: number },
): void {
  const { luck } = register;
  let ordinal = 0;
  let branches = counts.branches;
  const foundUnit = (
    kind: OrganizationKind,
    inside?: { organization: Organization; name: string; no: number },
  ): { organization: Organization; name: string } => {
    const unit = inside
      ? { name: `${inside.name}第${chineseNumber(inside.no)}`, superior: inside.organization }
      : unitOf(scope, sector, ordinal);
    if (!inside) ordinal += 1;
    const host: Host =
      inside?.organization.host ??
      hostNamed(register, sector, scope.areaCode, unit.name, 'kind' in unit ? unit.kind : undefined);
    const organization = found(register, {
      name: fullName(unit.name, kind),
      kind,
      sector,
      superior: unit.superior,
      areaCode: scope.areaCode,
      host,
      years: founded[sector],
    });
    return { organization, name: inside ? `${unit.name}总支` : unit.name };
  };
  // What the committees and general branches still to come need at least stays for them.
  let reserved = leastBranches(counts);
  const give = (parent: { organization: Organization; name: string }, least: number): void => {
    reserved -= least;
    const count = Math.min(least + luck.between(0, 2), branches - reserved);
    subBranches(register, parent.organization, parent.name, count);
    branches -= count;
  };
  const committees = Array.from({ length: counts.committees }, () => foundUnit('COMMITTEE'));
  for (const committee of committees) give(committee, LEAST_BELOW.committee);
  for (let index = 0; index < counts.generals; index += 1) {
    const committee = committees.length > 0 && luck.happens(0.4) ? luck.pick(committees) : undefined;
    const inside = committee && {
      ...committee,
      no: committee.organization.children.filter(({ kind }) => kind === 'GENERAL_BRANCH').length + 1,
    };
    give(foundUnit('GENERAL_BRANCH', inside), LEAST_BELOW.general);
  }
  while (branches > 0) {
    if (sector === 'PRIVATE_FIRM' && luck.happens(0.09)) {
      const firms = luck.between(2, 4);
      foundJoint(register, scope.twoNew, scope.areaCode, scope.name, firms, ordinal);
      ordinal += firms;
    } else foundUnit('BRANCH');
    branches -= 1;
  }
}

/** The sectors that are set up in units, in the order of the shares. */
export const filled: readonly Sector[] = ['ORGAN', 'INSTITUTION', 'STATE_FIRM', 'PRIVATE_FIRM', 'SOCIETY'];
// Shares of the five sectors in what is set up in units: branches after the national types of organisations (rules.md §10).
export const sectorShares = {
  committees: [24, 36, 25, 15, 0],
  generals: [24, 32, 16, 26, 2],
  branches: [20, 28, 13, 33, 6],
} as const;
