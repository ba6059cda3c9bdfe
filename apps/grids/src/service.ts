import { join } from 'node:path';
import { knownAreas, knownOrganizations, knownUnits, knownTargets } from '@jishi/known-register';
import type { Service } from '@jishi/subgraph';
import { areaMergers } from './area-mergers';
import { communities } from './communities';
import { erasuresOfGrids } from './erasures';
import { gridChanges } from './grid-changes';
import { gridMap } from './grid-map';
import { gridTree } from './grid-tree';
import { quarters } from './quarters';
import { teams } from './teams';
import { matterTypes } from './matter-types';
import { matters } from './matters';
import { property } from './property';

/** 城市网格、社区与服务: grids and their teams, communities and quarters, matters from report to close, property management. */
export const grids: Service = {
  name: 'grids',
  capabilities: [
    communities,
    gridTree,
    quarters,
    teams,
    matterTypes,
    matters,
    property,
    gridMap,
    gridChanges,
    areaMergers,
    erasuresOfGrids,
  ],
  projections: [knownOrganizations('grids'), knownAreas('grids'), knownUnits('grids'), knownTargets('grids')],
  tree: 'known_organization',
  migrations: join(__dirname, '../migrations'),
  foreign: join(__dirname, 'foreign.graphql'),
};
