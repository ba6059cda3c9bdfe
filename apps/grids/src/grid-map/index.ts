import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './grid-map.resolvers';

export { judgeMap, type MapFault, type Place } from './grid-map.rules';

export const gridMap: Capability = {
  name: 'grid-map',
  schema: join(__dirname, 'grid-map.graphql'),
  resolvers,
};
