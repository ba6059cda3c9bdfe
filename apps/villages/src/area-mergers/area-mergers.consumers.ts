import type { Tx } from '@jishi/database';
import { areaChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import { partsOf, type CivilDate } from '@jishi/periods';
import { moveCooperatives } from '../cooperatives';
import { lockYear } from '../income';
import { movePlans } from '../plans';
import { mergeVillage, type Merger } from '../register';
import { moveStationed } from '../stationed';

/**
 * P11: an area whose code is no longer in use hands what is open to its successors from that day; what has passed keeps the old code,
 * so that no figure of an earlier year changes. Each capability does so for its own rows.
 */
async function merge(tx: Tx, merger: Merger): Promise<void> {
  const successors = await mergeVillage(tx, merger);
  // Entries of months before the merger stay with the old village; the successor's year begins.
  for (const areaCode of successors) await lockYear(tx, areaCode, partsOf(merger.on).year);
  await movePlans(tx, merger);
  await moveStationed(tx, merger);
  await moveCooperatives(tx, merger);
}

export const mergeAreas = consumer(
  'villages.area-mergers',
  {
    [areaChanged.type]: async (tx, event) => {
      const { code, validTo, replacedBy } = areaChanged.parse(event.data);
      // The clock of that day does what was announced before it.
      if (validTo !== null && validTo <= tx.today) await merge(tx, { code, on: validTo as CivilDate, replacedBy });
    },
  },
  { ordering: 'latest-wins', start: 'snapshot' },
);

/** The clock of every day: mergers that were announced before their day. */
export async function mergeByClock(tx: Tx): Promise<void> {
  const due = await tx.query<{ code: string; on: CivilDate; replacedBy: string[] }>(
    `SELECT k.code, k.valid_to AS on, k.replaced_by AS "replacedBy" FROM known_area k
     JOIN village v ON v.area_code = k.code AND v.status = 'ACTIVE' WHERE k.valid_to <= $1 ORDER BY k.code`,
    [tx.today],
  );
  for (const merger of due) await merge(tx, merger);
}
