// Events of the service grids: grids, communities, quarters, matter types, matters, property companies.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

export const gridDefined = defineEvent({
  type: 'grids.grid.defined.v1',
  key: 'gridId',
  dataClass: 'internal',
  zh: '网格划定或调整',
  en: 'a grid was defined, or its boundary or place in the tree changed',
  features: ['GRD-01'],
  example: {
    gridId: sample.grid,
    code: '41082300100101',
    level: 3,
    parentId: sample.communityGrid,
    areaCode: sample.community,
    special: false,
    boundaryVersion: 2,
  },
  schema: z.strictObject({
    gridId: f.id,
    code: z.string().min(1),
    level: z.int().min(1),
    parentId: f.id.nullable(),
    /** The community or village, the street, or the county that the grid is or belongs to. */
    areaCode: f.areaCode,
    special: z.boolean(),
    /** Counts the versions of the boundary; 0 while none is drawn. */
    boundaryVersion: f.count,
  }),
});
export const gridRetired = defineEvent({
  type: 'grids.grid.retired.v1',
  key: 'gridId',
  dataClass: 'internal',
  zh: '网格撤销（合并、拆分）',
  en: 'a grid was retired; its successors take its open matters by location',
  features: ['GRD-01'],
  example: { gridId: sample.grid, areaCode: sample.community, successorIds: [sample.otherGrid], on: '2026-07-01' },
  schema: z.strictObject({ gridId: f.id, areaCode: f.areaCode, successorIds: z.array(f.id), on: f.civilDate }),
});

export const communityChanged = defineEvent({
  type: 'grids.community.changed.v1',
  key: 'areaCode',
  dataClass: 'internal',
  zh: '社区登记或变更',
  en: 'a community was recorded or changed; a merged one names its successors',
  features: ['GRD-16'],
  example: { areaCode: sample.community, households: 3_412, status: 'ACTIVE', replacedBy: [] },
  schema: z.strictObject({
    areaCode: f.areaCode,
    households: f.count,
    status: z.enum(['ACTIVE', 'MERGED']),
    replacedBy: z.array(f.areaCode),
  }),
});

export const quarterChanged = defineEvent({
  type: 'grids.quarter.changed.v1',
  key: 'quarterId',
  dataClass: 'internal',
  zh: '小区登记、变更或物业管理方式变化',
  en: 'a quarter was recorded or changed, or its mode of property management did',
  features: ['GRD-20', 'GRD-21'],
  example: {
    quarterId: sample.quarter,
    communityCode: sample.community,
    propertyMode: 'COMPANY',
    providerId: sample.provider,
    from: '2026-01-01',
  },
  schema: z.strictObject({
    quarterId: f.id,
    communityCode: f.areaCode,
    propertyMode: f.propertyMode,
    providerId: f.id.nullable(),
    from: f.civilDate,
  }),
});

