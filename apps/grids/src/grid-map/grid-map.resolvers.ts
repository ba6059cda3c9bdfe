import type { CivilDate } from '@jishi/periods';
import { asReason, type Context, type Resolvers } from '@jishi/subgraph';
import { gridsByIds } from '../grid-tree';
import {
  gridMap,
  importGridMap,
  redrawCommunity,
  type ImportGridMapInput,
  type RedrawCommunityInput,
} from './grid-map.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

export const resolvers: Resolvers = {
  Query: {
    gridMap: (
      _: unknown,
      { areaCode, asOf }: { readonly areaCode: string; readonly asOf?: CivilDate | null },
      ctx: Context,
    ) => gridMap(ctx, areaCode, asOf ?? ctx.today),
  },
  Mutation: {
    redrawCommunity: async (_: unknown, { input }: Input<RedrawCommunityInput>, ctx: Context) => {
      const { drawnIds, movedBuildings } = await redrawCommunity(ctx, input);
      const grids = (await gridsByIds(ctx, drawnIds)).filter((grid) => grid !== null);
      return { clientMutationId: input.clientMutationId, grids, movedBuildings };
    },
    importGridMap: async (_: unknown, { input }: Input<ImportGridMapInput>, ctx: Context) => {
      const { codes, outcomes, faults, written, movedBuildings } = await importGridMap(ctx, input);
      const reasonsOf = (wanted: number | null) =>
        faults.filter(({ index }) => index === wanted).map(({ refusal }) => asReason(refusal, ctx.language));
      return {
        clientMutationId: input.clientMutationId,
        written,
        movedBuildings,
        reasons: reasonsOf(null),
        features: codes.map((code, index) => ({ index, code, outcome: outcomes[index], reasons: reasonsOf(index) })),
      };
    },
  },
};
