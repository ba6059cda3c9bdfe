import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { areaChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { type Capability } from '@jishi/subgraph';
import { join } from 'node:path';

/** What a service must know of an area; its owner, who also has its name, is the service organizations. */
export interface KnownArea {
  readonly code: string;
  readonly level: 'CITY' | 'COUNTY' | 'TOWN' | 'GRASSROOTS';
  readonly kind: 'TOWNSHIP' | 'TOWN' | 'STREET' | 'VILLAGE' | 'COMMUNITY' | 'DEV_ZONE' | null;
  readonly parentCode: string | null;
  readonly validFrom: CivilDate;
  /** First day on which the code is no longer in use; null while it is. */
  readonly validTo: CivilDate | null;
  readonly replacedBy: readonly string[];
}

/** Keeps a service's copy of the area register. */
export const knownAreas = (service: string): Capability => ({
  name: 'known-areas',
  migrations: join(__dirname, '../../migrations/areas'),
  consumers: [
    consumer(
      `${service}.known-areas`,
      {
        [areaChanged.type]: async (tx, event) => {
          const area = areaChanged.parse(event.data);
          await tx.query(
            `INSERT INTO known_area (code, level, kind, parent_code, valid_from, valid_to, replaced_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (code) DO UPDATE SET level = excluded.level, kind = excluded.kind, parent_code = excluded.parent_code,
               valid_from = excluded.valid_from, valid_to = excluded.valid_to, replaced_by = excluded.replaced_by`,
            [area.code, area.level, area.kind, area.parentCode, area.validFrom, area.validTo, area.replacedBy],
          );
        },
      },
      { ordering: 'latest-wins', start: 'snapshot', projection: ['known_area'] },
    ),
  ],
});

const columns = `code, level, kind, parent_code AS "parentCode", valid_from AS "validFrom", valid_to AS "validTo",
  replaced_by AS "replacedBy"`;

/** An area, also one no longer in use; undefined when no such code was ever told. */
export async function areaOf(tx: Tx, code: string): Promise<KnownArea | undefined> {
  return (await tx.query<KnownArea & object>(`SELECT ${columns} FROM known_area WHERE code = $1`, [code]))[0];
}

/**
 * An area in use on a day. INVALID_INPUT names the field: no such code is known, or it was replaced, and then by which.
 */
export async function areaInUse(tx: Tx, code: string, on: CivilDate, field = 'areaCode'): Promise<KnownArea> {
  const area = await areaOf(tx, code);
  if (!area)
    throw invalidInput(
      field,
      { zh: '区划代码{code}没有登记', en: 'The area code {code} is not recorded' },
      { code: 'AREA_UNKNOWN', params: { code } },
    );
  if (area.validFrom > on || (area.validTo !== null && area.validTo <= on))
    throw invalidInput(
      field,
      {
        zh: '区划代码{code}在{on}不使用，现行代码：{now}',
        en: 'The area code {code} is not in use on {on}; current code: {now}',
      },
      { code: 'AREA_NOT_IN_USE', params: { code, on, now: area.replacedBy.join('、') || '—' } },
    );
  return area;
}
