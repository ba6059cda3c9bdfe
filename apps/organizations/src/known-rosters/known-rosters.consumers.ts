import { rosterChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';

/** Keeps the numbers that members tells of each branch; each event carries them all, so the newest wins (P3). */
export const followRosters = consumer(
  'organizations.known-rosters',
  {
    [rosterChanged.type]: async (tx, event) => {
      const { orgId, full, probationary, total, asOf } = rosterChanged.parse(event.data);
      await tx.query(
        `INSERT INTO known_roster AS known (org_id, full_members, probationary, total, as_of, version_seen)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id) DO UPDATE
           SET full_members = excluded.full_members, probationary = excluded.probationary, total = excluded.total,
               as_of = excluded.as_of, version_seen = excluded.version_seen
           WHERE known.version_seen <= excluded.version_seen`,
        [orgId, full, probationary, total, asOf, event.aggregateversion],
      );
    },
  },
  { ordering: 'latest-wins', projection: ['known_roster'] },
);
