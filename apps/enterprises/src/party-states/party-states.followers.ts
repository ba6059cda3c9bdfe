import type { Tx } from '@jishi/database';

/** What another capability of this service does, in the same transaction, when what covers entities changes. */
export interface PartyStateFollower {
  /** An organisation is active and covers these entities; also told when it was so already. */
  readonly covered?: (tx: Tx, entityIds: readonly string[], orgId: string) => Promise<void>;
}

const followers: PartyStateFollower[] = [];

/** Called once by the `index.ts` of a capability to the right of this one. */
export const followPartyStates = (follower: PartyStateFollower): void => void followers.push(follower);

export async function tellCovered(tx: Tx, entityIds: readonly string[], orgId: string): Promise<void> {
  for (const { covered } of followers) await covered?.(tx, entityIds, orgId);
}
