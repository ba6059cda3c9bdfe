import type { Tx } from '@jishi/database';
import type { CloudEvent } from '@jishi/event-delivery';

/** Whether a copy in this service's database has seen an event. */
export async function hasSeen(
  tx: Tx,
  copy: 'known-organizations' | 'known-members',
  { partitionkey, aggregateversion }: CloudEvent,
): Promise<boolean> {
  const seen = await tx.query(
    `SELECT 1 FROM consumer_high_water WHERE consumer LIKE '%.' || $1 AND key = $2 AND version >= $3`,
    [copy, partitionkey, aggregateversion],
  );
  return seen.length > 0;
}
