import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import { communitiesByCodes } from '../communities';
import { gridsByIds } from '../grid-tree';
import {
  buildingsByIds,
  buildingsOfQuarters,
  listQuarters,
  quartersByIds,
  quartersOfAreas,
  quartersOfGrids,
  type BuildingRow,
  type QuarterRow,
  type QuartersArguments,
} from './quarters.reads';
import { recordBuilding, recordQuarter, type RecordBuildingInput, type RecordQuarterInput } from './quarters.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const gridOf = forAll((rows: readonly { readonly gridId: string | null }[], _: unknown, ctx) =>
  gridsByIds(
    ctx,
    rows.map(({ gridId }) => gridId),
  ),
);

export const resolvers: Resolvers = {
  Query: {
    quarters: (_: unknown, args: QuartersArguments, ctx: Context) => listQuarters(ctx, args),
    quarter: async (_: unknown, { id }: { id: string }, ctx: Context) => (await quartersByIds(ctx, [id]))[0],
  },
  Mutation: {
    recordQuarter: async (_: unknown, { input }: Input<RecordQuarterInput>, ctx: Context) => {
      const { id } = await recordQuarter(ctx, input);
      return { clientMutationId: input.clientMutationId, quarter: (await quartersByIds(ctx, [id]))[0] };
    },
    recordBuilding: async (_: unknown, { input }: Input<RecordBuildingInput>, ctx: Context) => {
      const { id } = await recordBuilding(ctx, input);
      return { clientMutationId: input.clientMutationId, building: (await buildingsByIds(ctx, [id]))[0] };
    },
  },
  Quarter: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await quartersByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((quarter) => quarter !== null),
    area: ({ areaCode }: QuarterRow) => ({ code: areaCode }),
    community: forAll((quarters: readonly QuarterRow[], _: unknown, ctx) =>
      communitiesByCodes(
        ctx,
        quarters.map(({ areaCode }) => areaCode),
      ),
    ),
    grid: gridOf,
    buildings: forAll(async (quarters: readonly QuarterRow[], _: unknown, ctx) => {
      const ids = quarters.map(({ id }) => id);
      return groupedBy(ids, await buildingsOfQuarters(ctx, ids), ({ quarterId }) => quarterId);
    }),
  },
  Building: {
    grid: gridOf,
    quarter: forAll((buildings: readonly BuildingRow[], _: unknown, ctx) =>
      quartersByIds(
        ctx,
        buildings.map(({ quarterId }) => quarterId),
      ),
    ),
  },
  Grid: {
    quarters: forAll((rows: readonly { id: string }[], _: unknown, ctx) =>
      quartersOfGrids(
        ctx,
        rows.map(({ id }) => id),
      ),
    ),
  },
  Community: {
    quarters: forAll(async (communities: readonly { areaCode: string }[], _: unknown, ctx) => {
      const codes = communities.map(({ areaCode }) => areaCode);
      return groupedBy(codes, await quartersOfAreas(ctx, codes), ({ areaCode }) => areaCode);
    }),
  },
};
