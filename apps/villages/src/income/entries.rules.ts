import type { Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { moneyText, type Fen } from '@jishi/money';
import { addMonths, type CivilDate } from '@jishi/periods';
import type { IncomeEntryState, IncomeKind, IncomeYearState } from './income.entities';

export interface EntryFacts {
  readonly state: IncomeEntryState;
  /** The account that acts. */
  readonly actor: string;
  readonly author: string;
  readonly reviewedBy: string | null;
  readonly kind: IncomeKind;
  readonly proof: string | null;
  readonly cooperativeId: string | null;
  readonly period: string;
  readonly reversalOf: string | null;
  readonly year: YearFacts;
  readonly reason?: string | null;
}
export interface YearFacts {
  readonly year: number;
  readonly state: IncomeYearState;
  readonly closedQuarters: number;
}

const proofMissing: Guard<EntryFacts> = ({ proof }) =>
  !proof?.trim() && {
    code: 'PROOF_MISSING',
    field: 'proof',
    wording: {
      zh: '没有凭证（发票、合同、银行回单等）不能提交',
      en: 'Without a proof (invoice, contract, bank slip) an entry is not submitted',
    },
  };

const reviewerIsAuthor: Guard<EntryFacts> = ({ actor, author }) =>
  actor === author && {
    code: 'REVIEWER_IS_AUTHOR',
    wording: { zh: '审核人不能是填报人', en: 'The reviewer must not be the author' },
  };

const approverTookPart: Guard<EntryFacts> = ({ actor, author, reviewedBy }) =>
  (actor === author || actor === reviewedBy) && {
    code: 'APPROVER_TOOK_PART',
    wording: { zh: '审批人不能是填报人或审核人', en: 'The approver must be neither the author nor the reviewer' },
  };

export const quarterOf = (period: string): number => Math.ceil(Number(period.slice(5)) / 3);

/** A closed year takes nothing any more. */
export const yearClosed = ({ year, state }: YearFacts): Refusal | false =>
  state === 'CLOSED' && {
    code: 'INCOME_YEAR_CLOSED',
    field: 'period',
    wording: {
      zh: '{year}年已结账，不再填报；更正须在未结账的期间冲销，或者由组织、农业农村部门重新开账',
      en: 'The year {year} is closed: correct it by a counter-entry in an open month, or have the year revised',
    },
    params: { year },
  };

/** A closed quarter takes no entries for its months; a year under revision takes them for any month. */
export const quarterClosed = ({ year, state, closedQuarters }: YearFacts, period: string): Refusal | false =>
  state === 'OPEN' &&
  quarterOf(period) <= closedQuarters && {
    code: 'QUARTER_CLOSED',
    field: 'period',
    wording: {
      zh: '{year}年第{quarter}季度已结，不再填报该季度的收入；更正请在未结的月份冲销',
      en: 'Quarter {quarter} of {year} is closed: correct it by a counter-entry in an open month',
    },
    params: { year, quarter: quarterOf(period) },
  };

const inClosedPeriod: Guard<EntryFacts> = ({ year, period }) => yearClosed(year) || quarterClosed(year, period);

/** 收入台账, model.md §5.2. */
export const entrySteps = lifecycle<EntryFacts, IncomeEntryState>({
  zh: '收入台账',
  en: 'income entry',
  states: {
    DRAFT: { zh: '草稿', en: 'draft' },
    SUBMITTED: { zh: '已提交', en: 'submitted' },
    REVIEWED: { zh: '已审核', en: 'reviewed' },
    APPROVED: { zh: '已审批', en: 'approved' },
    LOCKED: { zh: '已锁定', en: 'locked' },
    DISCARDED: { zh: '已作废', en: 'discarded' },
  },
})({
  submit: {
    zh: '提交',
    en: 'submit',
    from: 'DRAFT',
    to: 'SUBMITTED',
    who: 'income:enter',
    unless: [proofMissing, inClosedPeriod],
  },
  discard: { zh: '作废草稿', en: 'discard', from: 'DRAFT', to: 'DISCARDED', who: 'income:enter' },
  review: {
    zh: '审核',
    en: 'review',
    from: 'SUBMITTED',
    to: 'REVIEWED',
    who: 'income:review',
    unless: [reviewerIsAuthor],
  },
  return: { zh: '退回', en: 'return', from: 'SUBMITTED', to: 'DRAFT', who: 'income:review', needs: ['reason'] },
  approve: {
    zh: '审批',
    en: 'approve',
    from: 'REVIEWED',
    to: 'APPROVED',
    who: 'income:approve',
    unless: [approverTookPart],
  },
  sendBack: {
    zh: '审批退回',
    en: 'send back',
    from: 'REVIEWED',
    to: 'DRAFT',
    who: 'income:approve',
    needs: ['reason'],
  },
  lock: { zh: '结账锁定', en: 'lock', from: 'APPROVED', to: 'LOCKED', who: system },
});
export type EntryStep = (typeof entrySteps.steps)[number];

/** A month that has begun, `2026-05`. */
export function refusePeriod(period: string, today: CivilDate): Refusal | false {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period))
    return {
      code: 'PERIOD_IS_NO_MONTH',
      field: 'period',
      wording: { zh: '所属期应为月份，如2026-05', en: 'The period is a month, such as 2026-05' },
    };
  return (
    period > today.slice(0, 7) && {
      code: 'PERIOD_IN_THE_FUTURE',
      field: 'period',
      wording: { zh: '{period}还没有开始', en: 'The month {period} has not begun' },
      params: { period },
    }
  );
}

