import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followTargets } from './classification.consumers';
import { VillageJudgement } from './classification.entities';
import { resolvers } from './classification.resolvers';
import { judgeByClock } from './classification.service';
import { classificationSnapshot } from './classification.snapshot';

export const classification: Capability = {
  name: 'classification',
  schema: join(__dirname, 'classification.graphql'),
  resolvers,
  entities: [VillageJudgement],
  snapshots: [classificationSnapshot],
  consumers: [followTargets],
  daily: (run) => run.transact(judgeByClock),
};
