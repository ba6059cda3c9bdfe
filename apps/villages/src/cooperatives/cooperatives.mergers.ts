import { areaChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { Cooperative, CooperativeSeat } from './cooperatives.entities';
import { notBeforeLast, recordHistory, tellChanged } from './cooperatives.lead';

/** P11: a cooperative goes on in the successor of its village from that day; what it was and earned before keeps the old code. */
export const moveCooperatives = consumer(
  'villages.cooperative-mergers',
  {
    [areaChanged.type]: async (tx, event) => {
      const { code, validTo, replacedBy } = areaChanged.parse(event.data);
      const [successor] = replacedBy;
      if (validTo === null || successor === undefined) return;
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
        await recordHistory(tx, row, await notBeforeLast(tx, row.id, validTo as CivilDate));
        for (const seat of await tx.unscoped.findAll(CooperativeSeat, { cooperativeId: row.id, toOn: null }))
          await tx.save(seat, { areaCode: successor });
        tellChanged(tx, row);
      }
    },
  },
  { ordering: 'latest-wins', start: 'snapshot' },
);
