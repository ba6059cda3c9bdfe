import { join } from 'node:path';
import { knownAreas, knownMembers, knownOrganizations, knownTargets } from '@jishi/known-register';
import type { Service } from '@jishi/subgraph';
import { clears } from './clears';
import { coverage } from './coverage';
import { entities } from './entities';
import { erasuresOfEnterprises } from './erasures';
import { instructors } from './instructors';
import { partyStates } from './party-states';
import { setUps } from './set-ups';

/** 非公企业、社会组织: the database of the two new sectors, eight clears, coverage, setting up organisations, instructors. */
export const enterprises: Service = {
  name: 'enterprises',
  capabilities: [entities, instructors, partyStates, setUps, coverage, clears, erasuresOfEnterprises],
  projections: [
    knownOrganizations('enterprises'),
    knownAreas('enterprises'),
    knownMembers('enterprises'),
    knownTargets('enterprises'),
  ],
  tree: 'known_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
