import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Community, CommunityYear } from './communities.entities';
import { resolvers } from './communities.resolvers';
import { communitySnapshot } from './communities.snapshot';

export { Community, CommunityYear } from './communities.entities';
export { mergeCommunity } from './communities.mergers';
export { communitiesByCodes, type CommunityRow } from './communities.service';

export const communities: Capability = {
  name: 'communities',
  schema: join(__dirname, 'communities.graphql'),
  resolvers,
  entities: [Community, CommunityYear],
  snapshots: [communitySnapshot],
  constraints: {
    community_pkey: {
      code: 'COMMUNITY_RECORDED_ALREADY',
      field: 'areaCode',
      wording: {
        zh: '该社区已经登记，变更时请填写版本号',
        en: 'This community is recorded already; to change it, give its version',
      },
    },
    community_households_counted: {
      code: 'HOUSEHOLDS_BELOW_ZERO',
      field: 'households',
      wording: { zh: '户数不能小于0', en: 'The number of households cannot be below 0' },
    },
    community_area_positive: {
      code: 'AREA_NOT_POSITIVE',
      field: 'areaM2',
      wording: { zh: '面积应大于0平方米', en: 'The area must be above 0 square metres' },
    },
    community_stations_counted: {
      code: 'STATIONS_BELOW_ZERO',
      field: 'serviceStations',
      wording: { zh: '服务站数不能小于0', en: 'The number of service stations cannot be below 0' },
    },
    community_year_unique: {
      code: 'YEAR_RECORDED_ALREADY',
      field: 'year',
      wording: {
        zh: '该社区这一年的人口已经登记，更正时请填写版本号',
        en: 'This year is recorded already; to correct it, give its version',
      },
    },
    community_year_in_reach: {
      code: 'YEAR_OUT_OF_REACH',
      field: 'year',
      wording: { zh: '年份不在可登记的范围内', en: 'This year cannot be recorded' },
    },
    community_year_residents_counted: {
      code: 'RESIDENTS_BELOW_ZERO',
      field: 'permanentUrbanResidents',
      wording: { zh: '常住人口不能小于0', en: 'The number of residents cannot be below 0' },
    },
    community_year_source_given: {
      code: 'SOURCE_MISSING',
      field: 'source',
      wording: { zh: '请填写人口数的来源', en: 'Say which statistics the number comes from' },
    },
  },
};
