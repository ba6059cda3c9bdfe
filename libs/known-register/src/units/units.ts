import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { unitChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { Capability } from '@jishi/subgraph';
import { join } from 'node:path';

/** What a service must know of a public unit; its owner, who also has its name, is the service organizations. */
export interface KnownUnit {
  readonly id: string;
  readonly kind: string;
  readonly departmentCode: string | null;
  readonly areaCode: string;
  readonly status: 'ACTIVE' | 'CLOSED';
}

/** Keeps a service's copy of the public units. */
export const knownUnits = (service: string): Capability => ({
  name: 'known-units',
  migrations: join(__dirname, '../../migrations/units'),
  consumers: [
    consumer(
      `${service}.known-units`,
      {
        [unitChanged.type]: async (tx, event) => {
          const { unitId, kind, departmentCode, areaCode, status } = unitChanged.parse(event.data);
          await tx.query(
            `INSERT INTO known_unit (id, kind, department_code, area_code, status) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, department_code = excluded.department_code,
               area_code = excluded.area_code, status = excluded.status`,
            [unitId, kind, departmentCode, areaCode, status],
          );
        },
      },
      { ordering: 'latest-wins', start: 'snapshot', projection: ['known_unit'] },
    ),
  ],
});

/** A unit that is in business. INVALID_INPUT names the field when there is none, or it was closed. */
export async function unitInBusiness(tx: Tx, id: string, field: string): Promise<KnownUnit> {
  const [unit] = await tx.query<KnownUnit & object>(
    `SELECT id, kind, department_code AS "departmentCode", area_code AS "areaCode", status FROM known_unit WHERE id = $1`,
    [id],
  );
  if (!unit)
    throw invalidInput(field, { zh: '没有登记这个单位', en: 'No such unit is recorded' }, { code: 'UNIT_UNKNOWN' });
  if (unit.status === 'CLOSED')
    throw invalidInput(field, { zh: '该单位已经撤销', en: 'This unit was closed' }, { code: 'UNIT_CLOSED' });
  return unit;
}
