import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './coverage.resolvers';

export const coverage: Capability = {
  name: 'coverage',
  schema: join(__dirname, 'coverage.graphql'),
  resolvers,
};
