import { memberRecorded } from '@jishi/event-contracts';

/**
 * Every member as he is now, also those who have left, with where he works, for a consumer that begins:
 * `publishSnapshotOf(database, memberSnapshot.contract, memberSnapshot.select)`.
 */
export const memberSnapshot = {
  contract: memberRecorded,
  select: `
    SELECT m.id::text AS key,
      jsonb_build_object(
        'memberId', m.id, 'personId', m.person_id, 'orgId', m.org_id, 'status', m.status, 'memberClass', m.member_class,
        'areaCode', m.area_code,
        'workHost', CASE WHEN p.work_host_id IS NOT NULL
          THEN jsonb_build_object('kind', p.work_host_kind, 'id', p.work_host_id) END) AS data,
      array_to_string(
        ARRAY[m.ancestor_1, m.ancestor_2, m.ancestor_3, m.ancestor_4, m.ancestor_5, m.ancestor_6, m.ancestor_7], '/') AS org_path,
      m.area_code
    FROM member m JOIN person p ON p.id = m.person_id
    ORDER BY m.id`,
} as const;
