import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { DevelopmentPlan } from './plans.entities';
import { resolvers } from './plans.resolvers';
import { anotherPlanValid } from './plans.rules';
import { planSnapshot } from './plans.snapshot';

export { DevelopmentPlan, type PlanState } from './plans.entities';
export { movePlans, villageAfter } from './plans.mergers';
export { coverageOf, onDay, type AreaOnDay } from './plans.coverage';

export const plans: Capability = {
  name: 'plans',
  schema: join(__dirname, 'plans.graphql'),
  resolvers,
  entities: [DevelopmentPlan],
  snapshots: [planSnapshot],
  constraints: { development_plan_one_valid: anotherPlanValid },
};
