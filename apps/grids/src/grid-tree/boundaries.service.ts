import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { geometryOf, squareMetres, type Ring } from './boundaries.rules';
import type { Grid } from './grid-tree.entities';
import { tellOfGrid } from './grid-tree.service';

/** The boundaries that hold from a day on of the grids of an area that have not ended, by code. */
export async function ringsOf(tx: Pick<Tx, 'query'>, areaCode: string, on: CivilDate): Promise<Map<string, Ring>> {
  const rows = await tx.query<{ code: string; ring: Ring }>(
    `SELECT g.code, b.geojson->'coordinates'->0 AS ring FROM grid g JOIN grid_boundary b ON b.grid_id = g.id
     WHERE g.area_code = $1 AND g.status IN ('PLANNED', 'ACTIVE')
       AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)`,
    [areaCode, on],
  );
  return new Map(rows.map(({ code, ring }) => [code, ring]));
}

/** From when the newest boundary of these grids holds; null while none is drawn. */
export async function lastDrawnOn(tx: Pick<Tx, 'query'>, gridIds: readonly string[]): Promise<CivilDate | null> {
  const [row] = await tx.query<{ last: CivilDate | null }>(
    'SELECT max(valid_from) AS last FROM grid_boundary WHERE grid_id = ANY($1) AND valid_to IS NULL',
    [gridIds],
  );
  return row?.last ?? null;
}

const pairOf = ([longitude, latitude]: readonly [number, number]): string => `(${longitude},${latitude})`;
const outlineOf = (ring: Ring): string => `(${ring.slice(0, -1).map(pairOf).join(',')})`;
const boundsOf = (ring: Ring): string => {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return `${pairOf([Math.max(...xs), Math.max(...ys)])},${pairOf([Math.min(...xs), Math.min(...ys)])}`;
};

/** Draws the boundary of a locked grid from a day on as a new version. Its shape was judged before. */
export async function drawBoundary(tx: Tx, grid: Grid, ring: Ring, on: CivilDate): Promise<void> {
  const version = grid.boundaryVersion + 1;
  await tx.query('UPDATE grid_boundary SET valid_to = $2 WHERE grid_id = $1 AND valid_to IS NULL', [grid.id, on]);
  await tx.query(
    `INSERT INTO grid_boundary (grid_id, area_code, version, valid_from, geojson, outline, bounds, area_m2, created_by)
     VALUES ($1, $2, $3, $4, $5, $6::polygon, $7::box, $8, $9)`,
    [
      grid.id,
      grid.areaCode,
      version,
      on,
      JSON.stringify(geometryOf(ring)),
      outlineOf(ring),
      boundsOf(ring),
      squareMetres(ring),
      tx.actor.id,
    ],
  );
  await tx.save(grid, { boundaryVersion: version });
  tellOfGrid(tx, grid);
}
