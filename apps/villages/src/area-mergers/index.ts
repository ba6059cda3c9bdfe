import type { Capability } from '@jishi/subgraph';
import { mergeAreas, mergeByClock } from './area-mergers.consumers';

/** Comes last: it knows what every capability does when areas merge. */
export const areaMergers: Capability = {
  name: 'area-mergers',
  consumers: [mergeAreas],
  daily: (run) => run.transact(mergeByClock),
};
