import { memberRecorded } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/** Every member as he is now, also those who have left, with where he works. */
export const memberSnapshot: Snapshot = {
  told: [
    {
      contract: memberRecorded,
      data: `jsonb_build_object(
        'memberId', m.id, 'personId', m.person_id, 'orgId', m.org_id, 'status', m.status, 'memberClass', m.member_class,
        'areaCode', m.area_code,
        'workHost', CASE WHEN p.work_host_id IS NOT NULL
          THEN jsonb_build_object('kind', p.work_host_kind, 'id', p.work_host_id) END)`,
    },
  ],
  from: 'member m JOIN person p ON p.id = m.person_id',
  key: 'm.id',
  orgPath: pathSql('m'),
  areaCode: 'm.area_code',
};
