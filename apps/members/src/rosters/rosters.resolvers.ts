import type { CivilDate } from '@jishi/periods';
import { forAll, type Resolvers } from '@jishi/subgraph';
import { classCounts, memberCounts } from './rosters.service';

interface Organization {
  readonly id: string;
}
const idsOf = (organizations: readonly Organization[]): string[] => organizations.map(({ id }) => id);

export const resolvers: Resolvers = {
  PartyOrganization: {
    memberCount: forAll((organizations: readonly Organization[], { asOf }: { asOf?: CivilDate | null }, ctx) =>
      memberCounts(ctx, idsOf(organizations), asOf ?? ctx.today),
    ),
    membersByClass: forAll((organizations: readonly Organization[], _: object, ctx) =>
      classCounts(ctx, idsOf(organizations)),
    ),
  },
};
