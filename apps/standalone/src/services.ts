import type { Service } from '@jishi/subgraph';
import { members } from '../../members/src/service';
import { organizations } from '../../organizations/src/service';

/** Every service of the platform. */
export const services: readonly Service[] = [organizations, members];
