import type { Capability } from '@jishi/subgraph';
import { join } from 'node:path';
import { organizationsFollower } from './organizations.consumers';
import { KnownOrganization } from './organizations.entities';
import type { StampedTables } from './organizations.service';

/**
 * Keeps a service's copy of the organisation tree, with the place of every day. `stamped` names the tables whose rows carry the
 * path of their organisation: they are stamped anew in the same transaction when a subtree or an area moves.
 */
export const knownOrganizations = (service: string, stamped: StampedTables = []): Capability => ({
  name: 'known-organizations',
  migrations: join(__dirname, '../../migrations/organizations'),
  entities: [KnownOrganization],
  consumers: [organizationsFollower(service, stamped)],
});
