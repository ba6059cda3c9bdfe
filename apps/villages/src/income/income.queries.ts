import { mayOn } from '@jishi/access';
import { areaPrefixOf } from '@jishi/identifiers';
import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { groupedBy, inOrderOf, listOf, readRows, where, within, type Context, insideArea } from '@jishi/subgraph';
import { placeOfVillage } from '../register';
import { entryFactsOf } from './entries.service';
import { entrySteps } from './entries.rules';
import {
  AnnualIncome,
  AnnualIncomeStep,
  IncomeEntry,
  type IncomeEntryState,
  type IncomeKind,
  type IncomeYearState,
} from './income.entities';
import { dueOf, yearSteps, type YearStanding } from './years.rules';

export type AnnualIncomeRow = Omit<AnnualIncome, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'> & {
  readonly total: number;
  readonly operatingSurplus: number | null;
};
export type IncomeEntryRow = Omit<IncomeEntry, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;
export type AnnualIncomeStepRow = AnnualIncomeStep;

export const yearColumns = `a.id, a.version, a.area_code AS "areaCode", a.year, a.state, a.operation, a.contract, a.investment, a.lease,
  a.service, a.coop_share AS "coopShare", a.asset_sale AS "assetSale", a.grants, a.other, a.total, a.operating,
  a.operating_expense AS "operatingExpense", a.management_expense AS "managementExpense", a.other_expense AS "otherExpense",
  a.operating_surplus AS "operatingSurplus", a.closed_quarters AS "closedQuarters", a.cash_counted AS "cashCounted",
  a.cash_booked AS "cashBooked", a.cash_checked_on AS "cashCheckedOn", a.cash_checked_by AS "cashCheckedBy",
  a.town_signed_by AS "townSignedBy", a.town_signed_at AS "townSignedAt", a.agriculture_signed_by AS "agricultureSignedBy",
  a.agriculture_signed_at AS "agricultureSignedAt", a.closed_total AS "closedTotal", a.closed_operating AS "closedOperating",
  a.closed_operating_surplus AS "closedOperatingSurplus", a.first_closed_on AS "firstClosedOn", a.closed_on AS "closedOn",
  a.revision, a.revision_reason AS "revisionReason"`;

const entryColumns = `e.id, e.version, e.year_id AS "yearId", e.area_code AS "areaCode", e.period, e.kind, e.amount, e.operating,
  e.operating_reason AS "operatingReason", e.source_kind AS "sourceKind", e.source_id AS "sourceId",
  e.cooperative_id AS "cooperativeId", e.proof, e.summary, e.reversal_of AS "reversalOf", e.state, e.author,
  e.submitted_by AS "submittedBy", e.reviewed_by AS "reviewedBy", e.approved_by AS "approvedBy", e.return_reason AS "returnReason"`;

export interface AnnualIncomesArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly year?: number | null;
    readonly states?: readonly IncomeYearState[] | null;
    readonly overdue?: boolean | null;
  } | null;
}

/** The newest year that should have been closed by now. */
export const newestDueYear = (today: CivilDate): number => {
  const last = Number(today.slice(0, 4)) - 1;
  return today > dueOf(last) ? last : last - 1;
};

const byYear = ordering('annual-incomes', [desc('a.year', 'integer'), asc('a.area_code', 'text')]);

/** The years of villages, newest year first, then by area code (VIL-02). */
export const listAnnualIncomes = (ctx: Context, { filter, ...page }: AnnualIncomesArguments) =>
  listOf<AnnualIncomeRow>(
    ctx,
    {
      name: 'annual-incomes',
      select: yearColumns,
      from: 'annual_income a',
      ordering: byYear,
      conditions: [
        within(ctx, AnnualIncome, 'a'),
        filter?.areaCode ? insideArea('a', filter.areaCode) : null,
        filter?.year == null ? null : where('a.year = ?', filter.year),
        filter?.states ? where('a.state = ANY(?)', filter.states) : null,
        filter?.overdue == null
          ? null
          : where(`(a.closed_on IS NULL AND a.year <= ?) = ?`, newestDueYear(ctx.today), filter.overdue),
      ],
    },
    page,
  );

