import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Cooperative, CooperativeSeat, CooperativeYear } from './cooperatives.entities';
import { followLeads } from './cooperatives.lead';
import { resolvers } from './cooperatives.resolvers';
import { markDormant } from './cooperatives.service';
import { cooperativeSnapshot } from './cooperatives.snapshot';

export { Cooperative, CooperativeSeat, CooperativeYear } from './cooperatives.entities';
export { moveCooperatives } from './cooperatives.mergers';

export const cooperatives: Capability = {
  name: 'cooperatives',
  schema: join(__dirname, 'cooperatives.graphql'),
  resolvers,
  entities: [Cooperative, CooperativeSeat, CooperativeYear],
  snapshots: [cooperativeSnapshot],
  consumers: [followLeads],
  daily: markDormant,
  constraints: {
    cooperative_uscc_unique: {
      code: 'USCC_TAKEN',
      field: 'uscc',
      wording: {
        zh: '该统一社会信用代码已登记在另一家合作社名下，请核对后再登记',
        en: 'This credit code is recorded for another cooperative; please check it',
      },
    },
    cooperative_members_counted: {
      code: 'MEMBERS_DO_NOT_ADD_UP',
      field: 'farmerCount',
      wording: {
        zh: '农民成员数、党员成员数不能为负，也不能超过成员总数',
        en: 'Farmers and Party members among the members are not below 0 and not more than all members',
      },
    },
    cooperative_stake_in_range: {
      code: 'STAKE_OUT_OF_RANGE',
      field: 'collectiveStake',
      wording: {
        zh: '村集体持股应在0至10000个基点之间',
        en: 'The collective stake lies between 0 and 10,000 basis points',
      },
    },
    cooperative_year_unique: {
      code: 'YEAR_RECORDED',
      field: 'year',
      wording: { zh: '该年度刚刚已有人填报', en: 'Somebody has just recorded this year' },
    },
  },
};
