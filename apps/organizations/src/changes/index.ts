import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followEmptiedRosters } from './changes.consumers';
import { OrganizationChange } from './changes.entities';
import { resolvers } from './changes.resolvers';
import { takeDueEffects } from './changes.service';

export const changes: Capability = {
  name: 'changes',
  schema: join(__dirname, 'changes.graphql'),
  resolvers,
  entities: [OrganizationChange],
  consumers: [followEmptiedRosters],
  daily: takeDueEffects,
};
