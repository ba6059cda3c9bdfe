import { matterClosed, matterMoved, matterReported } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const matter = `'matterId', m.id, 'typeCode', m.type_code, 'communityCode', m.area_code, 'gridId', m.grid_id, 'level', m.level`;
const instant = (moment: string): string => `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Every matter: closed ones with their figures, the others by their last step. */
export const matterSnapshot: Snapshot = {
  told: [
    {
      contract: matterClosed,
      when: `m.state = 'CLOSED'`,
      data: `jsonb_build_object(${matter}, 'assignedUnitId', m.assigned_unit_id, 'minutes', coalesce(m.minutes, 0),
        'rating', m.rating, 'at', ${instant('m.closed_at')})`,
    },
    {
      contract: matterReported,
      when: `m.state = 'REPORTED'`,
      data: `jsonb_build_object(${matter}, 'at', ${instant('m.reported_at')})`,
    },
    {
      contract: matterMoved,
      data: `(SELECT jsonb_build_object(${matter}, 'state', m.state, 'action', coalesce(last.kind, 'report'),
          'at', ${instant('coalesce(last.at, m.reported_at)')})
        FROM (SELECT 1) one LEFT JOIN LATERAL (
          SELECT kind, at FROM matter_action WHERE matter_id = m.id ORDER BY at DESC, id DESC LIMIT 1) last ON true)`,
    },
  ],
  from: 'matter m',
  key: 'm.id',
  areaCode: 'm.area_code',
  lacks: { zh: '不含派往的单位和超时', en: 'the units it was dispatched to, and limits that passed' },
};
