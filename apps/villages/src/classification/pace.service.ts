import { areaPrefixOf } from '@jishi/identifiers';
import { targetColumns, type KnownTarget } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { partsOf } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { AnnualIncome, yearColumns, type AnnualIncomeRow } from '../income';
import { boundOf, ownBound } from './profiles.rules';

/** The running year and how many of its quarters are over; undefined while it is too early to speak of a pace. */
function quartersOver(ctx: Context): { readonly year: number; readonly quarters: number } | undefined {
  const { year, month } = partsOf(ctx.today);
  const quarters = Math.floor((month - 1) / 3);
  return quarters < (ruleInForce('vil.income.pace-quarters', ctx.today).value as number)
    ? undefined
    : { year, quarters };
}

/**
 * 进度: what the running year has brought until the last quarter's end, taken for the whole year, lies below the floor of the place
 * (VIL-03: at half-year, below half of it). Expenses count as far as they were stated. The highest of several floors judges.
 */
async function behindPace(ctx: Context): Promise<Condition | undefined> {
  const over = quartersOver(ctx);
  if (!over) return undefined;
  const own = ownBound('vil.class.weak', ctx.today);
  const targets = await ctx.query<KnownTarget & object>(
    'floors-in-force',
    `SELECT ${targetColumns} FROM known_target t WHERE t.key = 'vil.income.floor' AND t.valid_from <= $1
       AND (t.valid_to IS NULL OR t.valid_to > $1) ORDER BY t.id`,
    [ctx.today],
  );
  const floors = [
    { prefix: '', amount: own.amount, measure: own.measure },
    ...targets.map((target) => {
      const { amount, measure } = boundOf(target, own);
      return { prefix: areaPrefixOf(target.areaCode), amount, measure };
    }),
  ];
  const months = over.quarters * 3;
  return where(
    `a.year = ? AND a.state = 'OPEN' AND (
       SELECT 12 * (
         (SELECT coalesce(sum(e.amount), 0) FROM income_entry e WHERE e.year_id = a.id AND e.state IN ('APPROVED', 'LOCKED')
            AND e.period <= ? AND (f.measure = 'TOTAL' OR e.operating))
         - CASE WHEN f.measure = 'OPERATING_SURPLUS' THEN coalesce(a.operating_expense, 0) + coalesce(a.management_expense, 0) ELSE 0 END
       ) < f.amount * ?
       FROM jsonb_to_recordset(?::jsonb) AS f (prefix text, amount bigint, measure text)
       WHERE a.area_code LIKE f.prefix || '%' ORDER BY length(f.prefix) DESC, f.amount DESC LIMIT 1)`,
    over.year,
    `${over.year}-${String(months).padStart(2, '0')}`,
    months,
    JSON.stringify(floors),
  );
}

/** Which of these years are behind; null for years of which no pace is told. */
export async function pacesOf(ctx: Context, years: readonly AnnualIncomeRow[]): Promise<(boolean | null)[]> {
  const behind = await behindPace(ctx);
  if (!behind) return years.map(() => null);
  const rows = await readRows<{ id: string }>(
    ctx,
    'paces',
    'SELECT a.id FROM annual_income a WHERE {where}',
    where(
      'a.id = ANY(?)',
      years.map(({ id }) => id),
    ),
    behind,
  );
  const ids = new Set(rows.map(({ id }) => id));
  const running = partsOf(ctx.today).year;
  return years.map(({ id, year, state }) => (year === running && state === 'OPEN' ? ids.has(id) : null));
}

const byCode = ordering('villages-behind-pace', [asc('a.area_code', 'text')]);

/** Villages whose running year is behind, by area code; nobody before half-year (VIL-03). */
export async function listBehindPace(
  ctx: Context,
  { areaCode, ...page }: PageArguments & { readonly areaCode?: string | null },
) {
  const behind = await behindPace(ctx);
  return listOf<AnnualIncomeRow>(
    ctx,
    {
      name: 'villages-behind-pace',
      select: yearColumns,
      from: 'annual_income a',
      ordering: byCode,
      conditions: [
        within(ctx, AnnualIncome, 'a'),
        areaCode ? insideArea('a', areaCode) : null,
        behind ?? where('FALSE'),
      ],
    },
    page,
  );
}
