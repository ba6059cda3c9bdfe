import type { Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { PlanGoal, PlanMeasure, PlanState } from './plans.entities';

export interface PlanFacts {
  readonly today: CivilDate;
  readonly state: PlanState;
  readonly lastYear: number;
  readonly lifting: boolean;
  readonly measures: readonly PlanMeasure[];
  /** Another plan of the village is approved or runs today and was not evaluated. */
  readonly anotherRuns: boolean;
  readonly reason?: string;
  readonly decidedOn?: CivilDate;
  readonly document?: string;
  readonly evaluation?: string;
  /** The measure whose result is recorded, and the day on which it was done; null while it is not. */
  readonly measure?: PlanMeasure | null;
  readonly doneOn?: CivilDate | null;
}

export const anotherPlanValid: Refusal = {
  code: 'ANOTHER_PLAN_VALID',
  field: 'id',
  wording: {
    zh: '该村已有现行方案，请先对其评估，再批准新方案',
    en: 'The village has a plan in force; evaluate it before another one is approved',
  },
};

const decisionInTheFuture: Guard<PlanFacts> = ({ decidedOn, today }) =>
  decidedOn !== undefined &&
  decidedOn > today && {
    code: 'DAY_IN_THE_FUTURE',
    field: 'decidedOn',
    wording: { zh: '村级决议日期{decidedOn}晚于今天', en: 'The village decided on {decidedOn}, later than today' },
    params: { decidedOn },
  };

const yearsOver: Guard<PlanFacts> = ({ lastYear, today }) =>
  lastYear < Number(today.slice(0, 4)) && {
    code: 'PLAN_YEARS_OVER',
    field: 'goals',
    wording: { zh: '方案最后年度{lastYear}已过', en: 'The last year of the plan, {lastYear}, is over' },
    params: { lastYear },
  };

const anotherRuns: Guard<PlanFacts> = (facts) => facts.anotherRuns && anotherPlanValid;

const measureUnknown: Guard<PlanFacts> = ({ measure }) =>
  measure === null && {
    code: 'MEASURE_UNKNOWN',
    field: 'no',
    wording: { zh: '方案中没有这一项措施', en: 'The plan has no such measure' },
  };

const doneInTheFuture: Guard<PlanFacts> = ({ doneOn, today }) =>
  !!doneOn &&
  doneOn > today && {
    code: 'DAY_IN_THE_FUTURE',
    field: 'doneOn',
    wording: { zh: '完成日期{doneOn}晚于今天', en: 'The day {doneOn} is later than today' },
    params: { doneOn },
  };

const open = ({ result }: PlanMeasure): boolean => !result?.trim();
const withoutResult = (measures: readonly PlanMeasure[]): Refusal => ({
  code: 'MEASURES_WITHOUT_RESULT',
  field: 'measures',
  wording: { zh: '第{numbers}项措施尚未登记结果', en: 'No result is recorded for the measures {numbers}' },
  params: {
    numbers: measures
      .filter(open)
      .map(({ no }) => no)
      .join('、'),
  },
});

/** A weak village is not lifted on paper: its plan is evaluated by the results of its measures. */
const liftingWithoutResults: Guard<PlanFacts> = ({ lifting, measures }) =>
  lifting && measures.some(open) && withoutResult(measures);
const plainWithoutResults: Guard<PlanFacts> = ({ lifting, measures }) =>
  !lifting && measures.some(open) && withoutResult(measures);

/** 一村一策, model.md §5.2. The village decides, the town checks, agriculture approves. */
export const planSteps = lifecycle<PlanFacts, PlanState>({
  zh: '一村一策方案',
  en: 'development plan',
  states: {
    DRAFT: { zh: '草拟', en: 'draft' },
    VILLAGE_REVIEWED: { zh: '村级审议通过', en: 'reviewed by the village' },
    TOWN_CHECKED: { zh: '乡镇审核通过', en: 'checked by the town' },
    APPROVED: { zh: '已批准', en: 'approved' },
    RUNNING: { zh: '实施中', en: 'running' },
    EVALUATED: { zh: '已评估', en: 'evaluated' },
    SUPERSEDED: { zh: '已被替代', en: 'superseded' },
  },
  facts: {
    decidedOn: { zh: '村级决议日期', en: 'day of the village decision' },
    document: { zh: '村级决议文号', en: 'document of the village decision' },
    evaluation: { zh: '评估结论', en: 'conclusion of the evaluation' },
  },
})({
  change: { zh: '修改', en: 'change', from: 'DRAFT', to: 'DRAFT', who: 'plans:keep' },
  review: {
    zh: '登记村级审议',
    en: 'record the village decision',
    from: 'DRAFT',
    to: 'VILLAGE_REVIEWED',
    who: 'plans:keep',
    needs: ['decidedOn', 'document'],
    unless: [decisionInTheFuture],
  },
  check: {
    zh: '乡镇审核',
    en: 'check',
    from: 'VILLAGE_REVIEWED',
    to: 'TOWN_CHECKED',
    who: 'plans:check',
    unless: [yearsOver],
  },
  return: {
    zh: '退回修改',
    en: 'return',
    from: ['VILLAGE_REVIEWED', 'TOWN_CHECKED'],
    to: 'DRAFT',
    who: 'plans:check',
    needs: ['reason'],
  },
  approve: {
    zh: '批准',
    en: 'approve',
    from: 'TOWN_CHECKED',
    to: 'APPROVED',
    who: 'plans:approve',
    unless: [yearsOver, anotherRuns],
  },
  start: { zh: '开始实施', en: 'start', from: 'APPROVED', to: 'RUNNING', who: 'plans:keep' },
  recordResult: {
    zh: '登记措施结果',
    en: 'record the result of a measure',
    from: 'RUNNING',
    to: 'RUNNING',
    who: 'plans:keep',
    unless: [measureUnknown, doneInTheFuture],
  },
  evaluate: {
    zh: '评估',
    en: 'evaluate',
    from: 'RUNNING',
    to: 'EVALUATED',
    who: 'plans:check',
    needs: ['evaluation'],
    unless: [liftingWithoutResults],
    warn: [plainWithoutResults],
  },
  supersede: { zh: '被新方案替代', en: 'supersede', from: 'EVALUATED', to: 'SUPERSEDED', who: system },
  endWithVillage: {
    zh: '因村合并终止',
    en: 'end with the merged village',
    from: ['APPROVED', 'RUNNING', 'EVALUATED'],
    to: 'SUPERSEDED',
    who: system,
  },
});

/** Why goals cannot be written down: none, a year twice or with a gap, not after the base year, operating above total, below 0. */
export function refuseGoals(goals: readonly PlanGoal[], baseYear: number): Refusal | undefined {
  const refuse = (code: string, zh: string, en: string, params: Refusal['params'] = {}): Refusal => ({
    code,
    field: 'goals',
    wording: { zh, en },
    params,
  });
  if (goals.length === 0) return refuse('GOALS_MISSING', '请填写年度目标', 'Give the goals of at least one year');
  const years = goals.map(({ year }) => year).sort((a, b) => a - b);
  if (years[0]! <= baseYear)
    return refuse('GOALS_BEFORE_BASE', '目标年度应在基期{baseYear}年之后', 'Goals are of years after {baseYear}', {
      baseYear,
    });
  if (years.some((year, index) => year !== years[0]! + index))
    return refuse(
      'GOAL_YEARS_NOT_IN_A_ROW',
      '目标年度应当连续且不重复',
      'The years of the goals follow each other, each once',
    );
  const wrong = goals.find(({ total, operating }) => operating < 0 || operating > total);
  if (wrong)
    return refuse(
      'GOAL_PARTS_DO_NOT_FIT',
      '{year}年经营性收入目标应在0与总收入目标之间',
      'The operating goal of {year} lies between 0 and the total goal',
      { year: wrong.year },
    );
  return undefined;
}

export const measuresMissing: Refusal = {
  code: 'MEASURES_MISSING',
  field: 'measures',
  wording: {
    zh: '请至少填写一项措施，内容和责任岗位不能为空',
    en: 'Give at least one measure, with its content and who answers for it',
  },
};

/** The measures are late when one is due and neither done nor given a result. */
export const overdue = (measures: readonly PlanMeasure[], today: CivilDate): boolean =>
  measures.some(({ dueOn, doneOn }) => doneOn === null && dueOn < today);

/** What was earned ÷ what was wanted, four decimals; null when nothing is known or nothing was wanted. */
export const reached = (actual: number | null, goal: number): number | null =>
  actual === null || goal === 0 ? null : Math.round((actual / goal) * 10_000) / 10_000;
