import { must, mayOn } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { setUpCompleted, setUpOpened } from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { alreadyClosed, entityPlace, NonPublicEntity } from '../entities';
import { judgePartyState, type CoverWay } from '../party-states';
import { SetUpTask, SetUpTaskEntity, type BaseKind, type Blocker } from './set-ups.entities';
import { setUpFacts } from './set-ups.facts';
import { refusePlan, setUpSteps, warningsOf, type Candidate } from './set-ups.rules';

export interface OpenSetUpTaskInput {
  readonly way: CoverWay;
  readonly entityIds: readonly string[];
  readonly dueOn: CivilDate;
  readonly base?: { readonly kind: BaseKind; readonly name: string } | null;
  readonly note?: string | null;
}
export interface SetUpStepInput {
  readonly id: string;
  readonly version: number;
  readonly blocker?: Blocker | null;
  readonly document?: string | null;
  readonly note?: string | null;
  readonly reason?: string | null;
}

/** What a step gives back: which task, and what to watch. */
export interface Done {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

const candidateOf = (entity: NonPublicEntity): Candidate => ({
  id: entity.id,
  name: entity.name,
  operating: entity.operating,
  fullMembers: entity.fullMembers,
  orgCount: entity.orgCount,
  townCode: entity.areaCode.slice(0, 9),
  tradeSection: entity.tradeCode?.slice(0, 1) ?? null,
  formTags: entity.formTags,
});

/** Opens a task to set up an organisation; the first entity leads (ENT-05, ENT-06). Whoever opens it answers for all its entities. */
export const openSetUpTask = (ctx: Context, input: OpenSetUpTaskInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const ids = [...new Set(input.entityIds)];
    if (ids.length === 0) throw invalidInput('entityIds', { zh: '请填写组建单位', en: 'Say in which entities' });
    const locked = new Map<string, NonPublicEntity>();
    for (const id of ids.toSorted()) locked.set(id, await tx.lock(NonPublicEntity, id));
    const entities = ids.map((id) => locked.get(id)!);
    for (const entity of entities) {
      must(tx.actor, 'setups:keep', entityPlace(entity), tx.today);
      if (entity.closedOn !== null) throw ruleBroken(alreadyClosed(entity.closedOn));
    }
    const { way, dueOn } = input;
    const plan = { today: ctx.today, way, dueOn, candidates: entities.map(candidateOf) };
    const refusal = refusePlan(plan);
    if (refusal) throw ruleBroken(refusal);

    const [lead] = entities;
    const { areaCode, registrar } = lead!;
    const task = await tx.insert(SetUpTask, {
      leadEntityId: lead!.id,
      areaCode,
      registrar,
      way,
      baseKind: input.base?.kind ?? null,
      baseName: input.base?.name.trim() || null,
      note: input.note?.trim() || null,
      openedOn: ctx.today,
      dueOn,
    });
    for (const entityId of ids) await tx.insert(SetUpTaskEntity, { taskId: task.id, entityId });
    for (const id of ids.toSorted()) await judgePartyState(tx, id);
    tx.emit(setUpOpened({ taskId: task.id, entityIds: ids, way, dueOn }, { areaCode }));
    return { id: task.id, warnings: warningsOf(plan) };
  });

const readIn =
  (tx: Tx): Parameters<typeof setUpFacts>[0] =>
  (_, sql, values) =>
    tx.query(sql, values);

type PersonalStep = 'startSetUpTask' | 'blockSetUpTask' | 'reportSetUpTask' | 'dropSetUpTask';

/** What each step writes beside the state. */
const written: Readonly<Record<PersonalStep, (input: SetUpStepInput, today: CivilDate) => Partial<SetUpTask>>> = {
  startSetUpTask: () => ({ blocker: null }),
  blockSetUpTask: ({ blocker }) => ({ blocker: blocker ?? null }),
  reportSetUpTask: ({ document }, today) => ({
    blocker: null,
    reportedOn: today,
    reportDocument: document?.trim() || null,
  }),
  dropSetUpTask: ({ reason }, today) => ({ blocker: null, closedOn: today, dropReason: reason?.trim() ?? null }),
};

/** A step that a person takes with a task (ENT-06). */
export const takeSetUpStep =
  (step: PersonalStep) =>
  (ctx: Context, input: SetUpStepInput): Promise<Done> =>
    ctx.transact(async (tx) => {
      const task = await tx.lock(SetUpTask, input.id, input.version);
      const [facts] = await setUpFacts(readIn(tx), [task], ctx.today);
      const { to, warnings } = setUpSteps.take(
        step,
        { ...facts!, blocker: input.blocker, reason: input.reason },
        (permission) => mayOn(tx.actor, permission, entityPlace(task), tx.today),
      );
      const note = input.note?.trim();
      await tx.save(task, { ...written[step](input, ctx.today), ...(note && { note }), state: to });
      if (to === 'DROPPED') await release(tx, task.id);
      return { id: task.id, warnings };
    });

