// Events of the service organizations: areas, units, organisations and their changes.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

export const areaChanged = defineEvent({
  type: 'organizations.area.changed.v1',
  key: 'code',
  dataClass: 'public',
  zh: '行政区划新增或变更',
  en: 'an area was added or changed; a merged area names its successors',
  features: ['ORG-01'],
  example: {
    code: sample.community,
    name: '建设社区',
    level: 'GRASSROOTS',
    parentCode: sample.street,
    kind: 'COMMUNITY',
    validFrom: '2020-06-01',
    validTo: null,
    replacedBy: [],
  },
  schema: z.strictObject({
    code: f.areaCode,
    name: z.string().min(1),
    level: f.areaLevel,
    parentCode: f.areaCode.nullable(),
    kind: f.areaKind.nullable(),
    validFrom: f.civilDate,
    validTo: f.civilDate.nullable(),
    replacedBy: z.array(f.areaCode),
  }),
});

export const unitChanged = defineEvent({
  type: 'organizations.unit.changed.v1',
  key: 'unitId',
  dataClass: 'internal',
  zh: '单位登记或变更',
  en: 'a public unit was recorded or changed',
  features: ['ORG-01'],
  example: {
    unitId: sample.housingBureau,
    uscc: '11410823005821377N',
    kind: 'ORGAN',
    departmentCode: 'HOUSING',
    areaCode: sample.county,
    status: 'ACTIVE',
  },
  schema: z.strictObject({
    unitId: f.id,
    uscc: z.string().nullable(),
    kind: f.unitKind,
    departmentCode: z.string().nullable(),
    areaCode: f.areaCode,
    status: z.enum(['ACTIVE', 'CLOSED']),
  }),
});

const setUp = {
  orgId: f.id,
  code: z.string().min(1),
  kind: f.organizationKind,
  board: f.board,
  host: f.host,
  superiorId: f.id.nullable(),
  areaCode: f.areaCode,
  setUpWay: f.setUpWay,
  flags: z.array(z.string()),
  /** Everything that a joint organisation is attached to, `host` included; absent when it is attached to `host` alone. */
  jointHosts: z.array(f.host).optional(),
};
/** Members that the new organisation receives from the one it was split from. */
const transfersIn = z.object({ fromOrgId: f.id, memberIds: z.array(f.id) });

export const organizationPrepared = defineEvent({
  type: 'organizations.organization.prepared.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织批准筹建',
  en: 'an organisation was approved and is being prepared',
  features: ['ORG-01', 'ORG-03'],
  example: {
    orgId: sample.newBranch,
    code: '410823001001003',
    kind: 'BRANCH',
    board: 'VILLAGES_COMMUNITIES',
    host: { kind: 'COMMUNITY', id: sample.community },
    superiorId: sample.communityCommittee,
    areaCode: sample.community,
    setUpWay: 'SINGLE',
    flags: [],
    establishedOn: null,
    transfersIn: { fromOrgId: sample.branch, memberIds: [sample.member, sample.otherMember] },
  },
  schema: z.strictObject({ ...setUp, establishedOn: f.civilDate.nullable(), transfersIn: transfersIn.optional() }),
});

export const organizationEstablished = defineEvent({
  type: 'organizations.organization.established.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织正式成立',
  en: 'an organisation became active; after a split it names the members that move in',
  features: ['ORG-01', 'ORG-03', 'ORG-04'],
  example: {
    orgId: sample.jointBranch,
    code: '410823001001004',
    kind: 'JOINT_BRANCH',
    board: 'ENTERPRISES',
    host: { kind: 'ENTERPRISE', id: sample.firm },
    jointHosts: [
      { kind: 'ENTERPRISE', id: sample.firm },
      { kind: 'ENTERPRISE', id: sample.propertyFirm },
    ],
    superiorId: sample.communityCommittee,
    areaCode: sample.community,
    setUpWay: 'JOINT',
    flags: [],
    establishedOn: '2026-03-16',
    activeFrom: '2026-03-20',
  },
  schema: z.strictObject({
    ...setUp,
    establishedOn: f.civilDate,
    /** The day on which what was being prepared became active; absent when it was founded active. */
    activeFrom: f.civilDate.optional(),
    transfersIn: transfersIn.optional(),
  }),
});

export const organizationReassigned = defineEvent({
  type: 'organizations.organization.reassigned.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织隶属关系划转',
  en: 'an organisation was moved under another superior',
  features: ['ORG-02', 'ORG-03'],
  example: {
    orgId: sample.branch,
    fromSuperiorId: sample.streetCommittee,
    toSuperiorId: sample.communityCommittee,
    effectiveOn: '2026-04-01',
  },
  schema: z.strictObject({
    orgId: f.id,
    fromSuperiorId: f.id.nullable(),
    toSuperiorId: f.id.nullable(),
    effectiveOn: f.civilDate,
  }),
});

export const organizationRenamed = defineEvent({
  type: 'organizations.organization.renamed.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织更名',
  en: 'an organisation was renamed; the name itself is asked from its owner',
  features: ['ORG-03'],
  example: { orgId: sample.branch, effectiveOn: '2026-04-01' },
  schema: z.strictObject({ orgId: f.id, effectiveOn: f.civilDate }),
});

export const organizationRelocated = defineEvent({
  type: 'organizations.organization.relocated.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '区划合并后党组织改属新区划代码',
  en: 'an organisation got another area code, or a host with another one, because areas merged',
  features: ['ORG-01'],
  example: {
    orgId: sample.villageBranch,
    fromAreaCode: '410823002216',
    toAreaCode: sample.village,
    host: { kind: 'VILLAGE', id: sample.village },
    effectiveOn: '2026-01-01',
  },
  schema: z.strictObject({
    orgId: f.id,
    fromAreaCode: f.areaCode,
    toAreaCode: f.areaCode,
    /** What it is attached to from that day on. */
    host: f.host.optional(),
    effectiveOn: f.civilDate,
  }),
});

