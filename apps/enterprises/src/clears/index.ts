import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { filterEntitiesBy, followEntities } from '../entities';
import { EntityClear } from './clears.entities';
import { byClears } from './clears.queries';
import { resolvers } from './clears.resolvers';
import { withEntities } from './clears.service';

followEntities(withEntities);
filterEntitiesBy(byClears);

export const clears: Capability = {
  name: 'clears',
  schema: join(__dirname, 'clears.graphql'),
  resolvers,
  entities: [EntityClear],
};
