import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { groupedBy, inOrderOf, listedAs, listOf, where, within, type Context, insideArea } from '@jishi/subgraph';
import { coverageOf, onDay, type AreaOnDay } from '../plans';
import {
  Cooperative,
  CooperativeSeat,
  type CooperativeKind,
  type CooperativeState,
  type CooperativeYear,
} from './cooperatives.entities';
import { seatsStatement, type Seats } from './cooperatives.lead';
import { cooperativeSteps } from './cooperatives.rules';
import { factsOf, mayOnCooperative } from './cooperatives.service';

export interface CooperativeFilter {
  readonly areaCode?: string | null;
  readonly ledByOrgId?: string | null;
  readonly ledOnly?: boolean | null;
  readonly leadLost?: boolean | null;
  readonly state?: readonly CooperativeState[] | null;
  readonly kind?: CooperativeKind | null;
}
export interface CooperativesArguments extends PageArguments {
  readonly filter?: CooperativeFilter | null;
}

const byVillage = ordering('cooperatives', [asc('c.area_code', 'text'), asc('c.id', 'uuid')]);

/** 合作社清单 (VIL-13), by village. */
export function listCooperatives(ctx: Context, { filter, ...page }: CooperativesArguments) {
  const { areaCode, ledByOrgId, ledOnly, leadLost, state, kind } = filter ?? {};
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'cooperatives',
      select: 'c.id',
      from: 'cooperative c',
      conditions: [
        within(ctx, Cooperative, 'c'),
        areaCode ? insideArea('c', areaCode) : null,
        ledByOrgId ? where('c.leading_org_id = ? AND c.led_by_org_id IS NOT NULL', ledByOrgId) : null,
        ledOnly ? where('c.led_by_org_id IS NOT NULL') : null,
        leadLost == null ? null : where(`c.lead_gap IS ${leadLost ? 'NOT ' : ''}NULL`),
        state ? where('c.state = ANY(?)', state) : null,
        kind ? where('c.kind = ?', kind) : null,
      ],
      ordering: byVillage,
    },
    page,
  );
  return listedAs(list, (rows) =>
    cooperativesByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** The cooperatives with these ids that the caller may see, in the order of the ids; null for the others. */
export async function cooperativesByIds(ctx: Context, ids: readonly string[]): Promise<(Cooperative | null)[]> {
  const rows = await ctx.scoped(Cooperative, 'c').andWhere('c.id = ANY(:ids)', { ids }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** The cooperatives of each village that are not dissolved. */
export async function cooperativesOfVillages(ctx: Context, codes: readonly string[]): Promise<Cooperative[][]> {
  const rows = await ctx
    .scoped(Cooperative, 'c')
    .andWhere(`c.area_code = ANY(:codes) AND c.state <> 'DISSOLVED'`, { codes })
    .orderBy('c.id')
    .getMany();
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

/** The cooperatives that each organisation leads. */
export async function ledByOrganizations(ctx: Context, orgIds: readonly string[]): Promise<Cooperative[][]> {
  const rows = await ctx
    .scoped(Cooperative, 'c')
    .andWhere(`c.leading_org_id = ANY(:orgIds) AND c.led_by_org_id IS NOT NULL AND c.state <> 'DISSOLVED'`, { orgIds })
    .orderBy('c.id')
    .getMany();
  return groupedBy(orgIds, rows, ({ ledByOrgId }) => ledByOrgId!);
}

/** Who sits on each board today, the chair first. */
export async function boardsOf(ctx: Context, ids: readonly string[]): Promise<CooperativeSeat[][]> {
  const rows = await ctx
    .scoped(CooperativeSeat, 's')
    .andWhere('s.cooperative_id = ANY(:ids) AND s.to_on IS NULL', { ids })
    .orderBy('s.chair', 'DESC')
    .addOrderBy('s.fromOn')
    .addOrderBy('s.id')
    .getMany();
  return groupedBy(ids, rows, ({ cooperativeId }) => cooperativeId);
}

/** How many members of the leading branch sit on each board. */
export async function branchSeatsOf(ctx: Context, ids: readonly string[]): Promise<number[]> {
  const rows = await ctx.query<Seats & object>('cooperative-seats', seatsStatement, [ids]);
  const found = new Map(rows.map(({ id, seats }) => [id, seats]));
  return ids.map((id) => found.get(id) ?? 0);
}

/** A year beside what the village has booked as its share. */
export type YearRow = Pick<CooperativeYear, 'cooperativeId' | 'year' | 'income' | 'dividend' | 'collectiveDividend'> & {
  readonly booked: number;
};

/** The years of each cooperative, newest first. Who sees the cooperative sees its years, also those of a village merged since. */
export async function yearsOf(ctx: Context, ids: readonly string[]): Promise<YearRow[][]> {
  const rows = await ctx.query<YearRow & object>(
    'cooperative-years',
    `SELECT y.cooperative_id AS "cooperativeId", y.year, y.income, y.dividend, y.collective_dividend AS "collectiveDividend",
       coalesce((SELECT sum(e.amount) FROM income_entry e WHERE e.cooperative_id = y.cooperative_id
         AND e.kind = 'COOP_SHARE' AND e.state IN ('APPROVED', 'LOCKED') AND left(e.period, 4) = y.year::text), 0)::bigint AS booked
     FROM cooperative_year y WHERE y.cooperative_id = ANY($1) ORDER BY y.year DESC`,
    [ids],
  );
  return groupedBy(ids, rows, ({ cooperativeId }) => cooperativeId);
}

/** What the caller may do with each cooperative now, and for every other step why not. */
export const offeredSteps = (ctx: Context, row: Cooperative) =>
  cooperativeSteps.offer(factsOf(row, ctx.today), mayOnCooperative(ctx, row));

export interface LedVillage {
  readonly areaCode: string;
  readonly led: boolean;
}

const villages = `(
  SELECT village.area_code, village.county_code, village.town_code,
    EXISTS (SELECT FROM cooperative_history h WHERE h.area_code = village.area_code AND h.state = 'ACTIVE'
      AND h.led_by_org_id IS NOT NULL AND h.valid_from <= $1::date AND (h.valid_to IS NULL OR h.valid_to > $1::date)) AS led
  FROM village
  WHERE village.valid_from <= $1::date AND (village.merged_on IS NULL OR village.merged_on > $1::date)
) v`;
const byCode = ordering('led-villages', [asc('v.area_code', 'text')]);

/** The villages behind `vil.coop.led`, by area code: all, those that have an active cooperative led by a branch, or those without. */
export const listLedVillages = (
  ctx: Context,
  {
    areaCode,
    asOf,
    led,
    ...page
  }: PageArguments & {
    readonly areaCode: string;
    readonly asOf: CivilDate;
    readonly led?: boolean | null;
  },
) =>
  listOf<LedVillage & object>(
    ctx,
    {
      name: 'led-villages',
      select: 'v.area_code AS "areaCode", v.led',
      from: villages,
      conditions: [
        onDay(asOf),
        led == null ? null : where('v.led = ?', led),
        insideArea('v', areaCode),
        within(ctx, Cooperative, 'v'),
      ],
      ordering: byCode,
    },
    page,
  );

/** `vil.coop.led`: villages with an active cooperative led by a branch ÷ villages, as of a day. */
export const cooperativeCoverage = (ctx: Context, area: AreaOnDay) =>
  coverageOf(ctx, { key: 'vil.coop.led', villages, covered: 'v.led', entity: Cooperative }, area);
