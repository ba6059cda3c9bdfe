import { join } from 'node:path';
import type { Service } from '@jishi/subgraph';
import { areaMergers } from './area-mergers';
import { areas } from './areas';
import { bodies } from './bodies';
import { changes } from './changes';
import { knownRosters } from './known-rosters';
import { register } from './register';
import { settingIssues } from './setting-issues';
import { targets } from './targets';
import { units } from './units';

/** 党组织: areas, units, the register of organisations, their bodies, their setting and how it changes, and the targets of areas. */
export const organizations: Service = {
  name: 'organizations',
  capabilities: [areas, register, units, bodies, settingIssues, changes, targets, areaMergers],
  projections: [knownRosters],
  tree: 'party_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
