import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { StationedAssignment, StationedRequirement } from './stationed.entities';
import { resolvers } from './stationed.resolvers';
import {
  candidateExists,
  firstSecretaryOnPost,
  personNominatedAlready,
  personOnPostElsewhere,
} from './stationed.rules';
import { stationedSnapshot } from './stationed.snapshot';

export {
  StationedAssignment,
  StationedRequirement,
  type StationedRole,
  type StationedState,
} from './stationed.entities';
export { moveStationed } from './stationed.mergers';

export const stationed: Capability = {
  name: 'stationed',
  schema: join(__dirname, 'stationed.graphql'),
  resolvers,
  entities: [StationedAssignment, StationedRequirement],
  snapshots: [stationedSnapshot],
  constraints: {
    stationed_one_first_secretary: firstSecretaryOnPost,
    stationed_one_post_per_person: personOnPostElsewhere,
    stationed_one_candidate: candidateExists,
    stationed_nominated_once: personNominatedAlready,
    stationed_planned: {
      code: 'TERM_OUT_OF_ORDER',
      field: 'plannedTo',
      wording: { zh: '任期截止日期应晚于开始日期', en: 'The planned end must be after the planned beginning' },
    },
    stationed_one_successor: {
      code: 'SUCCESSOR_NAMED_ALREADY',
      field: 'areaCode',
      wording: {
        zh: '该村现任第一书记已有接任人选',
        en: 'A successor of the present first secretary is named already',
      },
    },
    stationed_requirement_one_at_a_time: {
      code: 'REQUIRED_ALREADY',
      field: 'areaCode',
      wording: {
        zh: '该村在这段时间已列入应派第一书记名单',
        en: 'The village is on the list of those that must have a first secretary in that time',
      },
    },
  },
};
