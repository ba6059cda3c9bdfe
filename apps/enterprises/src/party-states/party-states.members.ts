import type { Tx } from '@jishi/database';
import type { KnownMember } from '@jishi/known-register';
import { keptOf } from './party-states.coverers';
import { judgeLocked, judgePartyState, lockStanding } from './party-states.service';

/** What decides where a member counts. */
export type CountedFacts = Pick<KnownMember, 'id' | 'status' | 'workHostKind' | 'workHostId'>;

/**
 * Counts members where they work, and no longer where they were counted before (ENT-06). Only full members count; a suspended one,
 * one who has left or one who works elsewhere does not. Gives the entities whose count changed, each with the member on whose
 * account, for `judgeCounted`.
 */
export async function countMembers<M extends CountedFacts>(
  tx: Tx,
  members: readonly M[],
): Promise<ReadonlyMap<string, M>> {
  const kept = await keptOf(
    tx,
    members.map(workplaceOf).filter((id) => id !== null),
  );
  const counted = await tx.query<{ memberId: string; entityId: string; isFull: boolean }>(
    'SELECT member_id AS "memberId", entity_id AS "entityId", is_full AS "isFull" FROM counted_member WHERE member_id = ANY($1)',
    [members.map(({ id }) => id)],
  );
  const before = new Map(counted.map((row) => [row.memberId, row]));
  const changed = new Map<string, M>();
  const none: string[] = [];
  const now: { id: string; worksIn: string; isFull: boolean }[] = [];
  for (const member of members) {
    const { id, status } = member;
    const was = before.get(id);
    const isFull = status === 'FULL';
    const workplace = workplaceOf(member);
    const worksIn = workplace === null ? null : kept.get(workplace)!;
    if ((was?.entityId ?? null) === worksIn && (was?.isFull ?? isFull) === isFull) continue;
    if (worksIn === null) none.push(id);
    else now.push({ id, worksIn, isFull });
    for (const entityId of [was?.entityId, worksIn]) if (entityId != null) changed.set(entityId, member);
  }
  if (none.length > 0) await tx.query('DELETE FROM counted_member WHERE member_id = ANY($1)', [none]);
  if (now.length > 0)
    await tx.query(
      `INSERT INTO counted_member (member_id, entity_id, is_full) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[])
       ON CONFLICT (member_id) DO UPDATE SET entity_id = excluded.entity_id, is_full = excluded.is_full`,
      [now.map(({ id }) => id), now.map(({ worksIn }) => worksIn), now.map(({ isFull }) => isFull)],
    );
  return changed;
}

/**
 * Judges entities whose members were counted. Whoever locks one last sees what all others counted; members counted at a record that
 * was merged meanwhile count at the one that is kept.
 */
export async function judgeCounted(
  tx: Tx,
  entityIds: readonly string[],
  as: (entityId: string) => Tx = () => tx,
): Promise<void> {
  const entities = await lockStanding(tx, entityIds);
  await judgeLocked(
    tx,
    entities.filter(({ mergedIntoId }) => mergedIntoId === null),
    as,
  );
  for (const { id, mergedIntoId } of entities) {
    if (mergedIntoId === null) continue;
    const kept = (await keptOf(tx, [id])).get(id)!;
    await lockStanding(tx, [kept]);
    await tx.query('UPDATE counted_member SET entity_id = $2 WHERE entity_id = $1', [id, kept]);
    await judgePartyState(as(id), kept);
  }
}

const gone: readonly KnownMember['status'][] = ['LEFT', 'MOVED_OUT', 'DECEASED'];

function workplaceOf({ status, workHostKind, workHostId }: CountedFacts): string | null {
  if (gone.includes(status) || !workHostId || (workHostKind !== 'ENTERPRISE' && workHostKind !== 'SOCIAL_ORG'))
    return null;
  return workHostId;
}
