import { instructorAssigned, instructorEnded } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const assignment = `'assignmentId', a.id, 'personId', a.person_id, 'entityId', a.entity_id, 'kind', a.kind`;

/** Every assignment that has begun, ended ones too. */
export const instructorSnapshot: Snapshot = {
  told: [
    {
      contract: instructorEnded,
      when: 'a.started_on IS NOT NULL AND a.ended_on IS NOT NULL',
      data: `jsonb_build_object(${assignment}, 'to', a.ended_on)`,
    },
    {
      contract: instructorAssigned,
      when: 'a.started_on IS NOT NULL',
      data: `jsonb_build_object(${assignment}, 'from', a.started_on)`,
    },
  ],
  from: 'instructor_assignment a',
  key: 'a.id',
  areaCode: 'a.area_code',
  lacks: { zh: '已离任的不含到任日期', en: 'of ended assignments the day on which they began' },
};
