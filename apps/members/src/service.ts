import { join } from 'node:path';
import { knownOrganizations } from '@jishi/known-register';
import type { Service } from '@jishi/subgraph';
import { admissionsOfVillages } from './admissions-of-villages';
import { erasures, erasuresOfMembers } from './erasures';
import { membership } from './membership';
import { people } from './people';
import { rosters } from './rosters';
import { structure } from './structure';
import { transfers } from './transfers';

/** 党员: persons who hold a role, members and their branches, transfers, and the figures of every day. */
export const members: Service = {
  name: 'members',
  // Rosters stand before membership because every change of a member counts in its own transaction.
  capabilities: [people, rosters, membership, transfers, structure, admissionsOfVillages, erasures, erasuresOfMembers],
  projections: [knownOrganizations('members', ['person', 'member'])],
  tree: 'known_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
