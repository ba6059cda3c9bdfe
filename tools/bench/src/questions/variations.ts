import type { Platform } from '../../../../apps/standalone/src/in-one-process';
import type { Question } from '../../../../apps/gateway/src';

/** Values that differ from request to request, so that it is not one answer that is measured over and over. */
export interface Variations {
  /** Of each county: its area code, and the organisation that leads its register. */
  readonly counties: readonly { readonly code: string; readonly committee: string }[];
  readonly members: readonly string[];
}

/** Looks for them in the databases. The members are picked evenly over all ids, so a run asks about the same ones as the last. */
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
  const members = await rowsOf<{ id: string }>(
    'members',
    `SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS all_of_them FROM member) m
     WHERE place % greatest(all_of_them / 200, 1) = 0 ORDER BY id`,
  );
  return { counties, members: members.map(({ id }) => id) };
}

/** The variables of the n-th request: the example's, except those that name a county, an organisation or a member. */
export function variablesOf(question: Question, { counties, members }: Variations, n: number): Record<string, unknown> {
  const county = counties[n % Math.max(counties.length, 1)];
  const varied: Record<string, unknown> = {
    areaCode: county?.code,
    under: county?.committee,
    memberId: members[n % Math.max(members.length, 1)],
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
