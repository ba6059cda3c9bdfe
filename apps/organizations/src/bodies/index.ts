import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { markTerms } from './bodies.daily';
import { LeadingBody, Post, Term } from './bodies.entities';
import { resolvers } from './bodies.resolvers';
import { postSnapshot, termSnapshot } from './bodies.snapshot';

export { LeadingBody, Post, Term } from './bodies.entities';
export { bodiesByIds, bodiesOf, bodiesOfHosts, postsByIds, type BodyRow, type PostRow } from './bodies.reads';
export { bodiesAfterAreaMerger, bodiesAfterDissolution } from './bodies.endings';

export const bodies: Capability = {
  name: 'bodies',
  schema: join(__dirname, 'bodies.graphql'),
  resolvers,
  entities: [LeadingBody, Term, Post],
  snapshots: [postSnapshot, termSnapshot],
  daily: markTerms,
  constraints: {
    leading_body_one_per_organization: {
      code: 'BODY_EXISTS',
      field: 'kind',
      wording: { zh: '该党组织已有这类班子', en: 'The organisation has a body of this kind already' },
    },
    leading_body_one_per_host: {
      code: 'BODY_EXISTS',
      field: 'host',
      wording: { zh: '该依托对象已有这类班子', en: 'The host has a body of this kind already' },
    },
    leading_body_party_representatives_counted: {
      code: 'MORE_PARTY_THAN_REPRESENTATIVES',
      field: 'partyRepresentatives',
      wording: { zh: '党员代表人数不能超过代表总数', en: 'There cannot be more Party members than representatives' },
    },
    post_one_head_per_body: {
      code: 'HEAD_ALREADY_POSTED',
      field: 'kind',
      rule: '同一班子同一时间只有一名书记、一名主任、一名董事长',
      wording: {
        zh: '该班子在这段时间已有同一主要职务，请先办理离任',
        en: 'The body has a holder of this leading post in that time; end his post first',
      },
    },
    post_once_per_person_and_body: {
      code: 'HOLDS_THE_POST_ALREADY',
      field: 'personId',
      wording: { zh: '该人员在这段时间已担任这一职务', en: 'The person holds this very post in that time' },
    },
  },
};
