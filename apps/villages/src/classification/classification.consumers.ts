import { targetChanged } from '@jishi/event-contracts';
import { consumer, NotArrivedYet } from '@jishi/event-delivery';
import { classKeys } from './profiles.rules';
import { judgeAreas } from './classification.service';

/**
 * A target that bounds the classes was set, changed or ended: the villages of its area are judged anew, from the day on which it
 * holds and never before (P12). The clock of that day does it for a target that begins or ends later.
 */
export const followTargets = consumer(
  'villages.classification',
  {
    [targetChanged.type]: async (tx, event) => {
      const { key, areaCode, validFrom } = targetChanged.parse(event.data);
      if (!classKeys.some((one) => one === key) || validFrom > tx.today) return;
      const seen = await tx.query(
        `SELECT 1 FROM consumer_high_water WHERE consumer = 'villages.known-targets' AND key = $1 AND version >= $2`,
        [event.partitionkey, event.aggregateversion],
      );
      if (seen.length === 0) throw new NotArrivedYet(`the target ${event.partitionkey} has not been copied yet`);
      await judgeAreas(tx, [areaCode]);
    },
  },
  { ordering: 'latest-wins', start: 'snapshot' },
);
