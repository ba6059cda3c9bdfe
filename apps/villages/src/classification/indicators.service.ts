import { mayOn } from '@jishi/access';
import { notAllowed } from '@jishi/errors';
import { areaPrefixOf } from '@jishi/identifiers';
import { indicators as catalogue, judge, ratio, type Judgement, type Ratio } from '@jishi/indicators';
import { targetColumns, type KnownTarget } from '@jishi/known-register';
import type { Fen } from '@jishi/money';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { civilDateFrom, earlierOf, type CivilDate } from '@jishi/periods';
import { listOf, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import type { Measure } from '../income';
import { placeOfVillage, Village } from '../register';
import { boundOf, incomeKeys, nearestTargets, ownBound, type Bound } from './profiles.rules';

type Key = (typeof incomeKeys)[number];

/** The rows behind a figure: what to ask the list of figures for. */
export interface FigureCondition {
  readonly measure?: Measure | null;
  /** Fen. */
  readonly below?: Fen | null;
  readonly atMost?: Fen | null;
  readonly atLeast?: Fen | null;
  readonly model?: boolean | null;
  readonly closed?: boolean | null;
}

/** A figure of the villages of an area, of one year, held against one target. */
export interface VillageIndicatorRow {
  readonly key: Key;
  readonly areaCode: string;
  readonly year: number;
  readonly asOf: CivilDate;
  readonly bound: Bound | null;
  readonly villages: number;
  readonly closedVillages: number;
  readonly ratio: Ratio | null;
  readonly sum: Fen | null;
  readonly mean: Fen | null;
  readonly target: KnownTarget | null;
  readonly judgement: Judgement;
  readonly rows: FigureCondition;
}

const columnOf = { TOTAL: 'total', OPERATING: 'operating', OPERATING_SURPLUS: 'operating_surplus' } as const;

/** The day as of which a year is told: its last, or today while it runs. */
const asOfYear = (year: number, today: CivilDate): CivilDate => earlierOf(civilDateFrom(year, 12, 31)!, today);

/** Which rows a figure counts; the mean counts all of them. */
const conditionOf = (key: Key, bound: Bound | null): FigureCondition => {
  if (key === 'vil.model') return { model: true };
  if (key === 'vil.income.mean' || bound === null) return { closed: true };
  const { measure, amount } = bound;
  if (key === 'vil.income.floor') return { measure, below: amount };
  return key === 'vil.shell' ? { measure, atMost: amount } : { measure, atLeast: amount };
};

/** The bound of a figure as its target sets it, or the rule set's own. */
function boundFor(key: Key, target: KnownTarget | null, on: CivilDate): Bound | null {
  if (key === 'vil.model' || key === 'vil.income.mean') return null;
  const own = ownBound(
    (
      {
        'vil.income.floor': 'vil.class.weak',
        'vil.shell': 'vil.class.shell',
        'vil.operating.share': 'vil.class.below',
        'vil.star': 'vil.class.star',
      } as const
    )[key],
    on,
  );
  return target ? boundOf(target, own) : own;
}

/** Villages that stood at the end of a year, with what their closed year says; `f` has the figures, null while not closed. */
const figuresFrom = `village v LEFT JOIN closed_income f ON f.area_code = v.area_code AND f.year = `;
const stoodOn = (day: CivilDate): Condition =>
  where('v.valid_from <= ? AND (v.merged_on IS NULL OR v.merged_on > ?)', day, day);
const titled = `EXISTS (SELECT FROM model_village m WHERE m.area_code = v.area_code AND m.decided_on <= ?
  AND (m.state = 'NAMED' OR m.state = 'ENDED' AND m.ended_on > ?))`;

const matching = (
  { measure, below, atMost, atLeast, model, closed }: FigureCondition,
  day: CivilDate,
): (Condition | null)[] => {
  const column = `f.${columnOf[measure ?? 'TOTAL']}`;
  return [
    below == null ? null : where(`${column} < ?`, below),
    atMost == null ? null : where(`${column} <= ?`, atMost),
    atLeast == null ? null : where(`${column} >= ?`, atLeast),
    model == null ? null : where(`${titled} = ?`, day, day, model),
    closed == null ? null : where(`(f.area_code IS NOT NULL) = ?`, closed),
  ];
};

/**
 * The figures of the villages of an area in a closed year, each with the targets in force there at the end of the year, or today while
 * it runs. Where an area holds several targets of a figure, it comes once for each (VIL-03 to VIL-08).
 */
export async function villageIndicators(
  ctx: Context,
  { areaCode, year }: { readonly areaCode: string; readonly year: number },
): Promise<VillageIndicatorRow[]> {
  // A figure of an area is told whole or not at all: part of its villages would be another figure.
  if (!mayOn(ctx.actor, 'income:read', placeOfVillage(areaCode), ctx.today)) throw notAllowed('income:read');
  const on = asOfYear(year, ctx.today);
  const targets = await ctx.query<KnownTarget & object>(
    'village-targets',
    `SELECT ${targetColumns} FROM known_target t
     WHERE t.key = ANY($1) AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2) ORDER BY t.id`,
    [incomeKeys, on],
  );
  const asked = incomeKeys.flatMap((key) => {
    const nearest: (KnownTarget | null)[] = nearestTargets(targets, key, areaCode);
    return (nearest.length > 0 ? nearest : [null]).map((target) => ({ key, target, bound: boundFor(key, target, on) }));
  });
  const counts = await countOf(
    ctx,
    areaCode,
    year,
    on,
    asked.map(({ key, bound }) => conditionOf(key, bound)),
  );
  return asked.map(({ key, target, bound }, index): VillageIndicatorRow => {
    const { villages, closed, sum } = counts;
    const counted = counts.counted[index]!;
    const isMean = key === 'vil.income.mean';
    const share = isMean ? null : ratio(counted, villages, on);
    const mean = isMean && villages > 0 ? Math.round(sum / villages) : null;
    const figure = isMean ? (mean === null ? null : mean / 100) : key === 'vil.operating.share' ? share : counted;
    const complete = key === 'vil.model' || (villages > 0 && closed === villages);
    return {
      key,
      areaCode,
      year,
      asOf: on,
      bound,
      villages,
      closedVillages: closed,
      ratio: share,
      sum: isMean ? sum : null,
      mean,
      target,
      judgement: target ? judge(target, complete ? figure : null, on) : { verdict: 'NOT_JUDGED', why: 'REPORT_ONLY' },
      rows: conditionOf(key, bound),
    };
  });
}

/** Every count at once, by one statement. */
async function countOf(
  ctx: Context,
  areaCode: string,
  year: number,
  on: CivilDate,
  conditions: readonly FigureCondition[],
) {
  const values: unknown[] = [year, on, `${areaPrefixOf(areaCode)}%`];
  const counts = conditions.map((condition) => {
    const texts = matching(condition, on).flatMap((one) => {
      if (!one) return [];
      const { sql, values: more } = one(values.length + 1);
      values.push(...more);
      return [sql];
    });
    return `count(*) FILTER (WHERE ${texts.join(' AND ')})`;
  });
  const [row] = await ctx.query<{ villages: number; closed: number; sum: Fen; counted: number[] }>(
    'village-indicators',
    `SELECT count(*) AS villages, count(f.area_code) AS closed, ARRAY[${counts.join(', ')}]::int[] AS counted,
       (SELECT coalesce(sum(a.closed_total), 0)::bigint FROM annual_income a
        WHERE a.year = $1 AND a.area_code LIKE $3) AS sum
     FROM ${figuresFrom} $1
     WHERE v.area_code LIKE $3 AND v.valid_from <= $2 AND (v.merged_on IS NULL OR v.merged_on > $2)`,
    values,
  );
  return row!;
}

export interface VillageFiguresArguments extends PageArguments {
  readonly areaCode: string;
  readonly year: number;
  readonly filter?: FigureCondition | null;
}
export interface VillageFigureRow {
  readonly areaCode: string;
  readonly year: number;
  readonly total: Fen | null;
  readonly operating: Fen | null;
  readonly operatingSurplus: Fen | null;
  readonly combined: boolean;
}

const byCode = ordering('village-figures', [asc('v.area_code', 'text')]);

/** The villages behind a figure, by area code: those that stood at the end of the year (VIL-03 to VIL-08). */
export const listVillageFigures = (ctx: Context, { areaCode, year, filter, ...page }: VillageFiguresArguments) => {
  const on = asOfYear(year, ctx.today);
  const wanted = Math.trunc(year);
  return listOf<VillageFigureRow>(
    ctx,
    {
      name: 'village-figures',
      select: `v.area_code AS "areaCode", ${wanted} AS year, f.total, f.operating, f.operating_surplus AS "operatingSurplus",
        coalesce(f.combined, false) AS combined`,
      from: `${figuresFrom} ${wanted}`,
      ordering: byCode,
      conditions: [
        within(ctx, Village, 'v', 'income:read'),
        insideArea('v', areaCode),
        stoodOn(on),
        ...matching(filter ?? {}, on),
      ],
    },
    page,
  );
};

export const titleOf = (key: string): { readonly zh: string; readonly en: string } =>
  catalogue.get(key) ?? { zh: key, en: key };
