import { grantsFor, mayOn, type Actor } from '@jishi/access';
import { invalidInput, notAllowed } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { QueryResultRow } from 'pg';

/** A unit as it acts here: its department, and its Party organisation, through which its people are recognised. */
export interface Office {
  readonly id: string;
  readonly departmentCode: string | null;
  readonly areaCode: string;
  readonly status: 'ACTIVE' | 'CLOSED';
  /** The highest Party organisation attached to it; null when it has none. */
  readonly orgId: string | null;
  /** That organisation and everybody above it. */
  readonly path: readonly string[];
}

type Read = <R extends QueryResultRow>(sql: string, values: readonly unknown[]) => Promise<R[]>;

const statement = `
  SELECT u.id, u.department_code AS "departmentCode", u.area_code AS "areaCode", u.status, o.id AS "orgId",
    array_remove(ARRAY[o.ancestor_1, o.ancestor_2, o.ancestor_3, o.ancestor_4, o.ancestor_5, o.ancestor_6, o.ancestor_7], NULL) AS path
  FROM known_unit u
  LEFT JOIN LATERAL (
    SELECT own.* FROM known_organization own
    WHERE own.host_kind = 'UNIT' AND own.host_id = u.id::text AND own.status = 'ACTIVE'
    ORDER BY own.depth, own.id LIMIT 1) o ON true
  WHERE {where}`;

/** Units by id, in any order; unknown ones are left out. */
export const officesByIds = (read: Read, ids: readonly string[]): Promise<Office[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : read<Office & object>(statement.replace('{where}', 'u.id = ANY($1)'), [[...new Set(ids)]]);

/** The unit in business that is a county's department of this code; the county's before the city's. */
export async function departmentOf(
  read: Read,
  departmentCode: string,
  countyCode: string,
): Promise<Office | undefined> {
  const [office] = await read<Office & object>(
    `${statement.replace('{where}', `u.department_code = $1 AND u.status = 'ACTIVE' AND u.area_code IN ($2, left($2, 4) || '00')`)}
     ORDER BY u.area_code DESC, u.id LIMIT 1`,
    [departmentCode, countyCode],
  );
  return office;
}

/** A unit that is in business. INVALID_INPUT with UNIT_UNKNOWN or UNIT_CLOSED names the field otherwise. */
export async function officeInBusiness(read: Read, id: string, field: string): Promise<Office> {
  const [office] = await officesByIds(read, [id]);
  if (!office)
    throw invalidInput(field, { zh: '没有登记这个单位', en: 'No such unit is recorded' }, { code: 'UNIT_UNKNOWN' });
  if (office.status === 'CLOSED')
    throw invalidInput(field, { zh: '该单位已经撤销', en: 'This unit was closed' }, { code: 'UNIT_CLOSED' });
  return office;
}

/**
 * May the actor act for this unit? Through its Party organisation, or with the role of its department (the department code is the
 * role's code) for an area that contains the unit.
 */
export const mayFor = (actor: Actor, permission: string, office: Office, today: CivilDate): boolean =>
  mayOn(actor, permission, { organizations: office.path }, today) ||
  grantsFor(actor, permission, today).some(
    ({ role, area }) => role === office.departmentCode && area !== undefined && office.areaCode.startsWith(area),
  );

/** Refuses with NOT_ALLOWED whoever does not act for this unit. */
export function mustFor(actor: Actor, permission: string, office: Office, today: CivilDate): void {
  if (!mayFor(actor, permission, office, today))
    throw notAllowed(permission, {
      zh: '您的职务不代表这个单位（{permission}）',
      en: 'None of your posts acts for this unit ({permission})',
    });
}
