import { villageChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every village as it is now, merged ones too. */
export const villageSnapshot: Snapshot = {
  told: [
    {
      contract: villageChanged,
      data: `jsonb_build_object('areaCode', v.area_code, 'class', v.class, 'model', v.model, 'status', v.status,
        'replacedBy', to_jsonb(v.replaced_by))`,
    },
  ],
  from: 'village v',
  key: 'v.area_code',
  keyType: 'text',
  areaCode: 'v.area_code',
};
