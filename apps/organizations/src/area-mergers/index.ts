import { join } from 'node:path';
import type { Capability, Context } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import { mergeAreas, type MergeAreasInput } from './area-mergers.service';

interface Input {
  readonly input: MergeAreasInput & { readonly clientMutationId?: string | null };
}

export const areaMergers: Capability = {
  name: 'area-mergers',
  schema: join(__dirname, 'area-mergers.graphql'),
  resolvers: {
    Mutation: {
      mergeAreas: async (_: unknown, { input }: Input, ctx: Context) => {
        const { successorCode, mergedCodes, relocated } = await mergeAreas(ctx, input);
        const [area] = await areasByCodes(ctx, [successorCode]);
        const merged = (await areasByCodes(ctx, mergedCodes)).filter((found) => found !== null);
        return { clientMutationId: input.clientMutationId, area, merged, relocated };
      },
    },
  },
};
