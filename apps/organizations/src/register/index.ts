import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { OrganizationJointHost, PartyOrganization, PartyOrganizationHistory } from './register.entities';
import { resolvers } from './register.resolvers';
import { organizationSnapshot } from './register.snapshot';

export * from './register.entities';
export {
  attachHosts,
  detachHosts,
  firstHostOf,
  jointHostsOn,
  jointHostsTold,
  othersThan,
  sameHosts,
} from './register.hosts';
export { isPlace, refuseBackdating, refuseDay, refusePlace, type Standing } from './register.rules';
export {
  atOrBelow,
  highestOrganizationsAt,
  organizationsByIds,
  superiorsByIds,
  type OrganizationRow,
} from './register.service';
export {
  aboutOf,
  addOrganization,
  changeOrganization,
  lastChangedOn,
  lockTree,
  nextCode,
  pathOf,
  placeOfArea,
  reassignOrganization,
  relocateOrganizations,
  standingOf,
} from './register.tree';

export const register: Capability = {
  name: 'register',
  schema: join(__dirname, 'register.graphql'),
  resolvers,
  entities: [PartyOrganization, PartyOrganizationHistory, OrganizationJointHost],
  snapshots: [organizationSnapshot],
  constraints: {
    party_organization_code_unique: {
      code: 'ORGANISATION_CODE_TAKEN',
      field: 'code',
      wording: { zh: '该党组织编号已被使用', en: 'This code belongs to another organisation' },
    },
  },
};
