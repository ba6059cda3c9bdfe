import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Area } from './areas.entities';
import { resolvers } from './areas.resolvers';
import { areaSnapshot } from './areas.snapshot';

export { Area, type AreaKind, type AreaLevel } from './areas.entities';
export { areasByCodes, beginsWith, type AreaRow } from './areas.service';
export { areaFacts } from './areas.snapshot';

export const areas: Capability = {
  name: 'areas',
  schema: join(__dirname, 'areas.graphql'),
  resolvers,
  entities: [Area],
  snapshots: [areaSnapshot],
  constraints: {
    area_pkey: {
      code: 'AREA_CODE_TAKEN',
      field: 'code',
      wording: { zh: '该区划代码已经登记', en: 'This area code is recorded already' },
    },
    area_level_fits_code: {
      code: 'AREA_LEVEL_DOES_NOT_FIT',
      field: 'code',
      wording: { zh: '区划代码的位数与层级不符', en: 'The length of the code does not fit its level' },
    },
  },
};
