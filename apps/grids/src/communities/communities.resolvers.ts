import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import {
  communitiesByCodes,
  communityYearsByIds,
  listCommunities,
  recordCommunity,
  recordCommunityYear,
  yearsOfCommunities,
  type CommunitiesArguments,
  type CommunityRow,
  type RecordCommunityInput,
  type RecordCommunityYearInput,
} from './communities.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

export const resolvers: Resolvers = {
  Query: {
    communities: (_: unknown, args: CommunitiesArguments, ctx: Context) => listCommunities(ctx, args),
    community: async (_: unknown, { areaCode }: { areaCode: string }, ctx: Context) =>
      (await communitiesByCodes(ctx, [areaCode]))[0],
  },
  Mutation: {
    recordCommunity: async (_: unknown, { input }: Input<RecordCommunityInput>, ctx: Context) => {
      const { areaCode } = await recordCommunity(ctx, input);
      const [community] = await communitiesByCodes(ctx, [areaCode]);
      return { clientMutationId: input.clientMutationId, community };
    },
    recordCommunityYear: async (_: unknown, { input }: Input<RecordCommunityYearInput>, ctx: Context) => {
      const { id } = await recordCommunityYear(ctx, input);
      const [communityYear] = await communityYearsByIds(ctx, [id]);
      return { clientMutationId: input.clientMutationId, communityYear };
    },
  },
  Community: {
    __resolveReferences: async (references: readonly { areaCode: string }[], ctx: Context) =>
      (
        await communitiesByCodes(
          ctx,
          references.map(({ areaCode }) => areaCode),
        )
      ).filter((community) => community !== null),
    area: ({ areaCode }: CommunityRow) => ({ code: areaCode }),
    replacedBy: ({ replacedBy }: CommunityRow) => replacedBy.map((code) => ({ code })),
    years: forAll(async (communities: readonly CommunityRow[], _: unknown, ctx) => {
      const codes = communities.map(({ areaCode }) => areaCode);
      return groupedBy(codes, await yearsOfCommunities(ctx, codes), ({ areaCode }) => areaCode);
    }),
  },
  Area: {
    community: forAll((areas: readonly { code: string }[], _: unknown, ctx) =>
      communitiesByCodes(
        ctx,
        areas.map(({ code }) => code),
      ),
    ),
  },
};
