import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import type { Grid } from './grid-tree.entities';

/** From when the facts hold that the history tells of these grids last; null when it tells of none. */
export async function lastChangedOn(tx: Tx, gridIds: readonly string[]): Promise<CivilDate | null> {
  const [row] = await tx.query<{ last: CivilDate | null }>(
    'SELECT max(valid_from) AS last FROM grid_history WHERE grid_id = ANY($1) AND valid_to IS NULL',
    [gridIds],
  );
  return row?.last ?? null;
}

/** Writes what a grid is from a day on; what was written for that same day is replaced. */
export async function writeHistory(tx: Tx, { id }: Grid, on: CivilDate): Promise<void> {
  await tx.query('DELETE FROM grid_history WHERE grid_id = $1 AND valid_to IS NULL AND valid_from >= $2', [id, on]);
  await tx.query('UPDATE grid_history SET valid_to = $2 WHERE grid_id = $1 AND valid_to IS NULL', [id, on]);
  await tx.query(
    `INSERT INTO grid_history (grid_id, valid_from, code, name, level, tier, parent_id, area_code, households, population,
       organization_id, status)
     SELECT id, $2, code, name, level, tier, parent_id, area_code, households, population, organization_id, status
     FROM grid WHERE id = $1`,
    [id, on],
  );
}
