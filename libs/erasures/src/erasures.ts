import {
  enterprisesErasureAcknowledged,
  erasureRequested,
  gridsErasureAcknowledged,
  membersErasureAcknowledged,
  organizationsErasureAcknowledged,
  villagesErasureAcknowledged,
} from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { Capability } from '@jishi/subgraph';
import { join } from 'node:path';
import { ErasureAcknowledgement } from './acknowledgement.entities';
import { erase, type Holding } from './erase';

/** Who has to acknowledge an erasure, and by which event. */
export const acknowledgedBy = {
  organizations: organizationsErasureAcknowledged,
  members: membersErasureAcknowledged,
  villages: villagesErasureAcknowledged,
  grids: gridsErasureAcknowledged,
  enterprises: enterprisesErasureAcknowledged,
} as const;
export type Acknowledger = keyof typeof acknowledgedBy;

/**
 * Erases in one transaction what a service holds of a person, and acknowledges it, also when it held nothing. The same erasure told
 * again (a replayed dead letter, a restored backup) erases what has come back and acknowledges no second time.
 */
export const erasures = (service: Acknowledger, holdings: readonly Holding[]): Capability => ({
  name: `erasures-of-${service}`,
  migrations: join(__dirname, '../migrations'),
  entities: [ErasureAcknowledgement],
  consumers: [
    consumer(
      `${service}.erasures`,
      {
        [erasureRequested.type]: async (tx, event) => {
          const { erasureId, personId, scope } = erasureRequested.parse(event.data);
          const { erased, kept } = await erase(tx, holdings, personId, scope);
          // A consumer reads its own rows for nobody.
          if (await tx.unscoped.find(ErasureAcknowledgement, { id: erasureId })) return;
          await tx.insert(ErasureAcknowledgement, { id: erasureId, personId, scope, erased, kept });
          tx.emit(acknowledgedBy[service]({ erasureId, personId, erased, kept, at: tx.now.toISOString() }));
        },
      },
      // Only the request counts; what else is told of an erasure may be missing or come later.
      { ordering: 'latest-wins' },
    ),
  ],
});
