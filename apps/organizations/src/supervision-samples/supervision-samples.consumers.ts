import { classificationChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { judgeVillage } from './supervision-samples.service';

// P4: a village that is weak by a closed year is supervised; the next closed year may take it off the list.
export const followClassifications = consumer(
  'organizations.supervision-samples',
  {
    [classificationChanged.type]: async (tx, event) => {
      const { areaCode, year, to, weak, on } = classificationChanged.parse(event.data);
      await judgeVillage(tx, { areaCode, year, to, weak, on: on as CivilDate });
    },
  },
  { ordering: 'latest-wins' },
);
