import { mayOn, must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { planApproved } from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { placeOfVillage, refuseIf, Village, villageMerged } from '../register';
import { DevelopmentPlan, type PlanGoal } from './plans.entities';
import { measuresMissing, planSteps, refuseGoals, type PlanFacts } from './plans.rules';

/** One step of a plan, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
}

/** What a step gives back: which plan, and what to watch. */
export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

export interface RecordPlanInput {
  /** Null for a new plan. */
  readonly id?: string | null;
  readonly version?: number | null;
  readonly areaCode: string;
  readonly baseYear: number;
  readonly investmentAnalysis: string;
  readonly incomeAnalysis: string;
  readonly resourceAnalysis: string;
  readonly leadingTrade: string;
  readonly wayOfOperating: string;
  readonly goals: readonly PlanGoal[];
  readonly measures: readonly { readonly content: string; readonly responsible: string; readonly dueOn: CivilDate }[];
}

/** 草拟: a village or its town writes a plan, or changes a draft. A weak village's plan is the one by which it is lifted. */
export const recordPlan = (ctx: Context, input: RecordPlanInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { areaCode, baseYear } = input;
    must(tx.actor, 'plans:keep', placeOfVillage(areaCode), tx.today);
    const village = await tx.get(Village, areaCode);
    refuseIf(villageMerged(village));
    refuseIf(refuseGoals(input.goals, baseYear));
    const measures = input.measures.map(({ content, responsible, dueOn }, index) => ({
      no: index + 1,
      content: content.trim(),
      responsible: responsible.trim(),
      dueOn,
      doneOn: null,
      result: null,
    }));
    refuseIf(
      (measures.length === 0 || measures.some(({ content, responsible }) => !content || !responsible)) &&
        measuresMissing,
    );
    const goals = [...input.goals]
      .sort((a, b) => a.year - b.year)
      .map(({ year, total, operating }) => ({ year, total, operating }));
    const facts = {
      baseYear,
      firstYear: goals[0]!.year,
      lastYear: goals.at(-1)!.year,
      investmentAnalysis: input.investmentAnalysis,
      incomeAnalysis: input.incomeAnalysis,
      resourceAnalysis: input.resourceAnalysis,
      leadingTrade: input.leadingTrade,
      wayOfOperating: input.wayOfOperating,
      goals,
      measures,
      lifting: village.weak,
    };
    if (!input.id) {
      const plan = await tx.insert(DevelopmentPlan, { ...facts, areaCode, state: 'DRAFT', draftedOn: tx.today });
      return { id: plan.id, warnings: [] };
    }
    const { plan, warnings } = await take(tx, 'change', { id: input.id, version: input.version ?? 0 });
    refuseIf(plan.areaCode !== areaCode && otherVillage);
    await tx.save(plan, facts);
    return { id: plan.id, warnings };
  });

const otherVillage: Refusal = {
  code: 'PLAN_OF_ANOTHER_VILLAGE',
  field: 'areaCode',
  wording: { zh: '方案属于另一个村', en: 'The plan belongs to another village' },
};

export interface ReviewPlanInput extends StepInput {
  readonly decidedOn: CivilDate;
  readonly document: string;
}

/** 村级审议: the decision of the village, named by its day and document. */
export const reviewPlan = (ctx: Context, { decidedOn, document, ...input }: ReviewPlanInput): Promise<StepDone> =>
  stepOf(ctx, 'review', input, { decidedOn, document }, () => ({
    villageDecidedOn: decidedOn,
    villageDocument: document.trim(),
    returnReason: null,
  }));

/** 乡镇审核. */
export const checkPlan = (ctx: Context, input: StepInput): Promise<StepDone> =>
  stepOf(ctx, 'check', input, {}, ({ today }) => ({ checkedOn: today }));

/** 退回: with a reason; the village works on its draft again. */
export const returnPlan = (ctx: Context, { reason, ...input }: StepInput & { readonly reason: string }) =>
  stepOf(ctx, 'return', input, { reason }, () => ({ returnReason: reason.trim(), checkedOn: null }));

