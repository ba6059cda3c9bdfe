import { erasures } from '@jishi/erasures';

/** A post is a record of the body and stays, with the id of a person who is nobody any more; what was written about him goes. */
export const erasuresOfOrganizations = erasures('organizations', [
  { table: 'post', person: ['person_id'], facts: ['duty'] },
]);
