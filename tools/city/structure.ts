import type { CivilDate } from '@jishi/periods';
import { areasOf, CITY, COUNTY } from './areas';
import { foundCases, placeCase } from './cases';
import type { Sector } from './demography';
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
import { found, fullName, isBranch, newRegister, type Organization, type Register } from './register';
import { chance, idOfCode } from './random';
import type { AreaRow, Host, HostKind, OrganizationKind, Size, UnitRow } from './rows';
import { usccOf } from './units';

/**
 * How many organisations of each kind: for the city the national register scaled to five million residents (rules.md §10), for
 * the county what a first look needs. Work committees count as committees, joint branches as branches.
 */
export const COUNTS = {
  county: { committees: 20, generalBranches: 18, branches: 222 },
  city: { committees: 1086, generalBranches: 1172, branches: 16_382 },
} as const;

/** The superiors of one county (or of the city's own units), by what they lead. */
export interface Scope {
  readonly areaCode: string;
  readonly name: string;
  readonly head: Organization;
  readonly organs: Organization;
  readonly education: Organization;
  readonly health: Organization;
  readonly stateFirms: Organization;
  readonly twoNew: Organization;
}

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

const unitKind: Partial<Record<Sector, UnitRow['kind']>> = {
  ORGAN: 'ORGAN',
  INSTITUTION: 'INSTITUTION',
  STATE_FIRM: 'SOE',
};

/** Registers the unit in which an organisation is set up: a public unit, or the id of a firm or social organisation. */
export function hostNamed(
  register: Register,
  sector: Sector,
  areaCode: string,
  name: string,
  kind = unitKind[sector],
): Host {
  const id = idOfCode('unit', `${areaCode} ${name}`);
  if (!kind) return { kind: sector === 'SOCIETY' ? 'SOCIAL_ORG' : 'ENTERPRISE', id };
  register.units.push({
    id,
    name,
    uscc: usccOf(kind, areaCode, register.units.length),
    kind,
    areaCode,
    leadershipMode:
      kind === 'ORGAN' ? 'ORGAN' : kind === 'SOE' ? 'SOE_BOARD' : kind === 'INSTITUTION' ? null : 'PARTY_LED_HEAD',
    status: 'ACTIVE',
  });
  return { kind: 'UNIT', id };
}

function scopeOf(register: Register, head: Organization, name: string, area: string): Scope {
  const committee = (unit: string, sector: Sector, kind: OrganizationKind, title: string): Organization =>
    found(register, {
      name: title,
      kind,
      sector,
      superior: head,
      areaCode: area,
      host: hostNamed(register, 'ORGAN', area, unit),
      years: [1956, 1984],
    });
  return {
    areaCode: area,
    name,
    head,
    organs: committee(`${name}直属机关工委`, 'ORGAN', 'WORK_COMMITTEE', `中共${name}直属机关工作委员会`),
    education: committee(`${name}教育局`, 'INSTITUTION', 'COMMITTEE', `中共${name}教育局委员会`),
    health: committee(`${name}卫生健康委员会`, 'INSTITUTION', 'COMMITTEE', `中共${name}卫生健康委员会委员会`),
    stateFirms: committee(
      `${name}国有资产监督管理委员会`,
      'STATE_FIRM',
      'COMMITTEE',
      `中共${name}国有资产监督管理委员会委员会`,
    ),
    twoNew: committee(
      `${name}两新工委`,
      'PRIVATE_FIRM',
      'WORK_COMMITTEE',
      `中共${name}非公有制经济组织和社会组织工作委员会`,
    ),
  };
}

/** Branches below a general branch or committee: 某村第一党支部, 第二党支部 … */
export function subBranches(
  register: Register,
  under: Organization,
  stem: string,
  count: number,
  establishedOn?: CivilDate,
): Organization[] {
  const from = under.children.filter(isBranch).length;
  return Array.from({ length: count }, (_, index) =>
    found(register, {
      name: `${stem}第${chineseNumber(from + index + 1)}党支部`,
      kind: 'BRANCH',
      sector: under.sector,
      superior: under,
      areaCode: under.areaCode,
      host: under.host,
      years: [1985, 2019],
      establishedOn,
    }),
  );
}

