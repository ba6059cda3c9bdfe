import { unitChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every public unit as it is now, also closed ones. */
export const unitSnapshot: Snapshot = {
  told: [
    {
      contract: unitChanged,
      data: `jsonb_build_object(
        'unitId', u.id, 'uscc', u.uscc, 'kind', u.kind, 'departmentCode', u.department_code, 'areaCode', u.area_code,
        'status', u.status)`,
    },
  ],
  from: 'public_unit u',
  key: 'u.id',
  areaCode: 'u.area_code',
};
