import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { areaInUse } from '@jishi/known-register';
import { addDays, earlierOf, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Grid, refuseEnded, type Read } from '../grid-tree';
import { rolesFor, type Role, type RoleOfArea } from './roles.rules';
import { GridRole, GridStaff, StaffTraining, type StaffKind } from './teams.entities';

/** Every catalogue that is in force on a day. They are few: an area writes one when the preset does not fit. */
export const catalogueOn = (read: Read, on: CivilDate): Promise<RoleOfArea[]> =>
  read<RoleOfArea>(
    `SELECT r.area_code AS "areaCode", r.code, r.role_group AS "group", r.label, r.required FROM grid_role r
     WHERE r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1) ORDER BY r.area_code, r.position`,
    [on],
  );

export interface DefineGridRolesInput {
  readonly areaCode: string;
  readonly roles: readonly Role[];
}

/** Writes the catalogue of roles of an area from today on; an empty one leaves the area to the catalogue above it (GRD-06). */
export const defineGridRoles = (
  ctx: Context,
  { areaCode, roles }: DefineGridRolesInput,
): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    must(tx.actor, 'teams:keep', { area: areaCode, ofArea: true }, tx.today);
    const area = await areaInUse(tx, areaCode, tx.today);
    if (area.level === 'GRASSROOTS')
      throw invalidInput(
        'areaCode',
        { zh: '岗位目录按市、县、街道（乡镇）设定', en: 'Roles are defined for a city, a county, a street or a town' },
        { code: 'ROLES_DEFINED_TOO_LOW' },
      );
    const known = await tx.findAll(GridRole, { areaCode, validTo: null });
    for (const { id } of known) await tx.save(await tx.lock(GridRole, id), { validTo: tx.today });
    for (const [position, { code, group, label, required }] of roles.entries())
      await tx.insert(GridRole, {
        areaCode,
        code: code.trim(),
        roleGroup: group,
        label: label.trim(),
        required,
        position,
        validFrom: tx.today,
      });
    return { areaCode };
  });

export interface AssignGridStaffInput {
  readonly gridId: string;
  readonly personId: string;
  readonly kind: StaffKind;
  readonly roleCode?: string | null;
  readonly from: CivilDate;
  readonly contractUntil?: CivilDate | null;
}

/** Puts a person on duty in a grid, with a role of its team or without (GRD-05, GRD-06). One person may hold several roles. */
export const assignGridStaff = (ctx: Context, input: AssignGridStaffInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    // A community keeps the teams of its grids without keeping the grids.
    const grid = await tx.get(Grid, input.gridId);
    must(tx.actor, 'teams:keep', placeOf(grid), tx.today);
    refuseEnded(grid, 'gridId');
    const { from, contractUntil = null, roleCode = null } = input;
    if (from < grid.validFrom)
      throw invalidInput(
        'from',
        { zh: '网格{code}自{since}启用', en: 'The grid {code} exists since {since}' },
        { code: 'BEFORE_THE_GRID', params: { code: grid.code, since: grid.validFrom } },
      );
    if (contractUntil !== null && contractUntil < from)
      throw invalidInput('contractUntil', {
        zh: '合同截止日期早于上岗日期',
        en: 'The contract ends before the first day on duty',
      });
    if (roleCode) await roleIn(tx, grid, roleCode, from);
    const staff = await tx.insert(GridStaff, {
      gridId: grid.id,
      areaCode: grid.areaCode,
      personId: input.personId,
      kind: input.kind,
      roleCode,
      fromOn: from,
      contractUntil,
    });
    return { id: staff.id };
  });

/** The role is one of today's catalogue, or was one when the duty began. */
async function roleIn(tx: Tx, grid: Grid, code: string, on: CivilDate): Promise<void> {
  for (const day of [tx.today, earlierOf(on, tx.today)]) {
    const catalogue = await catalogueOn((sql, values) => tx.query(sql, values), day);
    if (rolesFor(catalogue, grid.areaCode, day).some((role) => role.code === code)) return;
  }
  throw invalidInput(
    'roleCode',
    { zh: '当地岗位目录没有“{code}”', en: 'The catalogue of roles here has no {code}' },
    { code: 'ROLE_UNKNOWN', params: { code } },
  );
}

export interface EndGridStaffInput {
  readonly id: string;
  readonly version: number;
  readonly on: CivilDate;
  readonly reason?: string | null;
}