/** The organisation of one village or community, as a branch, a general branch or a committee. */
function foundPlace(register: Register, town: Organization, townName: string, place: AreaRow): void {
  const sector = place.kind === 'VILLAGE' ? 'VILLAGE' : 'COMMUNITY';
  const wanted = placeCase(place.code);
  const shares = sector === 'VILLAGE' ? [0.06, 0.2] : [0.3, 0.42];
  const [committees = 0, generals = 0] = register.size === 'county' ? shares.map((share) => share / 2.6) : shares;
  // Of what kind an organisation of a place is depends on the place alone, so that codes below it are the same under every seed.
  const luck = chance('place', place.code);
  const drawn = luck.next();
  const kind =
    wanted?.kind ?? (drawn < committees ? 'COMMITTEE' : drawn < committees + generals ? 'GENERAL_BRANCH' : 'BRANCH');
  const organization = found(register, {
    name: fullName(`${townName}${place.name}`, kind),
    kind,
    sector,
    superior: town,
    areaCode: place.code,
    host: { kind: sector, id: place.code },
    years: [1956, 1995],
    exactly: kind === 'BRANCH' ? wanted?.exactly : undefined,
  });
  if (wanted?.term) organization.termCase = wanted.term;
  organization.secretaryIsDirector = wanted?.secretaryIsDirector ?? luck.happens(0.84);
  if (kind === 'BRANCH') return;
  const count = wanted?.branches ?? (kind === 'COMMITTEE' ? luck.between(3, 5) : luck.between(2, 3));
  const branches = subBranches(register, organization, place.name, count);
  const first = branches[0];
  if (first && wanted?.exactly) first.exactly = wanted.exactly;
}

function foundTown(register: Register, county: Scope, area: AreaRow, places: readonly AreaRow[]): void {
  const { luck } = register;
  const kind = area.kind === 'STREET' || area.kind === 'DEV_ZONE' ? 'WORK_COMMITTEE' : 'COMMITTEE';
  const town = found(register, {
    name: fullName(`${county.name}${area.name}`, kind),
    kind,
    sector: 'ORGAN',
    superior: county.head,
    areaCode: area.code,
    host: { kind: 'AREA', id: area.code },
    years: [1956, 1980],
  });
  const office = found(register, {
    name: fullName(`${area.name}机关`, 'BRANCH'),
    kind: 'BRANCH',
    sector: 'ORGAN',
    superior: town,
    areaCode: area.code,
    host: hostNamed(register, 'ORGAN', area.code, `${county.name}${area.name}人民政府`),
    years: [1980, 1995],
  });
  if (register.size === 'county') office.exactly = { full: 21, probationary: 1 };
  found(register, {
    name: fullName(`${area.name}中心学校`, 'BRANCH'),
    kind: 'BRANCH',
    sector: 'INSTITUTION',
    superior: town,
    areaCode: area.code,
    host: hostNamed(register, 'INSTITUTION', area.code, `${county.name}${area.name}中心学校`, 'SCHOOL'),
    years: [1980, 2005],
  });
  for (const place of places) foundPlace(register, town, area.name, place);
  if (luck.happens(0.7))
    foundJoint(register, town, area.code, area.name, luck.between(2, 4), luck.between(0, 300), 'REGIONAL');
}

