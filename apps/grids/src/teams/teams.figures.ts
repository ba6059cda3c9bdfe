import { targetsInForce } from '@jishi/known-register';
import { areaPrefixOf } from '@jishi/identifiers';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { listOf, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { GridHistory, gridColumns, readOf, type GridRow } from '../grid-tree';
import { presetRoles, type RoleOfArea } from './roles.rules';
import { catalogueOn } from './teams.service';

/** The required roles of each area that has a catalogue, and under the empty prefix those of the preset. */
function requiredOf(catalogue: readonly RoleOfArea[], on: CivilDate): { prefixes: string[]; codes: string[] } {
  const byPrefix = new Map<string, string[]>([
    ['', presetRoles(on).flatMap(({ code, required }) => (required ? [code] : []))],
  ]);
  for (const { areaCode, code, required } of catalogue) {
    const prefix = areaPrefixOf(areaCode);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), ...(required ? [code] : [])]);
  }
  return { prefixes: [...byPrefix.keys()], codes: [...byPrefix.values()].map((each) => each.join(',')) };
}

/** The active basic grids of a day with what their teams lack. `{where}` narrows `h`; the parameters after it are the caller's. */
const teamsOn = (day: string, prefixes: string, codes: string): string => `
  FROM grid_history h
  CROSS JOIN LATERAL (
    SELECT string_to_array(wanted.codes, ',') AS codes FROM unnest(${prefixes}::text[], ${codes}::text[]) AS wanted (prefix, codes)
    WHERE h.area_code LIKE wanted.prefix || '%' ORDER BY length(wanted.prefix) DESC LIMIT 1) required
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(s.role_code) FILTER (WHERE s.role_code IS NOT NULL), '{}') AS roles,
      array_agg(DISTINCT s.person_id) FILTER (WHERE s.kind = 'FULL_TIME') AS full_time
    FROM grid_staff s WHERE s.grid_id = h.grid_id AND s.from_on <= ${day} AND (s.to_on IS NULL OR s.to_on >= ${day})) held
  WHERE h.tier = 'BASIC' AND h.status = 'ACTIVE' AND h.valid_from <= ${day} AND (h.valid_to IS NULL OR h.valid_to > ${day})`;

interface Counted {
  readonly grids: number;
  readonly complete: number;
  readonly staffed: number;
  readonly households: number;
  readonly workers: number;
  readonly mostLoaded: { readonly gridId: string; readonly households: number; readonly workers: number } | null;
}

/** The figures of the teams of an area on a day: grd.team and grd.worker.households (GRD-05, GRD-06). */
export async function teamFigures(ctx: Context, areaCode: string, asOf: CivilDate) {
  const { prefixes, codes } = requiredOf(await catalogueOn(readOf(ctx), asOf), asOf);
  const scope = ctx.scopeSql(GridHistory, 'h', 4, 'teams:read');
  const area = insideArea('h', areaCode)(4 + scope.values.length);
  const [counted] = await ctx.query<Counted & object>(
    'team-figures',
    `WITH team AS (
       SELECT h.grid_id, h.code, h.households, required.codes <@ held.roles AS complete, held.full_time,
         cardinality(held.full_time) AS workers
       ${teamsOn('$1::date', '$2', '$3')} AND ${scope.sql} AND ${area.sql})
     SELECT count(*)::integer AS grids, (count(*) FILTER (WHERE complete))::integer AS complete,
       (count(*) FILTER (WHERE workers > 0))::integer AS staffed, coalesce(sum(households), 0)::integer AS households,
       (SELECT count(DISTINCT person)::integer FROM team, unnest(full_time) AS person) AS workers,
       (SELECT jsonb_build_object('gridId', grid_id, 'households', households, 'workers', workers) FROM team
        WHERE workers > 0 ORDER BY households::float8 / workers DESC, code LIMIT 1) AS "mostLoaded"
     FROM team`,
    [asOf, prefixes, codes, ...scope.values, ...area.values],
  );
  const { grids, complete, staffed, households, workers, mostLoaded } = counted!;
  return {
    areaCode,
    asOf,
    complete: ratio(complete, grids, asOf),
    completeTarget: await targetOf(ctx, 'grd.team', areaCode, asOf),
    withFullTimeWorker: ratio(staffed, grids, asOf),
    householdsPerWorker: ratio(households, workers, asOf),
    householdsTarget: await targetOf(ctx, 'grd.worker.households', areaCode, asOf),
    mostLoaded: mostLoaded && {
      gridId: mostLoaded.gridId,
      ratio: ratio(mostLoaded.households, mostLoaded.workers, asOf),
    },
  };
}

const ratio = (numerator: number, denominator: number, asOf: CivilDate) => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
  asOf,
});

async function targetOf(ctx: Context, key: string, areaCode: string, on: CivilDate) {
  const [target] = await targetsInForce(
    { query: (sql, values) => ctx.query('team-targets', sql, values) },
    key,
    areaCode,
    on,
  );
  return target && target.value !== null ? { value: target.value, unit: target.unit, dueOn: target.dueOn } : null;
}

export interface GridsLackingArguments extends PageArguments {
  readonly areaCode: string;
  readonly asOf?: CivilDate | null;
}

const lacking = (
  ctx: Context,
  name: string,
  { areaCode, first, after }: GridsLackingArguments,
  on: CivilDate,
  required: { prefixes: string[]; codes: string[] },
  lack: string,
) => {
  // Numbers its own parameters: the day twice, the catalogues, then whatever the scope and the area need.
  const team: Condition = (at) => ({
    sql: `EXISTS (SELECT 1 ${teamsOn(`$${at}::date`, `$${at + 1}`, `$${at + 2}`)} AND h.grid_id = g.id AND ${lack})`,
    values: [on, required.prefixes, required.codes],
  });
  return listOf<GridRow>(
    ctx,
    {
      name,
      select: gridColumns,
      from: 'grid g JOIN grid_history h ON h.grid_id = g.id',
      ordering: ordering(name, [asc('h.code', 'text'), asc('g.id', 'uuid')]),
      conditions: [
        within(ctx, GridHistory, 'h', 'teams:read'),
        where(`h.tier = 'BASIC' AND h.status = 'ACTIVE'`),
        where('h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to > ?)', on, on),
        insideArea('h', areaCode),
        team,
      ],
    },
    { first, after },
  );
};

/** The grids behind the difference between numerator and denominator of complete teams (GRD-06). */
export const gridsWithIncompleteTeam = async (ctx: Context, args: GridsLackingArguments) => {
  const on = args.asOf ?? ctx.today;
  const required = requiredOf(await catalogueOn(readOf(ctx), on), on);
  return lacking(ctx, 'grids-incomplete', args, on, required, 'NOT required.codes <@ held.roles');
};

/** The grids in which no full-time worker is on duty (GRD-05). */
export const gridsWithoutFullTimeWorker = async (ctx: Context, args: GridsLackingArguments) => {
  const on = args.asOf ?? ctx.today;
  const required = requiredOf(await catalogueOn(readOf(ctx), on), on);
  return lacking(ctx, 'grids-unstaffed', args, on, required, 'held.full_time IS NULL');
};
