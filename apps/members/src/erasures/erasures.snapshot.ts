import { erasureRequested } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/**
 * Every erasure as it was asked for, whether done or not: a service that was taken back to a backup erases again what has come back
 * with it, and acknowledges no second time.
 */
export const erasureSnapshot: Snapshot = {
  told: [
    {
      contract: erasureRequested,
      data: `jsonb_build_object('erasureId', e.id, 'personId', e.person_id, 'scope', e.scope,
        'dueAt', to_char(e.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`,
    },
  ],
  from: 'erasure e JOIN person p ON p.id = e.person_id',
  key: 'e.id',
  orgPath: pathSql('p'),
  areaCode: 'p.area_code',
};
