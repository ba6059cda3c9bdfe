import { join } from 'node:path';
import { knownAreas, knownMembers, knownOrganizations, knownUnits, knownTargets } from '@jishi/known-register';
import type { Service } from '@jishi/subgraph';
import { areaMergers } from './area-mergers';
import { classification } from './classification';
import { income } from './income';
import { cooperatives } from './cooperatives';
import { erasuresOfVillages } from './erasures';
import { plans } from './plans';
import { register } from './register';
import { stationed } from './stationed';

/** 行政村与村集体经济: the register of villages, their income and class, plans, first secretaries, cooperatives led by branches. */
export const villages: Service = {
  name: 'villages',
  capabilities: [register, plans, stationed, cooperatives, income, classification, areaMergers, erasuresOfVillages],
  projections: [
    knownOrganizations('villages'),
    knownAreas('villages'),
    knownUnits('villages'),
    knownMembers('villages'),
    knownTargets('villages'),
  ],
  tree: 'known_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
