import { targetChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every target, ended ones too: past days are judged by the targets of those days. */
export const targetSnapshot: Snapshot = {
  told: [
    {
      contract: targetChanged,
      data: `jsonb_build_object(
        'targetId', t.id, 'key', t.key, 'areaCode', t.area_code, 'profile', t.profile, 'comparator', t.comparator,
        'value', t.value, 'unit', t.unit, 'parameters', t.parameters, 'dueOn', t.due_on, 'validFrom', t.valid_from,
        'validTo', t.valid_to)`,
    },
  ],
  from: 'indicator_target t',
  key: 't.id',
  order: 't.area_code, t.key, t.valid_from',
  areaCode: 't.area_code',
};
