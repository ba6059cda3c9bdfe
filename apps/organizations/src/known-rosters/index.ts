import type { Capability } from '@jishi/subgraph';
import { followRosters } from './known-rosters.consumers';
import { KnownRoster } from './known-rosters.entities';

export { KnownRoster } from './known-rosters.entities';

export const knownRosters: Capability = {
  name: 'known-rosters',
  entities: [KnownRoster],
  consumers: [followRosters],
};
