import { forAll, inOrderOf, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import {
  annotateSupervisionSample,
  exemptSupervisionSample,
  listSamples,
  openSamplesOf,
  samplesByIds,
  type AnnotateSupervisionSampleInput,
  type ExemptSupervisionSampleInput,
  type SampleRow,
  type SamplesArguments,
} from './supervision-samples.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const remarking =
  <I>(remark: (ctx: Context, input: I) => Promise<{ readonly id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => ({
    clientMutationId: input.clientMutationId,
    supervisionSample: (await samplesByIds(ctx, [(await remark(ctx, input)).id]))[0],
  });

export const resolvers: Resolvers = {
  Query: {
    supervisionSamples: (_: unknown, args: SamplesArguments, ctx: Context) => listSamples(ctx, args),
  },
  Mutation: {
    exemptSupervisionSample: remarking<ExemptSupervisionSampleInput>(exemptSupervisionSample),
    annotateSupervisionSample: remarking<AnnotateSupervisionSampleInput>(annotateSupervisionSample),
  },
  SupervisionSample: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      samplesByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    village: ({ areaCode }: SampleRow) => ({ areaCode }),
    area: forAll((samples: readonly SampleRow[], _: unknown, ctx) =>
      areasByCodes(
        ctx,
        samples.map(({ areaCode }) => areaCode),
      ),
    ),
    exemption: ({ exemptionReason, exemptionUntil, exemptionBy }: SampleRow, _: unknown, ctx: Context) =>
      exemptionReason !== null && (exemptionUntil === null || exemptionUntil >= ctx.today)
        ? { reason: exemptionReason, until: exemptionUntil, by: exemptionBy }
        : null,
  },
  Village: {
    supervisionSample: forAll(async (villages: readonly { areaCode: string }[], _: unknown, ctx) => {
      const codes = villages.map(({ areaCode }) => areaCode);
      return inOrderOf(codes, await openSamplesOf(ctx, codes), ({ areaCode }) => areaCode);
    }),
  },
};
