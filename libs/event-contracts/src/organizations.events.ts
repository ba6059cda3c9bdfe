// Events of the service organizations: areas, units, organisations, posts, terms, setting issues, changes.
import { z } from 'zod';
import { defineEvent } from './contract';
import * as f from './fields';

export const areaChanged = defineEvent({
  type: 'organizations.area.changed.v1',
  key: 'code',
  dataClass: 'public',
  zh: '行政区划新增或变更',
  en: 'an area was added or changed; a merged area names its successors',
  features: ['ORG-01'],
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
  schema: z.strictObject({ ...setUp, establishedOn: f.civilDate.nullable(), transfersIn: transfersIn.optional() }),
});

export const organizationEstablished = defineEvent({
  type: 'organizations.organization.established.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织正式成立',
  en: 'an organisation became active; after a split it names the members that move in',
  features: ['ORG-01', 'ORG-03', 'ORG-04'],
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
  schema: z.strictObject({ orgId: f.id, effectiveOn: f.civilDate }),
});

export const organizationRelocated = defineEvent({
  type: 'organizations.organization.relocated.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '区划合并后党组织改属新区划代码',
  en: 'an organisation got another area code, or a host with another one, because areas merged',
  features: ['ORG-01'],
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
  schema: z.strictObject({ orgId: f.id, effectiveOn: f.civilDate }),
});

export const organizationDissolved = defineEvent({
  type: 'organizations.organization.dissolved.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '党组织已撤销',
  en: 'an organisation was dissolved; after a merger it names the one that took over',
  features: ['ORG-03'],
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

const post = {
  postId: f.id,
  bodyId: f.id,
  bodyKind: f.bodyKind,
  orgId: f.id.nullable(),
  host: f.host.nullable(),
  personId: f.id,
  postKind: f.postKind,
};

export const postAppointed = defineEvent({
  type: 'organizations.post.appointed.v1',
  key: 'postId',
  dataClass: 'personal',
  zh: '班子成员任职',
  en: 'a person took a post',
  features: ['ORG-12'],
  schema: z.strictObject({ ...post, from: f.civilDate }),
});

export const postEnded = defineEvent({
  type: 'organizations.post.ended.v1',
  key: 'postId',
  dataClass: 'personal',
  zh: '班子成员免职或离任',
  en: 'a person left a post',
  features: ['ORG-12'],
  schema: z.strictObject({
    ...post,
    to: f.civilDate,
    endReason: z.enum(['TERM_END', 'ADJUSTED_INCOMPETENT', 'PROMOTED', 'RESIGNED', 'DISCIPLINE', 'DIED']),
  }),
});

const term = { termId: f.id, bodyId: f.id, orgId: f.id.nullable(), dueOn: f.civilDate };

export const termBegun = defineEvent({
  type: 'organizations.term.begun.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '新一届任期开始',
  en: 'a term of a leading body began',
  features: ['ORG-11'],
  schema: z.strictObject({ ...term, no: z.int().min(1), startOn: f.civilDate }),
});

export const termDue = defineEvent({
  type: 'organizations.term.due.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期即将届满',
  en: 'a term comes to its end within the reminder time',
  features: ['ORG-11'],
  schema: z.strictObject({ ...term }),
});

export const termOverdue = defineEvent({
  type: 'organizations.term.overdue.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期届满未换届',
  en: 'a term has passed its end without an election',
  features: ['ORG-11'],
  schema: z.strictObject({ ...term, daysLate: f.count }),
});

export const termExtended = defineEvent({
  type: 'organizations.term.extended.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期经批准延期',
  en: 'a term was extended by a document',
  features: ['ORG-11'],
  schema: z.strictObject({ ...term, months: z.int().min(1) }),
});

const issue = { issueId: f.id, orgId: f.id, kind: f.settingIssueKind };

export const settingIssueOpened = defineEvent({
  type: 'organizations.setting-issue.opened.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题产生',
  en: 'a setting issue was opened by a fact, such as a branch over its ceiling',
  features: ['ORG-04'],
  schema: z.strictObject({ ...issue, measured: f.count, ceiling: f.count, openedOn: f.civilDate }),
});

export const settingIssueClosed = defineEvent({
  type: 'organizations.setting-issue.closed.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题消除',
  en: 'a setting issue was closed by a fact',
  features: ['ORG-04'],
  schema: z.strictObject({ ...issue, measured: f.count, ceiling: f.count, closedOn: f.civilDate }),
});

export const settingIssueExempted = defineEvent({
  type: 'organizations.setting-issue.exempted.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题经批准豁免',
  en: 'a setting issue was exempted in writing until a date',
  features: ['ORG-04'],
  schema: z.strictObject({ ...issue, until: f.civilDate.nullable() }),
});

const change = { changeId: f.id, kind: f.changeKind, orgIds: z.array(f.id), effectiveOn: f.civilDate };

export const changeSubmitted = defineEvent({
  type: 'organizations.change.submitted.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整上报',
  en: 'a change of organisations was submitted',
  features: ['ORG-03'],
  schema: z.strictObject({ ...change }),
});

export const changeApproved = defineEvent({
  type: 'organizations.change.approved.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整批准',
  en: 'a change of organisations was approved',
  features: ['ORG-03'],
  schema: z.strictObject({ ...change }),
});

export const changeRejected = defineEvent({
  type: 'organizations.change.rejected.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整退回',
  en: 'a change of organisations was rejected',
  features: ['ORG-03'],
  schema: z.strictObject({ ...change }),
});

export const changeEffective = defineEvent({
  type: 'organizations.change.effective.v1',
  key: 'changeId',
  dataClass: 'internal',
  zh: '设置调整生效',
  en: 'a change of organisations took effect',
  features: ['ORG-03'],
  schema: z.strictObject({ ...change }),
});

export const targetChanged = defineEvent({
  type: 'organizations.target.changed.v1',
  key: 'targetId',
  dataClass: 'public',
  zh: '指标目标设定或变更',
  en: 'a target of an area was set, ended or replaced; it judges from its first day on, and no day before',
  features: ['X-22', 'X-23'],
  schema: z.strictObject({
    targetId: f.id,
    /** Of the register of targets, such as `vil.income.floor`. */
    key: z.string().min(1),
    areaCode: f.areaCode,
    /** The preset profile that it came with; null when it was set by hand. */
    profile: z.string().nullable(),
    comparator: f.comparator,
    /** Null: computed and shown, not judged. */
    value: z.number().nullable(),
    unit: z.string().min(1),
    /** What else the figure needs: the measure of income, a floor, a scope rule. */
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    /** Last day for a target that must be reached by a day. */
    dueOn: f.civilDate.nullable(),
    validFrom: f.civilDate,
    /** First day on which it no longer holds; null while it does. */
    validTo: f.civilDate.nullable(),
  }),
});
