// Events of the service enterprises: entities of the two new sectors, their Party state, set-up tasks, instructors.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

const entity = {
  entityId: f.id,
  /** Null for a suspected duplicate that came without a valid code. */
  uscc: z.string().min(1).nullable(),
  registrar: z.enum(['MR', 'CA']),
  kind: f.entityKind,
  formTags: z.array(z.string()),
  areaCode: f.areaCode,
  gridId: f.id.nullable(),
  employees: f.count,
  operating: f.entityOperating,
};
export const entityRegistered = defineEvent({
  type: 'enterprises.entity.registered.v1',
  key: 'entityId',
  dataClass: 'internal',
  zh: '企业、社会组织登记',
  en: 'a firm or social organisation was recorded',
  features: ['ENT-01'],
  example: {
    entityId: sample.firm,
    uscc: '91410823MA9K3T4X20',
    registrar: 'MR',
    kind: 'COMPANY',
    formTags: ['INTERNET'],
    areaCode: sample.community,
    gridId: sample.grid,
    employees: 46,
    operating: 'OPEN',
  },
  schema: z.strictObject(entity),
});
export const entityChanged = defineEvent({
  type: 'enterprises.entity.changed.v1',
  key: 'entityId',
  dataClass: 'internal',
  zh: '企业、社会组织变更',
  en: 'facts of a firm or social organisation changed',
  features: ['ENT-01'],
  example: {
    entityId: sample.firm,
    uscc: '91410823MA9K3T4X20',
    registrar: 'MR',
    kind: 'COMPANY',
    formTags: ['INTERNET', 'LIVE_COMMERCE'],
    areaCode: sample.community,
    gridId: sample.grid,
    employees: 61,
    operating: 'OPEN',
  },
  schema: z.strictObject(entity),
});
export const entityClosed = defineEvent({
  type: 'enterprises.entity.closed.v1',
  key: 'entityId',
  dataClass: 'internal',
  zh: '企业、社会组织注销或并入',
  en: 'a firm or social organisation was closed, or was a duplicate merged into another record',
  features: ['ENT-01'],
  example: { entityId: sample.firm, uscc: '91410823MA9K3T4X20', mergedIntoId: null, on: '2026-11-30' },
  schema: z.strictObject({
    entityId: f.id,
    uscc: z.string().min(1).nullable(),
    mergedIntoId: f.id.nullable(),
    on: f.civilDate,
  }),
});

export const partyStateChanged = defineEvent({
  type: 'enterprises.party-state.changed.v1',
  key: 'entityId',
  dataClass: 'internal',
  zh: '企业、社会组织党建状态变化',
  en: 'the Party state of an entity changed: swept, instructed, qualified, setting up, organised, at risk, lapsed, closed',
  features: ['ENT-06', 'ENT-07'],
  example: {
    entityId: sample.firm,
    areaCode: sample.community,
    from: 'SETTING_UP',
    to: 'ORGANISED',
    orgId: sample.jointBranch,
  },
  schema: z.strictObject({
    entityId: f.id,
    areaCode: f.areaCode,
    from: f.partyState,
    to: f.partyState,
    orgId: f.id.nullable(),
  }),
});

const setUp = {
  taskId: f.id,
  entityIds: z.array(f.id).min(1),
  way: z.enum(['SINGLE', 'JOINT', 'TRADE', 'REGIONAL']),
};
export const setUpOpened = defineEvent({
  type: 'enterprises.setup.opened.v1',
  key: 'taskId',
  dataClass: 'internal',
  zh: '组建任务建立',
  en: 'a task to set up an organisation was opened',
  features: ['ENT-05', 'ENT-06'],
  example: {
    taskId: sample.setUpTask,
    entityIds: [sample.firm, sample.propertyFirm],
    way: 'JOINT',
    dueOn: '2026-04-30',
  },
  schema: z.strictObject({ ...setUp, dueOn: f.civilDate }),
});
export const setUpCompleted = defineEvent({
  type: 'enterprises.setup.completed.v1',
  key: 'taskId',
  dataClass: 'internal',
  zh: '组建任务完成',
  en: 'a task to set up an organisation was done: the organisation is active',
  features: ['ENT-05', 'ENT-06'],
  example: {
    taskId: sample.setUpTask,
    entityIds: [sample.firm, sample.propertyFirm],
    way: 'JOINT',
    orgId: sample.jointBranch,
  },
  schema: z.strictObject({ ...setUp, orgId: f.id }),
});

const instructor = {
  assignmentId: f.id,
  personId: f.id,
  entityId: f.id,
  kind: z.enum(['INSTRUCTOR', 'LIAISON']),
};
export const instructorAssigned = defineEvent({
  type: 'enterprises.instructor.assigned.v1',
  key: 'assignmentId',
  dataClass: 'personal',
  zh: '党建指导员、联络员派驻',
  en: 'an instructor or liaison was assigned to an entity',
  features: ['ENT-09'],
  example: {
    assignmentId: sample.instructing,
    personId: sample.instructor,
    entityId: sample.firm,
    kind: 'INSTRUCTOR',
    from: '2026-02-01',
  },
  schema: z.strictObject({ ...instructor, from: f.civilDate }),
});
export const instructorEnded = defineEvent({
  type: 'enterprises.instructor.ended.v1',
  key: 'assignmentId',
  dataClass: 'personal',
  zh: '党建指导员、联络员离任',
  en: 'an instructor or liaison left an entity',
  features: ['ENT-09'],
  example: {
    assignmentId: sample.instructing,
    personId: sample.instructor,
    entityId: sample.firm,
    kind: 'INSTRUCTOR',
    to: '2027-01-31',
  },
  schema: z.strictObject({ ...instructor, to: f.civilDate }),
});
