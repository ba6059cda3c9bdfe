import type { CivilDate } from '@jishi/periods';
import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import { firstHostOf, jointHostsOn } from './register.hosts';
import {
  childCounts,
  childrenOf,
  countOrganizations,
  listOrganizations,
  organizationsByCodes,
  organizationsByIds,
  periodsOf,
  superiorsByIds,
  type OrganizationRow,
  type OrganizationsArguments,
} from './register.service';

type Organizations = readonly OrganizationRow[];

/** Answers a field for organisations that were read as of different days: one read for each day. */
async function eachDay<Result>(
  organizations: Organizations,
  read: (ofThatDay: Organizations, asOf: CivilDate) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const answers = new Map<OrganizationRow, Result>();
  for (const asOf of new Set(organizations.map((organization) => organization.asOf))) {
    const ofThatDay = organizations.filter((organization) => organization.asOf === asOf);
    const results = await read(ofThatDay, asOf);
    ofThatDay.forEach((organization, index) => answers.set(organization, results[index]!));
  }
  return organizations.map((organization) => answers.get(organization)!);
}

interface OneOrganization {
  readonly id?: string | null;
  readonly code?: string | null;
  readonly asOf?: CivilDate | null;
}

export const resolvers: Resolvers = {
  Query: {
    organizations: (_: unknown, args: OrganizationsArguments, ctx: Context) => listOrganizations(ctx, args),
    organization: async (_: unknown, { id, code, asOf }: OneOrganization, ctx: Context) => {
      const [found] = id
        ? await organizationsByIds(ctx, [id], asOf)
        : await organizationsByCodes(ctx, code ? [code] : [], asOf);
      return found ?? null;
    },
    organizationCounts: (_: unknown, args: Parameters<typeof countOrganizations>[1], ctx: Context) =>
      countOrganizations(ctx, args),
  },
  PartyOrganization: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await organizationsByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((found) => found !== null),
    host: ({ hostKind, hostId }: OrganizationRow) => ({ kind: hostKind, id: hostId }),
    hosts: forAll((organizations: Organizations, _: unknown, ctx) =>
      eachDay(organizations, async (ofThatDay, asOf) => {
        const ids = ofThatDay.map(({ id }) => id);
        const others = await jointHostsOn((name, sql, values) => ctx.query(name, sql, values), ids, asOf);
        return ofThatDay.map((organization) => [firstHostOf(organization), ...(others.get(organization.id) ?? [])]);
      }),
    ),
    area: forAll((organizations: Organizations, _: unknown, ctx) =>
      areasByCodes(
        ctx,
        organizations.map(({ areaCode }) => areaCode),
      ),
    ),
    superior: forAll((organizations: Organizations, _: unknown, ctx) =>
      eachDay(organizations, async (ofThatDay, asOf) => {
        const superiors = await superiorsByIds(
          ctx,
          ofThatDay.map(({ superiorId }) => superiorId),
          asOf,
        );
        return ofThatDay.map(({ superiorId }) => (superiorId && superiors.get(superiorId)) || null);
      }),
    ),
    ancestors: forAll((organizations: Organizations, _: unknown, ctx) =>
      eachDay(organizations, async (ofThatDay, asOf) => {
        const above = ofThatDay.map(({ pathIds }) => pathIds.slice(0, -1));
        const superiors = await superiorsByIds(ctx, above.flat(), asOf);
        return above.map((ids) => ids.flatMap((id) => superiors.get(id) ?? []));
      }),
    ),
    children: forAll((organizations: Organizations, { first }: { first?: number | null }, ctx) =>
      eachDay(organizations, async (ofThatDay, asOf) => {
        const ids = ofThatDay.map(({ id }) => id);
        return groupedBy(ids, await childrenOf(ctx, ids, asOf, first ?? 100), ({ superiorId }) => superiorId ?? '');
      }),
    ),
    childCount: forAll((organizations: Organizations, _: unknown, ctx) =>
      eachDay(organizations, async (ofThatDay, asOf) => {
        const counts = await childCounts(
          ctx,
          ofThatDay.map(({ id }) => id),
          asOf,
        );
        return ofThatDay.map(({ id }) => counts.get(id) ?? 0);
      }),
    ),
    mergedInto: forAll(async (organizations: Organizations, _: unknown, ctx) => {
      const into = await superiorsByIds(
        ctx,
        organizations.map(({ mergedIntoId }) => mergedIntoId),
      );
      return organizations.map(({ mergedIntoId }) => (mergedIntoId && into.get(mergedIntoId)) || null);
    }),
    history: forAll(async (organizations: Organizations, _: unknown, ctx) => {
      const ids = organizations.map(({ id }) => id);
      return groupedBy(ids, await periodsOf(ctx, ids), ({ orgId }) => orgId);
    }),
  },
};
