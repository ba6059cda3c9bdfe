import { erasures, type Holding } from '@jishi/erasures';

/** Who was stationed where and sat on which board stays by id; why he left, and how he was judged, goes. */
export const holdings: readonly Holding[] = [
  {
    table: 'stationed_assignment',
    person: ['person_id'],
    facts: ['leave_reason', 'end_reason'],
    texts: ['rejection_reason', 'evaluation', 'successor_plan'],
  },
  { table: 'cooperative_seat', person: ['person_id'] },
];

export const erasuresOfVillages = erasures('villages', holdings);
