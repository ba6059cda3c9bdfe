import type { Tx } from '@jishi/database';
import type { KnownMember } from '@jishi/known-register';
import { keptId } from './party-states.coverers';
import { judgeLocked, judgePartyState, lockStanding } from './party-states.service';

/** What decides where a member counts. */
export type CountedFacts = Pick<KnownMember, 'id' | 'status' | 'workHostKind' | 'workHostId'>;

/**
 * Counts a member where he works, and no longer where he was counted before (ENT-06). Only full members count; a suspended one, one
 * who has left or one who works elsewhere does not. Gives the entities whose count changed, for `judgeCounted`.
 */
export async function countMember(tx: Tx, member: CountedFacts): Promise<readonly string[]> {
  const worksIn = await workplaceOf(tx, member);
  const [before] = await tx.query<{ entityId: string; isFull: boolean }>(
    'SELECT entity_id AS "entityId", is_full AS "isFull" FROM counted_member WHERE member_id = $1',
    [member.id],
  );
  const isFull = member.status === 'FULL';
  if ((before?.entityId ?? null) === worksIn && (before?.isFull ?? isFull) === isFull) return [];

  if (worksIn === null) await tx.query('DELETE FROM counted_member WHERE member_id = $1', [member.id]);
  else
    await tx.query(
      `INSERT INTO counted_member (member_id, entity_id, is_full) VALUES ($1, $2, $3)
       ON CONFLICT (member_id) DO UPDATE SET entity_id = excluded.entity_id, is_full = excluded.is_full`,
      [member.id, worksIn, isFull],
    );
  return [before?.entityId, worksIn].filter((id) => id != null);
}

/**
 * Judges an entity whose members were counted. Whoever locks it last sees what all others counted; members counted at a record that
 * was merged meanwhile count at the one that is kept.
 */
export async function judgeCounted(tx: Tx, entityId: string): Promise<void> {
  const [entity] = await lockStanding(tx, [entityId]);
  if (!entity) return;
  if (entity.mergedIntoId === null) return judgeLocked(tx, entity);
  const kept = await keptId(tx, entityId);
  await lockStanding(tx, [kept]);
  await tx.query('UPDATE counted_member SET entity_id = $2 WHERE entity_id = $1', [entityId, kept]);
  await judgePartyState(tx, kept);
}

const gone: readonly KnownMember['status'][] = ['LEFT', 'MOVED_OUT', 'DECEASED'];

async function workplaceOf(tx: Tx, { status, workHostKind, workHostId }: CountedFacts): Promise<string | null> {
  if (gone.includes(status) || !workHostId || (workHostKind !== 'ENTERPRISE' && workHostKind !== 'SOCIAL_ORG'))
    return null;
  return keptId(tx, workHostId);
}
