import type { Service } from '@jishi/subgraph';
import { enterprises } from '../../enterprises/src/service';
import { grids } from '../../grids/src/service';
import { members } from '../../members/src/service';
import { organizations } from '../../organizations/src/service';
import { villages } from '../../villages/src/service';

/** Every service of the platform. */
export const services: readonly Service[] = [organizations, members, villages, grids, enterprises];
