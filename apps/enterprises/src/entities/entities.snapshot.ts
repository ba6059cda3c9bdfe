import { entityChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every entity as it is now, closed ones too. */
export const entitySnapshot: Snapshot = {
  told: [
    {
      contract: entityChanged,
      data: `jsonb_build_object(
        'entityId', e.id, 'uscc', e.uscc, 'registrar', e.registrar, 'kind', e.kind, 'formTags', to_jsonb(e.form_tags),
        'areaCode', e.area_code, 'gridId', e.grid_id, 'employees', e.employees, 'operating', e.operating)`,
    },
  ],
  from: 'entity e',
  key: 'e.id',
  areaCode: 'e.area_code',
};
