// Events of the service organizations: posts and terms of leading bodies.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

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
  example: {
    postId: sample.post,
    bodyId: sample.body,
    bodyKind: 'BRANCH_COMMITTEE',
    orgId: sample.branch,
    host: null,
    personId: sample.person,
    postKind: 'SECRETARY',
    from: '2026-03-18',
  },
  schema: z.strictObject({ ...post, from: f.civilDate }),
});

export const postEnded = defineEvent({
  type: 'organizations.post.ended.v1',
  key: 'postId',
  dataClass: 'personal',
  zh: '班子成员免职或离任',
  en: 'a person left a post',
  features: ['ORG-12'],
  example: {
    postId: sample.post,
    bodyId: sample.body,
    bodyKind: 'BRANCH_COMMITTEE',
    orgId: sample.branch,
    host: null,
    personId: sample.person,
    postKind: 'SECRETARY',
    to: '2026-05-08',
    endReason: 'PROMOTED',
  },
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
  example: {
    termId: sample.term,
    bodyId: sample.body,
    orgId: sample.branch,
    no: 5,
    startOn: '2026-03-18',
    dueOn: '2029-03-18',
  },
  schema: z.strictObject({ ...term, no: z.int().min(1), startOn: f.civilDate }),
});

export const termDue = defineEvent({
  type: 'organizations.term.due.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期即将届满',
  en: 'a term comes to its end within the reminder time',
  features: ['ORG-11'],
  example: { termId: sample.term, bodyId: sample.body, orgId: sample.branch, dueOn: '2029-03-18' },
  schema: z.strictObject({ ...term }),
});

export const termOverdue = defineEvent({
  type: 'organizations.term.overdue.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期届满未换届',
  en: 'a term has passed its end without an election',
  features: ['ORG-11'],
  example: { termId: sample.term, bodyId: sample.body, orgId: sample.branch, dueOn: '2029-03-18', daysLate: 12 },
  schema: z.strictObject({ ...term, daysLate: f.count }),
});

export const termExtended = defineEvent({
  type: 'organizations.term.extended.v1',
  key: 'termId',
  dataClass: 'internal',
  zh: '任期经批准延期',
  en: 'a term was extended by a document',
  features: ['ORG-11'],
  example: { termId: sample.term, bodyId: sample.body, orgId: sample.branch, dueOn: '2029-09-18', months: 6 },
  schema: z.strictObject({ ...term, months: z.int().min(1) }),
});
