import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followClassifications } from './supervision-samples.consumers';
import { SupervisionSample } from './supervision-samples.entities';
import { resolvers } from './supervision-samples.resolvers';

export { SupervisionSample } from './supervision-samples.entities';
export { relocateSamples } from './supervision-samples.service';

export const supervisionSamples: Capability = {
  name: 'supervision-samples',
  schema: join(__dirname, 'supervision-samples.graphql'),
  resolvers,
  entities: [SupervisionSample],
  consumers: [followClassifications],
};
