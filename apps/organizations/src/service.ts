import { join } from 'node:path';
import type { Service } from '@jishi/subgraph';
import { areaMergers } from './area-mergers';
import { areas } from './areas';
import { bodies } from './bodies';
import { changes } from './changes';
import { erasuresOfOrganizations } from './erasures';
import { knownRosters } from './known-rosters';
import { places } from './places';
import { register } from './register';
import { settingIssues } from './setting-issues';
import { supervisionSamples } from './supervision-samples';
import { targets } from './targets';
import { units } from './units';

/** 党组织: areas, units, the register of organisations, their bodies, their setting and how it changes, the targets of areas, and the list of supervision. */
export const organizations: Service = {
  name: 'organizations',
  capabilities: [
    areas,
    register,
    units,
    bodies,
    settingIssues,
    changes,
    targets,
    supervisionSamples,
    places,
    areaMergers,
    erasuresOfOrganizations,
  ],
  projections: [knownRosters],
  tree: 'party_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
