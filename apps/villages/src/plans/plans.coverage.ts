import { ratio } from '@jishi/indicators';
import { targetsInForce } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { insideArea, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';

export interface AreaOnDay {
  readonly areaCode: string;
  readonly asOf?: CivilDate | null;
}

/** Gives the day as the first parameter to a subquery that names it `$1`. */
export const onDay = (day: CivilDate): Condition => where('?::date IS NOT NULL', day);

/** What is counted: some villages `v` of a day (`$1`), and which of them are covered. */
export interface Coverage {
  /** Of the register of targets. */
  readonly key: string;
  readonly villages: string;
  readonly covered: string;
  /** Whose scope limits the villages. */
  readonly entity: Function;
  /** Villages that are left out of both counts do not meet it. */
  readonly among?: Condition;
}

/** Covered villages ÷ villages of an area as of a day, with the value of the target in force; null when none is set. */
export async function coverageOf(
  ctx: Context,
  { key, villages, covered, entity, among }: Coverage,
  { areaCode, asOf }: AreaOnDay,
) {
  const day = asOf ?? ctx.today;
  const [counted] = await readRows<{ numerator: number; denominator: number }>(
    ctx,
    key,
    `SELECT count(*) FILTER (WHERE ${covered}) AS numerator, count(*) AS denominator FROM ${villages} WHERE {where}`,
    onDay(day),
    among ?? null,
    insideArea('v', areaCode),
    within(ctx, entity, 'v'),
  );
  const { numerator, denominator } = counted!;
  return {
    ratio: ratio(numerator, denominator, day),
    target: await targetOf(ctx, key, areaCode, day),
    areaCode,
    asOf: day,
  };
}

/** The value of the target in force for an area; null when none is set. */
async function targetOf(ctx: Context, key: string, areaCode: string, on: CivilDate): Promise<number | null> {
  const query = <R extends object>(sql: string, values: readonly unknown[] = []) =>
    ctx.query<R>('targets-in-force', sql, values);
  const [target] = await targetsInForce({ query }, key, areaCode, on);
  return target?.value ?? null;
}
