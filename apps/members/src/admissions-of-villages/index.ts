import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { resolvers } from './admissions-of-villages.resolvers';

export const admissionsOfVillages: Capability = {
  name: 'admissions-of-villages',
  schema: join(__dirname, 'admissions-of-villages.graphql'),
  resolvers,
};
