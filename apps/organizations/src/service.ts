import { join } from 'node:path';
import type { Service } from '@jishi/subgraph';
import { areas } from './areas';
import { register } from './register';
import { units } from './units';

export const organizations: Service = {
  name: 'organizations',
  capabilities: [areas, units, register],
  projections: [],
  tree: 'party_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
