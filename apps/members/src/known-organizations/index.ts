import type { Capability } from '@jishi/subgraph';
import { followOrganizations } from './known-organizations.consumers';
import { KnownOrganization } from './known-organizations.entities';

export { KnownOrganization } from './known-organizations.entities';
export { knownAfter, knownByNow, standsIn, type Standing } from './known-organizations.service';

export const knownOrganizations: Capability = {
  name: 'known-organizations',
  entities: [KnownOrganization],
  consumers: [followOrganizations],
};
