import { asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { organizationsByIds, superiorsByIds, type OrganizationRow } from '../register';
import type { ProposeInput } from './changes.proposal';
import {
  actionsOnChanges,
  actionsOnOrganizations,
  changesByIds,
  changesOf,
  listChanges,
  type ChangeRow,
  type ChangesArguments,
} from './changes.reads';
import {
  activateOrganization,
  approveChange,
  proposeChange,
  rejectChange,
  submitChange,
  withdrawClosing,
  type ActivateInput,
  type Done,
  type StepInput,
} from './changes.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation that steps a change: the reply shows the change as it now is. */
const onChange =
  <I>(step: (ctx: Context, input: I) => Promise<Done>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await step(ctx, input);
    const [change] = await changesByIds(ctx, [id]);
    return {
      clientMutationId: input.clientMutationId,
      change,
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

const onOrganization =
  <I>(step: (ctx: Context, input: I) => Promise<Done>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await step(ctx, input);
    const [organization] = await organizationsByIds(ctx, [id]);
    return {
      clientMutationId: input.clientMutationId,
      organization,
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

/** Organisations that a change names: whoever sees the change sees which they are. */
const named = async (ctx: Context, ids: readonly (string | null)[]): Promise<(OrganizationRow | null)[]> => {
  const found = await superiorsByIds(ctx, ids);
  return ids.map((id) => (id && found.get(id)) || null);
};

export const resolvers: Resolvers = {
  Query: {
    organizationChanges: (_: unknown, args: ChangesArguments, ctx: Context) => listChanges(ctx, args),
    organizationChange: async (_: unknown, { id }: { id: string }, ctx: Context) => (await changesByIds(ctx, [id]))[0],
  },
  Mutation: {
    proposeOrganizationChange: onChange<ProposeInput>(proposeChange),
    submitOrganizationChange: onChange<StepInput>(submitChange),
    approveOrganizationChange: onChange<StepInput>(approveChange),
    rejectOrganizationChange: onChange<StepInput>(rejectChange),
    activateOrganization: onOrganization<ActivateInput>(activateOrganization),
    withdrawClosing: onOrganization<StepInput>(withdrawClosing),
  },
  OrganizationChange: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      changesByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    organization: forAll((changes: readonly ChangeRow[], _: unknown, ctx) =>
      named(
        ctx,
        changes.map(({ orgId }) => orgId),
      ),
    ),
    organizations: forAll(async (changes: readonly ChangeRow[], _: unknown, ctx) => {
      const found = await superiorsByIds(
        ctx,
        changes.flatMap(({ orgIds }) => orgIds),
      );
      return changes.map(({ orgIds }) => orgIds.flatMap((id) => found.get(id) ?? []));
    }),
    targetSuperior: forAll((changes: readonly ChangeRow[], _: unknown, ctx) =>
      named(
        ctx,
        changes.map(({ targetSuperiorId }) => targetSuperiorId),
      ),
    ),
    proposedName: ({ proposal }: ChangeRow) => proposal.organization?.name ?? proposal.name ?? null,
    parts: ({ proposal }: ChangeRow) => proposal.parts ?? [],
    actions: forAll((changes: readonly ChangeRow[], _: unknown, ctx) => actionsOnChanges(ctx, changes)),
  },
  MemberPlan: {
    to: forAll((plans: readonly { toOrgId: string | null }[], _: unknown, ctx) =>
      named(
        ctx,
        plans.map(({ toOrgId }) => toOrgId),
      ),
    ),
  },
  PartyOrganization: {
    changes: forAll((organizations: readonly OrganizationRow[], { open }: { open?: boolean | null }, ctx) =>
      changesOf(
        ctx,
        organizations.map(({ id }) => id),
        open ?? false,
      ),
    ),
    actions: forAll((organizations: readonly OrganizationRow[], _: unknown, ctx) =>
      actionsOnOrganizations(ctx, organizations),
    ),
  },
};
