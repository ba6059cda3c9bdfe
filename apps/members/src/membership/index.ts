import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Member, MemberHistory } from './membership.entities';
import { resolvers } from './membership.resolvers';
import { memberSnapshot } from './membership.snapshot';
import { followAreaMergers } from './membership.work';

export { Member, MemberHistory, type MemberClass, type MemberStatus } from './membership.entities';
export { depthOn, membersByIds } from './membership.queries';
export {
  branchNotActive,
  datesOutOfOrder,
  holdsNoMembers,
  memberClasses,
  membershipNotOpen,
  memberSteps,
  openStatuses,
  type BranchFacts,
} from './membership.rules';
export { endMembership, enterMember, moveMember } from './membership.service';

export const membership: Capability = {
  name: 'membership',
  schema: join(__dirname, 'membership.graphql'),
  resolvers,
  entities: [Member, MemberHistory],
  consumers: [followAreaMergers],
  snapshots: [memberSnapshot],
  constraints: {
    member_person_unique: {
      code: 'ALREADY_A_MEMBER',
      field: 'personId',
      wording: { zh: '该人员已登记为党员', en: 'This person is recorded as a member already' },
    },
    member_history_order: {
      code: 'DATE_BEFORE_LAST_CHANGE',
      field: 'on',
      wording: { zh: '日期早于该党员上一次变动的日期', en: "The date lies before the member's last change" },
    },
    member_history_one_branch: {
      code: 'IN_ANOTHER_BRANCH_ON_THAT_DAY',
      field: 'branchSince',
      wording: { zh: '该党员在此期间已编入其他党支部', en: 'The member belonged to another branch on these days' },
    },
  },
};
