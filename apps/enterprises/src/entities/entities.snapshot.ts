import { entityChanged } from '@jishi/event-contracts';

/** Every entity as it is now, closed ones too, for a consumer that begins: `publishSnapshotOf(database, contract, select)`. */
export const entitySnapshot = {
  contract: entityChanged,
  select: `
    SELECT e.id::text AS key,
      jsonb_build_object(
        'entityId', e.id, 'uscc', e.uscc, 'registrar', e.registrar, 'kind', e.kind, 'formTags', to_jsonb(e.form_tags),
        'areaCode', e.area_code, 'gridId', e.grid_id, 'employees', e.employees, 'operating', e.operating) AS data,
      NULL::text AS org_path, e.area_code
    FROM entity e ORDER BY e.id`,
} as const;
