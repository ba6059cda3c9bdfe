import { asActions, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { personsByIds, workHostOf, type Person, type WorkHostKind } from '../people';
import {
  historiesOf,
  listMembers,
  membersOfBranches,
  membersByIds,
  membersOfPersons,
  type BranchMembership,
  type MemberRow,
  type MembersArguments,
} from './membership.queries';
import { memberSteps, partyYears } from './membership.rules';
import {
  confirmMember,
  correctMember,
  correctPerson,
  recordDeparture,
  registerMember,
  restoreMember,
  suspendMember,
  type CorrectPersonInput,
  type Done,
} from './membership.service';
import { changeWork, membersAtWork, type ChangeWorkInput } from './membership.work';

interface Command {
  readonly clientMutationId?: string | null;
}

/** A mutation of one member: the changed member is the reply. */
const changing =
  <I>(change: (ctx: Context, input: I) => Promise<Done>) =>
  async (_: unknown, { input }: { input: I & Command }, ctx: Context) => ({
    clientMutationId: input.clientMutationId,
    member: (await membersByIds(ctx, [(await change(ctx, input)).id]))[0],
  });

const organization = ({ orgId }: { readonly orgId: string }) => ({ id: orgId });

/** Places of work whose own facts belong to another service: members adds how many members work there. */
const workplace = (kind: WorkHostKind) => ({
  __resolveReferences: async (references: readonly { id: string }[]) => references,
  memberCount: forAll((places: readonly { id: string }[], _: object, ctx) =>
    membersAtWork(
      ctx,
      kind,
      places.map(({ id }) => id),
    ),
  ),
});

export const resolvers: Resolvers = {
  Query: {
    member: async (_: unknown, { id }: { id: string }, ctx: Context) => (await membersByIds(ctx, [id]))[0],
    members: (_: unknown, args: MembersArguments, ctx: Context) => listMembers(ctx, args),
  },
  Mutation: {
    registerMember: changing(registerMember),
    correctMember: changing(correctMember),
    confirmMember: changing(confirmMember),
    suspendMember: changing(suspendMember),
    restoreMember: changing(restoreMember),
    recordDeparture: changing(recordDeparture),
    correctPerson: async (_: unknown, { input }: { input: CorrectPersonInput & Command }, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      person: (await personsByIds(ctx, [(await correctPerson(ctx, input)).id]))[0],
    }),
    changeWork: async (_: unknown, { input }: { input: ChangeWorkInput & Command }, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      person: (await personsByIds(ctx, [(await changeWork(ctx, input)).id]))[0],
    }),
  },
  Member: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await membersByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((member) => member !== null),
    person: forAll((members: readonly MemberRow[], _: object, ctx) =>
      personsByIds(
        ctx,
        members.map(({ personId }) => personId),
      ),
    ),
    organization,
    workHost: forAll(async (members: readonly MemberRow[], _: object, ctx) => {
      const persons = await personsByIds(
        ctx,
        members.map(({ personId }) => personId),
      );
      return persons.map((person) => person && workHostOf(person));
    }),
    partyYears: ({ confirmedOn, asOf }: MemberRow, _: object, ctx: Context) =>
      partyYears(confirmedOn, asOf ?? ctx.today),
    branchHistory: forAll((members: readonly MemberRow[], _: object, ctx) =>
      historiesOf(
        ctx,
        members.map(({ id }) => id),
      ),
    ),
    // A row of an earlier day offers no steps.
    actions: forAll(async (members: readonly MemberRow[], _: object, ctx) => {
      const current = await membersByIds(
        ctx,
        members.map(({ id, asOf }) => (asOf ? null : id)),
      );
      return current.map((member) =>
        member === null
          ? []
          : asActions(
              memberSteps.offer({ ...member, state: member.status, today: ctx.today }, (permission) =>
                ctx.may(permission, member),
              ),
              ctx.language,
            ),
      );
    }),
  },
  BranchMembership: { organization: (stretch: BranchMembership) => organization(stretch) },
  Person: {
    member: forAll((persons: readonly Person[], _: object, ctx) =>
      membersOfPersons(
        ctx,
        persons.map(({ id }) => id),
      ),
    ),
  },
  Enterprise: workplace('ENTERPRISE'),
  SocialOrganization: workplace('SOCIAL_ORG'),
  PartyOrganization: {
    __resolveReferences: async (references: readonly { id: string }[]) => references,
    members: forAll(
      (organizations: readonly { id: string }[], page: Pick<MembersArguments, 'asOf' | 'first' | 'after'>, ctx) =>
        membersOfBranches(
          ctx,
          organizations.map(({ id }) => id),
          page,
        ),
    ),
  },
};
