import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { keepMattersInTime } from './matters.daily';
import { Matter, MatterLeg, OfficeDay, OfficeHours } from './matters.entities';
import { resolvers } from './matters.resolvers';
import { matterSnapshot } from './matters.snapshot';

export { Matter, MatterLeg, type MatterState } from './matters.entities';
export { figuresOf } from './matters.figures';
export { hoursOf, hoursOfCounties } from './matters.hours';
export { mattersFollowMap, rehomeMatters } from './matters.daily';
export { relocateMatters } from './matters.mergers';

const pointOutOfReach = (field: string) => ({
  code: 'POINT_OUT_OF_REACH',
  field,
  wording: { zh: '经纬度不在范围内', en: 'No such longitude or latitude' },
});

export const matters: Capability = {
  name: 'matters',
  schema: join(__dirname, 'matters.graphql'),
  resolvers,
  entities: [Matter, MatterLeg, OfficeHours, OfficeDay],
  snapshots: [matterSnapshot],
  daily: keepMattersInTime,
  constraints: {
    matter_summary_given: {
      code: 'SUMMARY_MISSING',
      field: 'summary',
      wording: { zh: '请填写情况摘要', en: 'Say in short what the matter is' },
    },
    matter_longitude_in_reach: pointOutOfReach('longitude'),
    matter_latitude_in_reach: pointOutOfReach('latitude'),
    office_day_reason_given: {
      code: 'REASON_MISSING',
      field: 'reason',
      wording: { zh: '请填写调整的依据', en: 'Say on what the change stands' },
    },
  },
};
