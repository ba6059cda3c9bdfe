import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { PublicUnit } from './units.entities';
import { resolvers } from './units.resolvers';
import { unitSnapshot } from './units.snapshot';

export { PublicUnit } from './units.entities';
export { relocateUnits } from './units.service';

export const units: Capability = {
  name: 'units',
  schema: join(__dirname, 'units.graphql'),
  resolvers,
  entities: [PublicUnit],
  snapshots: [unitSnapshot],
  constraints: {
    public_unit_name_given: {
      code: 'NAME_MISSING',
      field: 'name',
      wording: { zh: '请填写单位名称', en: 'Give the unit a name' },
    },
    public_unit_uscc_unique: {
      code: 'CREDIT_CODE_TAKEN',
      field: 'uscc',
      wording: {
        zh: '该统一社会信用代码已登记在另一个单位名下',
        en: 'Another unit is recorded under this unified social credit code',
      },
    },
  },
};
