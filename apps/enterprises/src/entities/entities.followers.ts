import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import type { NonPublicEntity } from './entities.entities';

/**
 * What another capability of this service does, in the same transaction, when a record of the database changes: its assignments
 * end, its tasks move to the record that is kept. The entity is locked and already saved.
 */
export interface EntityFollower {
  /** It was recorded, or a fact of it changed. */
  readonly changed?: (tx: Tx, entity: NonPublicEntity) => Promise<void>;
  /** Its registration ended on a day, without a record that takes its place. */
  readonly closed?: (tx: Tx, entity: NonPublicEntity, on: CivilDate) => Promise<void>;
  /** It was a duplicate: what belongs to `merged` belongs to `kept` from now on. */
  readonly merged?: (tx: Tx, merged: NonPublicEntity, kept: NonPublicEntity, on: CivilDate) => Promise<void>;
  /** An area was merged into another: what is open in `code` stands in `successor` from the day on; the entities have moved. */
  readonly areaMoved?: (tx: Tx, code: string, successor: string, on: CivilDate) => Promise<void>;
}

const followers: EntityFollower[] = [];

/** Called once by the `index.ts` of a capability to the right of this one; they act in the order of the service's list. */
export const followEntities = (follower: EntityFollower): void => void followers.push(follower);

export async function tellFollowers(act: (follower: EntityFollower) => Promise<void> | undefined): Promise<void> {
  for (const follower of followers) await act(follower);
}
