import type { Context, Resolvers } from '@jishi/subgraph';
import { gridsByIds } from '../grid-tree';
import {
  mergeGrids,
  retireGrid,
  splitGrid,
  type MergeGridsInput,
  type RetireGridInput,
  type SplitGridInput,
} from './grid-changes.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** The grids that a change leads to are the reply. */
const changed =
  <I>(change: (ctx: Context, input: I) => Promise<{ ids: string[] }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { ids } = await change(ctx, input);
    const grids = (await gridsByIds(ctx, ids)).filter((grid) => grid !== null);
    return { clientMutationId: input.clientMutationId, grids };
  };

export const resolvers: Resolvers = {
  Mutation: {
    mergeGrids: changed<MergeGridsInput>(mergeGrids),
    splitGrid: changed<SplitGridInput>(splitGrid),
    retireGrid: changed<RetireGridInput>(retireGrid),
  },
};
