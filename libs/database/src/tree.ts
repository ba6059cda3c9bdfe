import type { CivilDate } from '@jishi/periods';
import { ancestorColumns } from './path';
import type { Tx } from './transaction';

// A tree table keeps where each organisation stands now; `<table>_history` keeps the same facts for every period [valid_from, valid_to).

const setAncestors = Array.from({ length: 7 }, (_, index) => `ancestor_${index + 1} = moved.path[${index + 1}]`).join(
  ', ',
);
const pathOf = (alias: string): string => `(ARRAY[${ancestorColumns(alias)}])[1:${alias}.depth]`;

const sharedColumns = new Map<string, string>();

/** The facts that both the tree and its history hold. */
async function columnsOf(tx: Tx, tree: string): Promise<string> {
  const known = sharedColumns.get(tree);
  if (known) return known;
  const rows = await tx.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'version')
     INTERSECT
     SELECT column_name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 || '_history' AND is_generated = 'NEVER'`,
    [tree],
  );
  const columns = rows.map(({ name }) => `"${name}"`).join(', ');
  sharedColumns.set(tree, columns);
  return columns;
}

/**
 * Writes down that from this day on the organisations are as the tree now has them. What was true until the day before stays
 * readable; a second change on the same day replaces the first. The day may not lie before the last change of any of them.
 */
export async function recordStates(tx: Tx, tree: string, ids: readonly string[], on: CivilDate): Promise<void> {
  const columns = await columnsOf(tx, tree);
  await tx.query(`DELETE FROM ${tree}_history WHERE org_id = ANY($1) AND valid_from = $2`, [ids, on]);
  await tx.query(
    `UPDATE ${tree}_history SET valid_to = $2 WHERE org_id = ANY($1) AND (valid_to IS NULL OR valid_to > $2)`,
    [ids, on],
  );
  await tx.query(
    `INSERT INTO ${tree}_history (org_id, valid_from, ${columns}) SELECT id, $2, ${columns} FROM ${tree} WHERE id = ANY($1)`,
    [ids, on],
  );
}

/**
 * Puts an organisation with all that hangs below it under another superior from a day on. Returns the ids of the moved
 * organisations. The caller has refused cycles and trees that would become too deep.
 */
export async function moveSubtree(
  tx: Tx,
  tree: string,
  move: { readonly orgId: string; readonly superiorId: string | null; readonly on: CivilDate },
): Promise<string[]> {
  const moved = await tx.query<{ id: string }>(
    `WITH root AS (SELECT id, depth FROM ${tree} WHERE id = $1),
     superior AS (SELECT ${pathOf('tree')} AS path FROM ${tree} tree WHERE id = $2),
     moved AS (
       SELECT tree.id,
              coalesce((SELECT path FROM superior), ARRAY[]::uuid[])
                || (ARRAY[${ancestorColumns('tree')}])[(SELECT depth FROM root):tree.depth] AS path
       FROM ${tree} tree WHERE $1 = ANY(${pathOf('tree')})
     )
     UPDATE ${tree} tree
     SET ${setAncestors}, depth = cardinality(moved.path),
         superior_id = CASE WHEN tree.id = $1 THEN $2::uuid ELSE tree.superior_id END
     FROM moved WHERE tree.id = moved.id RETURNING tree.id`,
    [move.orgId, move.superiorId],
  );
  const ids = moved.map(({ id }) => id);
  await recordStates(tx, tree, ids, move.on);
  return ids;
}
