import type { CivilDate } from '@jishi/periods';
import { asActions, asReason, forAll, groupedBy, inOrderOf, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import { mayKeepBody } from './bodies.access';
import { organizationsByIds, type OrganizationRow } from '../register';
import {
  bodiesByIds,
  bodiesOf,
  bodiesOfParts,
  listBodies,
  listPosts,
  listTermsDue,
  postsByIds,
  postsOf,
  postsOfPersons,
  secretariesOf,
  termsByIds,
  termsOf,
  termsOfPosts,
  type BodyRow,
  type LeadingBodiesArguments,
  type PostRow,
  type PostsArguments,
  type TermRow,
  type TermsDueArguments,
} from './bodies.reads';
import { daysLate, dueDate, termStateOn, termSteps } from './bodies.rules';
import {
  appointToPost,
  beginTerm,
  endPost,
  extendTerm,
  recordLeadingBody,
  type AppointToPostInput,
  type BeginTermInput,
  type EndPostInput,
  type ExtendTermInput,
  type RecordLeadingBodyInput,
} from './bodies.service';
import { oneShoulder } from './one-shoulder';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}
interface OnDay {
  readonly asOf?: CivilDate | null;
}

const one = async <Row>(rows: Promise<readonly Row[]>): Promise<Row | undefined> => (await rows)[0];