/** 批准: from today until its last year is over it is the plan of the village; the one before, once evaluated, is superseded. */
export const approvePlan = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { plan, to, warnings } = await take(tx, 'approve', input);
    await supersedeEvaluated(tx, plan.areaCode);
    const validTo = `${plan.lastYear + 1}-01-01` as CivilDate;
    await tx.save(plan, { state: to, approvedOn: tx.today, validFrom: tx.today, validTo });
    tx.emit(
      planApproved({ planId: plan.id, areaCode: plan.areaCode, goals: [...plan.goals] }, { areaCode: plan.areaCode }),
    );
    return { id: plan.id, warnings };
  });

async function supersedeEvaluated(tx: Tx, areaCode: string): Promise<void> {
  for (const { id } of await tx.findAll(DevelopmentPlan, { areaCode, state: 'EVALUATED' })) {
    const before = await tx.lock(DevelopmentPlan, id);
    const { to } = planSteps.take('supersede', factsOf(before, false, tx.today), system);
    const ends = before.validTo !== null && before.validTo < tx.today ? before.validTo : tx.today;
    await tx.save(before, { state: to, validTo: ends });
  }
}

/** 开始实施. */
export const startPlan = (ctx: Context, input: StepInput): Promise<StepDone> =>
  stepOf(ctx, 'start', input, {}, () => ({}));

export interface RecordPlanResultInput extends StepInput {
  readonly no: number;
  readonly doneOn?: CivilDate | null;
  readonly result: string;
}

/** 登记措施结果: of one measure, by its number. */
export const recordPlanResult = (ctx: Context, { no, result, ...input }: RecordPlanResultInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const doneOn = input.doneOn ?? null;
    const { measures } = await tx.get(DevelopmentPlan, input.id);
    const measure = measures.find((one) => one.no === no) ?? null;
    const { plan, to, warnings } = await take(tx, 'recordResult', input, { measure, doneOn });
    if (!result.trim()) throw ruleBroken(resultMissing);
    await tx.save(plan, {
      state: to,
      measures: plan.measures.map((one) => (one.no === no ? { ...one, doneOn, result: result.trim() } : one)),
    });
    return { id: plan.id, warnings };
  });

const resultMissing: Refusal = {
  code: 'RESULT_MISSING',
  field: 'result',
  wording: { zh: '请写明措施的结果', en: 'Say what came of the measure' },
};

/** 评估. */
export const evaluatePlan = (ctx: Context, { evaluation, ...input }: StepInput & { readonly evaluation: string }) =>
  stepOf(ctx, 'evaluate', input, { evaluation }, ({ today }) => ({
    evaluatedOn: today,
    evaluation: evaluation.trim(),
  }));

/** A step that changes only the plan itself. */
const stepOf = (
  ctx: Context,
  step: PlanStep,
  input: StepInput,
  more: Partial<PlanFacts>,
  changes: (tx: Tx) => Partial<DevelopmentPlan>,
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { plan, to, warnings } = await take(tx, step, input, more);
    await tx.save(plan, { state: to, ...changes(tx) });
    return { id: plan.id, warnings };
  });

type PlanStep = (typeof planSteps.steps)[number];

export const factsOf = (plan: DevelopmentPlan, anotherRuns: boolean, today: CivilDate): PlanFacts => ({
  today,
  state: plan.state,
  lastYear: plan.lastYear,
  lifting: plan.lifting,
  measures: plan.measures,
  anotherRuns,
});

export const mayOnPlan =
  ({ actor, today }: Pick<Context, 'actor' | 'today'>, { areaCode }: DevelopmentPlan) =>
  (permission: string): boolean =>
    mayOn(actor, permission, placeOfVillage(areaCode), today);

/** Which of these villages have a plan in force on a day that was not evaluated. */
export const runningStatement = `
  SELECT DISTINCT p.area_code AS "areaCode" FROM development_plan p
  WHERE p.area_code = ANY($1) AND p.state IN ('APPROVED', 'RUNNING') AND (p.valid_to IS NULL OR p.valid_to > $2)`;

/** Locks a plan and takes a step of it, or says why not. */
async function take(
  tx: Tx,
  step: PlanStep,
  { id, version }: { readonly id: string; readonly version?: number },
  more: Partial<PlanFacts> = {},
) {
  const plan = await tx.lock(DevelopmentPlan, id, version);
  const running = await tx.query(runningStatement, [[plan.areaCode], tx.today]);
  const facts = { ...factsOf(plan, running.length > 0, tx.today), ...more };
  return { plan, ...planSteps.take(step, facts, mayOnPlan(tx, plan)) };
}
