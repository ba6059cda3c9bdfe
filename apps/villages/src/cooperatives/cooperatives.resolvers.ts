import type { PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { villagesByCodes } from '../register';
import type { Cooperative, CooperativeSeat } from './cooperatives.entities';
import * as read from './cooperatives.queries';
import * as steps from './cooperatives.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one cooperative: the changed cooperative and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<steps.StepDone>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      cooperative: (await read.cooperativesByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

interface InVillage {
  readonly areaCode: string;
}
interface Known {
  readonly id: string;
}
const codesOf = (rows: readonly InVillage[]): string[] => rows.map(({ areaCode }) => areaCode);
const idsOf = (rows: readonly Known[]): string[] => rows.map(({ id }) => id);
const placed = {
  area: ({ areaCode }: InVillage) => ({ code: areaCode }),
  village: forAll((rows: readonly InVillage[], _: object, ctx) => villagesByCodes(ctx, codesOf(rows))),
};
const organization = (id: string | null) => id && { id };
const inVillages = forAll((rows: readonly InVillage[], _: object, ctx) =>
  read.cooperativesOfVillages(ctx, codesOf(rows)),
);
const share = (numerator: number, denominator: number, asOf: CivilDate) => ({
  numerator,
  denominator,
  value: denominator === 0 ? null : numerator / denominator,
  asOf,
});
const wholeStake = 10_000;

export const resolvers: Resolvers = {
  Query: {
    cooperative: async (_: unknown, { id }: Known, ctx: Context) => (await read.cooperativesByIds(ctx, [id]))[0],
    cooperatives: (_: unknown, args: read.CooperativesArguments, ctx: Context) => read.listCooperatives(ctx, args),
    cooperativeCoverage: (_: unknown, args: Parameters<typeof read.cooperativeCoverage>[1], ctx: Context) =>
      read.cooperativeCoverage(ctx, args),
  },
  Mutation: {
    recordCooperative: step(steps.recordCooperative),
    registerCooperative: step(steps.registerCooperative),
    activateCooperative: step(steps.activateCooperative),
    setCooperativeBoard: step(steps.setCooperativeBoard),
    recordCooperativeYear: step(steps.recordCooperativeYear),
    dissolveCooperative: step(steps.dissolveCooperative),
  },
  Cooperative: {
    __resolveReferences: async (references: readonly Known[], ctx: Context) =>
      (await read.cooperativesByIds(ctx, idsOf(references))).filter((row) => row !== null),
    ...placed,
    leadingOrganization: ({ leadingOrgId }: Cooperative) => organization(leadingOrgId),
    ledBy: ({ ledByOrgId }: Cooperative) => organization(ledByOrgId),
    farmerShare: ({ farmerCount, memberCount }: Cooperative, _: object, ctx: Context) =>
      share(farmerCount, memberCount, ctx.today),
    collectiveStake: ({ collectiveStake }: Cooperative, _: object, ctx: Context) =>
      share(collectiveStake, wholeStake, ctx.today),
    board: forAll((rows: readonly Cooperative[], _: object, ctx) => read.boardsOf(ctx, idsOf(rows))),
    branchSeats: forAll((rows: readonly Cooperative[], _: object, ctx) => read.branchSeatsOf(ctx, idsOf(rows))),
    years: forAll((rows: readonly Cooperative[], _: object, ctx) => read.yearsOf(ctx, idsOf(rows))),
    actions: (row: Cooperative, _: object, ctx: Context) => asActions(read.offeredSteps(ctx, row), ctx.language),
  },
  CooperativeSeat: {
    person: ({ personId }: CooperativeSeat) => ({ id: personId }),
  },
  CooperativeYear: {
    agrees: ({ booked, collectiveDividend }: read.YearRow) => booked === collectiveDividend,
  },
  CooperativeVillage: { ...placed, cooperatives: inVillages },
  CooperativeCoverage: {
    villages: (
      { areaCode, asOf }: { readonly areaCode: string; readonly asOf: CivilDate },
      args: PageArguments & { readonly led?: boolean | null },
      ctx: Context,
    ) => read.listLedVillages(ctx, { ...args, areaCode, asOf }),
  },
  Village: { cooperatives: inVillages },
  PartyOrganization: {
    ledCooperatives: forAll((rows: readonly Known[], _: object, ctx) => read.ledByOrganizations(ctx, idsOf(rows))),
  },
};
