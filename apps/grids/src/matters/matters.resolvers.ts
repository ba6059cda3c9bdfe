import { invalidInput } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { gridsByIds } from '../grid-tree';
import { editionsOf, matterTypesByCodes } from '../matter-types';
import type { StepDone } from './matters.case';
import { officeCalendar, setOfficeDay, setOfficeHours } from './matters.calendar';
import * as dispatch from './matters.dispatch';
import { figuresOf, type FiguresOver } from './matters.figures';
import { offeredSteps } from './matters.offers';
import {
  actionsOf,
  legsOf,
  listMatters,
  matterByNo,
  mattersByIds,
  openMattersOfGrids,
  similarMatters,
  type ActionRow,
  type LegRow,
  type MatterRow,
  type MattersArguments,
} from './matters.queries';
import { reportMatter } from './matters.report';
import { wordsOf, type MatterStep } from './matters.rules';
import * as steps from './matters.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one matter: the changed matter and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<StepDone>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      matter: (await mattersByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

/** A setting of the office calendar: the days that follow are asked by their own query. */
const setting =
  <I>(set: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => ({
    clientMutationId: input.clientMutationId,
    id: (await set(ctx, input)).id,
  });

const stub = (id: string | null) => id && { id };
const labels = {
  report: { zh: '上报', en: 'report' },
  overdue: { zh: '超时', en: 'overdue' },
  rehome: { zh: '网格调整', en: 'moved to another grid' },
};
const labelOf = (kind: string) =>
  Object.hasOwn(labels, kind) ? labels[kind as keyof typeof labels] : wordsOf(kind as MatterStep);

export const resolvers: Resolvers = {
  Query: {
    matter: async (_: unknown, { id, no }: { id?: string | null; no?: string | null }, ctx: Context) => {
      if ((id == null) === (no == null))
        throw invalidInput('id', { zh: '请填写标识或者编号之一', en: 'Give either the id or the number' });
      return id != null ? (await mattersByIds(ctx, [id]))[0] : matterByNo(ctx, no!);
    },
    matters: (_: unknown, args: MattersArguments, ctx: Context) => listMatters(ctx, args),
    similarMatters: (_: unknown, args: Parameters<typeof similarMatters>[1], ctx: Context) => similarMatters(ctx, args),
    matterFigures: async (_: unknown, args: FiguresOver & { areaCode: string }, ctx: Context) =>
      (await figuresOf(ctx, [args.areaCode], args))[0],
    officeCalendar: (_: unknown, args: { areaCode: string; from: CivilDate; to: CivilDate }, ctx: Context) =>
      officeCalendar(ctx, args),
  },
  Mutation: {
    reportMatter: step(reportMatter),
    acceptMatter: step(steps.acceptMatter),
    rejectMatter: step(steps.rejectMatter),
    takeMatter: step(steps.takeMatter),
    escalateMatter: step(steps.escalateMatter),
    triageMatter: step(dispatch.triageMatter),
    sendMatterDown: step(dispatch.sendMatterDown),
    dispatchMatter: step(dispatch.dispatchMatter),
    startMatter: step(dispatch.startMatter),
    refuseMatter: step((ctx, input: Parameters<typeof dispatch.giveBackMatter>[2]) =>
      dispatch.giveBackMatter(ctx, 'refuse', input),
    ),
    returnMatter: step((ctx, input: Parameters<typeof dispatch.giveBackMatter>[2]) =>
      dispatch.giveBackMatter(ctx, 'return', input),
    ),
    askMatterSuspension: step(dispatch.askForSuspension),
    suspendMatter: step(dispatch.suspendMatter),
    declineMatterSuspension: step(dispatch.declineSuspension),
    resumeMatter: step(dispatch.resumeMatter),
    finishMatter: step(steps.finishMatter),
    resolveMatter: step(dispatch.resolveMatter),
    askReporter: step(steps.askReporter),
    closeMatter: step(steps.closeMatter),
    reopenMatter: step(steps.reopenMatter),
    decideMatter: step(steps.decideMatter),
    mergeMatter: step(steps.mergeMatter),
    voidMatter: step(steps.voidMatter),
    setOfficeHours: setting(setOfficeHours),
    setOfficeDay: setting(setOfficeDay),
  },
  Matter: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await mattersByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((matter) => matter !== null),
    type: forAll((matters: readonly MatterRow[], _: unknown, ctx) =>
      editionsOf(
        ctx,
        matters.map(({ typeCode, typeEdition }) => ({ code: typeCode, edition: typeEdition })),
      ),
    ),
    matterType: forAll((matters: readonly MatterRow[], _: unknown, ctx) =>
      matterTypesByCodes(
        ctx,
        matters.map(({ typeCode }) => typeCode),
      ),
    ),
    grid: forAll(async (matters: readonly MatterRow[], _: unknown, ctx) => {
      const ids = matters.map(({ gridId }) => gridId);
      const grids = await gridsByIds(ctx, [...new Set(ids.filter((id) => id !== null))]);
      const byId = new Map(grids.flatMap((grid) => (grid ? [[grid.id, grid] as const] : [])));
      return ids.map((id) => (id === null ? null : (byId.get(id) ?? null)));
    }),
    area: ({ areaCode }: MatterRow) => ({ code: areaCode }),
    ownerUnit: ({ ownerUnitId }: MatterRow) => stub(ownerUnitId),
    assignedUnit: ({ assignedUnitId }: MatterRow) => stub(assignedUnitId),
    reporterUnit: ({ reporterUnitId }: MatterRow) => stub(reporterUnitId),
    overdue: ({ dueAt }: MatterRow, _: unknown, ctx: Context) => dueAt !== null && dueAt < ctx.now,
    mergedInto: forAll((matters: readonly MatterRow[], _: unknown, ctx) =>
      mattersByIds(
        ctx,
        matters.map(({ mergedInto }) => mergedInto),
      ),
    ),
    legs: forAll((matters: readonly MatterRow[], _: unknown, ctx) =>
      legsOf(
        ctx,
        matters.map(({ id }) => id),
      ),
    ),
    history: forAll((matters: readonly MatterRow[], _: unknown, ctx) =>
      actionsOf(
        ctx,
        matters.map(({ id }) => id),
      ),
    ),
    actions: forAll(async (matters: readonly MatterRow[], _: unknown, ctx) =>
      (await offeredSteps(ctx, matters)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  MatterLeg: {
    unit: ({ unitId }: LegRow) => stub(unitId),
    overdue: ({ dueAt }: LegRow, _: unknown, ctx: Context) => dueAt !== null && dueAt < ctx.now,
  },
  MatterAction: {
    label: ({ kind }: ActionRow, _: unknown, ctx: Context) => labelOf(kind)[ctx.language],
  },
  MatterFigures: {
    area: ({ areaCode }: { areaCode: string }) => ({ code: areaCode }),
  },
  UnitOnTime: {
    unit: ({ unitId }: { unitId: string }) => stub(unitId),
  },
  Grid: {
    openMatters: forAll((grids: readonly { id: string }[], { first }: { first?: number | null }, ctx) =>
      openMattersOfGrids(
        ctx,
        grids.map(({ id }) => id),
        pageSize(first),
      ),
    ),
  },
  Community: {
    matterFigures: forAll((communities: readonly { areaCode: string }[], over: FiguresOver, ctx) =>
      figuresOf(
        ctx,
        communities.map(({ areaCode }) => areaCode),
        over,
      ),
    ),
  },
};

/** How many of a grid's matters are listed. */
function pageSize(first: number | null | undefined): number {
  const size = first ?? 10;
  if (size >= 1 && size <= 100) return size;
  throw invalidInput('first', { zh: '行数为1至100', en: 'Ask for 1 to 100 rows' });
}
