import { cooperativeChanged, cooperativeDissolved } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every cooperative that was registered, dissolved ones too. */
export const cooperativeSnapshot: Snapshot = {
  told: [
    {
      contract: cooperativeDissolved,
      when: `c.state = 'DISSOLVED' AND c.registered_on IS NOT NULL`,
      data: `jsonb_build_object('cooperativeId', c.id, 'areaCode', c.area_code, 'on', c.dissolved_on)`,
    },
    {
      contract: cooperativeChanged,
      when: `c.state NOT IN ('PLANNED', 'DISSOLVED')`,
      data: `jsonb_build_object('cooperativeId', c.id, 'uscc', c.uscc, 'areaCode', c.area_code, 'ledByOrgId', c.led_by_org_id,
        'collectiveStake', c.collective_stake)`,
    },
  ],
  from: 'cooperative c',
  key: 'c.id',
  areaCode: 'c.area_code',
};
