import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { amountOfWrongSign, cooperativeUnnamed } from './entries.rules';
import { AnnualIncome, AnnualIncomeStep, IncomeEntry } from './income.entities';
import { resolvers } from './income.resolvers';
import { openRunningYears } from './years.records';
import { incomeYearSnapshot } from './income.snapshot';

export type { Measure } from './figures.rules';
export { AnnualIncome, type IncomeYearState } from './income.entities';
export { yearColumns, type AnnualIncomeRow } from './income.queries';
export { ofYear } from './income.resolvers';
export { lockYear } from './years.records';
export { lastDayOf } from './years.rules';
export { signYear } from './years.service';

export const income: Capability = {
  name: 'income',
  schema: join(__dirname, 'income.graphql'),
  resolvers,
  entities: [AnnualIncome, IncomeEntry, AnnualIncomeStep],
  snapshots: [incomeYearSnapshot],
  // On New Year's Day, and for villages that were recorded since, the running year begins.
  daily: async (run) => void (await run.transact(openRunningYears)),
  constraints: {
    income_entry_share_names_cooperative: cooperativeUnnamed,
    income_entry_amount_sign: amountOfWrongSign,
  },
};
