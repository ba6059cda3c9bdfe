import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followEmptiedRosters } from './changes.consumers';
import { OrganizationChange } from './changes.entities';
import { resolvers } from './changes.resolvers';
import { takeDueEffects } from './changes.service';
import { changeSnapshot } from './changes.snapshot';

export const changes: Capability = {
  name: 'changes',
  schema: join(__dirname, 'changes.graphql'),
  resolvers,
  entities: [OrganizationChange],
  snapshots: [changeSnapshot],
  consumers: [followEmptiedRosters],
  daily: takeDueEffects,
};
