import { gridDefined, gridRetired } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every grid, retired ones with their successors; those above before those below. */
export const gridSnapshot: Snapshot = {
  told: [
    {
      contract: gridRetired,
      when: `g.status IN ('MERGED', 'SPLIT', 'RETIRED')`,
      data: `jsonb_build_object('gridId', g.id, 'areaCode', g.area_code, 'successorIds', to_jsonb(g.successor_ids),
        'on', g.valid_to)`,
    },
    {
      contract: gridDefined,
      data: `jsonb_build_object('gridId', g.id, 'code', g.code, 'level', g.level, 'parentId', g.parent_id,
        'areaCode', g.area_code, 'special', g.special, 'boundaryVersion', g.boundary_version)`,
    },
  ],
  from: 'grid g',
  key: 'g.id',
  order: 'g.level',
  areaCode: 'g.area_code',
};
