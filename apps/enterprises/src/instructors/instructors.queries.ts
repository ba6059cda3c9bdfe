import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import {
  groupedBy,
  inOrderOf,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { figuresOf, NonPublicEntity, type Registrar } from '../entities';
import {
  Instructor,
  InstructorAssignment,
  type AssignmentState,
  type EndWay,
  type InstructorKind,
} from './instructors.entities';

export type InstructorRow = Omit<Instructor, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'> & {
  /** Active assignments, and those that are proposed or active. */
  readonly activeLoad: number;
  readonly openLoad: number;
};

const instructorColumns = `i.id, i.version, i.person_id AS "personId", i.kind, i.source_unit_id AS "sourceUnitId",
  i.max_load AS "maxLoad", i.area_code AS "areaCode", i.since, i.left_on AS "leftOn", i.leave_reason AS "leaveReason",
  (SELECT count(*)::integer FROM instructor_assignment a WHERE a.instructor_id = i.id AND a.state = 'ACTIVE') AS "activeLoad",
  (SELECT count(*)::integer FROM instructor_assignment a WHERE a.instructor_id = i.id AND a.state <> 'ENDED') AS "openLoad"`;

export interface InstructorsArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly kind?: InstructorKind | null;
    readonly overloaded?: boolean | null;
    readonly left?: boolean | null;
  } | null;
}

const overloaded = (ctx: Context, wanted: boolean): Condition =>
  where(
    `(SELECT count(*) FROM instructor_assignment a WHERE a.instructor_id = i.id AND a.state <> 'ENDED')
       ${wanted ? '>' : '<='} coalesce(i.max_load, ?)`,
    ruleInForce('ent.instructor.max-load', ctx.today).value,
  );

/** Instructors and liaisons, longest in service first (ENT-09). Those who left are shown only when asked for. */
export const listInstructors = (ctx: Context, { filter, ...page }: InstructorsArguments) =>
  listOf<InstructorRow>(
    ctx,
    {
      name: 'instructors',
      select: instructorColumns,
      from: 'instructor i',
      ordering: ordering('instructors', [asc('i.since', 'date'), asc('i.id', 'uuid')]),
      conditions: [
        within(ctx, Instructor, 'i'),
        filter?.areaCode ? insideArea('i', filter.areaCode) : null,
        filter?.kind ? where('i.kind = ?', filter.kind) : null,
        filter?.overloaded == null ? null : overloaded(ctx, filter.overloaded),
        where(`i.left_on IS ${filter?.left ? 'NOT ' : ''}NULL`),
      ],
    },
    page,
  );

export async function instructorsByIds(ctx: Context, ids: readonly string[]): Promise<(InstructorRow | null)[]> {
  const rows = await readRows<InstructorRow>(
    ctx,
    'instructors-by-id',
    `SELECT ${instructorColumns} FROM instructor i WHERE {where}`,
    within(ctx, Instructor, 'i'),
    where('i.id = ANY(?)', ids),
  );
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** Who serves at an entity, also when his own area is wider than the caller's: whoever sees the assignment sees who it is. */
export async function instructorsOf(ctx: Context, ids: readonly string[]): Promise<(InstructorRow | null)[]> {
  const rows = await readRows<InstructorRow>(
    ctx,
    'instructors-of-assignments',
    `SELECT ${instructorColumns} FROM instructor i WHERE {where}`,
    where('i.id = ANY(?)', ids),
  );
  return inOrderOf(ids, rows, ({ id }) => id);
}

export type AssignmentRow = Omit<InstructorAssignment, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const assignmentColumns = `a.id, a.version, a.instructor_id AS "instructorId", a.entity_id AS "entityId", a.kind,
  a.person_id AS "personId", a.area_code AS "areaCode", a.state, a.proposed_on AS "proposedOn", a.started_on AS "startedOn",
  a.until, a.ended_on AS "endedOn", a.end_way AS "endWay", a.end_reason AS "endReason"`;

export interface AssignmentsArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly states?: readonly AssignmentState[] | null;
    readonly kind?: InstructorKind | null;
    readonly instructorId?: string | null;
    readonly entityId?: string | null;
    readonly untilBefore?: CivilDate | null;
    readonly endWay?: EndWay | null;
  } | null;
}

/** Assignments, latest proposal first (ENT-09). */
export const listAssignments = (ctx: Context, { filter, ...page }: AssignmentsArguments) =>
  listOf<AssignmentRow>(
    ctx,
    {
      name: 'instructor-assignments',
      select: assignmentColumns,
      from: 'instructor_assignment a',
      ordering: ordering('instructor-assignments', [desc('a.proposed_on', 'date'), desc('a.id', 'uuid')]),
      conditions: [
        within(ctx, InstructorAssignment, 'a'),
        filter?.areaCode ? insideArea('a', filter.areaCode) : null,
        filter?.states ? where('a.state = ANY(?)', filter.states) : null,
        filter?.kind ? where('a.kind = ?', filter.kind) : null,
        filter?.instructorId ? where('a.instructor_id = ?', filter.instructorId) : null,
        filter?.entityId ? where('a.entity_id = ?', filter.entityId) : null,
        filter?.untilBefore ? where(`a.until < ? AND a.state <> 'ENDED'`, filter.untilBefore) : null,
        filter?.endWay ? where('a.end_way = ?', filter.endWay) : null,
      ],
    },
    page,
  );

