import type { Tx } from '@jishi/database';
import { Matter, MatterLeg } from './matters.entities';
import { writeDown } from './matters.told';

/**
 * P11: what is open in a place that was replaced belongs to the successor, with its grid and its parts. What has ended, and every
 * limit that was judged, keeps the code of its day, so that figures of the past do not change. The number stays.
 */
export async function relocateMatters(tx: Tx, from: string, to: string): Promise<void> {
  const found = await tx.query<{ id: string }>('SELECT id FROM matter WHERE area_code = $1 AND open ORDER BY id', [
    from,
  ]);
  const ids = found.map(({ id }) => id);
  // The register of areas decides, whoever handles the matters.
  for (const matter of await tx.unscoped.lockAll(Matter, ids)) {
    await tx.save(matter, { areaCode: to });
    await writeDown(tx, matter, { kind: 'rehome', from: matter.state, to: matter.state, note: `${from} → ${to}` });
  }
  // As above: the parts stand where their matter stands.
  const legs = await tx.query<{ id: string }>('SELECT id FROM matter_leg WHERE matter_id = ANY($1) ORDER BY id', [ids]);
  for (const leg of await tx.unscoped.lockAll(
    MatterLeg,
    legs.map(({ id }) => id),
  ))
    await tx.save(leg, { areaCode: to });
  await tx.query('UPDATE matter_step SET area_code = $2 WHERE matter_id = ANY($1) AND ended_at IS NULL', [ids, to]);
}
