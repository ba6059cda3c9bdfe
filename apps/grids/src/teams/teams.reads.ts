import type { CivilDate } from '@jishi/periods';
import { readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { readOf, type GridRow } from '../grid-tree';
import { rolesFor, type Role } from './roles.rules';
import { GridStaff, StaffTraining } from './teams.entities';
import { catalogueOn } from './teams.service';

export type StaffRow = Omit<GridStaff, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;
export interface TrainingRow {
  readonly personId: string;
  readonly title: string;
  readonly heldOn: CivilDate;
  readonly hours: number;
}

const columns = `s.id, s.version, s.grid_id AS "gridId", s.area_code AS "areaCode", s.person_id AS "personId", s.kind,
  s.role_code AS "roleCode", s.from_on AS "fromOn", s.to_on AS "toOn", s.end_reason AS "endReason", s.contract_until AS "contractUntil"`;

const staffWhere = (ctx: Context, ...conditions: readonly Condition[]): Promise<StaffRow[]> =>
  readRows<StaffRow>(
    ctx,
    'grid-staff',
    `SELECT ${columns} FROM grid_staff s WHERE {where} ORDER BY s.grid_id, s.role_code NULLS LAST, s.from_on, s.id`,
    within(ctx, GridStaff, 's'),
    ...conditions,
  );

export const onDuty = (day: CivilDate): Condition =>
  where('s.from_on <= ? AND (s.to_on IS NULL OR s.to_on >= ?)', day, day);

export const staffByIds = (ctx: Context, ids: readonly string[]): Promise<StaffRow[]> =>
  staffWhere(ctx, where('s.id = ANY(?)', ids));

/** Who is on duty in these grids on a day. */
export const teamsOf = (ctx: Context, gridIds: readonly string[], day: CivilDate): Promise<StaffRow[]> =>
  staffWhere(ctx, where('s.grid_id = ANY(?)', gridIds), onDuty(day));

/** Where these persons are on duty today. */
export const rolesOfPersons = (ctx: Context, personIds: readonly string[]): Promise<StaffRow[]> =>
  staffWhere(ctx, where('s.person_id = ANY(?)', personIds), onDuty(ctx.today));

export const trainingsOf = (ctx: Context, personIds: readonly string[]): Promise<TrainingRow[]> =>
  readRows<TrainingRow & object>(
    ctx,
    'staff-training',
    `SELECT t.person_id AS "personId", t.title, t.held_on AS "heldOn", t.hours::float8 AS hours FROM staff_training t
     WHERE {where} ORDER BY t.person_id, t.held_on DESC, t.id`,
    within(ctx, StaffTraining, 't'),
    where('t.person_id = ANY(?)', personIds),
  );

/** Households of the grid for each full-time worker on duty there today; null where there is none. */
export async function loadsOf(ctx: Context, gridIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await ctx.query<{ gridId: string; load: number }>(
    'grid-loads',
    `SELECT g.id AS "gridId", g.households::float8 / count(DISTINCT s.person_id) AS load
     FROM grid g JOIN grid_staff s ON s.grid_id = g.id AND s.kind = 'FULL_TIME'
     WHERE g.id = ANY($1) AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2) GROUP BY g.id`,
    [gridIds, ctx.today],
  );
  return new Map(rows.map(({ gridId, load }) => [gridId, load]));
}

/** The roles of the teams in these areas on a day, in their order. */
export async function rolesOfAreas(
  ctx: Context,
  areaCodes: readonly string[],
  day: CivilDate,
): Promise<(readonly Role[])[]> {
  const catalogue = await catalogueOn(readOf(ctx), day);
  return areaCodes.map((code) => rolesFor(catalogue, code, day));
}

/** The required roles that nobody holds today in each of these grids; only an active basic grid has a team to complete. */
export async function vacanciesOf(ctx: Context, grids: readonly GridRow[]): Promise<(readonly Role[])[]> {
  const held = await teamsOf(
    ctx,
    grids.map(({ id }) => id),
    ctx.today,
  );
  const roles = await rolesOfAreas(
    ctx,
    grids.map(({ areaCode }) => areaCode),
    ctx.today,
  );
  return grids.map(({ id, tier, status }, index) => {
    if (tier !== 'BASIC' || status !== 'ACTIVE') return [];
    const codes = new Set(held.filter(({ gridId }) => gridId === id).map(({ roleCode }) => roleCode));
    return roles[index]!.filter(({ code, required }) => required && !codes.has(code));
  });
}
