import { rosterEmptied } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { lockTree } from '../register';
import { dissolveWhenEmpty, noteEmptied } from './changes.effects';

// P1: an organisation that is closing is dissolved when members says that the last member has gone, and not before.
export const followEmptiedRosters = consumer(
  'organizations.changes',
  {
    [rosterEmptied.type]: async (tx, event) => {
      const { orgId } = rosterEmptied.parse(event.data);
      await lockTree(tx);
      await noteEmptied(tx, orgId);
      await dissolveWhenEmpty(tx, orgId, tx.today as CivilDate);
    },
  },
  { ordering: 'latest-wins' },
);
