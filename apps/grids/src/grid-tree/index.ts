import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Grid, GridHistory, GridLevel } from './grid-tree.entities';
import { resolvers } from './grid-tree.resolvers';
import { gridSnapshot } from './grid-tree.snapshot';

export {
  faultsOf,
  geometryOf,
  isOnMap,
  mergedRing,
  reachesOut,
  ringOf,
  type Drawn,
  type Fault,
  type Position,
  type Ring,
} from './boundaries.rules';
export { drawBoundary, lastDrawnOn, ringsOf } from './boundaries.service';
export { Grid, GridHistory, type GridStatus, type GridTier, type NetworkKind } from './grid-tree.entities';
export { lastChangedOn, writeHistory } from './grid-tree.history';
export {
  gridAt,
  gridAtPoint,
  gridColumns,
  gridsByCodes,
  gridsByIds,
  type GridRow,
  type Point,
} from './grid-tree.reads';
export { relocateGrids } from './grid-tree.relocation';
export { codeDoesNotFit, dayDoesNotFit, gridSteps, hasSerial, proposedCode } from './grid-tree.rules';
export {
  addGrid,
  basicGridOf,
  endGrid,
  heldGrid,
  refuseEnded,
  refuseIf,
  stepFacts,
  tellOfGrid,
  usedCodes,
} from './grid-tree.service';
export { nearest, type Level } from './levels.rules';
export { levelsOf, levelsOfAreas, readOf, type Read } from './levels.service';

export const gridTree: Capability = {
  name: 'grid-tree',
  schema: join(__dirname, 'grid-tree.graphql'),
  resolvers,
  entities: [Grid, GridHistory, GridLevel],
  snapshots: [gridSnapshot],
  constraints: {
    grid_code_unique: {
      code: 'GRID_CODE_TAKEN',
      field: 'code',
      wording: { zh: '该网格代码已被使用', en: 'This grid code is taken' },
    },
    grid_name_given: {
      code: 'NAME_MISSING',
      field: 'name',
      wording: { zh: '请填写网格名称', en: 'Give the grid a name' },
    },
    grid_households_counted: {
      code: 'HOUSEHOLDS_BELOW_ZERO',
      field: 'households',
      wording: { zh: '户数不能小于0', en: 'The number of households cannot be below 0' },
    },
    grid_population_counted: {
      code: 'POPULATION_BELOW_ZERO',
      field: 'population',
      wording: { zh: '人数不能小于0', en: 'The number of people cannot be below 0' },
    },
    grid_level_name_given: {
      code: 'NAME_MISSING',
      field: 'zh',
      wording: { zh: '请填写层级名称', en: 'Give the level a name' },
    },
    grid_level_english_name_given: {
      code: 'NAME_MISSING',
      field: 'en',
      wording: { zh: '请填写层级的英文名称', en: 'Give the level an English name' },
    },
  },
};
