import { mayOn } from '@jishi/access';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { asActions, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { entityPlace, NonPublicEntity, type FormTag, type Registrar } from '../entities';
import { membersNeeded, type CoverWay } from '../party-states';
import { SetUpTask, type Blocker, type SetUpState } from './set-ups.entities';
import { setUpFacts } from './set-ups.facts';
import { setUpSteps } from './set-ups.rules';

export interface TaskRow extends Omit<SetUpTask, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy' | 'registrar'> {
  /** Of an open task its entities; of one that is over all that were part of it. The one that leads comes first. */
  readonly entityIds: readonly string[];
}

const columns = `t.id, t.version, t.lead_entity_id AS "leadEntityId", t.area_code AS "areaCode", t.way, t.base_kind AS "baseKind",
  t.base_name AS "baseName", t.state, t.blocker, t.note, t.opened_on AS "openedOn", t.due_on AS "dueOn",
  t.reported_on AS "reportedOn", t.report_document AS "reportDocument", t.org_id AS "orgId", t.closed_on AS "closedOn",
  t.drop_reason AS "dropReason",
  ARRAY(SELECT part.entity_id FROM set_up_task_entity part WHERE part.task_id = t.id AND (part.is_open OR t.closed_on IS NOT NULL)
        ORDER BY part.entity_id <> t.lead_entity_id, part.id) AS "entityIds"`;

export interface TasksArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly registrar?: Registrar | null;
    readonly states?: readonly SetUpState[] | null;
    readonly way?: CoverWay | null;
    readonly blocker?: Blocker | null;
    readonly overdue?: boolean | null;
    readonly entityId?: string | null;
  } | null;
}

/** Tasks by the day they are due (ENT-06). */
export const listTasks = (ctx: Context, { filter, ...page }: TasksArguments) => {
  const { areaCode, registrar, states, way, blocker, overdue, entityId } = filter ?? {};
  return listOf<TaskRow>(
    ctx,
    {
      name: 'set-up-tasks',
      select: columns,
      from: 'set_up_task t',
      ordering: ordering('set-up-tasks', [asc('t.due_on', 'date'), asc('t.id', 'uuid')]),
      conditions: [
        within(ctx, SetUpTask, 't'),
        areaCode ? insideArea('t', areaCode) : null,
        registrar ? where('t.registrar = ?', registrar) : null,
        states ? where('t.state = ANY(?)', states) : null,
        way ? where('t.way = ?', way) : null,
        blocker ? where('t.blocker = ?', blocker) : null,
        overdue == null ? null : where(`(t.closed_on IS NULL AND t.due_on < ?) = ?`, ctx.today, overdue),
        entityId ? where('t.id IN (SELECT task_id FROM set_up_task_entity WHERE entity_id = ?)', entityId) : null,
      ],
    },
    page,
  );
};

const tasksWhere = (ctx: Context, condition: Condition): Promise<TaskRow[]> =>
  readRows<TaskRow>(
    ctx,
    'set-up-tasks-where',
    `SELECT ${columns} FROM set_up_task t WHERE {where} ORDER BY t.opened_on DESC, t.id DESC`,
    within(ctx, SetUpTask, 't'),
    condition,
  );
export const tasksByIds = (ctx: Context, ids: readonly string[]): Promise<TaskRow[]> =>
  tasksWhere(ctx, where('t.id = ANY(?)', ids));

/** The tasks of each entity that the caller sees, latest first. */
export async function tasksOfEntities(ctx: Context, ids: readonly string[]): Promise<TaskRow[][]> {
  const rows = await tasksWhere(
    ctx,
    where('t.id IN (SELECT task_id FROM set_up_task_entity WHERE entity_id = ANY(?))', ids),
  );
  return ids.map((id) => rows.filter(({ entityIds }) => entityIds.includes(id)));
}

/** Full members of all entities of each task together, whoever may see them. */
export async function membersOfTasks(ctx: Context, tasks: readonly TaskRow[]): Promise<number[]> {
  const rows = await ctx.query<{ id: string; members: number }>(
    'set-up-task-members',
    'SELECT id, full_members AS members FROM entity WHERE id = ANY($1)',
    [tasks.flatMap(({ entityIds }) => entityIds)],
  );
  const members = new Map(rows.map((row) => [row.id, row.members]));
  return tasks.map(({ entityIds }) => entityIds.reduce((sum, id) => sum + (members.get(id) ?? 0), 0));
}

/** What the caller may do with each task, and why not. */
export async function actionsOnTasks(ctx: Context, tasks: readonly TaskRow[]) {
  const facts = await setUpFacts((name, sql, values) => ctx.query(name, sql, values), tasks, ctx.today);
  return tasks.map((task, index) =>
    asActions(
      setUpSteps.offer(facts[index]!, (permission) => mayOn(ctx.actor, permission, entityPlace(task), ctx.today)),
      ctx.language,
    ),
  );
}

