import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { Area, type AreaKind, type AreaLevel } from './areas.entities';

export type AreaRow = Pick<
  Area,
  | 'code'
  | 'version'
  | 'name'
  | 'level'
  | 'parentCode'
  | 'kind'
  | 'urbanRuralCode'
  | 'validFrom'
  | 'validTo'
  | 'replacedBy'
>;

export interface AreasArguments extends PageArguments {
  readonly filter?: {
    readonly parentCode?: string | null;
    readonly within?: string | null;
    readonly level?: AreaLevel | null;
    readonly kind?: AreaKind | null;
    readonly namePrefix?: string | null;
  } | null;
  readonly asOf?: CivilDate | null;
}

const columns = `a.code, a.version, a.name, a.level, a.parent_code AS "parentCode", a.kind, a.urban_rural_code AS "urbanRuralCode",
  a.valid_from AS "validFrom", a.valid_to AS "validTo", a.replaced_by AS "replacedBy"`;
const byCode = ordering('areas', [asc('a.code', 'text')]);

/** Matches names that begin with a text as it was typed. */
export const beginsWith = (column: string, text: string): Condition =>
  where(`${column} LIKE ?`, `${text.replace(/[\\%_]/g, '\\$&')}%`);

/** The areas in use on a day, by code (ORG-01). */
export const listAreas = (ctx: Context, { filter, asOf, ...page }: AreasArguments) =>
  listOf<AreaRow>(
    ctx,
    {
      name: 'areas',
      select: columns,
      from: 'area a',
      ordering: byCode,
      conditions: [
        within(ctx, Area, 'a'),
        inUseOn(asOf ?? ctx.today),
        filter?.parentCode ? where('a.parent_code = ?', filter.parentCode) : null,
        filter?.within ? insideArea('a', filter.within, 'code') : null,
        filter?.level ? where('a.level = ?', filter.level) : null,
        filter?.kind ? where('a.kind = ?', filter.kind) : null,
        filter?.namePrefix ? beginsWith('a.name', filter.namePrefix) : null,
      ],
    },
    page,
  );

const inUseOn = (day: CivilDate): Condition =>
  where('a.valid_from <= ? AND (a.valid_to IS NULL OR a.valid_to > ?)', day, day);

/** Areas by code, old codes too, in the order asked; with a day only those in use on it. */
export async function areasByCodes(
  ctx: Context,
  codes: readonly (string | null)[],
  asOf?: CivilDate | null,
): Promise<(AreaRow | null)[]> {
  const rows = await readRows<AreaRow>(
    ctx,
    'areas-by-code',
    `SELECT ${columns} FROM area a WHERE {where}`,
    within(ctx, Area, 'a'),
    where(
      'a.code = ANY(?)',
      [...new Set(codes)].filter((code) => code !== null),
    ),
    asOf ? inUseOn(asOf) : null,
  );
  return inOrderOf(codes, rows, ({ code }) => code);
}