export const organizationClosing = defineEvent({
  type: 'organizations.organization.closing.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织开始撤销，党员待转出',
  en: 'an organisation is being closed; members go where the plan says',
  features: ['ORG-03'],
  example: { orgId: sample.branch, memberPlan: { toOrgId: sample.otherBranch }, effectiveOn: '2026-05-06' },
  schema: z.strictObject({
    orgId: f.id,
    /** Where the members go; null when each member is to be asked. */
    memberPlan: z.object({ toOrgId: f.id.nullable() }),
    effectiveOn: f.civilDate,
  }),
});

export const organizationReopened = defineEvent({
  type: 'organizations.organization.reopened.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织撤销终止，恢复正常',
  en: 'the closing of an organisation was withdrawn',
  features: ['ORG-03'],
  example: { orgId: sample.branch, effectiveOn: '2026-05-12' },
  schema: z.strictObject({ orgId: f.id, effectiveOn: f.civilDate }),
});

export const organizationDissolved = defineEvent({
  type: 'organizations.organization.dissolved.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织已撤销',
  en: 'an organisation was dissolved; after a merger it names the one that took over',
  features: ['ORG-03'],
  example: {
    orgId: sample.branch,
    mergedIntoId: sample.otherBranch,
    host: { kind: 'COMMUNITY', id: sample.community },
    dissolvedOn: '2026-05-20',
  },
  schema: z.strictObject({
    orgId: f.id,
    mergedIntoId: f.id.nullable(),
    host: f.host,
    dissolvedOn: f.civilDate,
  }),
});

export const organizationRecorded = defineEvent({
  type: 'organizations.organization.recorded.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织现状快照（含历史）',
  en: 'the full current state of an organisation with its history, for a consumer that begins',
  features: ['ORG-01'],
  example: {
    orgId: sample.branch,
    code: '410823001001001',
    kind: 'BRANCH',
    board: 'VILLAGES_COMMUNITIES',
    host: { kind: 'COMMUNITY', id: sample.community },
    setUpWay: 'SINGLE',
    flags: ['RETIRED'],
    establishedOn: '2011-07-01',
    closedOn: null,
    mergedIntoId: null,
    history: [
      {
        validFrom: '2011-07-01',
        validTo: '2026-03-31',
        kind: 'BRANCH',
        board: 'VILLAGES_COMMUNITIES',
        superiorId: sample.streetCommittee,
        areaCode: sample.community,
        status: 'ACTIVE',
      },
      {
        validFrom: '2026-04-01',
        validTo: null,
        kind: 'BRANCH',
        board: 'VILLAGES_COMMUNITIES',
        superiorId: sample.communityCommittee,
        areaCode: sample.community,
        status: 'ACTIVE',
      },
    ],
  },
  schema: z.strictObject({
    orgId: f.id,
    code: z.string().min(1),
    kind: f.organizationKind,
    board: f.board,
    host: f.host,
    setUpWay: f.setUpWay,
    flags: z.array(z.string()),
    establishedOn: f.civilDate.nullable(),
    closedOn: f.civilDate.nullable(),
    mergedIntoId: f.id.nullable(),
    /** As in `established`. */
    jointHosts: z.array(f.host).optional(),
    /** Oldest first; the last row, with `validTo` null, is the current state. */
    history: z
      .array(
        z.object({
          validFrom: f.civilDate,
          validTo: f.civilDate.nullable(),
          kind: f.organizationKind,
          board: f.board,
          superiorId: f.id.nullable(),
          areaCode: f.areaCode,
          status: f.organizationStatus,
        }),
      )
      .min(1),
  }),
});

const change = { changeId: f.id, kind: f.changeKind, orgIds: z.array(f.id), effectiveOn: f.civilDate };

export const changeSubmitted = defineEvent({
  type: 'organizations.change.submitted.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整上报',
  en: 'a change of organisations was submitted',
  features: ['ORG-03'],
  example: {
    changeId: sample.change,
    kind: 'SPLIT',
    orgIds: [sample.branch, sample.newBranch],
    effectiveOn: '2026-06-01',
  },
  schema: z.strictObject({ ...change }),
});

export const changeApproved = defineEvent({
  type: 'organizations.change.approved.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整批准',
  en: 'a change of organisations was approved',
  features: ['ORG-03'],
  example: {
    changeId: sample.change,
    kind: 'SPLIT',
    orgIds: [sample.branch, sample.newBranch],
    effectiveOn: '2026-06-01',
  },
  schema: z.strictObject({ ...change }),
});

export const changeRejected = defineEvent({
  type: 'organizations.change.rejected.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整退回',
  en: 'a change of organisations was rejected',
  features: ['ORG-03'],
  example: {
    changeId: sample.change,
    kind: 'SPLIT',
    orgIds: [sample.branch, sample.newBranch],
    effectiveOn: '2026-06-01',
  },
  schema: z.strictObject({ ...change }),
});

export const changeEffective = defineEvent({
  type: 'organizations.change.effective.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整生效',
  en: 'a change of organisations took effect',
  features: ['ORG-03'],
  example: {
    changeId: sample.change,
    kind: 'SPLIT',
    orgIds: [sample.branch, sample.newBranch],
    effectiveOn: '2026-06-01',
  },
  schema: z.strictObject({ ...change }),
});
