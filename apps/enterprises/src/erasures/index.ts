import { erasures, type Holding } from '@jishi/erasures';

/** Who instructed which firm stays by id; why he left goes, and a firm no longer points at him as its owner or contact. */
export const holdings: readonly Holding[] = [
  { table: 'instructor', person: ['person_id'], facts: ['leave_reason'] },
  { table: 'instructor_assignment', person: ['person_id'], facts: ['end_reason'] },
  { table: 'entity', person: ['owner_person_id', 'contact_person_id'], unlinks: true },
];

export const erasuresOfEnterprises = erasures('enterprises', holdings);
