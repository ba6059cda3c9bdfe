import type { Tx } from '@jishi/database';

type Follower = (tx: Tx, entityIds: readonly string[]) => Promise<void>;
const followers: Follower[] = [];

/**
 * What another capability of this service does, in the same transaction, when entities have got or lost an instructor or liaison.
 * Called once by that capability's `index.ts`.
 */
export const followAssignments = (follower: Follower): void => void followers.push(follower);

export async function tellAssignments(tx: Tx, entityIds: readonly string[]): Promise<void> {
  if (entityIds.length > 0) for (const follow of followers) await follow(tx, [...new Set(entityIds)]);
}
