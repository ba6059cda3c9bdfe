import type { Tx } from '@jishi/database';
import { areaPrefixOf } from '@jishi/identifiers';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { Grid, GridHistory, type GridStatus } from './grid-tree.entities';

export type GridRow = Omit<Grid, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

/** What is shown of a grid; what changes over time is read from `facts`: `g` for today, `h` for a day of its history. */
const columnsOf = (
  facts: 'g' | 'h',
): string => `g.id, g.version, ${facts}.code, ${facts}.name, ${facts}.level, ${facts}.tier, g.special,
  g.setting, ${facts}.parent_id AS "parentId", ${facts}.area_code AS "areaCode", ${facts}.households, ${facts}.population,
  ${facts}.organization_id AS "organizationId", g.networks, ${facts}.status, g.valid_from AS "validFrom", g.valid_to AS "validTo",
  g.successor_ids AS "successorIds", g.end_reason AS "endReason", g.boundary_version AS "boundaryVersion"`;
export const gridColumns = columnsOf('g');

export interface GridFilter {
  readonly areaCode?: string | null;
  readonly level?: number | null;
  readonly basic?: boolean | null;
  readonly special?: boolean | null;
  readonly setting?: Grid['setting'] | null;
  readonly status?: GridStatus | null;
  readonly parentId?: string | null;
  readonly withoutBoundary?: boolean | null;
  readonly withoutOrganization?: boolean | null;
}
export interface GridsArguments extends PageArguments {
  readonly filter?: GridFilter | null;
  readonly asOf?: CivilDate | null;
}

/** Grids by code, as they are or as they were on a day (GRD-01); those that had ended only when asked for. */
export function listGrids(ctx: Context, { filter, asOf, ...page }: GridsArguments) {
  const past = asOf != null && asOf < ctx.today;
  const facts = past ? 'h' : 'g';
  return listOf<GridRow>(
    ctx,
    {
      name: 'grids',
      select: columnsOf(facts),
      from: past ? 'grid_history h JOIN grid g ON g.id = h.grid_id' : 'grid g',
      ordering: ordering('grids', [asc(`${facts}.code`, 'text'), asc('g.id', 'uuid')]),
      conditions: [
        past ? within(ctx, GridHistory, 'h') : within(ctx, Grid, 'g'),
        past ? holdsOn('h', asOf) : null,
        filter?.status
          ? where(`${facts}.status = ?`, filter.status)
          : where(`${facts}.status IN ('PLANNED', 'ACTIVE')`),
        filter?.areaCode ? insideArea(facts, filter.areaCode) : null,
        filter?.level ? where(`${facts}.level = ?`, filter.level) : null,
        filter?.basic == null ? null : where(`${facts}.tier ${filter.basic ? '=' : '<>'} 'BASIC'`),
        filter?.special == null ? null : where('g.special = ?', filter.special),
        filter?.setting ? where('g.setting = ?', filter.setting) : null,
        filter?.parentId ? where(`${facts}.parent_id = ?`, filter.parentId) : null,
        filter?.withoutBoundary == null ? null : where(`g.boundary_version ${filter.withoutBoundary ? '=' : '>'} 0`),
        filter?.withoutOrganization == null
          ? null
          : where(`${facts}.organization_id IS ${filter.withoutOrganization ? '' : 'NOT '}NULL`),
      ],
    },
    page,
  );
}

const holdsOn = (alias: string, day: CivilDate): Condition =>
  where(`${alias}.valid_from <= ? AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ?)`, day, day);

const gridsWhere = (ctx: Context, condition: Condition): Promise<GridRow[]> =>
  readRows<GridRow>(
    ctx,
    'grids-where',
    `SELECT ${gridColumns} FROM grid g WHERE {where} ORDER BY g.code, g.id`,
    within(ctx, Grid, 'g'),
    condition,
  );

/** Grids by id, ended ones too, in the order asked; null outside the caller's scope. */
export const gridsByIds = async (ctx: Context, ids: readonly (string | null)[]): Promise<(GridRow | null)[]> => {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  const rows = wanted.length === 0 ? [] : await gridsWhere(ctx, where('g.id = ANY(?)', wanted));
  return inOrderOf(ids, rows, ({ id }) => id);
};

export const gridsByCodes = (ctx: Context, codes: readonly string[]): Promise<GridRow[]> =>
  gridsWhere(ctx, where('g.code = ANY(?)', codes));

/** The grids below these that have not ended. */
export const childrenOf = (ctx: Context, ids: readonly string[]): Promise<GridRow[]> =>
  gridsWhere(ctx, where(`g.parent_id = ANY(?) AND g.status IN ('PLANNED', 'ACTIVE')`, ids));

