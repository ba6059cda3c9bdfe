import { matterTypeAdmitted, matterTypeSuspended } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const type = `'typeCode', t.code, 'version', t.edition, 'ownerUnitId', e.owner_unit_id`;

/** Every type that is or was on the list of what grids may be given; those that are only asked for are not told. */
export const matterTypeSnapshot: Snapshot = {
  told: [
    { contract: matterTypeAdmitted, when: `t.state = 'ADMITTED'`, data: `jsonb_build_object(${type})` },
    {
      contract: matterTypeSuspended,
      when: `t.state IN ('SUSPENDED', 'REMOVED')`,
      data: `jsonb_build_object(${type}, 'removed', t.state = 'REMOVED')`,
    },
  ],
  from: 'matter_type t JOIN matter_type_edition e ON e.code = t.code AND e.edition = t.edition',
  key: 't.code',
  keyType: 'text',
  areaCode: 't.area_code',
};