export interface ShouldBeBuiltRow extends Record<string, unknown> {
  readonly entityId: string;
  readonly fullMembers: number;
  readonly since: CivilDate;
  readonly taskId: string | null;
}

export interface ShouldBeBuiltArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly registrar?: Registrar | null;
    readonly withoutTask?: boolean | null;
  } | null;
}

/** 应建未建: who should have an organisation and has none, the longest first (ENT-06). */
export const listShouldBeBuilt = (ctx: Context, { filter, ...page }: ShouldBeBuiltArguments) => {
  const { areaCode, registrar, withoutTask } = filter ?? {};
  return listOf<ShouldBeBuiltRow>(
    ctx,
    {
      name: 'should-be-built',
      select: `e.id AS "entityId", e.full_members AS "fullMembers", s.qualified_since AS since, part.task_id AS "taskId"`,
      from: `party_standing s JOIN entity e ON e.id = s.entity_id
        LEFT JOIN set_up_task_entity part ON part.entity_id = e.id AND part.is_open`,
      ordering: ordering('should-be-built', [asc('s.qualified_since', 'date'), asc('s.entity_id', 'uuid')]),
      conditions: [
        where('s.qualified_since IS NOT NULL'),
        within(ctx, NonPublicEntity, 'e', 'setups:read'),
        areaCode ? insideArea('e', areaCode) : null,
        registrar ? where('e.registrar = ?', registrar) : null,
        withoutTask == null ? null : where(`part.task_id IS ${withoutTask ? '' : 'NOT '}NULL`),
      ],
    },
    page,
  );
};

export interface JointCandidatesArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly registrar?: Registrar | null;
    readonly tradeCode?: string | null;
    readonly formTag?: FormTag | null;
    readonly gridId?: string | null;
    readonly with?: string | null;
  } | null;
}

/** Full members, but too few for an organisation of its own, and nothing that covers it or is to cover it. */
const couldJoin = (ctx: Context): Condition =>
  where(
    `e.full_members > 0 AND e.full_members < ? AND e.org_count = 0 AND e.operating = 'OPEN' AND e.closed_on IS NULL
     AND NOT EXISTS (SELECT FROM set_up_task_entity part WHERE part.entity_id = e.id AND part.is_open)`,
    membersNeeded(ctx.today),
  );

/** In the town of a partner that the caller sees, or of its trade in its county. */
const besides =
  (ctx: Context, partner: string): Condition =>
  (first) => {
    const seen = within(ctx, NonPublicEntity, 'partner', 'setups:read')(first + 1);
    return {
      sql: `EXISTS (SELECT FROM entity partner WHERE partner.id = $${first} AND partner.id <> e.id AND ${seen.sql}
        AND (partner.town_code = e.town_code
          OR (partner.county_code = e.county_code AND left(partner.trade_code, 1) = left(e.trade_code, 1))))`,
      values: [partner, ...seen.values],
    };
  };

/** Who could join a joint, trade or regional organisation, by name (ENT-05); the entities alone. */
export const listJointCandidates = (ctx: Context, { filter, ...page }: JointCandidatesArguments) => {
  const { areaCode, registrar, tradeCode, formTag, gridId, with: partner } = filter ?? {};
  return listOf<{ id: string }>(
    ctx,
    {
      name: 'joint-candidates',
      select: 'e.id',
      from: 'entity e',
      ordering: ordering('joint-candidates', [asc('e.name', 'text'), asc('e.id', 'uuid')]),
      conditions: [
        within(ctx, NonPublicEntity, 'e', 'setups:read'),
        couldJoin(ctx),
        areaCode ? insideArea('e', areaCode) : null,
        registrar ? where('e.registrar = ?', registrar) : null,
        tradeCode ? where('starts_with(e.trade_code, ?)', tradeCode.trim().toUpperCase()) : null,
        formTag ? where('e.form_tags @> ARRAY[?]::text[]', formTag) : null,
        gridId ? where('e.grid_id = ?', gridId) : null,
        partner ? besides(ctx, partner) : null,
      ],
    },
    page,
  );
};

export interface JointGroupRow extends Record<string, unknown> {
  readonly key: string;
  readonly entities: number;
  readonly fullMembers: number;
}

/** Those who could join, by town or by section of trade; at most as many groups as there are towns or sections (ENT-05). */
export const jointGroups = (ctx: Context, areaCode: string, by: 'TOWN' | 'TRADE'): Promise<JointGroupRow[]> => {
  const key = by === 'TOWN' ? 'e.town_code' : 'left(e.trade_code, 1)';
  return readRows<JointGroupRow>(
    ctx,
    'joint-groups',
    `SELECT ${key} AS key, count(*)::integer AS entities, sum(e.full_members)::integer AS "fullMembers"
     FROM entity e WHERE {where} AND ${key} IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1`,
    within(ctx, NonPublicEntity, 'e', 'setups:read'),
    couldJoin(ctx),
    insideArea('e', areaCode),
  );
};
