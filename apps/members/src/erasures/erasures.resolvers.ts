import { dateInShanghai } from '@jishi/periods';
import { asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import type { Erasure } from './erasures.entities';
import { answersTo, erasuresByIds, listErasures, type Answer, type ErasuresArguments } from './erasures.queries';
import { whatStays } from './erasures.rules';
import { requestErasure, type RequestErasureInput } from './erasures.service';

interface Input {
  readonly input: RequestErasureInput & { readonly clientMutationId?: string | null };
}

const idsOf = (erasures: readonly Erasure[]): string[] => erasures.map(({ id }) => id);

export const resolvers: Resolvers = {
  Query: {
    erasure: async (_: unknown, { id }: { id: string }, ctx: Context) => (await erasuresByIds(ctx, [id]))[0],
    erasures: (_: unknown, args: ErasuresArguments, ctx: Context) => listErasures(ctx, args),
  },
  Mutation: {
    async requestErasure(_: unknown, { input }: Input, ctx: Context) {
      const { id, warnings } = await requestErasure(ctx, input);
      return {
        clientMutationId: input.clientMutationId,
        erasure: (await erasuresByIds(ctx, [id]))[0],
        warnings: warnings.map((warning) => asReason(warning, ctx.language)),
      };
    },
  },
  Erasure: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await erasuresByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((erasure) => erasure !== null),
    overdue: ({ state, dueAt }: Erasure, _: object, ctx: Context) => state === 'REQUESTED' && dueAt < ctx.now,
    stays({ scope, requestedAt }: Erasure, _: object, ctx: Context) {
      const stays = whatStays(scope, dateInShanghai(requestedAt));
      return stays && asReason(stays, ctx.language);
    },
    answers: forAll(async (erasures: readonly Erasure[], _: object, ctx) => {
      const answers = await answersTo(ctx, idsOf(erasures));
      return erasures.map(({ requestedAt }, index) =>
        answers[index]!.map((answer) => ({ ...answer, outstandingSince: answer.acknowledgedAt ? null : requestedAt })),
      );
    }),
    outstanding: forAll(async (erasures: readonly Erasure[], _: object, ctx) =>
      (await answersTo(ctx, idsOf(erasures))).map((answers: Answer[]) =>
        answers.filter(({ acknowledgedAt }) => acknowledgedAt === null).map(({ service }) => service),
      ),
    ),
  },
};
