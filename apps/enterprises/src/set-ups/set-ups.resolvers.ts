import { daysBetween } from '@jishi/periods';
import { asReason, forAll, inOrderOf, listedAs, type Context, type Resolvers } from '@jishi/subgraph';
import { entitiesByIds } from '../entities';
import { membersNeeded } from '../party-states';
import {
  actionsOnTasks,
  jointGroups,
  listJointCandidates,
  listShouldBeBuilt,
  listTasks,
  membersOfTasks,
  tasksByIds,
  tasksOfEntities,
  type JointCandidatesArguments,
  type JointGroupRow,
  type ShouldBeBuiltArguments,
  type ShouldBeBuiltRow,
  type TaskRow,
  type TasksArguments,
} from './set-ups.reads';
import {
  openSetUpTask,
  takeSetUpStep,
  type Done,
  type OpenSetUpTaskInput,
  type SetUpStepInput,
} from './set-ups.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one task: the changed task is the reply. */
const onTask =
  <I>(step: (ctx: Context, input: I) => Promise<Done>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await step(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      task: (await tasksByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

const entity = {
  setUpTasks: forAll((entities: readonly { readonly id: string }[], _: unknown, ctx) =>
    tasksOfEntities(
      ctx,
      entities.map(({ id }) => id),
    ),
  ),
};

export const resolvers: Resolvers = {
  Query: {
    setUpTask: async (_: unknown, { id }: { id: string }, ctx: Context) => (await tasksByIds(ctx, [id]))[0],
    setUpTasks: (_: unknown, args: TasksArguments, ctx: Context) => listTasks(ctx, args),
    shouldBeBuilt: (_: unknown, args: ShouldBeBuiltArguments, ctx: Context) => listShouldBeBuilt(ctx, args),
    jointCandidates: (_: unknown, args: JointCandidatesArguments, ctx: Context) =>
      listedAs(listJointCandidates(ctx, args), async (rows) => {
        const ids = rows.map(({ id }) => id);
        return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
      }),
    jointGroups: async (_: unknown, { areaCode, by }: { areaCode: string; by: 'TOWN' | 'TRADE' }, ctx: Context) =>
      (await jointGroups(ctx, areaCode, by)).map((row) => ({ ...row, by })),
  },
  Mutation: {
    openSetUpTask: onTask<OpenSetUpTaskInput>(openSetUpTask),
    startSetUpTask: onTask<SetUpStepInput>(takeSetUpStep('startSetUpTask')),
    blockSetUpTask: onTask<SetUpStepInput>(takeSetUpStep('blockSetUpTask')),
    reportSetUpTask: onTask<SetUpStepInput>(takeSetUpStep('reportSetUpTask')),
    dropSetUpTask: onTask<SetUpStepInput>(takeSetUpStep('dropSetUpTask')),
  },
  SetUpTask: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      tasksByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    lead: forAll(async (tasks: readonly TaskRow[], _: unknown, ctx) => {
      const ids = tasks.map(({ leadEntityId }) => leadEntityId);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    entities: forAll(async (tasks: readonly TaskRow[], _: unknown, ctx) => {
      const found = await entitiesByIds(
        ctx,
        tasks.flatMap(({ entityIds }) => entityIds),
      );
      return tasks.map(({ entityIds }) =>
        inOrderOf(entityIds, found, ({ id }) => id).filter((present) => present !== null),
      );
    }),
    entityCount: ({ entityIds }: TaskRow) => entityIds.length,
    fullMembers: forAll((tasks: readonly TaskRow[], _: unknown, ctx) => membersOfTasks(ctx, tasks)),
    base: ({ baseKind, baseName }: TaskRow) => baseKind && { kind: baseKind, name: baseName },
    overdue: ({ closedOn, dueOn }: TaskRow, _: unknown, ctx: Context) => closedOn === null && dueOn < ctx.today,
    organization: ({ orgId }: TaskRow) => orgId && { id: orgId },
    actions: forAll((tasks: readonly TaskRow[], _: unknown, ctx) => actionsOnTasks(ctx, tasks)),
  },
  ShouldBeBuilt: {
    // The list holds only entities that the caller sees.
    entity: forAll(async (rows: readonly ShouldBeBuiltRow[], _: unknown, ctx) => {
      const ids = rows.map(({ entityId }) => entityId);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    days: ({ since }: ShouldBeBuiltRow, _: unknown, ctx: Context) => daysBetween(since, ctx.today),
    task: forAll(async (rows: readonly ShouldBeBuiltRow[], _: unknown, ctx) => {
      const ids = rows.map(({ taskId }) => taskId);
      const found = await tasksByIds(
        ctx,
        ids.filter((id) => id !== null),
      );
      return inOrderOf(ids, found, ({ id }) => id);
    }),
  },
  JointGroup: {
    area: ({ key, by }: JointGroupRow) => (by === 'TOWN' ? { code: key } : null),
    tradeSection: ({ key, by }: JointGroupRow) => (by === 'TRADE' ? key : null),
    enough: ({ fullMembers }: JointGroupRow, _: unknown, ctx: Context) => fullMembers >= membersNeeded(ctx.today),
  },
  Enterprise: entity,
  SocialOrganization: entity,
};
