import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { Building, Quarter, type PropertyMode, type QuarterKind } from './quarters.entities';

export type QuarterRow = Omit<Quarter, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;
export type BuildingRow = Omit<Building, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `q.id, q.version, q.name, q.address, q.kind, q.area_code AS "areaCode", q.grid_id AS "gridId", q.households,
  q.property_mode AS "propertyMode", q.provider_id AS "providerId", q.valid_from AS "validFrom", q.valid_to AS "validTo"`;
const buildingColumns = `b.id, b.version, b.quarter_id AS "quarterId", b.no, b.area_code AS "areaCode", b.floors, b.units, b.households,
  b.longitude, b.latitude, b.grid_id AS "gridId"`;

export interface QuartersArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly gridId?: string | null;
    readonly kind?: QuarterKind | null;
    readonly propertyMode?: PropertyMode | null;
    readonly providerId?: string | null;
    readonly namePrefix?: string | null;
  } | null;
}

const standing = (ctx: Context): Condition => where('(q.valid_to IS NULL OR q.valid_to > ?)', ctx.today);

/** The quarters that stand, by name (GRD-20). */
export const listQuarters = (ctx: Context, { filter, ...page }: QuartersArguments) =>
  listOf<QuarterRow>(
    ctx,
    {
      name: 'quarters',
      select: columns,
      from: 'quarter q',
      ordering: ordering('quarters', [asc('q.name', 'text'), asc('q.id', 'uuid')]),
      conditions: [
        within(ctx, Quarter, 'q'),
        standing(ctx),
        filter?.areaCode ? insideArea('q', filter.areaCode) : null,
        filter?.gridId ? where('q.grid_id = ?', filter.gridId) : null,
        filter?.kind ? where('q.kind = ?', filter.kind) : null,
        filter?.propertyMode ? where('q.property_mode = ?', filter.propertyMode) : null,
        filter?.providerId ? where('q.provider_id = ?', filter.providerId) : null,
        filter?.namePrefix ? where('q.name LIKE ?', `${filter.namePrefix.trim().replace(/[\\%_]/g, '\\$&')}%`) : null,
      ],
    },
    page,
  );

const quartersWhere = (ctx: Context, ...conditions: readonly Condition[]): Promise<QuarterRow[]> =>
  readRows<QuarterRow>(
    ctx,
    'quarters-where',
    `SELECT ${columns} FROM quarter q WHERE {where} ORDER BY q.name, q.id`,
    within(ctx, Quarter, 'q'),
    ...conditions,
  );

/** Quarters by id, in the order asked; null outside the caller's scope. */
export async function quartersByIds(ctx: Context, ids: readonly (string | null)[]): Promise<(QuarterRow | null)[]> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  const rows = wanted.length === 0 ? [] : await quartersWhere(ctx, where('q.id = ANY(?)', wanted));
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** The quarters of these communities that stand. */
export const quartersOfAreas = (ctx: Context, areaCodes: readonly string[]): Promise<QuarterRow[]> =>
  quartersWhere(ctx, where('q.area_code = ANY(?)', areaCodes), standing(ctx));

/** The quarters that stand and lie in each of these grids, wholly or with some of their buildings. */
export async function quartersOfGrids(ctx: Context, gridIds: readonly string[]): Promise<QuarterRow[][]> {
  const scope = ctx.scopeSql(Quarter, 'q', 3);
  const rows = await ctx.query<QuarterRow & { readonly of: string }>(
    'quarters-of-grids',
    `SELECT lying.grid_id AS "of", ${columns}
     FROM (SELECT id, grid_id FROM quarter WHERE grid_id = ANY($1)
       UNION SELECT quarter_id, grid_id FROM building WHERE grid_id = ANY($1)) lying
     JOIN quarter q ON q.id = lying.id
     WHERE (q.valid_to IS NULL OR q.valid_to > $2) AND ${scope.sql} ORDER BY q.name, q.id`,
    [gridIds, ctx.today, ...scope.values],
  );
  return gridIds.map((gridId) => rows.filter(({ of }) => of === gridId));
}

const buildingsWhere = (ctx: Context, condition: Condition): Promise<BuildingRow[]> =>
  readRows<BuildingRow>(
    ctx,
    'buildings-where',
    `SELECT ${buildingColumns} FROM building b WHERE {where} ORDER BY length(b.no), b.no, b.id`,
    within(ctx, Building, 'b'),
    condition,
  );

export const buildingsOfQuarters = (ctx: Context, quarterIds: readonly string[]): Promise<BuildingRow[]> =>
  buildingsWhere(ctx, where('b.quarter_id = ANY(?)', quarterIds));

export const buildingsByIds = (ctx: Context, ids: readonly string[]): Promise<BuildingRow[]> =>
  buildingsWhere(ctx, where('b.id = ANY(?)', ids));