/** Takes a person off duty; the day is the last on duty (GRD-05). */
export const endGridStaff = (ctx: Context, { id, version, on, reason }: EndGridStaffInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const staff = await tx.lock(GridStaff, id, version);
    must(tx.actor, 'teams:keep', placeOf(staff), tx.today);
    if (staff.toOn !== null)
      throw ruleBroken({
        code: 'OFF_DUTY_ALREADY',
        field: 'id',
        wording: { zh: '已于{on}离岗', en: 'The last day on duty was {on} already' },
        params: { on: staff.toOn },
      });
    await tx.save(staff, { toOn: on, endReason: reason?.trim() || null });
    return { id };
  });

export interface RecordStaffTrainingInput {
  readonly staffId: string;
  readonly title: string;
  readonly heldOn: CivilDate;
  readonly hours: number;
}

/** Records that somebody on duty in a grid was trained (GRD-05). */
export const recordStaffTraining = (ctx: Context, input: RecordStaffTrainingInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const staff = await tx.get(GridStaff, input.staffId);
    must(tx.actor, 'teams:keep', placeOf(staff), tx.today);
    const { heldOn } = input;
    if (heldOn > tx.today || heldOn < staff.fromOn || (staff.toOn !== null && heldOn > staff.toOn))
      throw invalidInput(
        'heldOn',
        { zh: '培训日期应在岗期间，且不晚于今天', en: 'The day must lie within the time on duty, and not after today' },
        { code: 'NOT_ON_DUTY' },
      );
    await tx.insert(StaffTraining, {
      gridId: staff.gridId,
      areaCode: staff.areaCode,
      personId: staff.personId,
      title: input.title.trim(),
      heldOn,
      hours: input.hours.toFixed(1),
    });
    return { id: staff.id };
  });

/** Who is on duty in these grids on a day or later, also when a last day on duty is set. */
const stillOnDuty = async (tx: Tx, gridIds: readonly string[], on: CivilDate): Promise<GridStaff[]> => {
  const known = await tx.query<{ id: string }>(
    'SELECT id FROM grid_staff WHERE grid_id = ANY($1) AND (to_on IS NULL OR to_on >= $2)',
    [gridIds, on],
  );
  // What becomes of the grids decides, whoever keeps the teams.
  return tx.unscoped.lockAll(
    GridStaff,
    known.map(({ id }) => id),
  );
};

/** When a grid ends, its team goes off duty on the day before, and on duty in the successor if there is one and only one. */
export async function moveTeam(tx: Tx, grid: Grid, successors: readonly Grid[], on: CivilDate): Promise<void> {
  const [only, ...more] = successors;
  for (const staff of await stillOnDuty(tx, [grid.id], on)) {
    const begun = staff.fromOn < on;
    const { personId, kind, roleCode, contractUntil, toOn, endReason } = staff;
    const fresh = only !== undefined && more.length === 0 && !(await servesAlready(tx, only, staff, on));
    if (begun) await tx.save(staff, { toOn: addDays(on, -1), endReason: '网格调整' });
    if (fresh && begun)
      await tx.insert(GridStaff, {
        gridId: only.id,
        areaCode: only.areaCode,
        personId,
        kind,
        roleCode,
        contractUntil,
        fromOn: on,
        toOn,
        endReason,
      });
    else if (fresh) await tx.save(staff, { gridId: only.id, areaCode: only.areaCode });
    else if (!begun) await tx.save(staff, { toOn: staff.fromOn, endReason: '网格调整' });
  }
}

/** Whether the person is on duty with this role in the successor on some of the days to come. */
async function servesAlready(tx: Tx, { id }: Grid, { personId, roleCode, toOn }: GridStaff, on: CivilDate) {
  const [there] = await tx.query(
    `SELECT FROM grid_staff WHERE grid_id = $1 AND person_id = $2 AND role_code IS NOT DISTINCT FROM $3
       AND daterange(from_on, to_on, '[]') && daterange($4, $5, '[]') LIMIT 1`,
    [id, personId, roleCode, on, toOn],
  );
  return there !== undefined;
}

/** P11: whoever is on duty in grids that now belong to another area is on duty there. */
export async function relocateTeams(tx: Tx, grids: readonly Grid[]): Promise<void> {
  const areaOf = new Map(grids.map(({ id, areaCode }) => [id, areaCode]));
  for (const staff of await stillOnDuty(tx, [...areaOf.keys()], tx.today))
    await tx.save(staff, { areaCode: areaOf.get(staff.gridId)! });
}
