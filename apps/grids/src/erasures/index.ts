import { erasures, type Holding } from '@jishi/erasures';

/**
 * Who served in which grid stays by id; why he left goes. How to reach the reporter of a matter hangs on no person: it is erased by
 * its own rule after the matter is closed (matter.contact-retention).
 */
export const holdings: readonly Holding[] = [
  { table: 'grid_staff', person: ['person_id'], facts: ['end_reason'] },
  { table: 'staff_training', person: ['person_id'] },
];

export const erasuresOfGrids = erasures('grids', holdings);
