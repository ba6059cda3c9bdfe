import { areaChanged } from '@jishi/event-contracts';
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

/** Every area as it is now, parents first, for a consumer that begins. */
export const areaSnapshot = {
  contract: areaChanged,
  select: `
    SELECT a.code AS key,
      jsonb_build_object(
        'code', a.code, 'name', a.name, 'level', a.level, 'parentCode', a.parent_code, 'kind', a.kind,
        'validFrom', a.valid_from, 'validTo', a.valid_to, 'replacedBy', to_jsonb(a.replaced_by)) AS data,
      NULL::text AS org_path, a.code AS area_code
    FROM area a ORDER BY length(a.code), a.code`,
} as const;
