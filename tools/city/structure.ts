import type { CivilDate } from '@jishi/periods';
import { areasOf, CITY, COUNTY } from './areas';
import { foundCases, placeCase } from './cases';
import type { Sector } from './demography';
import { foundJoint, hostNamed, subBranches, type Scope } from './founding';
import { chance } from './random';
import { found, fullName, newRegister, type Organization, type Register } from './register';
import type { AreaRow, OrganizationKind, Size } from './rows';
import { apportioned, filled, fillSector, leastBranches, sectorShares } from './sectors';

/**
 * How many organisations of each kind: for the city the national register scaled to five million residents (rules.md §10), for
 * the county what a first look needs. Work committees count as committees, joint branches as branches.
 */
export const COUNTS = {
  county: { committees: 20, generalBranches: 18, branches: 222 },
  city: { committees: 1086, generalBranches: 1172, branches: 16_382 },
} as const;

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
