import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  allOf,
  groupedBy,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { ModelVillage, Village, VillageYear, type VillageClass } from './register.entities';

export type VillageRow = Omit<Village, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;
export type VillageYearRow = Pick<VillageYear, 'id' | 'version' | 'areaCode' | 'year' | 'households' | 'population'>;
export type ModelVillageRow = Omit<ModelVillage, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const standing = `v.area_code AS "areaCode", v.version, v.households, v.population, v.farmland, v.figures_basis AS "figuresBasis",
  v.endowments, v.leading_trade AS "leadingTrade", v.economic_org_name AS "economicOrgName",
  v.economic_org_uscc AS "economicOrgUscc", v.economic_org_members AS "economicOrgMembers", v.valid_from AS "validFrom"`;
const columns = `${standing}, v.status, v.merged_on AS "mergedOn", v.replaced_by AS "replacedBy",
  v.class, v.class_year AS "classYear", v.weak, v.model`;
/** On a day on which it was a village, it was not merged yet. */
const notMerged = `'ACTIVE' AS status, NULL::date AS "mergedOn", '{}'::text[] AS "replacedBy"`;

/** The class last judged by a day, as a subquery; `?` is the day. */
const judgedBy = (column: string): string =>
  `(SELECT c.${column} FROM village_class c WHERE c.area_code = v.area_code AND c.judged_on <= ? ORDER BY c.year DESC, c.id DESC LIMIT 1)`;
const namedBy = `EXISTS (SELECT FROM model_village m WHERE m.area_code = v.area_code AND m.decided_on <= ?
  AND (m.state = 'NAMED' OR m.state = 'ENDED' AND m.ended_on > ?))`;

export interface VillageFilter {
  readonly areaCode?: string | null;
  readonly classes?: readonly VillageClass[] | null;
  readonly weak?: boolean | null;
  readonly model?: boolean | null;
  /** Fen. */
  readonly belowTotal?: number | null;
  readonly merged?: boolean | null;
}
export interface VillagesArguments extends PageArguments {
  readonly filter?: VillageFilter | null;
  readonly asOf?: CivilDate | null;
}

const byCode = ordering('villages', [asc('v.area_code', 'text')]);

const conditionsNow = (filter: VillageFilter): (Condition | null)[] => [
  where(`v.status = '${filter.merged ? 'MERGED' : 'ACTIVE'}'`),
  filter.classes ? where('v.class = ANY(?)', filter.classes) : null,
  filter.weak == null ? null : where(filter.weak ? 'v.weak' : 'NOT v.weak'),
  filter.model == null ? null : where(filter.model ? 'v.model' : 'NOT v.model'),
  filter.belowTotal == null
    ? null
    : where(
        `(SELECT a.closed_total FROM annual_income a WHERE a.area_code = v.area_code AND a.closed_on IS NOT NULL
          ORDER BY a.year DESC LIMIT 1) < ?`,
        filter.belowTotal,
      ),
];

const conditionsOn = (filter: VillageFilter, day: CivilDate): (Condition | null)[] => [
  where('v.valid_from <= ? AND (v.merged_on IS NULL OR v.merged_on > ?)', day, day),
  filter.classes ? where(`${judgedBy('class')} = ANY(?)`, day, filter.classes) : null,
  filter.weak == null ? null : where(`coalesce(${judgedBy('weak')}, false) = ?`, day, filter.weak),
  filter.model == null ? null : where(`${namedBy} = ?`, day, day, filter.model),
  filter.belowTotal == null
    ? null
    : where(
        `(SELECT s.to_total FROM annual_income_step s JOIN annual_income a ON a.id = s.year_id
          WHERE a.area_code = v.area_code AND s.step = 'CLOSED' AND s.at < ?::date + 1 ORDER BY a.year DESC, s.id DESC LIMIT 1) < ?`,
        day,
        filter.belowTotal,
      ),
];

/**
 * Villages by area code (VIL-01): those of today, or of a day, with the class last judged by then and the title of model village
 * held then, and not merged before it was. Households, land and trade are those recorded last.
 */
