import { mayOn, must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { incomeYearClosed } from '@jishi/event-contracts';
import type { Fen } from '@jishi/money';
import type { Context } from '@jishi/subgraph';
import { placeOfVillage, refuseIf } from '../register';
import { AnnualIncome } from './income.entities';
import { lockYear, note, villageOf, voidSignatures } from './years.records';
import { refuseQuarter, yearSteps, type Side, type YearStanding } from './years.rules';
import { refuseYearOf, yearClosed } from './entries.rules';

/** One step of a year, which the caller saw in this version. */
export interface YearStepInput {
  readonly id: string;
  readonly version: number;
}

export interface StateExpensesInput {
  readonly areaCode: string;
  readonly year: number;
  /** The version that the caller saw; absent for a year that nobody has opened yet. */
  readonly version?: number | null;
  /** Fen. */
  readonly operatingExpense: Fen;
  readonly managementExpense: Fen;
  readonly otherExpense?: Fen | null;
}

/** 填报支出: what the year's operation, management and the rest cost (VIL-02). Opens the year when nobody has yet. */
export const stateExpenses = (ctx: Context, input: StateExpensesInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const village = await villageOf(tx, input.areaCode);
    must(tx.actor, 'income:enter', placeOfVillage(village.areaCode), tx.today);
    const { operatingExpense, managementExpense } = input;
    const otherExpense = input.otherExpense ?? 0;
    for (const [field, value] of Object.entries({ operatingExpense, managementExpense, otherExpense }))
      if (value < 0)
        throw invalidInput(
          field,
          { zh: '支出不能是负数', en: 'An expense cannot be negative' },
          { code: 'EXPENSE_NEGATIVE' },
        );
    refuseIf(refuseYearOf(village, input.year));
    const year = await lockYear(tx, village.areaCode, input.year);
    // Nobody writes over what was stated before without having seen it.
    const unseen = year.operatingExpense === null ? undefined : 0;
    await tx.lock(AnnualIncome, year.id, input.version ?? unseen);
    refuseIf(yearClosed(year));
    await tx.save(year, { operatingExpense, managementExpense, otherExpense });
    await note(tx, year, 'EXPENSES_STATED');
    await voidSignatures(tx, year);
    return { id: year.id };
  });

export interface CheckCashInput extends YearStepInput {
  /** Fen. */
  readonly counted: Fen;
  readonly booked: Fen;
}

/** 资金盘点: what cash and bank hold against what the books say; by the town's accountant. */
export const checkCash = (ctx: Context, input: CheckCashInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const year = await tx.lock(AnnualIncome, input.id, input.version);
    must(tx.actor, 'income:review', placeOfVillage(year.areaCode), tx.today);
    refuseIf(yearClosed(year));
    await tx.save(year, {
      cashCounted: input.counted,
      cashBooked: input.booked,
      cashCheckedOn: tx.today,
      cashCheckedBy: tx.actor.account,
    });
    await note(tx, year, 'CASH_CHECKED');
    await voidSignatures(tx, year);
    return { id: year.id };
  });

/** 季度结账: from now on the quarter's months take no new entries (VIL-02). */
export const closeQuarter = (
  ctx: Context,
  input: YearStepInput & { readonly quarter: number },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const year = await tx.lock(AnnualIncome, input.id, input.version);
    must(tx.actor, 'income:review', placeOfVillage(year.areaCode), tx.today);
    const unfinished = await unfinishedOf(tx, year, `${year.year}-${String(input.quarter * 3).padStart(2, '0')}`);
    refuseIf(refuseQuarter({ ...pick(year), unfinished }, input.quarter, tx.today));
    await tx.save(year, { closedQuarters: input.quarter });
    await note(tx, year, 'QUARTER_CLOSED', { quarter: input.quarter });
    return { id: year.id };
  });

const pick = ({ state, year, closedQuarters }: AnnualIncome) => ({ state, year, closedQuarters });

async function unfinishedOf(tx: Tx, { id }: AnnualIncome, until = '9999-12'): Promise<number> {
  const [row] = await tx.query<{ unfinished: number }>(
    `SELECT count(*) AS unfinished FROM income_entry
     WHERE year_id = $1 AND period <= $2 AND state IN ('DRAFT', 'SUBMITTED', 'REVIEWED')`,
    [id, until],
  );
  return row!.unfinished;
}

