import type { DailyRun } from '@jishi/subgraph';
import type { Tx } from '@jishi/database';
import { transferCancelled, transferExpired } from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import { partsOf } from '@jishi/periods';
import { Transfer } from './transfers.entities';
import { toldOf } from './transfers.events';
import { transferSteps } from './transfers.rules';
import { factsOf, sidesOf } from './transfers.sides';

/** The next number in a committee's book of letters of the year: `410811001〔2026〕12号`. */
export async function nextLetterNo(tx: Tx, committee: { readonly id: string; readonly code: string }): Promise<string> {
  const { year } = partsOf(tx.today);
  const [book] = await tx.query<{ no: number }>(
    `INSERT INTO letter_book AS book (org_id, year, last_no) VALUES ($1, $2, 1)
     ON CONFLICT (org_id, year) DO UPDATE SET last_no = book.last_no + 1 RETURNING last_no AS no`,
    [committee.id, year],
  );
  return `${committee.code}〔${year}〕${book!.no}号`;
}

/** The clock of every day: letters that have passed their last day expire, and nobody who has left the register stays under way. */
export const expireLetters = (run: DailyRun): Promise<void> =>
  run.transact(async (tx) => {
    const due = await tx.query<{ id: string }>(
      `SELECT t.id FROM transfer t LEFT JOIN member m ON m.id = t.member_id
       WHERE (t.state = 'ISSUED' AND t.valid_until < $1)
         OR (t.state IN ('DRAFT', 'ISSUED') AND m.status IN ('LEFT', 'MOVED_OUT', 'DECEASED'))
       ORDER BY t.id`,
      [tx.today],
    );
    // The clock acts for nobody; the calendar is the authority.
    const transfers = await tx.unscoped.lockAll(
      Transfer,
      due.map(({ id }) => id),
    );
    const sides = await sidesOf(tx.query, transfers);
    for (const [index, transfer] of transfers.entries()) {
      const facts = factsOf(transfer, sides[index]!, tx.today);
      const { to } = transferSteps.take(facts.membershipEnded ? 'fallAway' : 'expire', facts, system);
      await tx.save(transfer, { state: to });
      tx.emit((facts.membershipEnded ? transferCancelled : transferExpired)(toldOf(transfer, tx.today)));
    }
  });
