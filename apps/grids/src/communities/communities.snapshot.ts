import { communityChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every community as it is now, merged ones too. */
export const communitySnapshot: Snapshot = {
  told: [
    {
      contract: communityChanged,
      data: `jsonb_build_object('areaCode', c.area_code, 'households', c.households, 'status', c.status,
        'replacedBy', to_jsonb(c.replaced_by))`,
    },
  ],
  from: 'community c',
  key: 'c.area_code',
  keyType: 'text',
  areaCode: 'c.area_code',
};