/** What decides the steps of a year; read within the transaction that holds it. */
async function standingOf(tx: Tx, year: AnnualIncome, reason?: string | null): Promise<YearStanding> {
  const village = await villageOf(tx, year.areaCode);
  const open = await tx.query<{ code: string }>(
    `SELECT v.area_code AS code FROM village v
     JOIN annual_income a ON a.area_code = v.area_code AND a.year = $2 AND a.state <> 'CLOSED'
     WHERE v.replaced_by = ARRAY[$1] AND extract(year FROM v.merged_on) = $2 ORDER BY 1`,
    [year.areaCode, year.year],
  );
  return {
    ...year,
    today: tx.today,
    mergedOn: village.mergedOn,
    unfinished: await unfinishedOf(tx, year),
    predecessorsOpen: open.map(({ code }) => code),
    actor: tx.actor.account,
    reason,
  };
}

/** Judges the village of a year that was just closed; handed in by the classification, which comes after income. */
export type AfterClose = (tx: Tx, year: AnnualIncome) => Promise<void>;

/**
 * 签字结账: the town and agriculture sign, in either order; the second signature closes the year, locks its entries and judges the
 * village (VIL-02). Two people who sign at once come one after the other: the later one with an older version is told so.
 */
export const signYear =
  (afterClose: AfterClose) =>
  (ctx: Context, input: YearStepInput & { readonly side: Side }): Promise<{ id: string }> =>
    ctx.transact(async (tx) => {
      const year = await tx.lock(AnnualIncome, input.id, input.version);
      const town = input.side === 'TOWN';
      const { to } = yearSteps.take(town ? 'signTown' : 'signAgriculture', await standingOf(tx, year), (permission) =>
        mayOn(tx.actor, permission, placeOfVillage(year.areaCode), tx.today),
      );
      const by = tx.actor.account;
      await tx.save(
        year,
        town ? { townSignedBy: by, townSignedAt: tx.now } : { agricultureSignedBy: by, agricultureSignedAt: tx.now },
      );
      await note(tx, year, town ? 'SIGNED_BY_TOWN' : 'SIGNED_BY_AGRICULTURE');
      if (year.townSignedBy !== null && year.agricultureSignedBy !== null) {
        await close(tx, year, to);
        await afterClose(tx, year);
      }
      return { id: year.id };
    });

async function close(tx: Tx, year: AnnualIncome, state: AnnualIncome['state']): Promise<void> {
  const [now] = await tx.query<{ total: Fen; operating: Fen; surplus: Fen }>(
    `SELECT total, operating, operating_surplus AS surplus FROM annual_income WHERE id = $1`,
    [year.id],
  );
  const { total, operating, surplus } = now!;
  const revision = year.revision === null ? 0 : year.revision + 1;
  await tx.query(
    `UPDATE income_entry SET state = 'LOCKED', version = version + 1, updated_at = $2, updated_by = $3
     WHERE year_id = $1 AND state = 'APPROVED'`,
    [year.id, tx.now, tx.actor.id],
  );
  await note(tx, year, 'CLOSED', {
    revision,
    reason: year.revisionReason,
    fromTotal: year.closedTotal,
    fromOperating: year.closedOperating,
    fromOperatingSurplus: year.closedOperatingSurplus,
    toTotal: total,
    toOperating: operating,
    toOperatingSurplus: surplus,
  });
  await tx.save(year, {
    state,
    revision,
    closedQuarters: 4,
    closedTotal: total,
    closedOperating: operating,
    closedOperatingSurplus: surplus,
    closedOn: tx.today,
    firstClosedOn: year.firstClosedOn ?? tx.today,
    revisionReason: null,
  });
  const { id: yearId, areaCode } = year;
  tx.emit(
    incomeYearClosed(
      { yearId, areaCode, year: year.year, total, operating, operatingSurplus: surplus, revision },
      { areaCode },
    ),
  );
}

/**
 * 重新开账: by the organisation department or agriculture, with a reason. Entries stay locked and are corrected by counter-entries;
 * until the year is closed again, by both signatures, indicators read what the last close said.
 */
export const reviseYear = (ctx: Context, input: YearStepInput & { readonly reason: string }): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const year = await tx.lock(AnnualIncome, input.id, input.version);
    const { to } = yearSteps.take('revise', await standingOf(tx, year, input.reason), (permission) =>
      mayOn(tx.actor, permission, placeOfVillage(year.areaCode), tx.today),
    );
    await tx.save(year, {
      state: to,
      revisionReason: input.reason,
      townSignedBy: null,
      townSignedAt: null,
      agricultureSignedBy: null,
      agricultureSignedAt: null,
    });
    await note(tx, year, 'REVISED', { reason: input.reason });
    return { id: year.id };
  });

/** 开启年度: opens a past or the running year of a village, so that a year without income can be closed too. */
export const openYear = (
  ctx: Context,
  input: { readonly areaCode: string; readonly year: number },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const village = await villageOf(tx, input.areaCode);
    must(tx.actor, 'income:enter', placeOfVillage(village.areaCode), tx.today);
    refuseIf(refuseYearOf(village, input.year));
    const { id } = await lockYear(tx, village.areaCode, input.year);
    return { id };
  });