/** The entities of a task that is over are free for another one; what follows for them is judged anew. */
async function release(tx: Tx, taskId: string): Promise<string[]> {
  // Whoever ends a task ends it for all its entities.
  const entities = await tx.unscoped.findAll(SetUpTaskEntity, { taskId, isOpen: true }, { entityId: 'ASC' });
  for (const entity of entities) await tx.save(entity, { isOpen: false });
  const ids = entities.map(({ entityId }) => entityId);
  for (const id of ids) await judgePartyState(tx, id);
  return ids;
}

const openTasksOf = async (tx: Tx, entityIds: readonly string[]): Promise<SetUpTask[]> => {
  const rows = await tx.query<{ id: string }>(
    'SELECT DISTINCT task_id AS id FROM set_up_task_entity WHERE entity_id = ANY($1) AND is_open',
    [entityIds],
  );
  // The facts end a task, wherever it stands.
  return tx.unscoped.lockAll(
    SetUpTask,
    rows.map(({ id }) => id),
  );
};

/** P2: an organisation is active; the tasks all of whose entities are covered now are done. */
export async function completeTasks(tx: Tx, entityIds: readonly string[], orgId: string): Promise<void> {
  for (const task of await openTasksOf(tx, entityIds)) {
    const [facts] = await setUpFacts(readIn(tx), [task], tx.today as CivilDate);
    if (facts!.uncovered > 0) continue;
    const { to } = setUpSteps.take('complete', facts!, system);
    await tx.save(task, { state: to, blocker: null, orgId, closedOn: tx.today as CivilDate });
    const told = await release(tx, task.id);
    const { id: taskId, way, areaCode } = task;
    tx.emit(setUpCompleted({ taskId, entityIds: told, way, orgId }, { areaCode }));
  }
}

/** Another entity leads a task from now on; the task stands where that one stands, and its keepers keep it. */
async function leadBy(tx: Tx, task: SetUpTask, leadEntityId: string): Promise<void> {
  const [lead] = await tx.query<Pick<NonPublicEntity, 'areaCode' | 'registrar'>>(
    'SELECT area_code AS "areaCode", registrar FROM entity WHERE id = $1',
    [leadEntityId],
  );
  await tx.save(task, { leadEntityId, ...lead });
}

/** An entity that moved takes along the open task that it leads. */
export async function followLead(tx: Tx, { id, areaCode }: NonPublicEntity): Promise<void> {
  for (const task of await openTasksOf(tx, [id])) if (task.leadEntityId === id) await tx.save(task, { areaCode });
}

/** An entity that is closed leaves its task; a task with nobody left falls away. */
export async function leaveTasks(tx: Tx, entityId: string, reason: string): Promise<void> {
  for (const task of await openTasksOf(tx, [entityId])) {
    // Whoever closes an entity ends what it takes part in.
    const parts = await tx.unscoped.findAll(SetUpTaskEntity, { taskId: task.id, isOpen: true }, { id: 'ASC' });
    const mine = parts.find((part) => part.entityId === entityId);
    if (mine) await tx.save(mine, { isOpen: false });
    const [heir] = parts.filter((part) => part.entityId !== entityId);
    if (heir) {
      if (task.leadEntityId === entityId) await leadBy(tx, task, heir.entityId);
      continue;
    }
    const [facts] = await setUpFacts(readIn(tx), [task], tx.today as CivilDate);
    const { to } = setUpSteps.take('fallAway', { ...facts!, reason }, system);
    await tx.save(task, { state: to, blocker: null, closedOn: tx.today as CivilDate, dropReason: reason });
  }
  await judgePartyState(tx, entityId);
}

/** The task of a duplicate goes on with the record that is kept, unless that one has a task of its own, or an organisation already. */
export async function handOverTasks(tx: Tx, mergedId: string, keptId: string): Promise<void> {
  const [organised] = await tx.query('SELECT 1 FROM entity WHERE id = $1 AND org_count > 0', [keptId]);
  const settled = organised !== undefined || (await openTasksOf(tx, [keptId])).length > 0;
  for (const task of settled ? [] : await openTasksOf(tx, [mergedId])) {
    // Whoever puts two records together does so for all that belongs to them.
    const mine = await tx.unscoped.find(SetUpTaskEntity, { taskId: task.id, entityId: mergedId, isOpen: true });
    if (mine) await tx.save(mine, { entityId: keptId });
    if (task.leadEntityId === mergedId) await leadBy(tx, task, keptId);
  }
  await leaveTasks(tx, mergedId, '重复记录已并入另一记录');
  await judgePartyState(tx, keptId);
}

/** P11: open tasks follow their area; those that are over keep the old code. */
export async function moveTasks(tx: Tx, fromCode: string, toCode: string): Promise<void> {
  const rows = await tx.query<{ id: string }>('SELECT id FROM set_up_task WHERE area_code = $1 AND closed_on IS NULL', [
    fromCode,
  ]);
  // The register of areas decides for everything that stands in them.
  const tasks = await tx.unscoped.lockAll(
    SetUpTask,
    rows.map(({ id }) => id),
  );
  for (const task of tasks) await tx.save(task, { areaCode: toCode });
}
