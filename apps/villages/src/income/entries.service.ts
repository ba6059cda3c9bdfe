import { mayOn, must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import type { Fen } from '@jishi/money';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Cooperative } from '../cooperatives';
import { placeOfVillage, refuseIf } from '../register';
import {
  amountNotPositive,
  cooperativeMissing,
  entrySteps,
  operatingReasonMissing,
  quarterClosed,
  refuseMonthOf,
  refusePeriod,
  refuseReversal,
  yearClosed,
  type EntryFacts,
  type EntryStep,
  type YearFacts,
} from './entries.rules';
import { countsAsOperating } from './figures.rules';
import { AnnualIncome, IncomeEntry, type IncomeKind } from './income.entities';
import { lockYear, sumEntries, villageOf } from './years.records';

/** One step of an entry, which the caller saw in this version. */
export interface EntryStepInput {
  readonly id: string;
  readonly version: number;
  readonly reason?: string | null;
}

export interface EntryContents {
  readonly period: string;
  readonly kind: IncomeKind;
  /** Fen. */
  readonly amount: Fen;
  readonly operating?: boolean | null;
  readonly operatingReason?: string | null;
  readonly source?: { readonly kind: string; readonly id: string } | null;
  readonly cooperativeId?: string | null;
  readonly proof?: string | null;
  readonly summary?: string | null;
}

/** The year of a month of a village, locked, when it may take entries of that month; or why it may not. */
async function yearOfMonth(tx: Tx, areaCode: string, period: string): Promise<AnnualIncome> {
  refuseIf(refusePeriod(period, tx.today));
  refuseIf(refuseMonthOf(await villageOf(tx, areaCode), period));
  const year = await lockYear(tx, areaCode, Number(period.slice(0, 4)));
  refuseIf(yearClosed(year) || quarterClosed(year, period));
  return year;
}

async function contentsOf(tx: Tx, input: EntryContents) {
  refuseIf(amountNotPositive(input.amount));
  refuseIf(cooperativeMissing(input.kind, input.cooperativeId));
  // What a village books as its share stands beside the figures of the cooperative: only of one that the caller sees.
  if (input.cooperativeId) await tx.get(Cooperative, input.cooperativeId);
  const usual = countsAsOperating(input.kind, `${input.period}-01` as CivilDate);
  const operating = input.operating ?? usual;
  refuseIf(operatingReasonMissing(operating, usual, input.operatingReason));
  return {
    period: input.period,
    kind: input.kind,
    amount: input.amount,
    operating,
    operatingReason: operating === usual ? null : (input.operatingReason ?? null),
    sourceKind: input.source?.kind ?? null,
    sourceId: input.source?.id ?? null,
    cooperativeId: input.cooperativeId ?? null,
    proof: input.proof ?? null,
    summary: input.summary ?? null,
  };
}

/** 填报收入: a draft of one village and one month (VIL-02). */
export const enterIncome = (
  ctx: Context,
  input: EntryContents & { readonly areaCode: string },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const village = await villageOf(tx, input.areaCode);
    must(tx.actor, 'income:enter', placeOfVillage(village.areaCode), tx.today);
    const year = await yearOfMonth(tx, village.areaCode, input.period);
    const { id } = await tx.insert(IncomeEntry, {
      ...(await contentsOf(tx, input)),
      yearId: year.id,
      areaCode: village.areaCode,
      state: 'DRAFT',
      author: tx.actor.account,
    });
    return { id };
  });

/** 修改草稿: who changes a draft becomes its author. A counter-entry keeps what it reverses; discard it and make another. */
export const correctIncomeEntry = (
  ctx: Context,
  input: EntryContents & { readonly id: string; readonly version: number },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const seen = await tx.get(IncomeEntry, input.id);
    must(tx.actor, 'income:enter', placeOfVillage(seen.areaCode), tx.today);
    const year = await yearOfMonth(tx, seen.areaCode, input.period);
    const entry = await tx.lock(IncomeEntry, input.id, input.version);
    refuseIf(
      (entry.state !== 'DRAFT' || entry.reversalOf !== null) && {
        code: 'ENTRY_IS_NO_DRAFT',
        field: 'id',
        wording: {
          zh: '只有草稿可以修改，冲销分录请作废后重开；已审批的请冲销',
          en: 'Only a draft is changed; discard a counter-entry and make another; reverse what is approved',
        },
      },
    );
    await tx.save(entry, { ...(await contentsOf(tx, input)), yearId: year.id, author: tx.actor.account });
    return { id: entry.id };
  });

export interface ReverseIncomeInput {
  readonly entryId: string;
  /** The open month in which the correction counts. */
  readonly period: string;
  /** Fen; all that is left when absent. */
  readonly amount?: Fen | null;
  readonly proof: string;
  readonly summary?: string | null;
  /** The successor, when the village was merged away since. */
  readonly areaCode?: string | null;
}

