import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';

const facts = 'registrar, kind, size, employees, operating, area_code, party_state, full_members';
const of = (alias: string): string => facts.replace(/\w+/g, (column) => `${alias}.${column}`);

/** Writes down what these entities are from a day on, where it differs from what was written last. Earlier days keep their facts. */
export async function keepHistory(tx: Tx, entityIds: readonly string[], on: CivilDate): Promise<void> {
  const changed = await tx.query<{ id: string }>(
    `SELECT e.id FROM entity e LEFT JOIN entity_history h ON h.entity_id = e.id AND h.valid_to IS NULL
     WHERE e.id = ANY($1) AND e.closed_on IS NULL AND (h.id IS NULL OR (${of('e')}) IS DISTINCT FROM (${of('h')}))`,
    [entityIds],
  );
  if (changed.length === 0) return;
  const ids = changed.map(({ id }) => id);
  await tx.query('DELETE FROM entity_history WHERE entity_id = ANY($1) AND valid_from >= $2', [ids, on]);
  await tx.query(
    'UPDATE entity_history SET valid_to = $2 WHERE entity_id = ANY($1) AND (valid_to IS NULL OR valid_to > $2)',
    [ids, on],
  );
  await tx.query(
    `INSERT INTO entity_history (entity_id, valid_from, ${facts}) SELECT id, $2, ${facts} FROM entity WHERE id = ANY($1)`,
    [ids, on],
  );
}

/** An entity whose registration ended is nothing any more from that day on. */
export async function endHistory(tx: Tx, entityId: string, on: CivilDate): Promise<void> {
  await tx.query('DELETE FROM entity_history WHERE entity_id = $1 AND valid_from >= $2', [entityId, on]);
  await tx.query(
    'UPDATE entity_history SET valid_to = $2 WHERE entity_id = $1 AND (valid_to IS NULL OR valid_to > $2)',
    [entityId, on],
  );
}

/** P11: from the day of the merger the entities of an area have the successor's code, before it the old one. */
export async function moveHistory(tx: Tx, fromCode: string, toCode: string, on: CivilDate): Promise<void> {
  await tx.query('UPDATE entity_history SET area_code = $2 WHERE area_code = $1 AND valid_from >= $3', [
    fromCode,
    toCode,
    on,
  ]);
  await tx.query(
    `WITH cut AS (
       UPDATE entity_history SET valid_to = $3 WHERE area_code = $1 AND (valid_to IS NULL OR valid_to > $3)
       RETURNING old.valid_to AS until, entity_history.*)
     INSERT INTO entity_history (entity_id, valid_from, valid_to, ${facts})
     SELECT entity_id, $3, until, ${facts.replace('area_code', '$2')} FROM cut`,
    [fromCode, toCode, on],
  );
}

/**
 * Records that a loader brought begin with their registration: the world was so before the platform knew it. Those that have a
 * history already are passed over. Returns how many began, at most `atOnce` of them.
 */
export async function beginHistories(
  tx: Tx,
  entityIds: readonly string[] | null = null,
  atOnce = 5_000,
): Promise<number> {
  const begun = await tx.query(
    `INSERT INTO entity_history (entity_id, valid_from, ${facts})
     SELECT id, least(coalesce(registered_on, $1), $1), ${facts} FROM entity e
     WHERE ($2::uuid[] IS NULL OR id = ANY($2)) AND closed_on IS NULL
       AND NOT EXISTS (SELECT FROM entity_history h WHERE h.entity_id = e.id)
     LIMIT $3 RETURNING 1`,
    [tx.today, entityIds, atOnce],
  );
  return begun.length;
}
