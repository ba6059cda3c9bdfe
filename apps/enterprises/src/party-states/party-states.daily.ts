import { addDays } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { DailyRun } from '@jishi/subgraph';
import { beginHistories } from './party-states.history';
import { membersNeeded } from './party-states.rules';
import { judgePartyState } from './party-states.service';

/**
 * The clock: organisations that have had too few members for long are at risk; records that a loader brought get a history, and are
 * judged where their numbers say that something follows.
 */
export async function judgeByTheClock(run: DailyRun): Promise<void> {
  while ((await run.transact((tx) => beginHistories(tx))) > 0);
  const due = await run.transact((tx) =>
    tx.query<{ id: string }>(
      `SELECT s.entity_id AS id FROM party_standing s JOIN entity e ON e.id = s.entity_id
       WHERE s.below_since <= $1 AND e.party_state = 'ORGANISED'
       UNION SELECT e.id FROM entity e LEFT JOIN party_standing s ON s.entity_id = e.id
       WHERE e.full_members >= $2 AND e.org_count = 0 AND e.operating = 'OPEN' AND s.qualified_since IS NULL
       ORDER BY id`,
      [addDays(run.today, -ruleInForce('ent.at-risk.days', run.today).value), membersNeeded(run.today)],
    ),
  );
  for (const { id } of due) await run.transact((tx) => judgePartyState(tx, id));
}
