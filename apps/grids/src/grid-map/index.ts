import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './grid-map.resolvers';

export { parsed } from './grid-map.rules';
export { drawMap, placed } from './grid-map.service';

export const gridMap: Capability = {
  name: 'grid-map',
  schema: join(__dirname, 'grid-map.graphql'),
  resolvers,
};
