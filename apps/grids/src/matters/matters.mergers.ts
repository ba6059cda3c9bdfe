import type { Tx } from '@jishi/database';
import { startOfDayInShanghai, type CivilDate } from '@jishi/periods';
import { Matter, MatterLeg } from './matters.entities';
import { writeDown } from './matters.told';

/**
 * P11: what is open in a place that was replaced belongs to the successor, with its grid and its parts. What has ended, and every
 * limit that was judged or had passed, keeps the code of its day, and where a matter was reported and accepted is kept, so that figures
 * of the past do not change. The number stays.
 */
export async function relocateMatters(tx: Tx, from: string, to: string, on: CivilDate): Promise<void> {
  const found = await tx.query<{ id: string }>('SELECT id FROM matter WHERE area_code = $1 AND open ORDER BY id', [
    from,
  ]);
  const ids = found.map(({ id }) => id);
  const until = startOfDayInShanghai(on);
  await tx.query(
    `INSERT INTO matter_place (matter_id, area_code, until, since)
     SELECT m.id, $2, $3, (SELECT max(p.until) FROM matter_place p WHERE p.matter_id = m.id) FROM matter m
     WHERE m.id = ANY($1) AND m.reported_at < $3
       AND NOT EXISTS (SELECT FROM matter_place p WHERE p.matter_id = m.id AND p.until >= $3)`,
    [ids, from, until],
  );
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
  await tx.query(
    `UPDATE matter_step SET area_code = $2
     WHERE matter_id = ANY($1) AND ended_at IS NULL AND (due_at IS NULL OR due_at >= $3)`,
    [ids, to, until],
  );
}
