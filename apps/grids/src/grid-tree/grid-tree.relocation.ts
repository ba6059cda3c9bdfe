import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { mergedRing } from './boundaries.rules';
import { drawBoundary, lastDrawnOn, ringsOf } from './boundaries.service';
import { Grid } from './grid-tree.entities';
import { hasSerial, proposedCode } from './grid-tree.rules';
import { endGrid, tellOfGrid, usedCodes } from './grid-tree.service';

/**
 * P11: the grids of a village or community that was replaced belong to its successor from that day, with codes of the successor; the
 * days before keep the old area and code. The grid that stood for the old area becomes the successor's, or merges into it.
 * Answers with the grids that moved, and with the grid into which each ended one merged.
 */
export async function relocateGrids(
  tx: Tx,
  from: string,
  to: string,
  on: CivilDate,
): Promise<{ moved: Grid[]; merged: readonly { readonly ended: Grid; readonly into: Grid }[] }> {
  // The register of areas decides, whoever keeps the grids.
  const known = await tx.unscoped.findAll(Grid, { areaCode: from, status: ['PLANNED', 'ACTIVE'] });
  const grids = await tx.unscoped.lockAll(
    Grid,
    known.map(({ id }) => id),
  );
  const whole = grids.find(({ tier }) => !hasSerial(tier));
  const there = await tx.unscoped.find(Grid, { areaCode: to, tier: 'GRASSROOTS', status: ['PLANNED', 'ACTIVE'] });
  const into = there && (await tx.unscoped.lock(Grid, there.id));
  const root = into ?? whole ?? null;

  const moved: Grid[] = [];
  for (const grid of grids) {
    if (grid === whole && into) continue;
    const parentId = root && grid.parentId === whole?.id ? root.id : grid.parentId;
    await tx.save(grid, { areaCode: to, code: await codeIn(tx, grid, to), parentId });
    await rewriteHistory(tx, grid, on);
    await tx.query('UPDATE grid_boundary SET area_code = $2 WHERE grid_id = $1 AND valid_to IS NULL', [grid.id, to]);
    tellOfGrid(tx, grid);
    moved.push(grid);
  }
  if (!whole || !into) return { moved, merged: [] };
  await mergeWhole(tx, whole, into, on);
  return { moved, merged: [{ ended: whole, into }] };
}

/** The grid keeps its serial where the successor never used it. */
async function codeIn(tx: Tx, { code, tier, special }: Grid, areaCode: string): Promise<string> {
  const same = `${areaCode}${code.slice(-3)}`;
  const used = await usedCodes(tx, areaCode);
  if (!used.includes(same)) return same;
  const next = proposedCode(areaCode, { tier }, special, used, tx.today);
  if (typeof next === 'string') return next;
  throw new Error(`${code} cannot move to ${areaCode}: its serials are used up`);
}

/** What stood for the old area and what stands for the new one are one from that day: numbers add up, boundaries join where they meet. */
async function mergeWhole(tx: Tx, whole: Grid, into: Grid, on: CivilDate): Promise<void> {
  const [old] = [...(await ringsOf(tx, whole.areaCode, on))].filter(([code]) => code === whole.code);
  const [kept] = [...(await ringsOf(tx, into.areaCode, on))].filter(([code]) => code === into.code);
  const drawn = await lastDrawnOn(tx, [into.id]);
  await endGrid(tx, whole, 'MERGED', on, [into.id]);
  await tx.save(into, {
    households: into.households + whole.households,
    population: into.population + whole.population,
  });
  await rewriteHistory(tx, into, on);
  const ring = old && kept && (drawn === null || drawn <= on) ? mergedRing([old[1], kept[1]], on) : null;
  if (ring) await drawBoundary(tx, into, ring, on);
  else tellOfGrid(tx, into);
}

/** Writes what a grid is now into its history from a day on, also where later days were written already: the news came late. */
async function rewriteHistory(tx: Tx, { id }: Grid, on: CivilDate): Promise<void> {
  const [spanning] = await tx.query<{ id: string; validTo: CivilDate | null }>(
    `SELECT id, valid_to AS "validTo" FROM grid_history
     WHERE grid_id = $1 AND valid_from < $2 AND (valid_to IS NULL OR valid_to > $2)`,
    [id, on],
  );
  if (spanning) {
    await tx.query('UPDATE grid_history SET valid_to = $2 WHERE id = $1', [spanning.id, on]);
    await tx.query(
      `INSERT INTO grid_history (grid_id, valid_from, valid_to, code, name, level, tier, parent_id, area_code, households, population,
         organization_id, status)
       SELECT grid_id, $2, $3, code, name, level, tier, parent_id, area_code, households, population, organization_id, status
       FROM grid_history WHERE id = $1`,
      [spanning.id, on, spanning.validTo],
    );
  }
  await tx.query(
    `UPDATE grid_history h SET code = g.code, area_code = g.area_code, parent_id = g.parent_id,
       households = CASE WHEN h.valid_to IS NULL THEN g.households ELSE h.households END,
       population = CASE WHEN h.valid_to IS NULL THEN g.population ELSE h.population END
     FROM grid g WHERE g.id = h.grid_id AND h.grid_id = $1 AND h.valid_from >= $2`,
    [id, on],
  );
}
