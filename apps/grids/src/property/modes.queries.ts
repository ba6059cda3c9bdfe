import { areaPrefixOf } from '@jishi/identifiers';
import { judge, ratio, type Ratio } from '@jishi/indicators';
import { targetsInForce } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { addDays, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import {
  allOf,
  groupedBy,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import type { QueryResultRow } from 'pg';
import { Quarter, type PropertyMode } from '../quarters';
import type { PropertyContract, QuarterMode } from './modes.entities';

const holdsOn = (alias: string, day: string): string =>
  `${alias}.valid_from <= ${day} AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ${day})`;

export type StretchRow = Pick<
  QuarterMode,
  'quarterId' | 'mode' | 'providerId' | 'contractId' | 'validFrom' | 'validTo'
>;

/** The modes of quarters that the caller sees, newest first. */
export async function modeHistoriesOf(ctx: Context, quarterIds: readonly string[]): Promise<StretchRow[][]> {
  const rows = await ctx.query<StretchRow & object>(
    'quarter-modes',
    `SELECT quarter_id AS "quarterId", mode, provider_id AS "providerId", contract_id AS "contractId", valid_from AS "validFrom",
       valid_to AS "validTo"
     FROM quarter_mode WHERE quarter_id = ANY($1) ORDER BY quarter_id, valid_from DESC`,
    [quarterIds],
  );
  return groupedBy(quarterIds, rows, ({ quarterId }) => quarterId);
}

export interface AlertRow {
  readonly quarterId: string;
  readonly openedOn: CivilDate;
  readonly closedOn: CivilDate | null;
}

/** Days without management that were noted, newest first. */
export async function alertsOf(ctx: Context, quarterIds: readonly string[]): Promise<AlertRow[][]> {
  const rows = await ctx.query<AlertRow & object>(
    'property-alerts',
    `SELECT quarter_id AS "quarterId", opened_on AS "openedOn", closed_on AS "closedOn"
     FROM property_alert WHERE quarter_id = ANY($1) ORDER BY quarter_id, opened_on DESC, id DESC`,
    [quarterIds],
  );
  return groupedBy(quarterIds, rows, ({ quarterId }) => quarterId);
}

/** How a quarter was managed on a day. */
export interface Standing {
  readonly quarterId: string;
  readonly mode: PropertyMode;
  readonly providerId: string | null;
  readonly since: CivilDate;
  readonly days: number;
}

async function standingsOf(ctx: Context, quarterIds: readonly string[], on: CivilDate): Promise<(Standing | null)[]> {
  const rows = await ctx.query<Standing & object>(
    'quarter-standings',
    `SELECT q.id AS "quarterId", coalesce(m.mode, 'NONE') AS mode, m.provider_id AS "providerId",
       coalesce(m.valid_from, q.valid_from) AS since, greatest($2::date - coalesce(m.valid_from, q.valid_from), 0) AS days
     FROM quarter q LEFT JOIN quarter_mode m ON m.quarter_id = q.id AND ${holdsOn('m', '$2')}
     WHERE q.id = ANY($1)`,
    [quarterIds, on],
  );
  return inOrderOf(quarterIds, rows, ({ quarterId }) => quarterId);
}

export interface StandingsArguments extends PageArguments {
  readonly managed?: boolean | null;
}

/** The quarters of an area on a day, managed ones or those without management, by name (GRD-21). */
export function listStandings(
  ctx: Context,
  areaCode: string | null,
  on: CivilDate,
  { managed, ...page }: StandingsArguments,
) {
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'quarter-standings-list',
      select: 'q.id',
      from: placedQuarters,
      ordering: ordering('quarter-standings', [asc('q.name', 'text'), asc('q.id', 'uuid')]),
      conditions: [
        within(ctx, Quarter, 'q'),
        existingOn(on),
        areaCode ? insideArea('p', areaCode) : null,
        managed == null ? null : managedOn(on, managed),
      ],
    },
    page,
  );
  return listedAs(list, (rows) =>
    standingsOf(
      ctx,
      rows.map(({ id }) => id),
      on,
    ),
  );
}

/** Quarters where they lay: a community that was merged keeps its figures of the past under its old code. */
const placedQuarters = 'quarter q JOIN quarter_place p ON p.quarter_id = q.id';
const existingOn = (day: CivilDate): Condition =>
  where(`${holdsOn('q', '?')} AND ${holdsOn('p', '?')}`, day, day, day, day);

const managedOn = (day: CivilDate, managed: boolean): Condition =>
  where(
    `${managed ? '' : 'NOT '}EXISTS (SELECT FROM quarter_mode m WHERE m.quarter_id = q.id AND m.mode <> 'NONE' AND ${holdsOn('m', '?')})`,
    day,
    day,
  );

/** Counts of an area, or of one area within it. */
export interface Coverage {
  readonly areaCode: string;
  readonly asOf: CivilDate;
  readonly modes: readonly { readonly mode: PropertyMode; readonly count: number }[];
}

interface Counted {
  readonly areaCode: string | null;
  readonly mode: PropertyMode;
  readonly count: number;
}

