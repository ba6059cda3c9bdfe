// Events of the service organizations: what is demanded of areas and organisations: setting issues and targets.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

const issue = { issueId: f.id, orgId: f.id, kind: f.settingIssueKind };

export const settingIssueOpened = defineEvent({
  type: 'organizations.setting-issue.opened.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题产生',
  en: 'a setting issue was opened by a fact, such as a branch over its ceiling',
  features: ['ORG-04'],
  example: {
    issueId: sample.issue,
    orgId: sample.branch,
    kind: 'OVERSIZE',
    measured: 53,
    ceiling: 50,
    openedOn: '2026-05-06',
  },
  schema: z.strictObject({ ...issue, measured: f.count, ceiling: f.count, openedOn: f.civilDate }),
});

export const settingIssueClosed = defineEvent({
  type: 'organizations.setting-issue.closed.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题消除',
  en: 'a setting issue was closed by a fact',
  features: ['ORG-04'],
  example: {
    issueId: sample.issue,
    orgId: sample.branch,
    kind: 'OVERSIZE',
    measured: 48,
    ceiling: 50,
    closedOn: '2026-06-02',
  },
  schema: z.strictObject({ ...issue, measured: f.count, ceiling: f.count, closedOn: f.civilDate }),
});

export const settingIssueExempted = defineEvent({
  type: 'organizations.setting-issue.exempted.v1',
  key: 'issueId',
  dataClass: 'internal',
  zh: '设置问题经批准豁免',
  en: 'a setting issue was exempted in writing until a date',
  features: ['ORG-04'],
  example: { issueId: sample.issue, orgId: sample.branch, kind: 'OVERSIZE', until: '2026-12-31' },
  schema: z.strictObject({ ...issue, until: f.civilDate.nullable() }),
});

export const targetChanged = defineEvent({
  type: 'organizations.target.changed.v1',
  key: 'targetId',
  dataClass: 'public',
  zh: '指标目标设定或变更',
  en: 'a target of an area was set, ended or replaced; it judges from its first day on, and no day before',
  features: ['X-22', 'X-23'],
  example: {
    targetId: sample.target,
    key: 'vil.income.floor',
    areaCode: sample.county,
    profile: 'county-2023',
    comparator: 'AT_MOST',
    value: 0,
    unit: '个',
    parameters: { measure: 'TOTAL', floor: 100_000 },
    dueOn: '2026-12-31',
    validFrom: '2026-01-01',
    validTo: null,
  },
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