export const annualIncomesByIds = async (ctx: Context, ids: readonly string[]): Promise<(AnnualIncomeRow | null)[]> =>
  inOrderOf(
    ids,
    await readRows<AnnualIncomeRow>(
      ctx,
      'annual-incomes-by-id',
      `SELECT ${yearColumns} FROM annual_income a WHERE {where}`,
      within(ctx, AnnualIncome, 'a'),
      where('a.id = ANY(?)', ids),
    ),
    ({ id }) => id,
  );

/** The year of each village; null where nobody has opened it. */
export const annualIncomeOf = async (
  ctx: Context,
  codes: readonly string[],
  year: number,
): Promise<(AnnualIncomeRow | null)[]> =>
  inOrderOf(
    codes,
    await readRows<AnnualIncomeRow>(
      ctx,
      'annual-income-of-year',
      `SELECT ${yearColumns} FROM annual_income a WHERE {where}`,
      within(ctx, AnnualIncome, 'a'),
      where('a.year = ? AND a.area_code = ANY(?)', year, codes),
    ),
    ({ areaCode }) => areaCode,
  );

/** The newest years of each village. */
export async function newestYearsOf(
  ctx: Context,
  codes: readonly string[],
  first: number,
): Promise<AnnualIncomeRow[][]> {
  const rows = await readRows<AnnualIncomeRow>(
    ctx,
    'annual-incomes-of-villages',
    `SELECT * FROM (SELECT ${yearColumns}, row_number() OVER (PARTITION BY a.area_code ORDER BY a.year DESC) AS place
       FROM annual_income a WHERE {where}) ranked WHERE place <= ${Math.min(Math.max(first, 1), 100)} ORDER BY year DESC`,
    within(ctx, AnnualIncome, 'a'),
    where('a.area_code = ANY(?)', codes),
  );
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

/** What was submitted and waits for review or approval, per year, in fen. */
export async function pendingOf(ctx: Context, yearIds: readonly string[]): Promise<number[]> {
  const rows = await ctx.query<{ id: string; pending: number }>(
    'income-pending',
    `SELECT year_id AS id, sum(amount)::bigint AS pending FROM income_entry
     WHERE year_id = ANY($1) AND state IN ('SUBMITTED', 'REVIEWED') GROUP BY year_id`,
    [yearIds],
  );
  const byId = new Map(rows.map(({ id, pending }) => [id, pending]));
  return yearIds.map((id) => byId.get(id) ?? 0);
}

/** Who did what with each year, oldest first. */
export async function historyOf(ctx: Context, yearIds: readonly string[]): Promise<AnnualIncomeStepRow[][]> {
  const rows = await readRows<AnnualIncomeStepRow>(
    ctx,
    'annual-income-steps',
    `SELECT s.id, s.year_id AS "yearId", s.area_code AS "areaCode", s.step, s.by, s.at, s.reason, s.quarter, s.revision,
       s.from_total AS "fromTotal", s.from_operating AS "fromOperating", s.from_operating_surplus AS "fromOperatingSurplus",
       s.to_total AS "toTotal", s.to_operating AS "toOperating", s.to_operating_surplus AS "toOperatingSurplus"
     FROM annual_income_step s WHERE {where} ORDER BY s.id`,
    within(ctx, AnnualIncomeStep, 's'),
    where('s.year_id = ANY(?)', yearIds),
  );
  return groupedBy(yearIds, rows, ({ yearId }) => yearId);
}

/** What the caller may do with each year now, and for every other step why not. */
export async function offeredYearSteps(ctx: Context, years: readonly AnnualIncomeRow[]) {
  const rows = await ctx.query<Pick<YearStanding, 'mergedOn' | 'unfinished'> & { id: string; open: string[] }>(
    'annual-income-standings',
    `SELECT a.id, v.merged_on AS "mergedOn",
       (SELECT count(*) FROM income_entry e WHERE e.year_id = a.id AND e.state IN ('DRAFT', 'SUBMITTED', 'REVIEWED')) AS unfinished,
       ARRAY(SELECT p.area_code FROM village p JOIN annual_income o ON o.area_code = p.area_code AND o.year = a.year
         WHERE p.replaced_by = ARRAY[a.area_code] AND extract(year FROM p.merged_on) = a.year AND o.state <> 'CLOSED'
         ORDER BY 1) AS open
     FROM annual_income a JOIN village v ON v.area_code = a.area_code WHERE a.id = ANY($1)`,
    [years.map(({ id }) => id)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return years.map((year) => {
    const { mergedOn, unfinished, open } = byId.get(year.id)!;
    const standing = {
      ...year,
      today: ctx.today,
      mergedOn,
      unfinished,
      predecessorsOpen: open,
      actor: ctx.actor.account,
    };
    return yearSteps.offer(standing, (permission) =>
      mayOn(ctx.actor, permission, placeOfVillage(year.areaCode), ctx.today),
    );
  });
}

export interface IncomeEntriesArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly from?: string | null;
    readonly to?: string | null;
    readonly kinds?: readonly IncomeKind[] | null;
    readonly states?: readonly IncomeEntryState[] | null;
    readonly operating?: boolean | null;
    readonly cooperativeId?: string | null;
    readonly reversals?: boolean | null;
  } | null;
}

const byMonth = ordering('income-entries', [desc('e.period', 'text'), asc('e.id', 'uuid')]);

/** Entries, newest month first; those of one year when a year is given (VIL-02). */
export const listIncomeEntries = (ctx: Context, { filter, ...page }: IncomeEntriesArguments, yearId?: string) =>
  listOf<IncomeEntryRow>(
    ctx,
    {
      name: 'income-entries',
      select: entryColumns,
      from: 'income_entry e',
      ordering: byMonth,
      conditions: [
        within(ctx, IncomeEntry, 'e'),
        yearId ? where('e.year_id = ?', yearId) : null,
        filter?.areaCode ? insideArea('e', filter.areaCode) : null,
        filter?.from ? where('e.period >= ?', filter.from) : null,
        filter?.to ? where('e.period <= ?', filter.to) : null,
        filter?.kinds ? where('e.kind = ANY(?)', filter.kinds) : null,
        filter?.states ? where('e.state = ANY(?)', filter.states) : null,
        filter?.operating == null ? null : where('e.operating = ?', filter.operating),
        filter?.cooperativeId ? where('e.cooperative_id = ?', filter.cooperativeId) : null,
        filter?.reversals == null ? null : where(`(e.reversal_of IS NOT NULL) = ?`, filter.reversals),
      ],
    },
    page,
  );

export const incomeEntriesByIds = async (
  ctx: Context,
  ids: readonly (string | null)[],
): Promise<(IncomeEntryRow | null)[]> =>
  inOrderOf(
    ids,
    await readRows<IncomeEntryRow>(
      ctx,
      'income-entries-by-id',
      `SELECT ${entryColumns} FROM income_entry e WHERE {where}`,
      within(ctx, IncomeEntry, 'e'),
      where(
        'e.id = ANY(?)',
        ids.filter((id) => id !== null),
      ),
    ),
    ({ id }) => id,
  );

/** The counter-entries of each entry, oldest first. */
export async function reversalsOf(ctx: Context, ids: readonly string[]): Promise<IncomeEntryRow[][]> {
  const rows = await readRows<IncomeEntryRow>(
    ctx,
    'income-reversals',
    `SELECT ${entryColumns} FROM income_entry e WHERE {where} ORDER BY e.id`,
    within(ctx, IncomeEntry, 'e'),
    where('e.reversal_of = ANY(?)', ids),
  );
  return groupedBy(ids, rows, ({ reversalOf }) => reversalOf!);
}

/** What the caller may do with each entry now, and for every other step why not. */
export async function offeredEntrySteps(ctx: Context, entries: readonly IncomeEntryRow[]) {
  const years = await annualIncomesByIds(ctx, [...new Set(entries.map(({ yearId }) => yearId))]);
  const byId = new Map(years.flatMap((year) => (year ? [[year.id, year] as const] : [])));
  return entries.map((entry) =>
    entrySteps.offer(entryFactsOf(entry, byId.get(entry.yearId)!, ctx.actor.account), (permission) =>
      mayOn(ctx.actor, permission, placeOfVillage(entry.areaCode), ctx.today),
    ),
  );
}

export interface IncomeSummaryRow {
  readonly areaCode: string;
  readonly year: number;
  readonly villages: number;
  readonly closedVillages: number;
  readonly sums: Record<IncomeKind, number>;
  readonly total: number;
  readonly operating: number;
  readonly operatingSurplus: number | null;
  readonly closedTotal: number;
  readonly closedOperating: number;
  readonly closedOperatingSurplus: number;
}

const sums = `a.year, count(*) AS villages, count(a.closed_on) AS "closedVillages",
  jsonb_build_object('OPERATION', sum(a.operation), 'CONTRACT', sum(a.contract), 'INVESTMENT', sum(a.investment),
    'LEASE', sum(a.lease), 'SERVICE', sum(a.service), 'COOP_SHARE', sum(a.coop_share), 'ASSET_SALE', sum(a.asset_sale),
    'GRANT', sum(a.grants), 'OTHER', sum(a.other)) AS sums,
  sum(a.total)::bigint AS total, sum(a.operating)::bigint AS operating,
  CASE WHEN count(a.operating_surplus) = count(*) THEN sum(a.operating_surplus)::bigint END AS "operatingSurplus",
  coalesce(sum(a.closed_total), 0)::bigint AS "closedTotal", coalesce(sum(a.closed_operating), 0)::bigint AS "closedOperating",
  coalesce(sum(a.closed_operating_surplus), 0)::bigint AS "closedOperatingSurplus"`;
const levelColumns = { COUNTY: 'a.county_code', TOWN: 'a.town_code' } as const;

export interface IncomeSummariesArguments {
  readonly areaCode: string;
  readonly year: number;
  readonly level: keyof typeof levelColumns;
}

/** The sums of the villages of a year by county or by town, by one statement (VIL-02). */
export const listIncomeSummaries = (
  ctx: Context,
  { areaCode, year, level }: IncomeSummariesArguments,
): Promise<IncomeSummaryRow[]> =>
  readRows<IncomeSummaryRow>(
    ctx,
    'income-summaries',
    `SELECT ${levelColumns[level]} AS "areaCode", ${sums} FROM annual_income a WHERE {where} GROUP BY 1, a.year ORDER BY 1`,
    within(ctx, AnnualIncome, 'a'),
    where('a.year = ?', year),
    insideArea('a', areaCode),
  );

/** The sums of the villages of a year in each area; null where no village has opened the year. */
export async function summariesOfAreas(
  ctx: Context,
  codes: readonly string[],
  year: number,
): Promise<(IncomeSummaryRow | null)[]> {
  const { sql, values } = within(ctx, AnnualIncome, 'a')(4);
  const rows = await ctx.query<IncomeSummaryRow>(
    'income-summaries-of-areas',
    `SELECT w.code AS "areaCode", ${sums} FROM unnest($1::text[], $2::text[]) w (code, prefix)
     JOIN annual_income a ON a.area_code LIKE w.prefix || '%' WHERE a.year = $3 AND ${sql} GROUP BY w.code, a.year`,
    [codes, codes.map(areaPrefixOf), year, ...values],
  );
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}