/** 联合党支部: several firms, each with too few members for a branch of its own. */
export function foundJoint(
  register: Register,
  superior: Organization,
  areaCode: string,
  place: string,
  firms: number,
  firstFirm: number,
  setUpWay: 'JOINT' | 'REGIONAL' = 'JOINT',
): Organization {
  const names = Array.from({ length: firms }, (_, index) => firmName(place, firstFirm + index));
  const hosts = names.map((name) => hostNamed(register, 'PRIVATE_FIRM', areaCode, name));
  const title =
    setUpWay === 'REGIONAL' ? `${place}非公企业` : names.map((name) => name.replace(/有限公司$/, '')).join('、');
  return found(register, {
    name: fullName(title, 'JOINT_BRANCH'),
    kind: 'JOINT_BRANCH',
    sector: 'PRIVATE_FIRM',
    setUpWay,
    superior,
    areaCode,
    host: hosts[0] ?? { kind: 'AREA', id: areaCode },
    hosts,
    years: [2012, 2024],
  });
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
const leastBranches = ({ committees, generals }: { committees: number; generals: number }): number =>
  committees * LEAST_BELOW.committee + generals * LEAST_BELOW.general;

/** Fills one sector of one scope with exactly so many committees, general branches and branches. */
function fillSector(
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

const filled: readonly Sector[] = ['ORGAN', 'INSTITUTION', 'STATE_FIRM', 'PRIVATE_FIRM', 'SOCIETY'];
// Shares of the five sectors in what is set up in units: branches after the national types of organisations (rules.md §10).
const sectorShares = {
  committees: [24, 36, 25, 15, 0],
  generals: [24, 32, 16, 26, 2],
  branches: [20, 28, 13, 33, 6],
} as const;

export const kindCounts = (
  organizations: readonly Pick<Organization, 'kind' | 'status'>[],
): { committees: number; generals: number; branches: number } => {
  const open = organizations.filter(({ status }) => status !== 'DISSOLVED');
  return {
    committees: open.filter(({ kind }) => kind === 'COMMITTEE' || kind === 'WORK_COMMITTEE').length,
    generals: open.filter(({ kind }) => kind === 'GENERAL_BRANCH').length,
    branches: open.filter(({ kind }) => kind === 'BRANCH' || kind === 'JOINT_BRANCH').length,
  };
};

/** The whole tree of organisations of a size, with the interesting cases in it. */
export function planStructure(size: Size, seed: number, today: CivilDate): { register: Register; areas: AreaRow[] } {
  const register = newRegister(size, seed, today);
  const areas = areasOf(size, today);
  const childrenOf = new Map<string, AreaRow[]>();
  for (const area of areas)
    childrenOf.set(area.parentCode ?? '', [...(childrenOf.get(area.parentCode ?? '') ?? []), area]);
  // The villages of before the merger had organisations too: cases.ts founds them and what became of them.
  const living = (code: string): AreaRow[] =>
    (childrenOf.get(code) ?? []).filter(({ validTo, validFrom }) => validTo === null && validFrom < '1950');

  const city = found(register, {
    name: '中共焦作市委员会',
    kind: 'COMMITTEE',
    sector: 'ORGAN',
    superior: null,
    areaCode: CITY,
    host: { kind: 'AREA', id: CITY },
    years: [1956, 1956],
  });
  const scopes: Scope[] = [];
  if (size === 'city') scopes.push(scopeOf(register, city, '焦作市', CITY));
  else foundCityOrgans(register, city);
  for (const area of living(CITY)) {
    const head = found(register, {
      name: fullName(area.name, area.kind === 'DEV_ZONE' ? 'WORK_COMMITTEE' : 'COMMITTEE'),
      kind: area.kind === 'DEV_ZONE' ? 'WORK_COMMITTEE' : 'COMMITTEE',
      sector: 'ORGAN',
      superior: city,
      areaCode: area.code,
      host: { kind: 'AREA', id: area.code },
      years: [1956, 1958],
    });
    const scope = scopeOf(register, head, area.name, area.code);
    scopes.push(scope);
    for (const town of living(area.code)) foundTown(register, scope, town, living(town.code));
    if (area.code === COUNTY) foundCases(register, scope);
  }
  const target = COUNTS[size];
  const have = kindCounts(register.organizations);
  const weights = scopes.map(({ areaCode }) =>
    areaCode === CITY ? 2 : 1 + (childrenOf.get(areaCode) ?? []).length / 40,
  );
  const cells = (missing: number, shares: readonly number[]): number[][] => {
    const flat = apportioned(
      missing,
      weights.flatMap((weight) => shares.map((share) => share * weight)),
    );
    return weights.map((_, index) => flat.slice(index * shares.length, (index + 1) * shares.length));
  };
  const committees = cells(target.committees - have.committees, sectorShares.committees);
  const generals = cells(target.generalBranches - have.generals, sectorShares.generals);
  const needed = scopes.map((_, s) =>
    filled.map((_sector, f) => leastBranches({ committees: committees[s]?.[f] ?? 0, generals: generals[s]?.[f] ?? 0 })),
  );
  const spare = target.branches - have.branches - needed.flat().reduce((sum, count) => sum + count, 0);
  if (spare < 0)
    throw new Error(`the counts of ${size} leave ${-spare} committees and general branches without branches`);
  const branches = cells(spare, sectorShares.branches).map((row, s) =>
    row.map((count, f) => count + (needed[s]?.[f] ?? 0)),
  );
  scopes.forEach((scope, s) =>
    filled.forEach((sector, f) =>
      fillSector(register, scope, sector, {
        committees: committees[s]?.[f] ?? 0,
        generals: generals[s]?.[f] ?? 0,
        branches: branches[s]?.[f] ?? 0,
      }),
    ),
  );
  return { register, areas };
}

/** The county size shows two branches of the city's own offices, which the county's officers do not see. */
function foundCityOrgans(register: Register, city: Organization): void {
  const organs = found(register, {
    name: '中共焦作市直属机关工作委员会',
    kind: 'WORK_COMMITTEE',
    sector: 'ORGAN',
    superior: city,
    areaCode: CITY,
    host: hostNamed(register, 'ORGAN', CITY, '焦作市直属机关工委'),
    years: [1960, 1970],
  });
  for (const name of ['焦作市人民政府办公室', '焦作市财政局']) {
    found(register, {
      name: fullName(name, 'BRANCH'),
      kind: 'BRANCH',
      sector: 'ORGAN',
      superior: organs,
      areaCode: CITY,
      host: hostNamed(register, 'ORGAN', CITY, name),
      years: [1980, 1990],
      exactly: { full: 19, probationary: 1 },
    });
  }
}
