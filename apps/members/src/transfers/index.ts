import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Transfer } from './transfers.entities';
import { expireLetters } from './transfers.letters';
import { followReorganisations } from './transfers.reorganisation';
import { resolvers } from './transfers.resolvers';
import { transferUnderWay } from './transfers.rules';
import { transferSnapshot } from './transfers.snapshot';

export { transferUnderWay } from './transfers.rules';

export const transfers: Capability = {
  name: 'transfers',
  schema: join(__dirname, 'transfers.graphql'),
  resolvers,
  entities: [Transfer],
  snapshots: [transferSnapshot],
  consumers: [followReorganisations],
  daily: expireLetters,
  constraints: {
    transfer_one_under_way: transferUnderWay,
    transfer_refusal_reason: {
      code: 'REFUSAL_REASON_UNKNOWN',
      field: 'reason',
      wording: { zh: '退回原因不在规定范围内', en: 'The reason for refusing is not on the list' },
    },
  },
};
