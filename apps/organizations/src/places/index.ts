import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './places.resolvers';

/** Fields that organizations adds to places and firms of other services: which organisation is there, and who leads it. */
export const places: Capability = {
  name: 'places',
  schema: join(__dirname, 'places.graphql'),
  resolvers,
};
