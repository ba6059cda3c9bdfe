import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  groupedBy,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { coverageOf, onDay, type AreaOnDay } from './plans.coverage';
import { DevelopmentPlan, type PlanGoal, type PlanState } from './plans.entities';
import { planSteps, reached } from './plans.rules';
import { factsOf, mayOnPlan, runningStatement } from './plans.service';

export interface PlanFilter {
  readonly areaCode?: string | null;
  readonly state?: readonly PlanState[] | null;
  readonly lifting?: boolean | null;
  readonly measureOverdue?: boolean | null;
}
export interface PlansArguments extends PageArguments {
  readonly filter?: PlanFilter | null;
}

const late = `EXISTS (SELECT FROM jsonb_to_recordset(p.measures) AS m("dueOn" date, "doneOn" date) WHERE m."doneOn" IS NULL AND m."dueOn" < ?)`;
const newestFirst = ordering('plans', [desc('p.drafted_on', 'date'), asc('p.id', 'uuid')]);

/** 一村一策清单 (VIL-09), newest first. */
export function listPlans(ctx: Context, { filter, ...page }: PlansArguments) {
  const { areaCode, state, lifting, measureOverdue } = filter ?? {};
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'plans',
      select: 'p.id',
      from: 'development_plan p',
      conditions: [
        within(ctx, DevelopmentPlan, 'p'),
        areaCode ? insideArea('p', areaCode) : null,
        state ? where('p.state = ANY(?)', state) : null,
        lifting == null ? null : where('p.lifting = ?', lifting),
        measureOverdue == null ? null : where(`${measureOverdue ? '' : 'NOT '}${late}`, ctx.today),
      ],
      ordering: newestFirst,
    },
    page,
  );
  return listedAs(list, (rows) =>
    plansByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** The plans with these ids that the caller may see, in the order of the ids; null for the others. */
export async function plansByIds(ctx: Context, ids: readonly (string | null)[]): Promise<(DevelopmentPlan | null)[]> {
  const wanted = ids.filter((id) => id !== null);
  const rows = await ctx.scoped(DevelopmentPlan, 'p').andWhere('p.id = ANY(:wanted)', { wanted }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** Every plan of each village, newest first. */
export async function plansOfVillages(ctx: Context, codes: readonly string[]): Promise<DevelopmentPlan[][]> {
  const rows = await ctx
    .scoped(DevelopmentPlan, 'p')
    .andWhere('p.area_code = ANY(:codes)', { codes })
    .orderBy('p.draftedOn', 'DESC')
    .addOrderBy('p.id', 'DESC')
    .getMany();
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

/** The plan in force today for each village; null where there is none. */
export async function validPlansOf(ctx: Context, codes: readonly string[]): Promise<(DevelopmentPlan | null)[]> {
  const rows = await ctx
    .scoped(DevelopmentPlan, 'p')
    .andWhere('p.area_code = ANY(:codes) AND p.valid_from <= :today AND p.valid_to > :today', {
      codes,
      today: ctx.today,
    })
    .getMany();
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}

/** A goal beside what the village earned in that year. */
export interface GoalReached extends PlanGoal {
  readonly actualTotal: number | null;
  readonly actualOperating: number | null;
  /** The year is not closed: the figures are what was approved so far. */
  readonly provisional: boolean | null;
  readonly totalReached: number | null;
  readonly operatingReached: number | null;
}

interface Earned {
  readonly planId: string;
  readonly year: number;
  readonly total: number;
  readonly operating: number;
  readonly provisional: boolean;
}

/** Actual ÷ goal of every year of each plan (VIL-09), from the last close, or from what was approved so far in a year not closed. */
export async function goalsOfPlans(ctx: Context, plans: readonly DevelopmentPlan[]): Promise<GoalReached[][]> {
  const earned = await readRows<Earned & object>(
    ctx,
    'plan-goals',
    `SELECT p.id AS "planId", a.year, coalesce(a.closed_total, a.total) AS total,
       coalesce(a.closed_operating, a.operating) AS operating, a.closed_on IS NULL AS provisional
     FROM development_plan p JOIN annual_income a ON a.area_code = p.area_code AND a.year BETWEEN p.first_year AND p.last_year
     WHERE {where}`,
    within(ctx, DevelopmentPlan, 'a', 'income:read'),
    where(
      'p.id = ANY(?)',
      plans.map(({ id }) => id),
    ),
  );
  const found = new Map(earned.map((one) => [`${one.planId}/${one.year}`, one]));
  return plans.map(({ id, goals }) =>
    goals.map((goal) => {
      const actual = found.get(`${id}/${goal.year}`);
      const actualTotal = actual?.total ?? null;
      const actualOperating = actual?.operating ?? null;
      return {
        ...goal,
        actualTotal,
        actualOperating,
        provisional: actual?.provisional ?? null,
        totalReached: reached(actualTotal, goal.total),
        operatingReached: reached(actualOperating, goal.operating),
      };
    }),
  );
}

/** What the caller may do with each plan now, and for every other step why not. */
export async function offeredSteps(ctx: Context, plans: readonly DevelopmentPlan[]) {
  const codes = plans.map(({ areaCode }) => areaCode);
  const running = await ctx.query<{ areaCode: string }>('plans-running', runningStatement, [codes, ctx.today]);
  const occupied = new Set(running.map(({ areaCode }) => areaCode));
  return plans.map((plan) =>
    planSteps.offer(factsOf(plan, occupied.has(plan.areaCode), ctx.today), mayOnPlan(ctx, plan)),
  );
}

/** A village in use on a day and whether it had a plan in force then. */
export interface UnplannedVillage {
  readonly areaCode: string;
  readonly planId: string | null;
}

const villages = `(
  SELECT village.area_code, village.county_code, village.town_code, village.weak,
    EXISTS (SELECT FROM development_plan p WHERE p.area_code = village.area_code AND p.valid_from <= $1::date AND p.valid_to > $1::date) AS planned,
    (SELECT p.id FROM development_plan p WHERE p.area_code = village.area_code ORDER BY p.drafted_on DESC, p.id DESC LIMIT 1) AS plan_id
  FROM village
  WHERE village.valid_from <= $1::date AND (village.merged_on IS NULL OR village.merged_on > $1::date)
) v`;
const byCode = ordering('villages-without-plan', [asc('v.area_code', 'text')]);

export interface UnplannedArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly weak?: boolean | null } | null;
  readonly asOf?: CivilDate | null;
}

/** 没有有效方案的村, by area code, with the newest plan that was ever begun. */
export function listUnplanned(ctx: Context, { filter, asOf, ...page }: UnplannedArguments) {
  return listOf<UnplannedVillage & object>(
    ctx,
    {
      name: 'villages-without-plan',
      select: 'v.area_code AS "areaCode", v.plan_id AS "planId"',
      from: villages,
      conditions: [
        onDay(asOf ?? ctx.today),
        where('NOT v.planned'),
        filter?.areaCode ? insideArea('v', filter.areaCode) : null,
        filter?.weak == null ? null : where('v.weak = ?', filter.weak),
        within(ctx, DevelopmentPlan, 'v'),
      ],
      ordering: byCode,
    },
    page,
  );
}

/** `vil.plan`: villages with a valid plan ÷ villages, as of a day. */
export const planCoverage = (ctx: Context, area: AreaOnDay) =>
  coverageOf(ctx, { key: 'vil.plan', villages, covered: 'v.planned', entity: DevelopmentPlan }, area);