export const resolvers: Resolvers = {
  Query: {
    leadingBodies: (_: unknown, args: LeadingBodiesArguments, ctx: Context) => listBodies(ctx, args),
    termsDue: (_: unknown, args: TermsDueArguments, ctx: Context) => listTermsDue(ctx, args),
    posts: (_: unknown, args: PostsArguments, ctx: Context) => listPosts(ctx, args),
    oneShoulder: (_: unknown, args: { areaCode: string } & OnDay, ctx: Context) => oneShoulder(ctx, args),
  },
  Mutation: {
    recordLeadingBody: async (_: unknown, { input }: Input<RecordLeadingBodyInput>, ctx: Context) => {
      const { leadingBody, warning } = await recordLeadingBody(ctx, input);
      return {
        clientMutationId: input.clientMutationId,
        leadingBody,
        warnings: warning ? [asReason(warning, ctx.language)] : [],
      };
    },
    beginTerm: async (_: unknown, { input }: Input<BeginTermInput>, ctx: Context) => {
      const { id } = await beginTerm(ctx, input);
      return { clientMutationId: input.clientMutationId, term: await one(termsByIds(ctx, [id])) };
    },
    extendTerm: async (_: unknown, { input }: Input<ExtendTermInput>, ctx: Context) => {
      const { id } = await extendTerm(ctx, input);
      return { clientMutationId: input.clientMutationId, term: await one(termsByIds(ctx, [id])) };
    },
    appointToPost: async (_: unknown, { input }: Input<AppointToPostInput>, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      post: await appointToPost(ctx, input),
    }),
    endPost: async (_: unknown, { input }: Input<EndPostInput>, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      post: await endPost(ctx, input),
    }),
  },
  LeadingBody: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      bodiesByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    organization: forAll((bodies: readonly BodyRow[], _: unknown, ctx) =>
      organizationsByIds(
        ctx,
        bodies.map(({ orgId }) => orgId),
      ),
    ),
    host: ({ hostKind, hostId }: BodyRow) => hostKind && { kind: hostKind, id: hostId },
    area: forAll((bodies: readonly BodyRow[], _: unknown, ctx) =>
      areasByCodes(
        ctx,
        bodies.map(({ areaCode }) => areaCode),
      ),
    ),
    vacancies: forAll(async (bodies: readonly BodyRow[], { asOf }: OnDay, ctx) => {
      const ids = bodies.map(({ id }) => id);
      const held = groupedBy(ids, await postsOf(ctx, ids, asOf ?? ctx.today), ({ bodyId }) => bodyId);
      return bodies.map(({ seats }, index) => {
        const seated = held[index]!.filter(({ kind }) => kind !== 'PART_TIME_MEMBER').map(({ personId }) => personId);
        return Math.max(0, seats - new Set(seated).size);
      });
    }),
    currentTerm: forAll(async (bodies: readonly BodyRow[], _: unknown, ctx) => {
      const ids = bodies.map(({ id }) => id);
      const all = groupedBy(ids, await termsOf(ctx, ids), ({ bodyId }) => bodyId);
      return all.map((terms) => terms.find(({ state }) => state !== 'ENDED') ?? null);
    }),
    terms: forAll(async (bodies: readonly BodyRow[], _: unknown, ctx) => {
      const ids = bodies.map(({ id }) => id);
      return groupedBy(ids, await termsOf(ctx, ids), ({ bodyId }) => bodyId);
    }),
    posts: forAll(async (bodies: readonly BodyRow[], { asOf }: OnDay, ctx) => {
      const ids = bodies.map(({ id }) => id);
      return groupedBy(ids, await postsOf(ctx, ids, asOf ?? ctx.today), ({ bodyId }) => bodyId);
    }),
  },
  Term: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      termsByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    body: forAll(async (terms: readonly TermRow[], _: unknown, ctx) => {
      const ids = terms.map(({ bodyId }) => bodyId);
      return inOrderOf(ids, await bodiesOfParts(ctx, ids), ({ id }) => id);
    }),
    state: (term: TermRow, _: unknown, ctx: Context) => termStateOn(term, ctx.today),
    daysLate: (term: TermRow, _: unknown, ctx: Context) => daysLate(term, ctx.today),
    citation: ({ bodyKind, organizationHost, startOn }: TermRow) =>
      dueDate(bodyKind, organizationHost, startOn).citation,
    actions: forAll(async (terms: readonly TermRow[], _: unknown, ctx) => {
      const may = await mayKeepBody(ctx, terms);
      return terms.map((term) =>
        asActions(
          termSteps.offer({ ...term, state: termStateOn(term, ctx.today), today: ctx.today }, may(term)),
          ctx.language,
        ),
      );
    }),
  },
  Post: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      postsByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    body: forAll(async (posts: readonly PostRow[], _: unknown, ctx) => {
      const ids = posts.map(({ bodyId }) => bodyId);
      return inOrderOf(ids, await bodiesOfParts(ctx, ids), ({ id }) => id);
    }),
    term: forAll(async (posts: readonly PostRow[], _: unknown, ctx) => {
      const ids = posts.map(({ termId }) => termId);
      return inOrderOf(ids, await termsOfPosts(ctx, ids), ({ id }) => id);
    }),
    person: ({ personId }: PostRow) => ({ __typename: 'Person', id: personId }),
    from: ({ fromOn }: PostRow) => fromOn,
    to: ({ toOn }: PostRow) => toOn,
  },
  PartyOrganization: {
    leadingBodies: forAll(async (organizations: readonly OrganizationRow[], _: unknown, ctx) => {
      const ids = organizations.map(({ id }) => id);
      return groupedBy(ids, await bodiesOf(ctx, ids), ({ orgId }) => orgId ?? '');
    }),
    secretary: forAll(async (organizations: readonly OrganizationRow[], _: unknown, ctx) => {
      const posts = new Map<string, PostRow>();
      for (const asOf of new Set(organizations.map((organization) => organization.asOf))) {
        const ids = organizations.filter((organization) => organization.asOf === asOf).map(({ id }) => id);
        for (const post of await secretariesOf(ctx, ids, asOf)) posts.set(`${post.orgId} ${asOf}`, post);
      }
      return organizations.map(({ id, asOf }) => posts.get(`${id} ${asOf}`) ?? null);
    }),
  },
  Person: {
    posts: forAll(async (persons: readonly { id: string }[], _: unknown, ctx) => {
      const ids = persons.map(({ id }) => id);
      return groupedBy(ids, await postsOfPersons(ctx, ids), ({ personId }) => personId);
    }),
  },
};