/** The grids that a Party organisation is in charge of. */
export const gridsOfOrganizations = (ctx: Context, ids: readonly string[]): Promise<GridRow[]> =>
  gridsWhere(ctx, where(`g.organization_id = ANY(?) AND g.status IN ('PLANNED', 'ACTIVE')`, ids));

/** The first grids of each area, those of what lies inside it included, in the order of the areas. */
export async function gridsOfAreas(
  ctx: Context,
  areaCodes: readonly string[],
  { level, first }: { readonly level?: number | null; readonly first: number },
): Promise<GridRow[][]> {
  const scope = ctx.scopeSql(Grid, 'g', 4);
  const rows = await ctx.query<GridRow & { readonly of: string }>(
    'grids-of-areas',
    `SELECT picked.* FROM unnest($1::text[]) AS wanted (prefix) CROSS JOIN LATERAL (
       SELECT wanted.prefix AS "of", ${gridColumns} FROM grid g
       WHERE CASE length(wanted.prefix) WHEN 12 THEN g.area_code WHEN 9 THEN g.town_code WHEN 6 THEN g.county_code
           ELSE left(g.area_code, length(wanted.prefix)) END = wanted.prefix
         AND g.status IN ('PLANNED', 'ACTIVE') AND ($2::integer IS NULL OR g.level = $2) AND ${scope.sql}
       ORDER BY g.code LIMIT $3) picked`,
    [areaCodes.map(areaPrefixOf), level ?? null, first, ...scope.values],
  );
  return areaCodes.map((code) => rows.filter(({ of }) => of === areaPrefixOf(code)));
}

/** The day's version of a boundary. */
export interface BoundaryRow {
  readonly gridId: string;
  readonly version: number;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
  readonly areaM2: number;
  readonly geojson: object;
}
const boundaryColumns = `b.grid_id AS "gridId", b.version, b.valid_from AS "validFrom", b.valid_to AS "validTo",
  b.area_m2::float8 AS "areaM2", b.geojson`;

/** Every version of the boundaries of these grids, latest first; with a day only the one that then held. Whoever sees a grid sees its boundary. */
export const boundariesOf = (
  ctx: Context,
  gridIds: readonly string[],
  asOf: CivilDate | null,
): Promise<BoundaryRow[]> =>
  readRows<BoundaryRow & object>(
    ctx,
    'grid-boundaries',
    `SELECT ${boundaryColumns} FROM grid_boundary b WHERE {where} ORDER BY b.grid_id, b.version DESC`,
    where('b.grid_id = ANY(?)', gridIds),
    asOf ? holdsOn('b', asOf) : null,
  );

export interface Point {
  /** Degrees east, WGS84. */
  readonly longitude: number;
  /** Degrees north, WGS84. */
  readonly latitude: number;
}

/**
 * The basic grid in which a point lies. A point on a shared edge belongs to the grid with the lowest code. The index on the bounding
 * boxes finds the few outlines that are then tested.
 */
const atPoint = `FROM grid_boundary b JOIN grid g ON g.id = b.grid_id JOIN grid_history h ON h.grid_id = g.id
  WHERE b.bounds @> box(point($1, $2), point($1, $2)) AND b.outline @> point($1, $2)
    AND b.valid_from <= $3 AND (b.valid_to IS NULL OR b.valid_to > $3)
    AND h.valid_from <= $3 AND (h.valid_to IS NULL OR h.valid_to > $3) AND h.tier = 'BASIC' AND h.status = 'ACTIVE'`;

export const gridAt = async (
  ctx: Context,
  { longitude, latitude }: Point,
  asOf: CivilDate,
): Promise<GridRow | null> => {
  const scope = ctx.scopeSql(GridHistory, 'h', 4);
  const [row] = await ctx.query<GridRow>(
    'grid-at',
    `SELECT ${columnsOf('h')} ${atPoint} AND ${scope.sql} ORDER BY h.code LIMIT 1`,
    [longitude, latitude, asOf, ...scope.values],
  );
  return row ?? null;
};

/** The same within a transaction, whoever asks: the place decides. */
export async function gridAtPoint(tx: Tx, { longitude, latitude }: Point, on: CivilDate): Promise<GridRow | null> {
  const [row] = await tx.query<GridRow>(`SELECT ${columnsOf('h')} ${atPoint} ORDER BY h.code LIMIT 1`, [
    longitude,
    latitude,
    on,
  ]);
  return row ?? null;
}
