import { forAll, groupedBy, inOrderOf, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import { bodiesByIds, bodiesOf, bodiesOfHosts, postsByIds, type PostRow } from '../bodies';
import { organizationsByIds, type HostKind } from '../register';
import {
  leadershipOf,
  organizationOf,
  organizationsAt,
  villagesWithoutOnePersonTwoPosts,
  type VillageLeadership,
  type WithoutOnePersonArguments,
} from './places.reads';

interface OfCode {
  readonly areaCode: string;
}
interface OfId {
  readonly id: string;
}

const known = <Reference>(references: readonly Reference[]): Promise<readonly Reference[]> =>
  Promise.resolve(references);

/** The one organisation of a place. */
const place = <Parent extends object>(hostKind: HostKind, idOf: (parent: Parent) => string) => ({
  __resolveReferences: (references: readonly Parent[]) => known(references),
  partyOrganization: forAll((places: readonly Parent[], _: unknown, ctx) =>
    organizationOf(ctx, hostKind, places.map(idOf)),
  ),
});

/** All organisations of a firm or another host that can have several. */
const host = (hostKind: HostKind) => ({
  __resolveReferences: (references: readonly OfId[]) => known(references),
  partyOrganizations: forAll((hosts: readonly OfId[], _: unknown, ctx) =>
    organizationsAt(
      ctx,
      hostKind,
      hosts.map(({ id }) => id),
    ),
  ),
});

const codeOf = ({ areaCode }: OfCode): string => areaCode;
const idOf = ({ id }: OfId): string => id;

const leadership = forAll((villages: readonly OfCode[], _: object, ctx) => leadershipOf(ctx, villages.map(codeOf)));
const leadershipAt = (village: OfCode, ctx: Context): Promise<VillageLeadership | null> => leadership(village, {}, ctx);

const posts = forAll(async (wanted: readonly OfId[], _: object, ctx): Promise<(PostRow | null)[]> => {
  const ids = wanted.map(idOf);
  return inOrderOf(ids, await postsByIds(ctx, ids), ({ id }) => id);
});
/** A post by its id, all posts of a page read at once. */
const post = (ctx: Context, id: string | null | undefined): Promise<PostRow | null> | null =>
  id ? posts({ id }, {}, ctx) : null;

export const resolvers: Resolvers = {
  Query: {
    villagesWithoutOnePersonTwoPosts: (_: unknown, args: WithoutOnePersonArguments, ctx: Context) =>
      villagesWithoutOnePersonTwoPosts(ctx, args),
  },
  VillageLeadership: {
    village: ({ areaCode }: VillageLeadership) => ({ areaCode }),
    area: forAll((rows: readonly VillageLeadership[], _: unknown, ctx) => areasByCodes(ctx, rows.map(codeOf))),
    partyOrganization: forAll((rows: readonly VillageLeadership[], _: unknown, ctx) =>
      organizationsByIds(
        ctx,
        rows.map(({ orgId }) => orgId),
      ),
    ),
    secretaryPost: ({ secretaryId }: VillageLeadership, _: unknown, ctx: Context) => post(ctx, secretaryId),
    directorPost: ({ directorId }: VillageLeadership, _: unknown, ctx: Context) => post(ctx, directorId),
    villageCommittee: forAll(async (rows: readonly VillageLeadership[], _: unknown, ctx) => {
      const ids = rows.map(({ committeeId }) => committeeId);
      return inOrderOf(
        ids,
        await bodiesByIds(
          ctx,
          ids.filter((id) => id !== null),
        ),
        ({ id }) => id,
      );
    }),
  },
  Village: {
    ...place('VILLAGE', codeOf),
    secretaryPost: async (village: OfCode, _: unknown, ctx: Context) =>
      post(ctx, (await leadershipAt(village, ctx))?.secretaryId),
    directorPost: async (village: OfCode, _: unknown, ctx: Context) =>
      post(ctx, (await leadershipAt(village, ctx))?.directorId),
    onePersonTwoPosts: async (village: OfCode, _: unknown, ctx: Context) =>
      (await leadershipAt(village, ctx))?.onePersonTwoPosts ?? null,
    leadingBodies: forAll(async (villages: readonly OfCode[], _: unknown, ctx) => {
      const codes = villages.map(codeOf);
      const organizations = await organizationOf(ctx, 'VILLAGE', codes);
      const own = await bodiesOf(
        ctx,
        organizations.flatMap((organization) => organization?.id ?? []),
      );
      const committees = groupedBy(codes, await bodiesOfHosts(ctx, 'VILLAGE', codes), ({ hostId }) => hostId ?? '');
      return committees.map((bodies, index) => [
        ...own.filter(({ orgId, hostId }) => hostId === null && orgId === organizations[index]?.id),
        ...bodies,
      ]);
    }),
  },
  Community: place('COMMUNITY', codeOf),
  Grid: place('GRID', idOf),
  Quarter: place('QUARTER', idOf),
  PropertyProvider: host('PROPERTY_PROVIDER'),
  Enterprise: host('ENTERPRISE'),
  SocialOrganization: host('SOCIAL_ORG'),
};
