import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { membersByIds } from '../membership';
import { personsByIds } from '../people';
import type { Transfer } from './transfers.entities';
import {
  listTransfers,
  offeredSteps,
  transfersByIds,
  transfersOfMembers,
  type TransfersArguments,
} from './transfers.queries';
import { daysInTransit, transitOverdue } from './transfers.rules';
import {
  acceptTransfer,
  cancelTransfer,
  issueTransfer,
  openTransfer,
  refuseTransfer,
  reissueTransfer,
  returnTransferSlip,
  type StepDone,
} from './transfers.service';

/** A mutation of one transfer: the changed transfer and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<StepDone>) =>
  async (_: unknown, { input }: { input: I & { readonly clientMutationId?: string | null } }, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      transfer: (await transfersByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

const organization = (id: string | null) => id && { id };

export const resolvers: Resolvers = {
  Query: {
    transfer: async (_: unknown, { id }: { id: string }, ctx: Context) => (await transfersByIds(ctx, [id]))[0],
    transfers: (_: unknown, args: TransfersArguments, ctx: Context) => listTransfers(ctx, args),
  },
  Mutation: {
    openTransfer: step(openTransfer),
    issueTransfer: step(issueTransfer),
    acceptTransfer: step(acceptTransfer),
    refuseTransfer: step(refuseTransfer),
    returnTransferSlip: step(returnTransferSlip),
    reissueTransfer: step(reissueTransfer),
    cancelTransfer: step(cancelTransfer),
  },
  Transfer: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await transfersByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((transfer) => transfer !== null),
    person: forAll((transfers: readonly Transfer[], _: object, ctx) =>
      personsByIds(
        ctx,
        transfers.map(({ personId }) => personId),
      ),
    ),
    member: forAll((transfers: readonly Transfer[], _: object, ctx) =>
      membersByIds(
        ctx,
        transfers.map(({ memberId }) => memberId),
      ),
    ),
    from: ({ fromOrgId }: Transfer) => organization(fromOrgId),
    to: ({ toOrgId }: Transfer) => organization(toOrgId),
    issuedBy: ({ issuingOrgId }: Transfer) => organization(issuingOrgId),
    daysInTransit: ({ state, issuedOn }: Transfer, _: object, ctx: Context) =>
      daysInTransit(state, issuedOn, ctx.today),
    overdue: ({ state, issuedOn }: Transfer, _: object, ctx: Context) =>
      transitOverdue(daysInTransit(state, issuedOn, ctx.today), ctx.today),
    actions: forAll(async (transfers: readonly Transfer[], _: object, ctx) =>
      (await offeredSteps(ctx, transfers)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  Member: {
    transfers: forAll((members: readonly { id: string }[], _: object, ctx) =>
      transfersOfMembers(
        ctx,
        members.map(({ id }) => id),
      ),
    ),
  },
};
