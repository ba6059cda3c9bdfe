import { invalidInput } from '@jishi/errors';
import type { PageArguments } from '@jishi/pagination';
import { asActions, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { villagesByCodes, type VillageRow } from '../register';
import {
  approveIncome,
  correctIncomeEntry,
  discardIncome,
  enterIncome,
  returnIncome,
  reverseIncome,
  reviewIncome,
  submitIncome,
} from './entries.service';
import { figuresOf, kinds, sumColumnOf } from './figures.rules';
import {
  annualIncomeOf,
  annualIncomesByIds,
  historyOf,
  incomeEntriesByIds,
  listAnnualIncomes,
  listIncomeEntries,
  listIncomeSummaries,
  newestDueYear,
  newestYearsOf,
  offeredEntrySteps,
  offeredYearSteps,
  pendingOf,
  reversalsOf,
  summariesOfAreas,
  type AnnualIncomeRow,
  type AnnualIncomesArguments,
  type AnnualIncomeStepRow,
  type IncomeEntriesArguments,
  type IncomeEntryRow,
  type IncomeSummariesArguments,
  type IncomeSummaryRow,
} from './income.queries';
import { dueOf } from './years.rules';
import { checkCash, closeQuarter, openYear, reviseYear, stateExpenses } from './years.service';

type Change<I> = (ctx: Context, input: I) => Promise<{ id: string }>;
interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one entry: the entry as it is now is the reply. */
const ofEntry =
  <I>(change: Change<I>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await change(ctx, input);
    const [entry] = await incomeEntriesByIds(ctx, [id]);
    return { clientMutationId: input.clientMutationId, entry };
  };

/** A mutation of one year: the year as it is now is the reply. */
export const ofYear =
  <I>(change: Change<I>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await change(ctx, input);
    const [annualIncome] = await annualIncomesByIds(ctx, [id]);
    return { clientMutationId: input.clientMutationId, annualIncome };
  };

const villageOfRow = forAll((rows: readonly { areaCode: string }[], _: object, ctx) =>
  villagesByCodes(
    ctx,
    rows.map(({ areaCode }) => areaCode),
  ),
);
const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

export const resolvers: Resolvers = {
  Query: {
    annualIncomes: (_: unknown, args: AnnualIncomesArguments, ctx: Context) => listAnnualIncomes(ctx, args),
    annualIncome: async (_: unknown, { areaCode, year }: { areaCode: string; year: number }, ctx: Context) =>
      (await annualIncomeOf(ctx, [areaCode], year))[0],
    incomeEntries: (_: unknown, args: IncomeEntriesArguments, ctx: Context) => listIncomeEntries(ctx, args),
    incomeEntry: async (_: unknown, { id }: { id: string }, ctx: Context) => (await incomeEntriesByIds(ctx, [id]))[0],
    incomeSummaries: (_: unknown, args: IncomeSummariesArguments, ctx: Context) => listIncomeSummaries(ctx, args),
  },
  Mutation: {
    openIncomeYear: ofYear(openYear),
    stateVillageExpenses: ofYear(stateExpenses),
    checkVillageCash: ofYear(checkCash),
    closeIncomeQuarter: ofYear(closeQuarter),
    reviseIncomeYear: ofYear(reviseYear),
    enterIncome: ofEntry(enterIncome),
    correctIncomeEntry: ofEntry(correctIncomeEntry),
    reverseIncome: ofEntry(reverseIncome),
    submitIncome: ofEntry(submitIncome),
    discardIncome: ofEntry(discardIncome),
    reviewIncome: ofEntry(reviewIncome),
    returnIncome: ofEntry(returnIncome),
    approveIncome: ofEntry(approveIncome),
  },
  AnnualIncome: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (await annualIncomesByIds(ctx, idsOf(references))).filter((year) => year !== null),
    village: villageOfRow,
    provisional: ({ state }: AnnualIncomeRow) => state !== 'CLOSED',
    netSurplus: (year: AnnualIncomeRow) => figuresOf(year).netSurplus,
    byKind: (year: AnnualIncomeRow) => kinds.map((kind) => ({ kind, amount: year[sumColumnOf[kind]] })),
    pending: forAll((years: readonly AnnualIncomeRow[], _: object, ctx) => pendingOf(ctx, idsOf(years))),
    closed: ({ closedTotal, closedOperating, closedOperatingSurplus, closedOn, revision }: AnnualIncomeRow) =>
      closedOn === null
        ? null
        : {
            total: closedTotal,
            operating: closedOperating,
            operatingSurplus: closedOperatingSurplus,
            on: closedOn,
            revision,
          },
    dueOn: ({ year }: AnnualIncomeRow) => dueOf(year),
    overdue: ({ year, closedOn }: AnnualIncomeRow, _: object, ctx: Context) =>
      closedOn === null && year <= newestDueYear(ctx.today),
    entries: (year: AnnualIncomeRow, args: IncomeEntriesArguments, ctx: Context) =>
      listIncomeEntries(ctx, args, year.id),
    history: forAll((years: readonly AnnualIncomeRow[], _: object, ctx) => historyOf(ctx, idsOf(years))),
    actions: forAll(async (years: readonly AnnualIncomeRow[], _: object, ctx) =>
      (await offeredYearSteps(ctx, years)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  AnnualIncomeStep: {
    before: ({ fromTotal, fromOperating, fromOperatingSurplus }: AnnualIncomeStepRow) =>
      fromTotal === null
        ? null
        : { total: fromTotal, operating: fromOperating, operatingSurplus: fromOperatingSurplus },
    after: ({ toTotal, toOperating, toOperatingSurplus }: AnnualIncomeStepRow) =>
      toTotal === null ? null : { total: toTotal, operating: toOperating, operatingSurplus: toOperatingSurplus },
  },
  IncomeEntry: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (await incomeEntriesByIds(ctx, idsOf(references))).filter((entry) => entry !== null),
    village: villageOfRow,
    source: ({ sourceKind, sourceId }: IncomeEntryRow) => sourceKind && { kind: sourceKind, id: sourceId },
    reversalOf: forAll((entries: readonly IncomeEntryRow[], _: object, ctx) =>
      incomeEntriesByIds(
        ctx,
        entries.map(({ reversalOf }) => reversalOf),
      ),
    ),
    reversals: forAll((entries: readonly IncomeEntryRow[], _: object, ctx) => reversalsOf(ctx, idsOf(entries))),
    actions: forAll(async (entries: readonly IncomeEntryRow[], _: object, ctx) =>
      (await offeredEntrySteps(ctx, entries)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  IncomeSummary: {
    area: ({ areaCode }: IncomeSummaryRow) => ({ code: areaCode }),
    provisional: ({ villages, closedVillages }: IncomeSummaryRow) => closedVillages < villages,
    byKind: ({ sums }: IncomeSummaryRow) => kinds.map((kind) => ({ kind, amount: sums[kind] })),
  },
  Village: {
    annualIncome: forAll((villages: readonly VillageRow[], { year }: { year: number }, ctx) =>
      annualIncomeOf(
        ctx,
        villages.map(({ areaCode }) => areaCode),
        year,
      ),
    ),
    annualIncomes: forAll((villages: readonly VillageRow[], { first }: PageArguments, ctx) => {
      if (first != null && (first < 1 || first > 100))
        throw invalidInput('first', { zh: '年度数应为1至100', en: 'Ask for 1 to 100 years' });
      return newestYearsOf(
        ctx,
        villages.map(({ areaCode }) => areaCode),
        first ?? 5,
      );
    }),
  },
  Area: {
    incomeSummary: forAll((areas: readonly { code: string }[], { year }: { year: number }, ctx) =>
      summariesOfAreas(
        ctx,
        areas.map(({ code }) => code),
        year,
      ),
    ),
  },
};
