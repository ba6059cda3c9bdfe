import type { Tx } from '@jishi/database';
import { targetChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import type { Capability } from '@jishi/subgraph';
import { join } from 'node:path';

/** A target as its owner, the service organizations, set it for an area. */
export interface KnownTarget {
  readonly id: string;
  readonly key: string;
  readonly areaCode: string;
  readonly profile: string | null;
  readonly comparator: 'AT_LEAST' | 'AT_MOST' | 'EXACTLY' | 'RISE' | 'REPORT';
  /** Null: computed and shown, not judged. */
  readonly value: number | null;
  readonly unit: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly dueOn: CivilDate | null;
  readonly validFrom: CivilDate;
  /** First day on which it no longer holds. */
  readonly validTo: CivilDate | null;
}

/** Keeps a service's copy of the targets. */
export const knownTargets = (service: string): Capability => ({
  name: 'known-targets',
  migrations: join(__dirname, '../../migrations/targets'),
  consumers: [
    consumer(
      `${service}.known-targets`,
      {
        [targetChanged.type]: async (tx, event) => {
          const target = targetChanged.parse(event.data);
          await tx.query(
            `INSERT INTO known_target (id, key, area_code, profile, comparator, value, unit, parameters, due_on, valid_from, valid_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (id) DO UPDATE SET key = excluded.key, area_code = excluded.area_code, profile = excluded.profile,
               comparator = excluded.comparator, value = excluded.value, unit = excluded.unit, parameters = excluded.parameters,
               due_on = excluded.due_on, valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
            [
              target.targetId,
              target.key,
              target.areaCode,
              target.profile,
              target.comparator,
              target.value,
              target.unit,
              JSON.stringify(target.parameters),
              target.dueOn,
              target.validFrom,
              target.validTo,
            ],
          );
        },
      },
      { ordering: 'latest-wins', start: 'snapshot', projection: ['known_target'] },
    ),
  ],
});

export const targetColumns = `t.id, t.key, t.area_code AS "areaCode", t.profile, t.comparator, t.value::float8 AS value, t.unit, t.parameters,
  t.due_on AS "dueOn", t.valid_from AS "validFrom", t.valid_to AS "validTo"`;

/**
 * The targets of a key that hold for an area on a day: those of the nearest area that has set any, its county before its city.
 * An area may hold several at once where the plans differ (a floor of 50,000 and one of 100,000); empty when none was set.
 */
export const targetsInForce = (
  tx: Pick<Tx, 'query'>,
  key: string,
  areaCode: string,
  on: CivilDate,
): Promise<KnownTarget[]> =>
  tx.query<KnownTarget & object>(
    `SELECT ${targetColumns} FROM known_target t
     WHERE t.key = $1 AND $2 LIKE regexp_replace(t.area_code, '^(\\d{4})00$', '\\1') || '%'
       AND t.valid_from <= $3 AND (t.valid_to IS NULL OR t.valid_to > $3)
       AND length(regexp_replace(t.area_code, '^(\\d{4})00$', '\\1')) = (
         SELECT max(length(regexp_replace(n.area_code, '^(\\d{4})00$', '\\1'))) FROM known_target n
         WHERE n.key = $1 AND $2 LIKE regexp_replace(n.area_code, '^(\\d{4})00$', '\\1') || '%'
           AND n.valid_from <= $3 AND (n.valid_to IS NULL OR n.valid_to > $3))
     ORDER BY t.value NULLS LAST, t.id`,
    [key, areaCode, on],
  );
