import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Grid, gridAtPoint } from '../grid-tree';
import { Building, Quarter } from './quarters.entities';
import { tellOfQuarter } from './quarters.service';

/** After the map of a community was drawn anew, each building with a place belongs to the grid that now lies around it (GRD-01). */
export async function rehomeBuildings(tx: Tx, areaCode: string, on: CivilDate): Promise<number> {
  const moved = await tx.query<{ id: string; gridId: string }>(
    `SELECT b.id, around.id AS "gridId" FROM building b CROSS JOIN LATERAL (
       SELECT g.id FROM grid_boundary d JOIN grid g ON g.id = d.grid_id
       WHERE d.bounds @> box(point(b.longitude, b.latitude), point(b.longitude, b.latitude))
         AND d.outline @> point(b.longitude, b.latitude) AND d.valid_from <= $2 AND (d.valid_to IS NULL OR d.valid_to > $2)
         AND g.area_code = $1 AND g.tier = 'BASIC' AND g.status = 'ACTIVE'
       ORDER BY g.code LIMIT 1) around
     WHERE b.area_code = $1 AND b.longitude IS NOT NULL AND around.id <> b.grid_id ORDER BY b.id`,
    [areaCode, on],
  );
  // The map decides, whoever keeps the buildings.
  for (const { id, gridId } of moved) await tx.save(await tx.unscoped.lock(Building, id), { gridId });
  return moved.length;
}

/**
 * When a basic grid ends, what lies in it moves: buildings with a place to the grid around it, the others with their quarter;
 * a quarter to the grid that is named for it, else to the only successor. Answers with the quarters for which nobody said where.
 */
export async function moveOutOf(
  tx: Tx,
  grid: Grid,
  successors: readonly Grid[],
  named: ReadonlyMap<string, string>,
  on: CivilDate,
): Promise<Quarter[]> {
  // The end of the grid decides, whoever keeps the quarters.
  const quarters = await tx.unscoped.lockAll(Quarter, await idsOf(tx, 'quarter', grid.id));
  const only = successors.length === 1 ? successors[0]!.id : null;
  const homeless = quarters.filter(({ id }) => !(named.get(id) ?? only));
  if (homeless.length > 0) return homeless;
  const goesTo = new Map(quarters.map(({ id }) => [id, (named.get(id) ?? only)!]));
  for (const quarter of quarters) await tx.save(quarter, { gridId: goesTo.get(quarter.id)! });

  const stray = new Set<string>();
  for (const building of await tx.unscoped.lockAll(Building, await idsOf(tx, 'building', grid.id))) {
    const { longitude, latitude, quarterId } = building;
    const around = longitude !== null && latitude !== null ? await gridAtPoint(tx, { longitude, latitude }, on) : null;
    const gridId =
      around && around.id !== grid.id ? around.id : (goesTo.get(quarterId) ?? named.get(quarterId) ?? only);
    if (gridId) await tx.save(building, { gridId });
    else stray.add(quarterId);
  }
  return stray.size === 0 ? [] : tx.unscoped.findAll(Quarter, { id: [...stray] });
}

const idsOf = async (tx: Tx, table: 'quarter' | 'building', gridId: string): Promise<string[]> =>
  (await tx.query<{ id: string }>(`SELECT id FROM ${table} WHERE grid_id = $1`, [gridId])).map(({ id }) => id);

/** P11: quarters and buildings of a community that was merged belong to its successor from that day. */
export async function relocateQuarters(tx: Tx, from: string, to: string, on: CivilDate): Promise<void> {
  // The register of areas decides, whoever keeps the quarters.
  const known = await tx.unscoped.findAll(Quarter, { areaCode: from });
  const quarters = await tx.unscoped.lockAll(
    Quarter,
    known.filter(({ validTo }) => validTo === null || validTo > on).map(({ id }) => id),
  );
  const taken = new Set((await tx.unscoped.findAll(Quarter, { areaCode: to })).map(({ name }) => name));
  for (const quarter of quarters) {
    await tx.query('DELETE FROM quarter_place WHERE quarter_id = $1 AND valid_to IS NULL AND valid_from >= $2', [
      quarter.id,
      on,
    ]);
    await tx.query('UPDATE quarter_place SET valid_to = $2 WHERE quarter_id = $1 AND valid_to IS NULL', [
      quarter.id,
      on,
    ]);
    await tx.query('INSERT INTO quarter_place (quarter_id, area_code, valid_from) VALUES ($1, $2, $3)', [
      quarter.id,
      to,
      on,
    ]);
    // Two quarters of one name become neighbours: the one that comes carries its old code until the office renames it.
    const name = taken.has(quarter.name) ? `${quarter.name}（${from}）` : quarter.name;
    taken.add(name);
    await tx.save(quarter, { areaCode: to, name });
    tellOfQuarter(tx, quarter, on);
  }
  const buildings = await tx.unscoped.findAll(Building, {
    quarterId: quarters.map(({ id }) => id),
  });
  for (const building of await tx.unscoped.lockAll(
    Building,
    buildings.map(({ id }) => id),
  ))
    await tx.save(building, { areaCode: to });
}
