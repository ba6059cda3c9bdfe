import { rosterChanged } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/**
 * The numbers of every branch as they are now. Where the copy of the tree has not come yet, the branch stands where its members do.
 */
export const rosterSnapshot: Snapshot = {
  told: [
    {
      contract: rosterChanged,
      data: `jsonb_build_object('orgId', r.org_id, 'full', r.full_members, 'probationary', r.probationary, 'total', r.total,
        'asOf', r.as_of)`,
    },
  ],
  from: `roster r LEFT JOIN known_organization o ON o.id = r.org_id
    LEFT JOIN LATERAL (SELECT * FROM member WHERE o.id IS NULL AND member.org_id = r.org_id LIMIT 1) m ON true`,
  key: 'r.org_id',
  orgPath: `CASE WHEN o.id IS NOT NULL THEN ${pathSql('o')} WHEN m.id IS NOT NULL THEN ${pathSql('m')} END`,
  areaCode: 'coalesce(o.area_code, m.area_code)',
};
