import type { Tx } from '@jishi/database';
import { termDue, termOverdue } from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { DailyRun } from '@jishi/subgraph';
import { aboutOf, PartyOrganization } from '../register';
import { Term } from './bodies.entities';
import { daysLate, termStateOn, termSteps } from './bodies.rules';

/** How many terms one transaction of the clock takes. */
const slice = 200;

/** The clock of ORG-11: terms fall due and become overdue, each told once. */
export async function markTerms(run: DailyRun): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const last = await run.transact((tx) => markSlice(tx, after));
    if (last === null) return;
    after = last;
  }
}

async function markSlice(tx: Tx, after: string): Promise<string | null> {
  const today = tx.today as CivilDate;
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM term WHERE state IN ('IN_TERM', 'DUE', 'EXTENDED') AND id > $1 ORDER BY id LIMIT ${slice}`,
    [after],
  );
  // The clock marks every term, for everybody.
  const terms = await tx.unscoped.lockAll(
    Term,
    rows.map(({ id }) => id),
  );
  const keepers = await tx.unscoped.findAll(PartyOrganization, { id: terms.flatMap(({ orgId }) => orgId ?? []) });
  const keeperOf = new Map(keepers.map((keeper) => [keeper.id, keeper]));
  for (const term of terms) {
    const state = termStateOn(term, today);
    if (state === term.state || (state !== 'DUE' && state !== 'OVERDUE')) continue;
    termSteps.take(state === 'DUE' ? 'fallDue' : 'lapse', { ...term, today }, system);
    await tx.save(term, { state });
    const keeper = term.orgId ? keeperOf.get(term.orgId) : undefined;
    const about = keeper ? aboutOf(keeper) : { areaCode: term.areaCode };
    const facts = { termId: term.id, bodyId: term.bodyId, orgId: term.orgId, dueOn: term.dueOn };
    tx.emit(
      state === 'DUE' ? termDue(facts, about) : termOverdue({ ...facts, daysLate: daysLate(term, today) }, about),
    );
  }
  return rows.at(-1)?.id ?? null;
}
