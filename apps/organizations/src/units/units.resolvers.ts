import { forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import {
  listPublicUnits,
  publicUnitsByIds,
  recordPublicUnit,
  type PublicUnitRow,
  type PublicUnitsArguments,
  type RecordPublicUnitInput,
} from './units.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

export const resolvers: Resolvers = {
  Query: {
    publicUnits: (_: unknown, args: PublicUnitsArguments, ctx: Context) => listPublicUnits(ctx, args),
  },
  Mutation: {
    recordPublicUnit: async (_: unknown, { input }: Input<RecordPublicUnitInput>, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      publicUnit: await recordPublicUnit(ctx, input),
    }),
  },
  PublicUnit: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      publicUnitsByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    area: forAll((units: readonly PublicUnitRow[], _: unknown, ctx) =>
      areasByCodes(
        ctx,
        units.map(({ areaCode }) => areaCode),
      ),
    ),
  },
};