/** Counts the quarters of a day by mode: of the whole area, or of each area of `digits` digits within it. */
function count(ctx: Context, areaCode: string, asOf: CivilDate, digits: 6 | 9 | 12 | null): Promise<Counted[]> {
  const { sql, values } = allOf(within(ctx, Quarter, 'q'), existingOn(asOf), insideArea('p', areaCode))(2);
  const part = digits === null ? 'NULL' : digits === 6 ? 'p.county_code' : digits === 9 ? 'p.town_code' : 'p.area_code';
  return ctx.query<Counted & object>(
    'property-coverage',
    `SELECT "areaCode", mode, count(*) AS count FROM (
       SELECT ${part} AS "areaCode", coalesce(m.mode, 'NONE') AS mode
       FROM ${placedQuarters} LEFT JOIN quarter_mode m ON m.quarter_id = q.id AND ${holdsOn('m', '$1')}
       WHERE ${sql}) counted
     GROUP BY "areaCode", mode ORDER BY "areaCode", mode`,
    [asOf, ...values],
  );
}

/** 物业管理覆盖: quarters with a mode other than none ÷ quarters of the day, within the caller's scope (grd.property.coverage). */
export async function coverageOf(ctx: Context, areaCode: string, asOf: CivilDate): Promise<Coverage> {
  return { areaCode, asOf, modes: await count(ctx, areaCode, asOf, null) };
}

/** The same for every area one level below, by code; none below a community. */
export async function coverageWithin(ctx: Context, { areaCode, asOf }: Coverage): Promise<Coverage[]> {
  const digits = areaPrefixOf(areaCode).length;
  if (digits >= 12) return [];
  const counted = await count(ctx, areaCode, asOf, digits < 6 ? 6 : digits < 9 ? 9 : 12);
  const codes = [...new Set(counted.flatMap((row) => row.areaCode ?? []))];
  const modes = groupedBy(codes, counted, (row) => row.areaCode ?? '');
  return codes.map((code, index) => ({ areaCode: code, asOf, modes: modes[index]! }));
}

/** Managed quarters and all quarters. */
export function ratioOf({ modes, asOf }: Coverage): Ratio {
  const all = modes.reduce((sum, each) => sum + each.count, 0);
  const unmanaged = modes.find(({ mode }) => mode === 'NONE')?.count ?? 0;
  return ratio(all - unmanaged, all, asOf);
}

/** What the plan in force on the day asks for, in percent, and whether it is reached; null where none was set. */
export async function targetOf(ctx: Context, coverage: Coverage) {
  const read = {
    query: <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      ctx.query<R>('property-targets', sql, values),
  };
  const targets = await targetsInForce(read, 'grd.property.coverage', coverage.areaCode, coverage.asOf);
  const target = targets.find(({ value }) => value !== null);
  if (!target) return null;
  const { verdict } = judge(target, ratioOf(coverage), coverage.asOf);
  return {
    percent: target.value,
    dueOn: target.dueOn,
    reached: verdict === 'NOT_JUDGED' ? null : verdict === 'REACHED',
  };
}

export interface ContractsArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly quarterId?: string | null;
    readonly providerId?: string | null;
    readonly endingSoon?: boolean | null;
  } | null;
}

export type ContractRow = Pick<
  PropertyContract,
  'id' | 'version' | 'quarterId' | 'providerId' | 'startsOn' | 'endsOn' | 'endedOn' | 'fee' | 'terms' | 'document'
>;

const contractColumns = `c.id, c.version, c.quarter_id AS "quarterId", c.provider_id AS "providerId", c.starts_on AS "startsOn",
  c.ends_on AS "endsOn", c.ended_on AS "endedOn", c.fee, c.terms, c.document`;

/** Contracts of the quarters that the caller sees, in the order of the ids; null for the others. */
export async function contractsByIds(ctx: Context, ids: readonly string[]): Promise<(ContractRow | null)[]> {
  const rows = await readRows<ContractRow & object>(
    ctx,
    'property-contracts-by-id',
    `SELECT ${contractColumns} FROM property_contract c JOIN quarter q ON q.id = c.quarter_id WHERE {where}`,
    within(ctx, Quarter, 'q'),
    where('c.id = ANY(?)', ids),
  );
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** 物业服务合同台账: contracts of the quarters that the caller sees, those that end first in front (GRD-21). */
export const listContracts = (ctx: Context, { filter, ...page }: ContractsArguments) => {
  const { areaCode, quarterId, providerId, endingSoon } = filter ?? {};
  return listOf<ContractRow>(
    ctx,
    {
      name: 'property-contracts',
      select: contractColumns,
      from: 'property_contract c JOIN quarter q ON q.id = c.quarter_id',
      ordering: ordering('property-contracts', [asc('c.last_day', 'date'), asc('c.id', 'uuid')]),
      conditions: [
        within(ctx, Quarter, 'q'),
        areaCode ? insideArea('q', areaCode) : null,
        quarterId ? where('c.quarter_id = ?', quarterId) : null,
        providerId ? where('c.provider_id = ?', providerId) : null,
        // Only of the company that is in charge: one that has gone, or has renewed, needs no reminder.
        endingSoon
          ? where(
              `c.last_day BETWEEN ? AND ? AND q.provider_id = c.provider_id AND NOT EXISTS (SELECT FROM property_contract n
                 WHERE n.quarter_id = c.quarter_id AND n.provider_id = c.provider_id AND n.last_day > c.last_day)`,
              ctx.today,
              addDays(ctx.today, ruleInForce('property.contract-end', ctx.today).value),
            )
          : null,
      ],
    },
    page,
  );
};