const matter = {
  matterId: f.id,
  typeCode: z.string().min(1),
  communityCode: f.areaCode,
  gridId: f.id.nullable(),
  level: f.matterLevel,
};
export const matterReported = defineEvent({
  type: 'grids.matter.reported.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项上报',
  en: 'a matter was reported',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'GRID',
    at: '2026-05-06T01:12:30.000Z',
  },
  schema: z.strictObject({ ...matter, at: f.instant }),
});
export const matterMoved = defineEvent({
  type: 'grids.matter.moved.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项流转一步',
  en: 'a matter took a step that is told by no event of its own: accepted, taken, returned, suspended, resumed, resolved, asked',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'COMMUNITY',
    state: 'ACCEPTED',
    action: 'accept',
    at: '2026-05-06T01:20:05.000Z',
  },
  schema: z.strictObject({ ...matter, state: z.string().min(1), action: z.string().min(1), at: f.instant }),
});
export const matterEscalated = defineEvent({
  type: 'grids.matter.escalated.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项上交',
  en: 'a community sent a matter up to its street or town',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'STREET',
    at: '2026-05-06T02:41:00.000Z',
  },
  schema: z.strictObject({ ...matter, at: f.instant }),
});
export const matterDispatched = defineEvent({
  type: 'grids.matter.dispatched.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项派单',
  en: 'a matter was dispatched to the units that handle it; several in a joint dispatch',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'STREET',
    unitIds: [sample.cityManagement],
    at: '2026-05-06T03:05:12.000Z',
  },
  schema: z.strictObject({ ...matter, unitIds: z.array(f.id).min(1), at: f.instant }),
});
export const matterClosed = defineEvent({
  type: 'grids.matter.closed.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项办结',
  en: 'a matter was closed with an answer',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'STREET',
    assignedUnitId: sample.cityManagement,
    minutes: 655,
    rating: 5,
    at: '2026-05-07T08:37:40.000Z',
  },
  schema: z.strictObject({
    ...matter,
    assignedUnitId: f.id.nullable(),
    /** Working minutes from report to close, suspensions left out. */
    minutes: f.count,
    rating: z.int().min(1).max(5).nullable(),
    at: f.instant,
  }),
});
export const matterOverdue = defineEvent({
  type: 'grids.matter.overdue.v1',
  key: 'matterId',
  dataClass: 'internal',
  zh: '事项超时',
  en: 'the current step of a matter passed its limit',
  features: ['GRD-09'],
  example: {
    matterId: sample.matter,
    typeCode: '0301',
    communityCode: sample.community,
    gridId: sample.grid,
    level: 'STREET',
    step: 'resolve',
    dueAt: '2026-05-08T09:30:00.000Z',
  },
  schema: z.strictObject({ ...matter, step: z.string().min(1), dueAt: f.instant }),
});

const matterType = { typeCode: z.string().min(1), version: z.int().min(1), ownerUnitId: f.id.nullable() };
export const matterTypeAdmitted = defineEvent({
  type: 'grids.matter-type.admitted.v1',
  key: 'typeCode',
  dataClass: 'public',
  zh: '网格事项准入',
  en: 'a type of matter was admitted to the list of what grids may be given',
  features: ['GRD-07'],
  example: { typeCode: '0302', version: 3, ownerUnitId: sample.cityManagement },
  schema: z.strictObject(matterType),
});
export const matterTypeSuspended = defineEvent({
  type: 'grids.matter-type.suspended.v1',
  key: 'typeCode',
  dataClass: 'public',
  zh: '网格事项暂停或退出准入',
  en: 'a type of matter was suspended or removed from the list',
  features: ['GRD-07'],
  example: { typeCode: '0302', version: 4, ownerUnitId: sample.cityManagement, removed: false },
  schema: z.strictObject({ ...matterType, removed: z.boolean() }),
});

const provider = { providerId: f.id, uscc: z.string().min(1), quarterIds: z.array(f.id) };
export const providerAdmitted = defineEvent({
  type: 'grids.provider.admitted.v1',
  key: 'providerId',
  dataClass: 'internal',
  zh: '物业企业准入',
  en: 'a property company was admitted',
  features: ['GRD-26'],
  example: { providerId: sample.provider, uscc: '91410823MA46W0RB66', quarterIds: [sample.quarter], on: '2025-12-20' },
  schema: z.strictObject({ ...provider, on: f.civilDate }),
});
export const providerWarned = defineEvent({
  type: 'grids.provider.warned.v1',
  key: 'providerId',
  dataClass: 'internal',
  zh: '物业企业警告',
  en: 'a property company was warned',
  features: ['GRD-26'],
  example: { providerId: sample.provider, uscc: '91410823MA46W0RB66', quarterIds: [sample.quarter], on: '2026-04-09' },
  schema: z.strictObject({ ...provider, on: f.civilDate }),
});
export const providerExited = defineEvent({
  type: 'grids.provider.exited.v1',
  key: 'providerId',
  dataClass: 'internal',
  zh: '物业企业退出',
  en: 'a property company left; each of its quarters has a successor mode from that day',
  features: ['GRD-26'],
  example: {
    providerId: sample.provider,
    uscc: '91410823MA46W0RB66',
    quarterIds: [sample.quarter],
    on: '2026-10-31',
    barred: true,
  },
  schema: z.strictObject({ ...provider, on: f.civilDate, barred: z.boolean() }),
});
