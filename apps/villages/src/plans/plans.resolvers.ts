import type { CivilDate } from '@jishi/periods';
import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { villagesByCodes } from '../register';
import type { DevelopmentPlan } from './plans.entities';
import * as read from './plans.queries';
import { overdue } from './plans.rules';
import * as steps from './plans.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one plan: the changed plan and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<steps.StepDone>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      plan: (await read.plansByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

interface InVillage {
  readonly areaCode: string;
}
const codesOf = (rows: readonly InVillage[]): string[] => rows.map(({ areaCode }) => areaCode);
const placed = {
  area: ({ areaCode }: InVillage) => ({ code: areaCode }),
  village: forAll((rows: readonly InVillage[], _: object, ctx) => villagesByCodes(ctx, codesOf(rows))),
};

export const resolvers: Resolvers = {
  Query: {
    developmentPlan: async (_: unknown, { id }: { id: string }, ctx: Context) => (await read.plansByIds(ctx, [id]))[0],
    developmentPlans: (_: unknown, args: read.PlansArguments, ctx: Context) => read.listPlans(ctx, args),
    villagesWithoutPlan: (_: unknown, args: read.UnplannedArguments, ctx: Context) => read.listUnplanned(ctx, args),
    planCoverage: (_: unknown, args: Parameters<typeof read.planCoverage>[1], ctx: Context) =>
      read.planCoverage(ctx, args),
  },
  Mutation: {
    recordPlan: step(steps.recordPlan),
    reviewPlan: step(steps.reviewPlan),
    checkPlan: step(steps.checkPlan),
    returnPlan: step(steps.returnPlan),
    approvePlan: step(steps.approvePlan),
    startPlan: step(steps.startPlan),
    recordPlanResult: step(steps.recordPlanResult),
    evaluatePlan: step(steps.evaluatePlan),
  },
  DevelopmentPlan: {
    __resolveReferences: async (references: readonly { readonly id: string }[], ctx: Context) =>
      (
        await read.plansByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((plan) => plan !== null),
    ...placed,
    goals: forAll((plans: readonly DevelopmentPlan[], _: object, ctx) => read.goalsOfPlans(ctx, plans)),
    measureOverdue: ({ measures }: DevelopmentPlan, _: object, ctx: Context) => overdue(measures, ctx.today),
    valid: ({ validFrom, validTo }: DevelopmentPlan, _: object, ctx: Context) =>
      validFrom !== null && validFrom <= ctx.today && (validTo === null || validTo > ctx.today),
    continues: forAll((plans: readonly DevelopmentPlan[], _: object, ctx) =>
      read.plansByIds(
        ctx,
        plans.map(({ continuesId }) => continuesId),
      ),
    ),
    actions: forAll(async (plans: readonly DevelopmentPlan[], _: object, ctx) =>
      (await read.offeredSteps(ctx, plans)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  VillageWithoutPlan: {
    ...placed,
    newestPlan: forAll((rows: readonly read.UnplannedVillage[], _: object, ctx) =>
      read.plansByIds(
        ctx,
        rows.map(({ planId }) => planId),
      ),
    ),
  },
  PlanCoverage: {
    without: (
      { areaCode, asOf }: { readonly areaCode: string; readonly asOf: CivilDate },
      page: read.UnplannedArguments,
      ctx: Context,
    ) => read.listUnplanned(ctx, { ...page, filter: { areaCode }, asOf }),
  },
  Village: {
    plan: forAll((rows: readonly InVillage[], _: object, ctx) => read.validPlansOf(ctx, codesOf(rows))),
    plans: forAll((rows: readonly InVillage[], _: object, ctx) => read.plansOfVillages(ctx, codesOf(rows))),
  },
};
