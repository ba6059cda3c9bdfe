import type { Refusal } from '@jishi/errors';
import { lifecycle, type Guard } from '@jishi/lifecycles';
import { moneyText, type Fen } from '@jishi/money';
import { addDays, civilDateFrom, earlierOf, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { IncomeYearState } from './income.entities';

export type Side = 'TOWN' | 'AGRICULTURE';

export interface YearStanding {
  readonly today: CivilDate;
  readonly state: IncomeYearState;
  readonly year: number;
  /** The day on which the village was merged away; null while it is one. */
  readonly mergedOn: CivilDate | null;
  /** Entries that are neither approved nor discarded. */
  readonly unfinished: number;
  readonly operatingExpense: Fen | null;
  readonly managementExpense: Fen | null;
  readonly cashCounted: Fen | null;
  readonly cashBooked: Fen | null;
  readonly cashCheckedOn: CivilDate | null;
  readonly townSignedBy: string | null;
  readonly agricultureSignedBy: string | null;
  /** Villages merged into this one within the year whose part of the year is not closed. */
  readonly predecessorsOpen: readonly string[];
  /** The account that acts. */
  readonly actor: string;
  readonly reason?: string | null;
}

/** The last day of a village's year: New Year's Eve, or the day before it was merged away. */
export const lastDayOf = (year: number, mergedOn: CivilDate | null): CivilDate => {
  const end = civilDateFrom(year, 12, 31)!;
  return mergedOn === null ? end : earlierOf(end, addDays(mergedOn, -1));
};

/** The day until which a year has to be closed. */
export function dueOf(year: number): CivilDate {
  const [month = 1, day = 31] = ruleInForce('vil.income.close-due', civilDateFrom(year, 12, 31)!).value as number[];
  return civilDateFrom(year + 1, month, day)!;
}

const yearNotOver: Guard<YearStanding> = ({ today, year, mergedOn }) => {
  const on = lastDayOf(year, mergedOn);
  return (
    today <= on && {
      code: 'YEAR_NOT_OVER',
      wording: {
        zh: '{year}年度到{on}才结束，不能结账',
        en: 'The year {year} lasts until {on} and cannot be closed yet',
      },
      params: { year, on },
    }
  );
};

const entriesUnfinished: Guard<YearStanding> = ({ unfinished }) =>
  unfinished > 0 && {
    code: 'ENTRIES_UNFINISHED',
    wording: {
      zh: '还有{unfinished}笔收入没有审批完毕，请先审批或作废',
      en: '{unfinished} entries are not approved yet; approve or discard them first',
    },
    params: { unfinished },
  };

const expensesMissing: Guard<YearStanding> = ({ operatingExpense, managementExpense }) =>
  (operatingExpense === null || managementExpense === null) && {
    code: 'EXPENSES_MISSING',
    field: 'operatingExpense',
    wording: {
      zh: '请先填报经营支出和管理费用（没有的填0）',
      en: 'State the operating and management expense first (0 when there is none)',
    },
  };

const cashNotChecked: Guard<YearStanding> = ({ cashCheckedOn, year, mergedOn }) =>
  (cashCheckedOn === null || cashCheckedOn < lastDayOf(year, mergedOn)) && {
    code: 'CASH_NOT_CHECKED',
    field: 'cashCounted',
    wording: { zh: '年末还没有盘点资金', en: 'Cash and bank have not been counted at the end of the year' },
  };

const cashDiffers: Guard<YearStanding> = ({ cashCounted, cashBooked }) =>
  cashCounted !== null &&
  cashBooked !== null &&
  cashCounted !== cashBooked && {
    code: 'CASH_DIFFERS',
    field: 'cashCounted',
    wording: { zh: '盘点数{counted}与账面数{booked}不符', en: 'Counted were {counted}, the books say {booked}' },
    params: { counted: moneyText(cashCounted), booked: moneyText(cashBooked) },
  };

const predecessorsNotClosed: Guard<YearStanding> = ({ predecessorsOpen }) =>
  predecessorsOpen.length > 0 && {
    code: 'PREDECESSORS_OPEN',
    wording: {
      zh: '并入本村的{codes}当年尚未结账',
      en: 'The villages {codes}, merged into this one, have not closed their part of the year',
    },
    params: { codes: predecessorsOpen.join('、') },
  };

const signedAlready =
  (signer: (facts: YearStanding) => string | null): Guard<YearStanding> =>
  (facts) =>
    signer(facts) !== null && {
      code: 'SIGNED_ALREADY',
      wording: { zh: '{by}已经签字，等待另一方签字', en: '{by} has signed already; the other side has to sign' },
      params: { by: signer(facts) ?? '' },
    };

const signsForBoth =
  (other: (facts: YearStanding) => string | null): Guard<YearStanding> =>
  (facts) =>
    other(facts) === facts.actor && {
      code: 'SIGNS_FOR_BOTH',
      wording: { zh: '乡镇和农业农村部门须由不同的人签字', en: 'The town and agriculture sign by different people' },
    };

const town = ({ townSignedBy }: YearStanding) => townSignedBy;
const agriculture = ({ agricultureSignedBy }: YearStanding) => agricultureSignedBy;
const inOrder = [yearNotOver, entriesUnfinished, expensesMissing, cashNotChecked, cashDiffers, predecessorsNotClosed];

/**
 * 年度收入, model.md §5.2: OPEN → CLOSED → REVISED → CLOSED. Either side signs first; the second of the two signatures closes the
 * year, and until then the state stays as it is.
 */
export const yearSteps = lifecycle<YearStanding, IncomeYearState>({
  zh: '年度收入',
  en: 'income of the year',
  states: {
    OPEN: { zh: '未结账', en: 'open' },
    CLOSED: { zh: '已结账', en: 'closed' },
    REVISED: { zh: '重新开账', en: 'under revision' },
  },
})({
  signTown: {
    zh: '乡镇签字结账',
    en: 'sign for the town',
    from: ['OPEN', 'REVISED'],
    to: 'CLOSED',
    who: 'income:review',
    unless: [...inOrder, signedAlready(town), signsForBoth(agriculture)],
  },
  signAgriculture: {
    zh: '农业农村部门签字结账',
    en: 'sign for agriculture',
    from: ['OPEN', 'REVISED'],
    to: 'CLOSED',
    who: 'income:close',
    unless: [...inOrder, signedAlready(agriculture), signsForBoth(town)],
  },
  revise: { zh: '重新开账', en: 'revise', from: 'CLOSED', to: 'REVISED', who: 'income:revise', needs: ['reason'] },
});

/** Quarters are closed one after the other, each when it is over and all its entries are approved. */
export function refuseQuarter(
  {
    state,
    year,
    closedQuarters,
    unfinished,
  }: Pick<YearStanding, 'state' | 'year' | 'unfinished'> & { readonly closedQuarters: number },
  quarter: number,
  today: CivilDate,
): Refusal | false {
  if (state !== 'OPEN')
    return {
      code: 'STEP_NOT_POSSIBLE',
      wording: {
        zh: '{year}年已结账或者重新开账，不再按季度结',
        en: 'The year {year} is closed or under revision; quarters are no longer closed',
      },
      params: { year },
    };
  if (quarter !== closedQuarters + 1)
    return {
      code: 'QUARTER_OUT_OF_ORDER',
      field: 'quarter',
      wording: { zh: '{year}年应结第{next}季度', en: 'The next quarter of {year} to be closed is number {next}' },
      params: { year, next: Math.min(closedQuarters + 1, 4) },
    };
  if (today < civilDateFrom(quarter === 4 ? year + 1 : year, quarter === 4 ? 1 : quarter * 3 + 1, 1)!)
    return {
      code: 'QUARTER_NOT_OVER',
      field: 'quarter',
      wording: { zh: '{year}年第{quarter}季度尚未结束', en: 'Quarter {quarter} of {year} is not over' },
      params: { year, quarter },
    };
  return (
    unfinished > 0 && {
      code: 'ENTRIES_UNFINISHED',
      field: 'quarter',
      wording: {
        zh: '该季度还有{unfinished}笔收入没有审批完毕，请先审批或作废',
        en: '{unfinished} entries of the quarter are not approved yet; approve or discard them first',
      },
      params: { unfinished },
    }
  );
}
