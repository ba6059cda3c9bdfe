import { rosterChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { judgeSetting } from './setting-issues.service';

// ORG-04: more members than the ceiling is a setting problem, and so are fewer full members than the minimum. Both close by the facts.
export const judgeRosters = consumer(
  'organizations.setting-issues',
  {
    [rosterChanged.type]: async (tx, event) => {
      const { orgId, full, total, asOf } = rosterChanged.parse(event.data);
      await judgeSetting(tx, orgId, { full, total }, asOf as CivilDate);
    },
  },
  { ordering: 'latest-wins' },
);
