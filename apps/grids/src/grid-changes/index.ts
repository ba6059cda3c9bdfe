import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './grid-changes.resolvers';

export const gridChanges: Capability = {
  name: 'grid-changes',
  schema: join(__dirname, 'grid-changes.graphql'),
  resolvers,
};
