import type { CivilDate } from '@jishi/periods';
import { forAll, inOrderOf, type Resolvers } from '@jishi/subgraph';
import { entitiesByIds } from '../entities';
import {
  coversOfEntities,
  coversOfOrganisations,
  stateChangesOf,
  type CoverRow,
  type StateChangeRow,
} from './party-states.reads';

interface AsOf {
  readonly asOf?: CivilDate | null;
}
type Named = readonly { readonly id: string }[];
const idsOf = (rows: Named): string[] => rows.map(({ id }) => id);

const entity = {
  coveredBy: forAll((entities: Named, { asOf }: AsOf, ctx) =>
    coversOfEntities(ctx, idsOf(entities), asOf ?? ctx.today),
  ),
  partyStateChanges: forAll((entities: Named, _: unknown, ctx) => stateChangesOf(ctx, idsOf(entities))),
};

export const resolvers: Resolvers = {
  Enterprise: entity,
  SocialOrganization: entity,
  PartyOrganization: {
    coveredEntities: forAll((organizations: Named, { asOf }: AsOf, ctx) =>
      coversOfOrganisations(ctx, idsOf(organizations), asOf ?? ctx.today),
    ),
  },
  EntityCover: {
    organization: ({ orgId }: CoverRow) => ({ id: orgId }),
    entity: forAll(async (covers: readonly CoverRow[], _: unknown, ctx) => {
      const ids = covers.map(({ entityId }) => entityId);
      return inOrderOf(ids, await entitiesByIds(ctx, [...new Set(ids)]), ({ id }) => id);
    }),
  },
  PartyStateChange: {
    organization: ({ orgId }: StateChangeRow) => orgId && { id: orgId },
  },
};
