import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { AdmissionRequest, MatterType, MatterTypeEdition } from './matter-types.entities';
import { resolvers } from './matter-types.resolvers';
import { matterTypeSnapshot } from './matter-types.snapshot';

export { type GridDuty, type MatterLevel } from './matter-types.entities';
export { limitedSteps, type LimitedStep, type MatterLimits } from './matter-types.rules';
export { admittedType, editionOf, type TypeInForce } from './matter-types.gate';
export { departmentOf, mayFor, mustFor, officeInBusiness, officesByIds, type Office } from './matter-types.offices';
export { editionsOf, matterTypesByCodes, type EditionRow } from './matter-types.queries';
export { notAdmitted } from './matter-types.rules';

export const matterTypes: Capability = {
  name: 'matter-types',
  schema: join(__dirname, 'matter-types.graphql'),
  resolvers,
  entities: [MatterType, MatterTypeEdition, AdmissionRequest],
  snapshots: [matterTypeSnapshot],
  constraints: {
    admission_request_one_open: {
      code: 'ADMISSION_UNDER_WAY',
      field: 'code',
      wording: {
        zh: '该事项已有未决定的准入申请',
        en: 'A request for this type of matter is not decided yet',
      },
    },
    matter_type_edition_unique: {
      code: 'ADMISSION_UNDER_WAY',
      field: 'code',
      wording: { zh: '该事项刚有人申请准入，请刷新', en: 'Somebody else has just asked for this type; reload' },
    },
    matter_type_pkey: {
      code: 'ADMISSION_UNDER_WAY',
      field: 'code',
      wording: { zh: '该事项刚有人申请准入，请刷新', en: 'Somebody else has just asked for this type; reload' },
    },
    matter_type_name_given: {
      code: 'NAME_MISSING',
      field: 'name',
      wording: { zh: '请填写事项名称', en: 'Give the name of the matter' },
    },
    matter_type_basis_given: {
      code: 'BASIS_MISSING',
      field: 'legalBasis',
      wording: { zh: '请填写法律法规依据', en: 'Give the legal basis' },
    },
    admission_request_reason_given: {
      code: 'REASON_MISSING',
      field: 'reason',
      wording: { zh: '请填写申请理由', en: 'Say why the matter should be admitted' },
    },
    admission_request_workload_positive: {
      code: 'WORKLOAD_NOT_NAMED',
      field: 'workloadMinutes',
      wording: { zh: '必须写明每个网格每月的工作量（分钟）', en: 'Name the workload of a grid in a month, in minutes' },
    },
    admission_request_money_counted: {
      code: 'MONEY_BELOW_ZERO',
      field: 'money',
      wording: { zh: '经费不能小于0', en: 'The money cannot be below 0' },
    },
  },
};
