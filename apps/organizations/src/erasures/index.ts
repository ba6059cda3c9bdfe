import { erasures, type Holding } from '@jishi/erasures';

/** A post is a record of the body and stays, with the id of a person who is nobody any more; what was written about him goes. */
export const holdings: readonly Holding[] = [{ table: 'post', person: ['person_id'], facts: ['duty'] }];

export const erasuresOfOrganizations = erasures('organizations', holdings);
