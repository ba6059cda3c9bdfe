import type { Capability } from '@jishi/subgraph';
import { followAreaMergers } from './area-mergers.consumers';

/** 区划合并: what a merger of villages or communities does to communities, grids, quarters and teams. */
export const areaMergers: Capability = { name: 'area-mergers', consumers: [followAreaMergers] };
