import type { Fen } from '@jishi/money';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce, type RuleKey } from '@jishi/rule-sets';
import type { IncomeKind } from './income.entities';

/** The three figures of a year, never to be read one for another (rules.md §5.2). */
export type Measure = 'TOTAL' | 'OPERATING' | 'OPERATING_SURPLUS';

export const kinds: readonly IncomeKind[] = [
  'OPERATION',
  'CONTRACT',
  'INVESTMENT',
  'LEASE',
  'SERVICE',
  'COOP_SHARE',
  'ASSET_SALE',
  'GRANT',
  'OTHER',
];

/** The column of a kind's sum. */
export const sumColumnOf = {
  OPERATION: 'operation',
  CONTRACT: 'contract',
  INVESTMENT: 'investment',
  LEASE: 'lease',
  SERVICE: 'service',
  COOP_SHARE: 'coopShare',
  ASSET_SALE: 'assetSale',
  GRANT: 'grants',
  OTHER: 'other',
} as const satisfies Record<IncomeKind, string>;

/** Whether income of a kind counts as operating income, by the rule of the day; an entry may depart from it with a reason. */
export const countsAsOperating = (kind: IncomeKind, on: CivilDate): boolean =>
  ruleInForce(`vil.income.operating.${kind.toLowerCase().replace('_', '-')}` as RuleKey, on).value === 1;

export interface Expenses {
  /** 经营支出 and 管理费用; null until stated. */
  readonly operatingExpense: Fen | null;
  readonly managementExpense: Fen | null;
  /** 其他支出. */
  readonly otherExpense: Fen;
}

export interface Figures {
  /** 总收入. */
  readonly total: Fen;
  /** 经营性收入. */
  readonly operating: Fen;
  /** 经营收益 = 经营性收入 − 经营支出 − 管理费用; null until the expenses are stated. */
  readonly operatingSurplus: Fen | null;
  /** 本年收益 = 经营收益 + 其余收入 − 其他支出. */
  readonly netSurplus: Fen | null;
}

/** The figures of a year from its sums and expenses (rules.md §5.2). */
export function figuresOf({
  total,
  operating,
  operatingExpense,
  managementExpense,
  otherExpense,
}: Expenses & Pick<Figures, 'total' | 'operating'>): Figures {
  const operatingSurplus =
    operatingExpense === null || managementExpense === null ? null : operating - operatingExpense - managementExpense;
  const netSurplus = operatingSurplus === null ? null : operatingSurplus + (total - operating) - otherExpense;
  return { total, operating, operatingSurplus, netSurplus };
}

/** 总收入 of the sums by kind. */
export const totalOf = (sums: Readonly<Record<(typeof sumColumnOf)[IncomeKind], Fen>>): Fen =>
  kinds.reduce((sum, kind) => sum + sums[sumColumnOf[kind]], 0);
