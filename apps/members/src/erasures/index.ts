import { join } from 'node:path';
import { erasures as erasuresOf, type Holding } from '@jishi/erasures';
import type { Capability } from '@jishi/subgraph';
import { followAcknowledgements } from './erasures.consumers';
import { Erasure } from './erasures.entities';
import { resolvers } from './erasures.resolvers';
import { erasureSnapshot } from './erasures.snapshot';

export { Erasure } from './erasures.entities';

/**
 * What this service erases itself. Of the record a shell stays, under the id by which other records name it. A former member keeps
 * his entry in the roll, and every day's table its numbers.
 */
export const holdings: readonly Holding[] = [
  {
    table: 'person',
    person: ['id', 'merged_into_id'],
    contact: ['phone', 'home_area_code'],
    facts: [
      'name',
      'citizen_id',
      'gender',
      'birth_date',
      'education',
      'degree',
      'work_title',
      'work_host_kind',
      'work_host_id',
      'work_since',
    ],
  },
  { table: 'member', person: ['person_id'] },
  { table: 'transfer', person: ['person_id'], facts: ['reissue_reason'] },
];

export const erasuresOfMembers = erasuresOf('members', holdings);

export const erasures: Capability = {
  name: 'erasures',
  schema: join(__dirname, 'erasures.graphql'),
  resolvers,
  entities: [Erasure],
  consumers: [followAcknowledgements],
  snapshots: [erasureSnapshot],
  constraints: {
    erasure_one_under_way: {
      code: 'ERASURE_UNDER_WAY',
      field: 'personId',
      wording: { zh: '该人员的个人信息删除正在办理', en: 'An erasure of this person is under way' },
    },
  },
};
