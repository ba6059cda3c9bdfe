import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { Village } from '../register';
import { kinds, sumColumnOf } from './figures.rules';
import { AnnualIncome, AnnualIncomeStep, type IncomeYearStep } from './income.entities';

/** The year of a village, locked; opened when nobody has opened it yet. Everything that changes a year's entries holds this lock. */
export async function lockYear(tx: Tx, areaCode: string, year: number): Promise<AnnualIncome> {
  if (year < 1949 || year > Number(tx.today.slice(0, 4)))
    throw invalidInput(
      'year',
      { zh: '{year}年还没有开始，或者不是有效的年度', en: 'The year {year} has not begun, or is no year of income' },
      { code: 'YEAR_NOT_BEGUN', params: { year } },
    );
  const opened = await tx.query<{ id: string }>(
    `INSERT INTO annual_income (area_code, year, created_at, created_by, updated_at, updated_by)
     VALUES ($1, $2, $3, $4, $3, $4) ON CONFLICT (area_code, year) DO NOTHING RETURNING id`,
    [areaCode, year, tx.now, tx.actor.id],
  );
  // Whoever acts on the village's income was found to be in charge of the village.
  const known = await tx.unscoped.find(AnnualIncome, { areaCode, year });
  const locked = await tx.unscoped.lock(AnnualIncome, known!.id);
  if (opened.length > 0) await note(tx, locked, 'OPENED');
  return locked;
}

/** Writes down who did what with a year. */
export const note = (
  tx: Tx,
  { id, areaCode }: AnnualIncome,
  step: IncomeYearStep,
  more: Partial<AnnualIncomeStep> = {},
): Promise<AnnualIncomeStep> =>
  tx.insert(AnnualIncomeStep, { yearId: id, areaCode, step, by: tx.actor.account, at: tx.now, ...more });

/** What a change of the figures makes of signatures given before: who signed has to look again. */
export async function voidSignatures(tx: Tx, year: AnnualIncome): Promise<void> {
  if (year.townSignedBy === null && year.agricultureSignedBy === null) return;
  await tx.save(year, { townSignedBy: null, townSignedAt: null, agricultureSignedBy: null, agricultureSignedAt: null });
  await note(tx, year, 'SIGNATURE_VOID');
}

/** The year's sums are those of its approved and locked entries; counted anew whenever one of them comes in. */
export async function sumEntries(tx: Tx, year: AnnualIncome): Promise<void> {
  const [sums] = await tx.query<Pick<AnnualIncome, 'operation' | 'operating'>>(
    `SELECT ${kinds
      .map((kind) => `coalesce(sum(amount) FILTER (WHERE kind = '${kind}'), 0)::bigint AS "${sumColumnOf[kind]}"`)
      .join(', ')},
       coalesce(sum(amount) FILTER (WHERE operating), 0)::bigint AS operating
     FROM income_entry WHERE year_id = $1 AND state IN ('APPROVED', 'LOCKED')`,
    [year.id],
  );
  const before = year.version;
  await tx.save(year, sums!);
  if (year.version !== before) await voidSignatures(tx, year);
}

/** Opens the running year of every village of the register that has none yet; says how many. For the clock of every day. */
export async function openRunningYears(tx: Tx): Promise<number> {
  const opened = await tx.query<{ id: string }>(
    `WITH opened AS (
       INSERT INTO annual_income (area_code, year, created_at, created_by, updated_at, updated_by)
       SELECT v.area_code, $1, $2, $3, $2, $3 FROM village v WHERE v.status = 'ACTIVE'
         AND NOT EXISTS (SELECT FROM annual_income a WHERE a.area_code = v.area_code AND a.year = $1)
       ORDER BY v.area_code
       ON CONFLICT (area_code, year) DO NOTHING RETURNING id, area_code)
     INSERT INTO annual_income_step (year_id, area_code, step, by, at)
     SELECT id, area_code, 'OPENED', $4, $2 FROM opened RETURNING id`,
    [Number(tx.today.slice(0, 4)), tx.now, tx.actor.id, tx.actor.account],
  );
  return opened.length;
}

/** The village of a year, as it is now, also when it was merged away. */
export const villageOf = (tx: Tx, areaCode: string): Promise<Village> => tx.get(Village, areaCode);