/** 冲销: a counter-entry with a negative amount in an open month (VIL-02). It goes the same way as any entry. */
export const reverseIncome = (ctx: Context, input: ReverseIncomeInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const seen = await tx.get(IncomeEntry, input.entryId);
    const areaCode = input.areaCode ?? seen.areaCode;
    if (areaCode !== seen.areaCode && !(await villageOf(tx, seen.areaCode)).replacedBy.includes(areaCode))
      throw invalidInput(
        'areaCode',
        {
          zh: '冲销只能登记在原村，或者原村并入的村',
          en: 'A counter-entry belongs to the same village, or to its successor',
        },
        { code: 'NOT_THE_SUCCESSOR' },
      );
    must(tx.actor, 'income:enter', placeOfVillage(areaCode), tx.today);
    const year = await yearOfMonth(tx, areaCode, input.period);
    const entry = await tx.lock(IncomeEntry, seen.id);
    const [before] = await tx.query<{ reversed: number }>(
      `SELECT coalesce(-sum(amount), 0)::bigint AS reversed FROM income_entry WHERE reversal_of = $1 AND state <> 'DISCARDED'`,
      [entry.id],
    );
    const reversed = before!.reversed;
    const amount = input.amount ?? entry.amount - reversed;
    refuseIf(refuseReversal(entry, amount, reversed));
    refuseIf(amountNotPositive(amount));
    const { id } = await tx.insert(IncomeEntry, {
      yearId: year.id,
      areaCode,
      period: input.period,
      kind: entry.kind,
      amount: -amount,
      operating: entry.operating,
      operatingReason: entry.operatingReason,
      sourceKind: entry.sourceKind,
      sourceId: entry.sourceId,
      cooperativeId: entry.cooperativeId,
      proof: input.proof,
      summary: input.summary ?? null,
      reversalOf: entry.id,
      state: 'DRAFT',
      author: tx.actor.account,
    });
    return { id };
  });

/** What the table of steps looks at. */
export const entryFactsOf = (
  entry: Pick<IncomeEntry, keyof EntryFacts & keyof IncomeEntry>,
  year: YearFacts,
  actor: string,
  reason?: string | null,
): EntryFacts => ({
  state: entry.state,
  actor,
  author: entry.author,
  reviewedBy: entry.reviewedBy,
  kind: entry.kind,
  proof: entry.proof,
  cooperativeId: entry.cooperativeId,
  period: entry.period,
  reversalOf: entry.reversalOf,
  year,
  reason,
});

/** Locks the year, then the entry, and takes a step of it, or says why not. */
async function take(tx: Tx, step: EntryStep, { id, version, reason }: EntryStepInput) {
  const seen = await tx.get(IncomeEntry, id);
  const year = await lockYear(tx, seen.areaCode, Number(seen.period.slice(0, 4)));
  const entry = await tx.lock(IncomeEntry, id, version);
  const place = placeOfVillage(entry.areaCode);
  const { to } = entrySteps.take(step, entryFactsOf(entry, year, tx.actor.account, reason), (permission) =>
    mayOn(tx.actor, permission, place, tx.today),
  );
  return { year, entry, to };
}

/** 提交: with its proof. */
export const submitIncome = (ctx: Context, input: EntryStepInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { entry, to } = await take(tx, 'submit', input);
    await tx.save(entry, { state: to, submittedBy: tx.actor.account, returnReason: null });
    return { id: entry.id };
  });

/** 作废草稿. */
export const discardIncome = (ctx: Context, input: EntryStepInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { entry, to } = await take(tx, 'discard', input);
    await tx.save(entry, { state: to });
    return { id: entry.id };
  });

/** 审核: by the town's accountant, who is not the author. */
export const reviewIncome = (ctx: Context, input: EntryStepInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { entry, to } = await take(tx, 'review', input);
    await tx.save(entry, { state: to, reviewedBy: tx.actor.account });
    return { id: entry.id };
  });

/** 退回: by the reviewer before the review, by the approver after it, with a reason. */
export const returnIncome = (ctx: Context, input: EntryStepInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { state } = await tx.get(IncomeEntry, input.id);
    const { entry, to } = await take(tx, state === 'REVIEWED' ? 'sendBack' : 'return', input);
    await tx.save(entry, { state: to, returnReason: input.reason, submittedBy: null, reviewedBy: null });
    return { id: entry.id };
  });

/** 审批: by agriculture or the head of the town; from now on the entry counts. */
export const approveIncome = (ctx: Context, input: EntryStepInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { year, entry, to } = await take(tx, 'approve', input);
    await tx.save(entry, { state: to, approvedBy: tx.actor.account });
    await sumEntries(tx, year);
    return { id: entry.id };
  });
