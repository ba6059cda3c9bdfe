import { areaChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';
import type { Area } from './areas.entities';

/** What an event says of an area. */
export const areaFacts = (area: Area) => ({
  code: area.code,
  name: area.name,
  level: area.level,
  parentCode: area.parentCode,
  kind: area.kind,
  validFrom: area.validFrom,
  validTo: area.validTo,
  replacedBy: [...area.replacedBy],
});

/** Every area as it is now, parents first. */
export const areaSnapshot: Snapshot = {
  told: [
    {
      contract: areaChanged,
      data: `jsonb_build_object(
        'code', a.code, 'name', a.name, 'level', a.level, 'parentCode', a.parent_code, 'kind', a.kind,
        'validFrom', a.valid_from, 'validTo', a.valid_to, 'replacedBy', to_jsonb(a.replaced_by))`,
    },
  ],
  from: 'area a',
  key: 'a.code',
  keyType: 'text',
  order: 'length(a.code)',
  areaCode: 'a.code',
};
