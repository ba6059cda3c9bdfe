import type { Service } from '@jishi/subgraph';
import { enterprises } from '../../apps/enterprises/src/service';
import { grids } from '../../apps/grids/src/service';
import { members } from '../../apps/members/src/service';
import { organizations } from '../../apps/organizations/src/service';
import { villages } from '../../apps/villages/src/service';

/** Every subgraph of the graph. A new service is one line here. */
export const services: readonly Service[] = [organizations, members, villages, grids, enterprises];
