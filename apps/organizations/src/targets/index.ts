import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { IndicatorTarget } from './targets.entities';
import { resolvers } from './targets.resolvers';
import { targetSnapshot } from './targets.snapshot';

export { IndicatorTarget } from './targets.entities';
export { relocateTargets } from './targets.service';

export const targets: Capability = {
  name: 'targets',
  schema: join(__dirname, 'targets.graphql'),
  resolvers,
  entities: [IndicatorTarget],
  snapshots: [targetSnapshot],
  constraints: {
    indicator_target_one_at_a_time: {
      code: 'TARGET_OVERLAPS',
      field: 'validFrom',
      wording: { zh: '该指标在此期间已有目标', en: 'Another target of this figure holds on these days' },
    },
  },
};
