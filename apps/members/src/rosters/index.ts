import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Roster } from './rosters.entities';
import { resolvers } from './rosters.resolvers';
import { rosterSnapshot } from './rosters.snapshot';

export { Roster } from './rosters.entities';
export { countRosters, rebuildRosters, tellIfEmpty, wrongRosters } from './rosters.service';

export const rosters: Capability = {
  name: 'rosters',
  schema: join(__dirname, 'rosters.graphql'),
  resolvers,
  entities: [Roster],
  snapshots: [rosterSnapshot],
};
