import type { Tx } from '@jishi/database';
import type { Merger } from '../register';
import { Cooperative, CooperativeSeat } from './cooperatives.entities';
import { notBeforeLast, recordHistory, tellChanged } from './cooperatives.lead';

/** P11: a cooperative goes on in the successor of its village from that day; what it was and earned before keeps the old code. */
export async function moveCooperatives(tx: Tx, { code, on, replacedBy }: Merger): Promise<void> {
  const [successor] = replacedBy;
  if (successor === undefined) return;
  // A merger concerns every cooperative of the village, whoever may see it.
  const open = await tx.unscoped.findAll(Cooperative, {
    areaCode: code,
    state: ['PLANNED', 'REGISTERED', 'ACTIVE', 'DORMANT'],
  });
  const rows = await tx.unscoped.lockAll(
    Cooperative,
    open.map(({ id }) => id),
  );
  for (const row of rows) {
    await tx.save(row, { areaCode: successor });
    await recordHistory(tx, row, await notBeforeLast(tx, row.id, on));
    for (const seat of await tx.unscoped.findAll(CooperativeSeat, { cooperativeId: row.id, toOn: null }))
      await tx.save(seat, { areaCode: successor });
    tellChanged(tx, row);
  }
}
