import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { ModelVillage, Village, VillageYear } from './register.entities';
import { resolvers } from './register.resolvers';
import { villageSnapshot } from './register.snapshot';

export { Village, type VillageClass } from './register.entities';
export { mergeVillage, type Merger } from './register.mergers';
export { villagesByCodes, type VillageRow } from './register.queries';
export { villageMerged } from './register.rules';
export { placeOfVillage, refuseIf, tellOfVillage } from './register.service';

export const register: Capability = {
  name: 'register',
  schema: join(__dirname, 'register.graphql'),
  resolvers,
  entities: [Village, VillageYear, ModelVillage],
  snapshots: [villageSnapshot],
  constraints: {
    village_economic_org_uscc_unique: {
      code: 'USCC_TAKEN',
      field: 'economicOrgUscc',
      wording: {
        zh: '该统一社会信用代码已登记在另一个村的集体经济组织名下',
        en: 'This credit code is recorded for the collective economic organisation of another village',
      },
    },
    village_pkey: {
      code: 'VILLAGE_RECORDED',
      field: 'areaCode',
      wording: { zh: '该行政村刚刚已有人登记', en: 'Somebody has just recorded this village' },
    },
    village_year_unique: {
      code: 'VILLAGE_YEAR_RECORDED',
      field: 'year',
      wording: { zh: '该年度的统计刚刚已有人登记', en: 'Somebody has just recorded the statistics of this year' },
    },
    model_village_one_open: {
      code: 'MODEL_NOMINATION_OPEN',
      field: 'areaCode',
      wording: {
        zh: '该村已有待决定的提名，或者已是示范村',
        en: 'A nomination of this village waits for a decision, or it already holds the title',
      },
    },
  },
};