interface Lifetime {
  readonly areaCode: string;
  readonly validFrom: CivilDate;
  readonly mergedOn: CivilDate | null;
  readonly replacedBy: readonly string[];
}

/** Days of which the village has no income: none of them lies in the time in which it stands. */
function refuseDaysOf(
  { areaCode, validFrom, mergedOn, replacedBy }: Lifetime,
  { from, until }: { readonly from: CivilDate; readonly until: CivilDate },
  field: 'period' | 'year',
  period: string,
): Refusal | false {
  if (mergedOn !== null && from >= mergedOn)
    return {
      code: 'VILLAGE_MERGED',
      field,
      wording: {
        zh: '{code}已于{on}并入{now}，{period}的收入请登记在合并后的村',
        en: 'The village {code} was merged into {now} on {on}: enter the income of {period} there',
      },
      params: { code: areaCode, on: mergedOn, now: replacedBy.join('、') || '—', period },
    };
  return (
    until <= validFrom && {
      code: 'VILLAGE_NOT_YET',
      field,
      wording: {
        zh: '{code}自{from}起才是行政村，此前的收入登记在合并前的村',
        en: 'The village {code} exists since {from}: enter earlier income under the villages it was made of',
      },
      params: { code: areaCode, from: validFrom },
    }
  );
}

/** Months before a merger belong to the old village, months after it to the successor; the month of the merger to either (P11). */
export function refuseMonthOf(village: Lifetime, period: string): Refusal | false {
  const from = `${period}-01` as CivilDate;
  return refuseDaysOf(village, { from, until: addMonths(from, 1) }, 'period', period);
}

/** The same of years: both have a part of the year of the merger. */
export const refuseYearOf = (village: Lifetime, year: number): Refusal | false =>
  refuseDaysOf(village, { from: `${year}-01-01`, until: `${year + 1}-01-01` }, 'year', String(year));

/** Income of a cooperative's dividend names the cooperative (invariant 5); also said by a constraint. */
export const cooperativeUnnamed: Refusal = {
  code: 'COOPERATIVE_MISSING',
  field: 'cooperativeId',
  wording: { zh: '合作社分红须注明合作社', en: 'A dividend names the cooperative that paid it' },
};
export const cooperativeMissing = (kind: IncomeKind, cooperativeId: string | null | undefined): Refusal | false =>
  kind === 'COOP_SHARE' && !cooperativeId && cooperativeUnnamed;

/** What comes in is above 0, a counter-entry below; also said by a constraint. */
export const amountOfWrongSign: Refusal = {
  code: 'AMOUNT_NOT_POSITIVE',
  field: 'amount',
  wording: { zh: '金额应大于0；更正请用冲销', en: 'The amount is above 0; corrections are counter-entries' },
};
export const amountNotPositive = (amount: Fen): Refusal | false => amount <= 0 && amountOfWrongSign;

export const operatingReasonMissing = (
  operating: boolean,
  usual: boolean,
  reason: string | null | undefined,
): Refusal | false =>
  operating !== usual &&
  !reason?.trim() && {
    code: 'OPERATING_REASON_MISSING',
    field: 'operatingReason',
    wording: {
      zh: '与该类收入的通常口径不同的，须说明理由',
      en: 'Say why this entry counts otherwise than its kind usually does',
    },
  };

/** A counter-entry corrects what is approved, at most by what is left of it. */
export function refuseReversal(
  entry: { readonly state: IncomeEntryState; readonly reversalOf: string | null; readonly amount: Fen },
  asked: Fen,
  reversedBefore: Fen,
): Refusal | false {
  if (entry.reversalOf !== null)
    return {
      code: 'REVERSAL_OF_REVERSAL',
      field: 'entryId',
      wording: { zh: '冲销分录不能再冲销，请重新填报', en: 'A counter-entry is not reversed; enter the income anew' },
    };
  if (entry.state !== 'APPROVED' && entry.state !== 'LOCKED')
    return {
      code: 'ENTRY_NOT_APPROVED',
      field: 'entryId',
      wording: {
        zh: '只有已审批或已锁定的收入才需要冲销',
        en: 'Only an approved or locked entry needs a counter-entry',
      },
    };
  const left = entry.amount - reversedBefore;
  return (
    asked > left && {
      code: 'REVERSAL_TOO_LARGE',
      field: 'amount',
      wording: { zh: '这笔收入还可以冲销{left}', en: 'At most {left} of this entry is left to be reversed' },
      params: { left: moneyText(left) },
    }
  );
}
