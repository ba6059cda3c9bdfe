import { partyStateChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** The Party state of every entity that has been looked at, with the one before. */
export const partyStateSnapshot: Snapshot = {
  told: [
    {
      contract: partyStateChanged,
      data: `jsonb_build_object('entityId', e.id, 'areaCode', e.area_code, 'from', c.from_state, 'to', c.to_state,
        'orgId', c.org_id)`,
    },
  ],
  from: `entity e JOIN LATERAL (
      SELECT from_state, to_state, org_id FROM party_state_change WHERE entity_id = e.id
      ORDER BY changed_on DESC, id DESC LIMIT 1) c ON true`,
  key: 'e.id',
  areaCode: 'e.area_code',
};
