import type { Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { addDays, type CivilDate } from '@jishi/periods';
import type { PropertyMode } from '../quarters';
import type { ProviderState } from './providers.entities';

/** One quarter of a leaving company: what was handed over, and who follows from which day. */
export interface LeftQuarter {
  readonly name: string;
  readonly quarterId: string;
  /** First day on which the company managed it. */
  readonly since: CivilDate;
  /** Last day that a contract of the company covers. */
  readonly coveredTo: CivilDate | null;
  readonly handedOver: { readonly on: CivilDate; readonly keys: boolean; readonly accounts: boolean } | null;
  /** Who follows by the plan of the exit; null when the plan forgets the quarter, undefined while there is no plan yet. */
  readonly successor?: {
    readonly mode: PropertyMode;
    readonly providerId: string | null;
    readonly from: CivilDate;
  } | null;
}

export interface ProviderFacts {
  readonly id: string;
  readonly today: CivilDate;
  readonly state: ProviderState;
  readonly barredUntil: CivilDate | null;
  readonly correctBy: CivilDate | null;
  /** Closed in the register of firms; false when open or not recorded there. */
  readonly entityClosed: boolean;
  /** Below the limit for as many years in a row as the rule allows, by the newest evaluation. */
  readonly exitDue: boolean;
  readonly quarters: readonly LeftQuarter[];
  readonly admissionNo?: string;
  readonly conditions?: readonly string[];
  readonly document?: string;
  readonly plan?: string;
  readonly dueOn?: CivilDate;
  readonly reason?: string;
  readonly on?: CivilDate;
  readonly barUntil?: CivilDate | null;
}

export const barredStill = (until: CivilDate): Refusal => ({
  code: 'PROVIDER_BARRED',
  field: 'providerId',
  wording: {
    zh: '该物业企业在{until}（含）前不得准入、不得签约',
    en: 'This property company may be neither admitted nor contracted until {until}, that day included',
  },
  params: { until },
});
const stillBarred: Guard<ProviderFacts> = ({ barredUntil, today }) =>
  barredUntil !== null && today <= barredUntil && { ...barredStill(barredUntil), field: 'uscc' };

export const closedFirm: Refusal = {
  code: 'ENTITY_CLOSED',
  field: 'uscc',
  wording: { zh: '该企业已经注销，不能准入', en: 'This firm was closed in the register and cannot be admitted' },
};
const entityClosed: Guard<ProviderFacts> = (facts) => facts.entityClosed && closedFirm;

const conditionsMissing: Guard<ProviderFacts> = ({ conditions }) =>
  conditions !== undefined &&
  conditions.every((condition) => condition.trim() === '') && {
    code: 'CONDITIONS_MISSING',
    field: 'conditions',
    wording: { zh: '准入须写明审核通过的条件', en: 'An admission names the conditions that were checked' },
  };

const dueInThePast: Guard<ProviderFacts> = ({ dueOn, today }) =>
  dueOn !== undefined &&
  dueOn < today && {
    code: 'DUE_IN_THE_PAST',
    field: 'dueOn',
    wording: { zh: '整改期限{dueOn}已过', en: 'The correction would have been due on {dueOn}' },
    params: { dueOn },
  };

const exitDue: Guard<ProviderFacts> = (facts) =>
  facts.exitDue && {
    code: 'EXIT_DUE',
    wording: {
      zh: '该企业年度评分连续低于最低分，已达到退出条件，不能以整改恢复',
      en: 'The company has been below the limit for as many years in a row as the rule allows; it leaves',
    },
  };

const correctionStillRuns: Guard<ProviderFacts> = ({ correctBy, today, exitDue: due }) =>
  !due &&
  correctBy !== null &&
  today <= correctBy && {
    code: 'CORRECTION_STILL_RUNS',
    wording: { zh: '整改期限至{correctBy}，尚未届满', en: 'The correction still runs until {correctBy}' },
    params: { correctBy },
  };

const laterThanToday: Guard<ProviderFacts> = ({ on, today }) =>
  on !== undefined &&
  on > today && {
    code: 'EXIT_IN_THE_FUTURE',
    field: 'on',
    wording: {
      zh: '退出日期{on}晚于今天；交接完成后再办理',
      en: 'The exit is dated {on}, later than today; it is recorded when the hand-over is done',
    },
    params: { on },
  };

const banEndsBeforeExit: Guard<ProviderFacts> = ({ on, barUntil }) =>
  !!barUntil &&
  on !== undefined &&
  barUntil <= on && {
    code: 'BAN_TOO_SHORT',
    field: 'barUntil',
    wording: { zh: '禁入期限须晚于退出日期{on}', en: 'The ban must last longer than the day of exit {on}' },
    params: { on },
  };

const named = (quarters: readonly LeftQuarter[]): string => quarters.map(({ name }) => name).join('、');
const ofQuarters =
  (
    code: string,
    zh: string,
    en: string,
    wrong: (quarter: LeftQuarter, facts: ProviderFacts) => boolean,
  ): Guard<ProviderFacts> =>
  (facts) => {
    const found = facts.quarters.filter((quarter) => wrong(quarter, facts));
    return (
      found.length > 0 && {
        code,
        field: 'successors',
        wording: { zh, en },
        params: { quarters: named(found), on: facts.on ?? '' },
      }
    );
  };

const withoutSuccessor = ofQuarters(
  'QUARTER_WITHOUT_SUCCESSOR',
  '下列小区没有接替的物业管理方式：{quarters}',
  'These quarters have no successor mode: {quarters}',
  ({ successor }) => successor === null || successor?.mode === 'NONE',
);
const succeedsItself = ofQuarters(
  'SUCCESSOR_IS_LEAVING',
  '下列小区的接替企业就是退出企业：{quarters}',
  'The successor of these quarters is the company that leaves: {quarters}',
  ({ successor }, { id }) => successor?.providerId === id,
);
const successorTooLate = ofQuarters(
  'DAY_UNCOVERED',
  '下列小区在退出日{on}之后才有接替，中间无人管理：{quarters}',
  'The successor of these quarters begins after the exit on {on}, which leaves days without management: {quarters}',
  ({ successor }, { on }) => !!successor && on !== undefined && successor.from > on,
);
const contractTooShort = ofQuarters(
  'DAY_UNCOVERED',
  '下列小区的合同在接替之日前已经到期，中间无人管理，请补签合同或者提前接替日期：{quarters}',
  'The contract of these quarters ended before the successor begins: extend it, or let the successor begin earlier: {quarters}',
  ({ successor, coveredTo }) => !!successor && (coveredTo === null || coveredTo < addDays(successor.from, -1)),
);
const successorTooEarly = ofQuarters(
  'SUCCESSOR_BEFORE_START',
  '下列小区的接替日期不晚于本企业进驻日期：{quarters}',
  'The successor of these quarters would begin on or before the first day of the company: {quarters}',
  ({ successor, since }) => !!successor && successor.from <= since,
);
const notHandedOver = ofQuarters(
  'NOT_HANDED_OVER',
  '下列小区的钥匙、账目尚未交接：{quarters}',
  'Keys and accounts of these quarters were not handed over: {quarters}',
  ({ handedOver }) => !handedOver?.keys || !handedOver.accounts,
);
const handedOverLater = ofQuarters(
  'HANDED_OVER_AFTER_EXIT',
  '下列小区的交接日期晚于退出日期{on}：{quarters}',
  'These quarters were handed over after the exit on {on}: {quarters}',
  ({ handedOver }, { on }) => handedOver !== null && on !== undefined && handedOver.on > on,
);

/** EXITING → EXITED: each quarter has a successor, keys and accounts are handed over, no day is uncovered (model.md §6.2, P9). */
const exitGuards = [
  laterThanToday,
  banEndsBeforeExit,
  withoutSuccessor,
  succeedsItself,
  successorTooLate,
  contractTooShort,
  successorTooEarly,
  notHandedOver,
  handedOverLater,
];

const stillInForce: Refusal = {
  code: 'NO_LOW_SCORE',
  wording: { zh: '年度评分没有低于最低分', en: 'No evaluation is below the limit' },
};

/** 物业企业的准入、考核、退出 (model.md §6.2, GRD-26). */
export const providerSteps = lifecycle<ProviderFacts & { readonly scoreBelow?: boolean }, ProviderState>({
  zh: '物业企业',
  en: 'property company',
  states: {
    APPLIED: { zh: '已申请', en: 'applied' },
    ADMITTED: { zh: '已准入', en: 'admitted' },
    SERVING: { zh: '服务中', en: 'serving' },
    WARNED: { zh: '已警告', en: 'warned' },
    CORRECTING: { zh: '整改中', en: 'correcting' },
    EXITING: { zh: '退出中', en: 'exiting' },
    EXITED: { zh: '已退出', en: 'exited' },
    BARRED: { zh: '禁入', en: 'barred' },
  },
  facts: {
    admissionNo: { zh: '准入编号', en: 'number of the admission' },
    document: { zh: '依据文件', en: 'document' },
    plan: { zh: '整改内容', en: 'plan of correction' },
    dueOn: { zh: '整改期限', en: 'last day of the correction' },
    on: { zh: '退出日期', en: 'day of exit' },
  },
})({
  admit: {
    zh: '准入',
    en: 'admit',
    from: 'APPLIED',
    to: 'ADMITTED',
    who: 'property:admit',
    needs: ['admissionNo'],
    unless: [stillBarred, entityClosed, conditionsMissing],
  },
  serve: { zh: '开始服务', en: 'begin to serve', from: 'ADMITTED', to: 'SERVING', who: system },
  warn: {
    zh: '警告',
    en: 'warn',
    from: 'SERVING',
    to: 'WARNED',
    who: 'property:admit',
    needs: ['document'],
  },
  warnByScore: {
    zh: '因评分低于最低分警告',
    en: 'warn for a low score',
    from: 'SERVING',
    to: 'WARNED',
    who: system,
    unless: [({ scoreBelow }) => scoreBelow !== true && stillInForce],
  },
  beginCorrection: {
    zh: '责令整改',
    en: 'order a correction',
    from: 'WARNED',
    to: 'CORRECTING',
    who: 'property:admit',
    needs: ['plan', 'dueOn'],
    unless: [dueInThePast],
  },
  confirmCorrection: {
    zh: '确认整改完成',
    en: 'confirm the correction',
    from: 'CORRECTING',
    to: 'SERVING',
    who: 'property:admit',
    needs: ['document'],
    unless: [exitDue],
  },
  beginExit: {
    zh: '启动退出',
    en: 'begin the exit',
    from: 'CORRECTING',
    to: 'EXITING',
    who: 'property:admit',
    needs: ['reason'],
    warn: [correctionStillRuns],
  },
  exit: {
    zh: '完成退出',
    en: 'complete the exit',
    from: 'EXITING',
    to: 'EXITED',
    who: 'property:admit',
    needs: ['on'],
    unless: exitGuards,
  },
  bar: {
    zh: '完成退出并禁入',
    en: 'complete the exit and bar the company',
    from: 'EXITING',
    to: 'BARRED',
    who: 'property:admit',
    needs: ['on'],
    unless: exitGuards,
  },
  applyAgain: {
    zh: '重新申请',
    en: 'apply again',
    from: ['EXITED', 'BARRED'],
    to: 'APPLIED',
    who: 'property:admit',
    unless: [stillBarred, entityClosed],
  },
});
export type ProviderStep = (typeof providerSteps.steps)[number];

/** The weighted total of a year, points with two decimals. */
export const totalOf = (
  parts: { readonly community: number; readonly owners: number; readonly housing: number },
  [community = 0, owners = 0, housing = 0]: readonly number[],
): number => {
  const weights = community + owners + housing;
  return (
    Math.round(((parts.community * community + parts.owners * owners + parts.housing * housing) / weights) * 100) / 100
  );
};

/** Years in a row below the limit that end with this year; `below` are the earlier years of which it is known. */
export function yearsBelowUpTo(year: number, isBelow: boolean, below: ReadonlySet<number>): number {
  if (!isBelow) return 0;
  let count = 1;
  while (below.has(year - count)) count += 1;
  return count;
}
