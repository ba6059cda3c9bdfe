import { stationedEnded, stationedPosted } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const assignment = `'assignmentId', s.id, 'personId', s.person_id, 'areaCode', s.area_code, 'role', s.role,
  'senderUnitId', s.sender_unit_id`;

/** Everybody who is or was stationed in a village. */
export const stationedSnapshot: Snapshot = {
  told: [
    {
      contract: stationedEnded,
      when: 's.ended_on IS NOT NULL',
      data: `jsonb_build_object(${assignment}, 'to', s.ended_on, 'recalled', s.state = 'RECALLED')`,
    },
    {
      contract: stationedPosted,
      when: 's.posted_on IS NOT NULL',
      data: `jsonb_build_object(${assignment}, 'from', s.posted_on)`,
    },
  ],
  from: 'stationed_assignment s',
  key: 's.id',
  areaCode: 's.area_code',
  lacks: { zh: '已离岗的不含到岗日期', en: 'of ended assignments the day on which they began' },
};
