import { quarterChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every quarter, how its property is managed and since when. */
export const quarterSnapshot: Snapshot = {
  told: [
    {
      contract: quarterChanged,
      data: `jsonb_build_object('quarterId', q.id, 'communityCode', q.area_code, 'propertyMode', q.property_mode,
        'providerId', q.provider_id,
        'from', coalesce((SELECT valid_from FROM quarter_mode WHERE quarter_id = q.id AND valid_to IS NULL), q.valid_from))`,
    },
  ],
  from: 'quarter q',
  key: 'q.id',
  areaCode: 'q.area_code',
};
