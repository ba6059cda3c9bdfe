import { personRegistered } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/** Every person on file and the organisation that keeps the record; nothing else of a person is told. */
export const personSnapshot: Snapshot = {
  told: [
    {
      contract: personRegistered,
      when: 'p.merged_into_id IS NULL AND p.erasure_id IS NULL',
      data: `jsonb_build_object('personId', p.id, 'orgId', p.org_id)`,
    },
  ],
  from: 'person p',
  key: 'p.id',
  orgPath: pathSql('p'),
  areaCode: 'p.area_code',
};
