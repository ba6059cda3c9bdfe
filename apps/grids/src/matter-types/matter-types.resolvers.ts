import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import {
  admissionRequestsByIds,
  allEditionsOf,
  editionsOf,
  listAdmissionRequests,
  listMatterTypes,
  matterTypesByCodes,
  type AdmissionRequestsArguments,
  type AdmissionRow,
  type EditionRow,
  type MatterTypeRow,
  type MatterTypesArguments,
} from './matter-types.queries';
import { categoryOf } from './matter-types.rules';
import {
  admitMatterType,
  changeMatterType,
  refuseAdmission,
  requestAdmission,
  reviewAdmission,
  withdrawAdmission,
  type TypeStepInput,
} from './matter-types.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one request: the changed request is the reply. */
const decision =
  <I>(take: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await take(ctx, input);
    const [admissionRequest] = await admissionRequestsByIds(ctx, [id]);
    return { clientMutationId: input.clientMutationId, admissionRequest };
  };

const change =
  (step: Parameters<typeof changeMatterType>[1]) =>
  async (_: unknown, { input }: Input<TypeStepInput>, ctx: Context) => {
    const { code } = await changeMatterType(ctx, step, input);
    const [matterType] = await matterTypesByCodes(ctx, [code]);
    return { clientMutationId: input.clientMutationId, matterType };
  };

const unit = (id: string | null) => id && { id };

export const resolvers: Resolvers = {
  Query: {
    matterType: async (_: unknown, { code }: { code: string }, ctx: Context) =>
      (await matterTypesByCodes(ctx, [code]))[0],
    matterTypes: (_: unknown, args: MatterTypesArguments, ctx: Context) => listMatterTypes(ctx, args),
    admissionRequests: (_: unknown, args: AdmissionRequestsArguments, ctx: Context) => listAdmissionRequests(ctx, args),
  },
  Mutation: {
    requestMatterTypeAdmission: decision(requestAdmission),
    reviewMatterTypeAdmission: decision(reviewAdmission),
    admitMatterType: decision(admitMatterType),
    refuseMatterTypeAdmission: decision(refuseAdmission),
    withdrawMatterTypeAdmission: decision(withdrawAdmission),
    suspendMatterType: change('suspend'),
    resumeMatterType: change('resume'),
    removeMatterType: change('remove'),
  },
  MatterType: {
    __resolveReferences: async (references: readonly { code: string }[], ctx: Context) =>
      (
        await matterTypesByCodes(
          ctx,
          references.map(({ code }) => code),
        )
      ).filter((type) => type !== null),
    area: ({ areaCode }: MatterTypeRow) => ({ code: areaCode }),
    category: ({ code }: MatterTypeRow) => categoryOf(code),
    inForce: (type: MatterTypeRow) => type,
    editions: forAll(async (types: readonly MatterTypeRow[], _: unknown, ctx) => {
      const codes = types.map(({ code }) => code);
      return groupedBy(codes, await allEditionsOf(ctx, codes), ({ code }) => code);
    }),
  },
  MatterTypeEdition: {
    ownerUnit: ({ ownerUnitId }: EditionRow) => unit(ownerUnitId),
  },
  AdmissionRequest: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      admissionRequestsByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    area: ({ areaCode }: AdmissionRow) => ({ code: areaCode }),
    unit: ({ unitId }: AdmissionRow) => unit(unitId),
    money: ({ moneyFen }: AdmissionRow) => moneyFen,
    heardUnits: ({ reviewUnitIds }: AdmissionRow) => reviewUnitIds.map((id) => ({ id })),
    proposed: forAll((requests: readonly AdmissionRow[], _: unknown, ctx) => editionsOf(ctx, requests)),
    matterType: forAll((requests: readonly AdmissionRow[], _: unknown, ctx) =>
      matterTypesByCodes(
        ctx,
        requests.map(({ code }) => code),
      ),
    ),
  },
};
