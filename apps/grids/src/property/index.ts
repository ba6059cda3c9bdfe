import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { PropertyAlert, PropertyContract, PropertyHandover, QuarterMode } from './modes.entities';
import { followFirms } from './property.consumers';
import { resolvers } from './property.resolvers';
import { PropertyEvaluation, PropertyProvider, PropertyScore, PropertyWarning } from './providers.entities';
import { providerSnapshot } from './property.snapshot';

export { QuarterMode } from './modes.entities';
export { PropertyProvider } from './providers.entities';

export const property: Capability = {
  name: 'property',
  schema: join(__dirname, 'property.graphql'),
  resolvers,
  entities: [
    PropertyProvider,
    PropertyWarning,
    PropertyScore,
    PropertyEvaluation,
    QuarterMode,
    PropertyContract,
    PropertyAlert,
    PropertyHandover,
  ],
  snapshots: [providerSnapshot],
  consumers: [followFirms],
  constraints: {
    property_contract_one_at_a_time: {
      code: 'CONTRACT_OVERLAPS',
      field: 'startsOn',
      wording: {
        zh: '该企业与该小区在此期间已有合同',
        en: 'The company already has a contract for this quarter in these days',
      },
    },
    property_provider_uscc_unique: {
      code: 'PROVIDER_RECORDED_ALREADY',
      field: 'uscc',
      wording: { zh: '该物业企业已经登记', en: 'This property company is recorded already' },
    },
    quarter_mode_one_a_day: {
      code: 'TWO_MODES_ON_A_DAY',
      field: 'from',
      wording: {
        zh: '小区在同一天只能有一种物业管理方式',
        en: 'A quarter has one mode of property management on a day',
      },
    },
  },
};
