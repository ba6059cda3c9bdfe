import type { Platform } from '../../../../apps/standalone/src/in-one-process';
import type { Question } from '../../../../apps/gateway/src';

/** Values that differ from request to request, so that it is not one answer that is measured over and over. */
export interface Variations {
  /** Of each county: its area code, and the organisation that leads its register. */
  readonly counties: readonly { readonly code: string; readonly committee: string }[];
  readonly members: readonly string[];
  /** Of each town and street: its area code, and the organisation that leads it. */
  readonly towns: readonly { readonly code: string; readonly committee: string }[];
  /** Codes of basic grids. */
  readonly grids: readonly string[];
  /** Firms and social organisations. */
  readonly firms: readonly string[];
}

/** About two hundred of a table's values, picked evenly over all of them, so a run asks about the same ones as the last. */
const evenly = (column: string, from: string): string =>
  `SELECT value FROM (SELECT ${column} AS value, row_number() OVER (ORDER BY ${column}) AS place, count(*) OVER () AS all_of_them FROM ${from}) v
   WHERE place % greatest(all_of_them / 200, 1) = 0 ORDER BY value`;

/** Looks for them in the databases. */
export async function variationsIn(platform: Platform): Promise<Variations> {
  const rowsOf = async <R>(service: string, sql: string): Promise<R[]> => {
    const { rows } = (await platform.databases.get(service)?.pool.query(sql)) ?? { rows: [] };
    return rows as R[];
  };
  const counties = await rowsOf<{ code: string; committee: string }>(
    'organizations',
    `SELECT DISTINCT ON (o.county_code) o.county_code AS code, o.id AS committee
     FROM party_organization o JOIN area a ON a.code = o.county_code AND a.level = 'COUNTY'
     WHERE o.kind = 'COMMITTEE' AND o.status = 'ACTIVE' ORDER BY o.county_code, o.depth, o.code`,
  );
  const towns = await rowsOf<{ code: string; committee: string }>(
    'organizations',
    `SELECT DISTINCT ON (a.code) a.code, o.id AS committee FROM area a JOIN party_organization o ON o.area_code = a.code
     WHERE a.level = 'TOWN' AND o.host_kind = 'AREA' AND o.status = 'ACTIVE' ORDER BY a.code, o.depth, o.code`,
  );
  const valuesOf = async (service: string, sql: string): Promise<string[]> =>
    (await rowsOf<{ value: string }>(service, sql)).map(({ value }) => value);
  return {
    counties,
    towns,
    members: await valuesOf('members', evenly('id', 'member')),
    grids: await valuesOf('grids', evenly('code', `grid WHERE status = 'ACTIVE' AND length(code) = 15`)),
    firms: await valuesOf('enterprises', evenly('id', 'entity WHERE closed_on IS NULL')),
  };
}

/** The variables of the n-th request: the example's, except those that name a county, a town, an organisation, a member, a grid or a firm. */
export function variablesOf(question: Question, variations: Variations, n: number): Record<string, unknown> {
  const nth = <T>(values: readonly T[]): T | undefined => values[n % Math.max(values.length, 1)];
  const county = nth(variations.counties);
  const town = nth(variations.towns);
  const varied: Record<string, unknown> = {
    areaCode: county?.code,
    countyCode: county?.code,
    under: county?.committee,
    memberId: nth(variations.members),
    townCode: town?.code,
    committee: town?.committee,
    gridCode: nth(variations.grids),
    id: nth(variations.firms),
  };
  return Object.fromEntries(
    Object.entries(question.variables).map(([name, example]) => [name, varied[name] ?? example]),
  );
}

/** Objects that stand in lists of the answer. */
export function rowsIn(value: unknown): number {
  if (Array.isArray(value))
    return value.reduce<number>(
      (sum, each) => sum + rowsIn(each) + (each !== null && typeof each === 'object' ? 1 : 0),
      0,
    );
  if (value === null || typeof value !== 'object') return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + rowsIn(each), 0);
}