const assignmentsWhere = (ctx: Context, condition: Condition): Promise<AssignmentRow[]> =>
  readRows<AssignmentRow>(
    ctx,
    'instructor-assignments-where',
    `SELECT ${assignmentColumns} FROM instructor_assignment a WHERE {where} ORDER BY a.proposed_on DESC, a.id DESC`,
    within(ctx, InstructorAssignment, 'a'),
    condition,
  );

export async function assignmentsByIds(ctx: Context, ids: readonly string[]): Promise<(AssignmentRow | null)[]> {
  return inOrderOf(ids, await assignmentsWhere(ctx, where('a.id = ANY(?)', ids)), ({ id }) => id);
}

/** The assignments of each entity, latest first. */
export const assignmentsOfEntities = async (ctx: Context, ids: readonly string[]): Promise<AssignmentRow[][]> =>
  groupedBy(ids, await assignmentsWhere(ctx, where('a.entity_id = ANY(?)', ids)), ({ entityId }) => entityId);

/** The assignments of each person, latest first. */
export const assignmentsOfPersons = async (ctx: Context, ids: readonly string[]): Promise<AssignmentRow[][]> =>
  groupedBy(ids, await assignmentsWhere(ctx, where('a.person_id = ANY(?)', ids)), ({ personId }) => personId);

/** Which of the entities another active assignment of the same kind serves, for the steps that are offered. */
export async function servedBy(ctx: Context, entityIds: readonly string[]): Promise<AssignmentRow[][]> {
  const rows = await readRows<AssignmentRow>(
    ctx,
    'entities-served',
    `SELECT ${assignmentColumns} FROM instructor_assignment a WHERE {where}`,
    where(`a.entity_id = ANY(?) AND a.state = 'ACTIVE'`, entityIds),
  );
  return groupedBy(entityIds, rows, ({ entityId }) => entityId);
}

export interface VacancyRow {
  readonly id: string;
  /** The day he who served last left; otherwise the day from which the entity is in the database. */
  readonly since: CivilDate;
  readonly lastWay: EndWay | null;
}

export interface VacanciesArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly registrar?: Registrar | null;
    readonly overDays?: number | null;
    readonly lastEndWay?: EndWay | null;
  } | null;
}

const vacantSince = `coalesce(last.ended_on, (e.created_at AT TIME ZONE 'Asia/Shanghai')::date)`;

/** Really operating entities without an organisation and without an active instructor, by name (ENT-09). */
export const listVacancies = (ctx: Context, { filter, ...page }: VacanciesArguments) =>
  listOf<VacancyRow>(
    ctx,
    {
      name: 'entities-without-instructor',
      select: `e.id, ${vacantSince} AS since, last.end_way AS "lastWay"`,
      from: `entity e LEFT JOIN LATERAL (
          SELECT a.ended_on, a.end_way FROM instructor_assignment a
          WHERE a.entity_id = e.id AND a.kind = 'INSTRUCTOR' AND a.state = 'ENDED' AND a.started_on IS NOT NULL
          ORDER BY a.ended_on DESC LIMIT 1) last ON true`,
      ordering: ordering('entities-without-instructor', [asc('e.name', 'text'), asc('e.id', 'uuid')]),
      conditions: [
        within(ctx, NonPublicEntity, 'e'),
        where(`e.operating = 'OPEN' AND e.closed_on IS NULL AND e.org_count = 0 AND NOT EXISTS (SELECT FROM instructor_assignment a
          WHERE a.entity_id = e.id AND a.kind = 'INSTRUCTOR' AND a.state = 'ACTIVE')`),
        filter?.areaCode ? insideArea('e', filter.areaCode) : null,
        filter?.registrar ? where('e.registrar = ?', filter.registrar) : null,
        filter?.overDays == null ? null : where(`${vacantSince} < ?::date - ?::integer`, ctx.today, filter.overDays),
        filter?.lastEndWay ? where('last.end_way = ?', filter.lastEndWay) : null,
      ],
    },
    page,
  );

export interface LoadRow {
  readonly code: string;
  readonly instructors: number;
  readonly entities: number;
  readonly most: number;
  readonly overloaded: number;
}

/** Entities per instructor of each area: how many in all, how many the busiest has, how many have too many (`ent.instructor.load`). */
export async function loadsOf(ctx: Context, codes: readonly string[]): Promise<LoadRow[]> {
  const rule = ruleInForce('ent.instructor.max-load', ctx.today).value;
  const found = await figuresOf<LoadRow>(codes, (column, prefixes) =>
    readRows<LoadRow>(
      ctx,
      'instructor-load',
      `SELECT x.code, count(*)::integer AS instructors, sum(x.load)::integer AS entities, max(x.load)::integer AS most,
         count(*) FILTER (WHERE x.load > x.bound)::integer AS overloaded
       FROM (SELECT ${column('i')} AS code, coalesce(i.max_load, ${Number(rule)}) AS bound,
               (SELECT count(*) FROM instructor_assignment a WHERE a.instructor_id = i.id AND a.state = 'ACTIVE') AS load
             FROM instructor i WHERE i.left_on IS NULL AND {where}) x GROUP BY 1`,
      within(ctx, Instructor, 'i'),
      where(`${column('i')} = ANY(?)`, prefixes),
    ),
  );
  return found.map((row, index) => row ?? { code: codes[index]!, instructors: 0, entities: 0, most: 0, overloaded: 0 });
}
