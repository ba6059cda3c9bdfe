// Events of the service members: persons, members, transfers, rosters. Ids and facts that changed, never a name or a number of a person.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

export const personRegistered = defineEvent({
  type: 'members.person.registered.v1',
  key: 'personId',
  dataClass: 'personal',
  zh: '人员建档',
  en: 'a person was registered',
  features: ['MEM-01'],
  example: { personId: sample.person, orgId: sample.branch },
  schema: z.strictObject({ personId: f.id, orgId: f.id.nullable() }),
});

export const personCorrected = defineEvent({
  type: 'members.person.corrected.v1',
  key: 'personId',
  dataClass: 'personal',
  zh: '人员信息更正',
  en: 'facts of a person were corrected',
  features: ['MEM-01'],
  example: { personId: sample.person, orgId: sample.branch },
  schema: z.strictObject({ personId: f.id, orgId: f.id.nullable() }),
});

export const memberRecorded = defineEvent({
  type: 'members.member.recorded.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '党员登记入册',
  en: 'a member was entered in the register',
  features: ['MEM-01', 'MEM-02'],
  example: {
    memberId: sample.member,
    personId: sample.person,
    orgId: sample.branch,
    status: 'PROBATIONARY',
    memberClass: 'NEW_EMPLOYMENT',
    areaCode: sample.community,
    workHost: { kind: 'ENTERPRISE', id: sample.firm },
  },
  schema: z.strictObject({
    memberId: f.id,
    personId: f.id,
    orgId: f.id,
    status: f.memberStatus,
    memberClass: f.memberClass,
    areaCode: f.areaCode,
    /** Where the member works, when the register says it. */
    workHost: f.host.nullable().optional(),
  }),
});

export const memberConfirmed = defineEvent({
  type: 'members.member.confirmed.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '预备党员转正',
  en: 'a probationary member became a full member',
  features: ['MEM-01'],
  example: { memberId: sample.member, orgId: sample.branch, confirmedOn: '2026-04-28' },
  schema: z.strictObject({ memberId: f.id, orgId: f.id, confirmedOn: f.civilDate }),
});

export const memberSuspended = defineEvent({
  type: 'members.member.suspended.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '停止党籍',
  en: 'membership was suspended',
  features: ['MEM-01'],
  example: { memberId: sample.member, orgId: sample.branch, on: '2026-05-11' },
  schema: z.strictObject({ memberId: f.id, orgId: f.id, on: f.civilDate }),
});

export const memberRestored = defineEvent({
  type: 'members.member.restored.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '恢复党籍',
  en: 'suspended membership was restored',
  features: ['MEM-01'],
  example: { memberId: sample.member, orgId: sample.branch, on: '2026-11-11' },
  schema: z.strictObject({ memberId: f.id, orgId: f.id, on: f.civilDate }),
});

export const memberLeft = defineEvent({
  type: 'members.member.left.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '党员减员（出党、转出系统、去世）',
  en: 'a member left the register',
  features: ['MEM-01'],
  example: { memberId: sample.member, orgId: sample.branch, reasonClass: 'DECEASED', on: '2026-08-19' },
  schema: z.strictObject({
    memberId: f.id,
    orgId: f.id,
    reasonClass: z.enum(['LEFT', 'MOVED_OUT', 'DECEASED']),
    on: f.civilDate,
  }),
});

export const memberReclassified = defineEvent({
  type: 'members.member.reclassified.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '党员类别调整',
  en: 'the class of a member was corrected',
  features: ['MEM-02'],
  example: {
    memberId: sample.member,
    memberClass: 'IN_POST',
    workHost: { kind: 'UNIT', id: sample.housingBureau },
    inPostFlag: true,
  },
  schema: z.strictObject({
    memberId: f.id,
    memberClass: f.memberClass,
    workHost: f.host.nullable().optional(),
    inPostFlag: z.boolean().optional(),
  }),
});

export const memberTransferred = defineEvent({
  type: 'members.member.transferred.v1',
  key: 'memberId',
  dataClass: 'personal',
  zh: '党员组织关系已转移',
  en: 'a member now belongs to another branch',
  features: ['MEM-03'],
  example: {
    memberId: sample.member,
    personId: sample.person,
    fromOrgId: sample.branch,
    toOrgId: sample.otherBranch,
    scope: 'INSIDE',
    reason: 'WORK',
    effectiveOn: '2026-05-06',
  },
  schema: z.strictObject({
    memberId: f.id,
    personId: f.id,
    /** Null when the member comes from outside the city. */
    fromOrgId: f.id.nullable(),
    /** Null when the member has left the city. */
    toOrgId: f.id.nullable(),
    scope: f.transferScope,
    reason: z.string(),
    effectiveOn: f.civilDate,
  }),
});

const transfer = (verb: string, state: z.infer<typeof f.transferState>, zh: string, en: string) =>
  defineEvent({
    type: `members.transfer.${verb}.v1`,
    key: 'transferId',
    dataClass: 'personal',
    zh,
    en,
    features: ['MEM-03'],
    example: {
      transferId: sample.transfer,
      memberId: sample.member,
      fromOrgId: sample.branch,
      toOrgId: sample.otherBranch,
      state,
      on: '2026-05-06',
    },
    schema: z.strictObject({
      transferId: f.id,
      /** Null until somebody from outside the city has been received. */
      memberId: f.id.nullable(),
      fromOrgId: f.id.nullable(),
      toOrgId: f.id.nullable(),
      state: f.transferState,
      on: f.civilDate,
    }),
  });

export const transferOpened = transfer('opened', 'DRAFT', '组织关系接转发起', 'a transfer was opened');
export const transferIssued = transfer('issued', 'ISSUED', '介绍信开出', 'the letter of a transfer was issued');
export const transferArrived = transfer(
  'arrived',
  'ARRIVED',
  '组织关系已接收',
  'the receiving branch took the member in',
);
export const transferRefused = transfer(
  'refused',
  'REFUSED',
  '组织关系退回',
  'the receiving branch refused the member',
);
export const transferExpired = transfer(
  'expired',
  'EXPIRED',
  '介绍信逾期',
  'the letter of a transfer passed its last day',
);
export const transferReissued = transfer(
  'reissued',
  'ISSUED',
  '介绍信重开',
  'the letter of a transfer was issued again',
);
export const transferClosed = transfer('closed', 'CLOSED', '回执已返', 'the return slip came back');
export const transferCancelled = transfer('cancelled', 'CANCELLED', '组织关系接转撤回', 'a transfer was withdrawn');

export const rosterChanged = defineEvent({
  type: 'members.roster.changed.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '支部党员人数变化',
  en: 'the numbers of members of a branch',
  features: ['MEM-01', 'ORG-04'],
  example: { orgId: sample.branch, full: 48, probationary: 3, total: 51, asOf: '2026-05-06' },
  schema: z.strictObject({
    orgId: f.id,
    full: f.count,
    probationary: f.count,
    total: f.count,
    asOf: f.civilDate,
  }),
});

export const rosterEmptied = defineEvent({
  type: 'members.roster.emptied.v1',
  key: 'orgId',
  dataClass: 'internal',
  zh: '支部党员已全部转出',
  en: 'the last member of a branch has gone',
  features: ['ORG-03'],
  example: { orgId: sample.branch },
  schema: z.strictObject({ orgId: f.id }),
});
