import type { CivilDate } from '@jishi/periods';
import { asActions, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import {
  listVillages,
  nominationsOfVillages,
  predecessorsOf,
  villagesByCodes,
  villageYearsByIds,
  yearsOfVillages,
  type ModelVillageRow,
  type VillageRow,
  type VillagesArguments,
} from './register.queries';
import { modelSteps } from './register.rules';
import { nameModelVillage, nominateModelVillage, recordVillage, recordVillageYear } from './register.service';

const codesOf = (villages: readonly { areaCode: string }[]): string[] => villages.map(({ areaCode }) => areaCode);

/** A mutation of one village: the village as it is now is the reply. */
const changing =
  <I>(change: (ctx: Context, input: I) => Promise<{ areaCode: string }>) =>
  async (_: unknown, { input }: { input: I & { readonly clientMutationId?: string | null } }, ctx: Context) => {
    const { areaCode } = await change(ctx, input);
    const [village] = await villagesByCodes(ctx, [areaCode]);
    return { clientMutationId: input.clientMutationId, village };
  };

export const resolvers: Resolvers = {
  Query: {
    villages: (_: unknown, args: VillagesArguments, ctx: Context) => listVillages(ctx, args),
    village: async (_: unknown, { areaCode, asOf }: { areaCode: string; asOf?: CivilDate | null }, ctx: Context) =>
      (await villagesByCodes(ctx, [areaCode], asOf))[0],
  },
  Mutation: {
    recordVillage: changing(recordVillage),
    nominateModelVillage: changing(nominateModelVillage),
    nameModelVillage: changing(nameModelVillage),
    recordVillageYear: async (
      _: unknown,
      { input }: { input: Parameters<typeof recordVillageYear>[1] & { readonly clientMutationId?: string | null } },
      ctx: Context,
    ) => {
      const { id } = await recordVillageYear(ctx, input);
      const [villageYear] = await villageYearsByIds(ctx, [id]);
      return { clientMutationId: input.clientMutationId, villageYear };
    },
  },
  Village: {
    __resolveReferences: async (references: readonly { areaCode: string }[], ctx: Context) =>
      (await villagesByCodes(ctx, codesOf(references))).filter((village) => village !== null),
    area: ({ areaCode }: VillageRow) => ({ code: areaCode }),
    farmland: ({ farmland }: VillageRow) => (farmland === null ? null : Number(farmland)),
    replacedBy: ({ replacedBy }: VillageRow) => replacedBy.map((code) => ({ code })),
    predecessors: forAll((villages: readonly VillageRow[], _: object, ctx) => predecessorsOf(ctx, codesOf(villages))),
    years: forAll((villages: readonly VillageRow[], _: object, ctx) => yearsOfVillages(ctx, codesOf(villages))),
    modelNominations: forAll((villages: readonly VillageRow[], _: object, ctx) =>
      nominationsOfVillages(ctx, codesOf(villages)),
    ),
  },
  ModelVillage: {
    actions: (nomination: ModelVillageRow, _: object, ctx: Context) =>
      asActions(
        modelSteps.offer({ state: nomination.state }, (permission) =>
          ctx.may(permission, { areaCode: nomination.areaCode }),
        ),
        ctx.language,
      ),
  },
  Area: {
    village: forAll((areas: readonly { code: string }[], _: object, ctx) =>
      villagesByCodes(
        ctx,
        areas.map(({ code }) => code),
      ),
    ),
  },
};
