import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import { addDays } from '@jishi/periods';
import { groupedBy, inOrderOf, listedAs, listOf, where, within, type Context, insideArea } from '@jishi/subgraph';
import { StationedAssignment, type StationedRole, type StationedState } from './stationed.entities';
import { stationedSteps } from './stationed.rules';
import { factsOf, mayOnAssignment, occupiedStatement, type Occupied } from './stationed.service';

export interface StationedFilter {
  readonly areaCode?: string | null;
  readonly state?: readonly StationedState[] | null;
  readonly role?: StationedRole | null;
  readonly senderUnitId?: string | null;
  readonly personId?: string | null;
  readonly endingWithinDays?: number | null;
}

export interface StationedArguments extends PageArguments {
  readonly filter?: StationedFilter | null;
}

const newestFirst = ordering('stationed', [desc('s.nominated_on', 'date'), asc('s.id', 'uuid')]);
const soonestFirst = ordering('stationed-ending', [asc('s.planned_to', 'date'), asc('s.id', 'uuid')]);

/** 驻村任职清单: newest first; with a limit of days those on post whose term ends within it or has run out, soonest first. */
export function listStationed(ctx: Context, { filter, ...page }: StationedArguments) {
  const { areaCode, state, role, senderUnitId, personId, endingWithinDays } = filter ?? {};
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'stationed',
      select: 's.id',
      from: 'stationed_assignment s',
      conditions: [
        within(ctx, StationedAssignment, 's'),
        areaCode ? insideArea('s', areaCode) : null,
        state ? where('s.state = ANY(?)', state) : null,
        role ? where('s.role = ?', role) : null,
        senderUnitId ? where('s.sender_unit_id = ?', senderUnitId) : null,
        personId ? where('s.person_id = ?', personId) : null,
        endingWithinDays == null
          ? null
          : where(`s.state IN ('ON_POST', 'ON_LEAVE') AND s.planned_to <= ?`, addDays(ctx.today, endingWithinDays)),
      ],
      ordering: endingWithinDays == null ? newestFirst : soonestFirst,
    },
    page,
  );
  return listedAs(list, (rows) =>
    stationedByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** The assignments with these ids that the caller may see, in the order of the ids; null for the others. */
export async function stationedByIds(ctx: Context, ids: readonly (string | null)[]) {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere('s.id = ANY(:ids)', { ids: known(ids) })
    .getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}
const known = (ids: readonly (string | null)[]): string[] => ids.filter((id) => id !== null);

/** Who follows each of these, as far as somebody is named and was not rejected. */
export async function successorsOf(ctx: Context, ids: readonly string[]): Promise<(StationedAssignment | null)[]> {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere(`s.predecessor_id = ANY(:ids) AND s.state <> 'REJECTED'`, { ids })
    .getMany();
  return inOrderOf(ids, rows, ({ predecessorId }) => predecessorId!);
}

/** Who is on post in each village, leave included; the first secretary first, then the leader. */
export async function onPostInVillages(ctx: Context, codes: readonly string[]): Promise<StationedAssignment[][]> {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere(`s.area_code = ANY(:codes) AND s.state IN ('ON_POST', 'ON_LEAVE')`, { codes })
    .orderBy('s.role')
    .addOrderBy('s.postedOn')
    .addOrderBy('s.id')
    .getMany();
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}

/** The first secretary on post in each village; null where there is none. */
export async function firstSecretariesOf(ctx: Context, codes: readonly string[]) {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere(`s.area_code = ANY(:codes) AND s.role = 'FIRST_SECRETARY' AND s.state IN ('ON_POST', 'ON_LEAVE')`, {
      codes,
    })
    .getMany();
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}

/** Everything that each of these persons was nominated for, newest first. */
export async function assignmentsOfPersons(ctx: Context, personIds: readonly string[]) {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere('s.person_id = ANY(:personIds)', { personIds })
    .orderBy('s.nominatedOn', 'DESC')
    .addOrderBy('s.id')
    .getMany();
  return groupedBy(personIds, rows, ({ personId }) => personId);
}

/** Whom each unit has on post in villages, longest on post first. */
export async function sentCadresOf(ctx: Context, unitIds: readonly string[]): Promise<StationedAssignment[][]> {
  const rows = await ctx
    .scoped(StationedAssignment, 's')
    .andWhere(`s.sender_unit_id = ANY(:unitIds) AND s.state IN ('ON_POST', 'ON_LEAVE')`, { unitIds })
    .orderBy('s.postedOn')
    .addOrderBy('s.id')
    .getMany();
  return groupedBy(unitIds, rows, ({ senderUnitId }) => senderUnitId);
}

/** What the caller may do with each assignment now, and for every other step why not. */
export async function offeredSteps(ctx: Context, rows: readonly StationedAssignment[]) {
  const ids = rows.map(({ id }) => id);
  const occupied = await ctx.query<Occupied & object>('stationed-occupied', occupiedStatement, [ids]);
  const found = new Map(occupied.map((one) => [one.id, one]));
  return rows.map((row) =>
    stationedSteps.offer(factsOf(row, found.get(row.id)!, ctx.today), mayOnAssignment(ctx, row)),
  );
}
