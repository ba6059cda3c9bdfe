import type { Service } from '@jishi/subgraph';
import { members } from '../../apps/members/src/service';
import { organizations } from '../../apps/organizations/src/service';

/** Every subgraph of the graph. A new service is one line here. */
export const services: readonly Service[] = [organizations, members];
