import { unitChanged } from '@jishi/event-contracts';

/** Every public unit as it is now, also closed ones, for a consumer that begins. */
export const unitSnapshot = {
  contract: unitChanged,
  select: `
    SELECT u.id::text AS key,
      jsonb_build_object(
        'unitId', u.id, 'uscc', u.uscc, 'kind', u.kind, 'departmentCode', u.department_code, 'areaCode', u.area_code,
        'status', u.status) AS data,
      NULL::text AS org_path, u.area_code
    FROM public_unit u ORDER BY u.id`,
} as const;
