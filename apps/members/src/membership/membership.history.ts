import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';

/**
 * Writes down what is true of these members from a day on, as their rows say now: whatever was open ends on that day, and an open
 * membership goes on in a new stretch. The database refuses a day before the last change (member_history_order).
 */
export async function recordFrom(
  tx: Tx,
  memberIds: readonly string[],
  from: CivilDate,
  reason: string,
  transferId: string | null = null,
): Promise<void> {
  await tx.query(`UPDATE member_history SET valid_to = $2 WHERE member_id = ANY($1) AND valid_to IS NULL`, [
    memberIds,
    from,
  ]);
  await tx.query(
    `INSERT INTO member_history
       (member_id, valid_from, org_id, status, member_class, gender, birth_date, education, joined_on, reason, transfer_id)
     SELECT m.id, $2, m.org_id, m.status, m.member_class, p.gender, p.birth_date, p.education, m.joined_on, $3, $4
     FROM member m JOIN person p ON p.id = m.person_id
     WHERE m.id = ANY($1) AND m.status IN ('PROBATIONARY', 'FULL', 'SUSPENDED')`,
    [memberIds, from, reason, transferId],
  );
}