export function listVillages(ctx: Context, { filter, asOf, ...page }: VillagesArguments) {
  const list = listOf<VillageRow>(
    ctx,
    {
      name: 'villages',
      select: columns,
      from: 'village v',
      ordering: byCode,
      conditions: [
        within(ctx, Village, 'v'),
        filter?.areaCode ? insideArea('v', filter.areaCode) : null,
        ...(asOf ? conditionsOn(filter ?? {}, asOf) : conditionsNow(filter ?? {})),
      ],
    },
    page,
  );
  if (!asOf) return list;
  return listedAs(list, (rows) =>
    villagesByCodes(
      ctx,
      rows.map(({ areaCode }) => areaCode),
      asOf,
    ),
  );
}

/** Villages by area code, in the order asked; null where there is none within the caller's scope, or none on that day. */
export async function villagesByCodes(
  ctx: Context,
  codes: readonly string[],
  asOf?: CivilDate | null,
): Promise<(VillageRow | null)[]> {
  const ours = [within(ctx, Village, 'v'), where('v.area_code = ANY(?)', codes)];
  const rows = asOf
    ? await villagesOn(ctx, asOf, ours)
    : await readRows<VillageRow>(ctx, 'villages-by-code', `SELECT ${columns} FROM village v WHERE {where}`, ...ours);
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}

function villagesOn(ctx: Context, day: CivilDate, conditions: readonly Condition[]): Promise<VillageRow[]> {
  const { sql, values } = allOf(...conditions)(2);
  return ctx.query<VillageRow>(
    'villages-on',
    `SELECT ${standing}, ${notMerged}, judged.class, judged.year AS "classYear", coalesce(judged.weak, false) AS weak,
       ${namedBy.replaceAll('?', '$1')} AS model
     FROM village v
     LEFT JOIN LATERAL (SELECT c.class, c.year, c.weak FROM village_class c
       WHERE c.area_code = v.area_code AND c.judged_on <= $1 ORDER BY c.year DESC, c.id DESC LIMIT 1) judged ON true
     WHERE v.valid_from <= $1 AND (v.merged_on IS NULL OR v.merged_on > $1) AND ${sql}`,
    [day, ...values],
  );
}

const yearColumns = `y.id, y.version, y.area_code AS "areaCode", y.year, y.households, y.population`;

/** The yearly statistics of each village, newest year first (VIL-01). */
export async function yearsOfVillages(ctx: Context, codes: readonly string[]): Promise<VillageYearRow[][]> {
  const rows = await readRows<VillageYearRow>(
    ctx,
    'village-years',
    `SELECT ${yearColumns} FROM village_year y WHERE {where} ORDER BY y.year DESC`,
    within(ctx, VillageYear, 'y'),
    where('y.area_code = ANY(?)', codes),
  );
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

export const villageYearsByIds = (ctx: Context, ids: readonly string[]): Promise<VillageYearRow[]> =>
  readRows<VillageYearRow>(
    ctx,
    'village-years-by-id',
    `SELECT ${yearColumns} FROM village_year y WHERE {where}`,
    within(ctx, VillageYear, 'y'),
    where('y.id = ANY(?)', ids),
  );

/** The nominations of each village as a model, newest first (VIL-08). */
export async function nominationsOfVillages(ctx: Context, codes: readonly string[]): Promise<ModelVillageRow[][]> {
  const rows = await readRows<ModelVillageRow>(
    ctx,
    'model-villages',
    `SELECT m.id, m.version, m.area_code AS "areaCode", m.state, m.reason, m.nominated_on AS "nominatedOn",
       m.nominated_by AS "nominatedBy", m.decided_on AS "decidedOn", m.decided_by AS "decidedBy",
       m.decision_reason AS "decisionReason", m.ended_on AS "endedOn", m.ended_by AS "endedBy", m.ended_reason AS "endedReason"
     FROM model_village m WHERE {where} ORDER BY m.nominated_on DESC, m.id DESC`,
    within(ctx, ModelVillage, 'm'),
    where('m.area_code = ANY(?)', codes),
  );
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

/** The villages that each village was made of, by code. */
export async function predecessorsOf(ctx: Context, codes: readonly string[]): Promise<VillageRow[][]> {
  const rows = await readRows<VillageRow>(
    ctx,
    'village-predecessors',
    `SELECT ${columns} FROM village v WHERE {where} ORDER BY v.area_code`,
    within(ctx, Village, 'v'),
    where('v.replaced_by && ?', codes),
  );
  return codes.map((code) => rows.filter(({ replacedBy }) => replacedBy.includes(code)));
}
