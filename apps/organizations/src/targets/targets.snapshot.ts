import { targetChanged } from '@jishi/event-contracts';

/** Every target, ended ones too, for a consumer that begins: past days are judged by the targets of those days. */
export const targetSnapshot = {
  contract: targetChanged,
  select: `
    SELECT t.id::text AS key,
      jsonb_build_object(
        'targetId', t.id, 'key', t.key, 'areaCode', t.area_code, 'profile', t.profile, 'comparator', t.comparator,
        'value', t.value, 'unit', t.unit, 'parameters', t.parameters, 'dueOn', t.due_on, 'validFrom', t.valid_from,
        'validTo', t.valid_to) AS data,
      NULL::text AS org_path, t.area_code
    FROM indicator_target t ORDER BY t.area_code, t.key, t.valid_from, t.id`,
} as const;
