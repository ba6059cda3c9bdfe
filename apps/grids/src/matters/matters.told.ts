import type { Tx } from '@jishi/database';
import * as events from '@jishi/event-contracts';
import type { Matter, MatterState } from './matters.entities';
import type { MatterStep } from './matters.rules';

/** One line of a matter's history; what the caller said beside the step. */
export interface Said {
  readonly kind: MatterStep | 'report' | 'overdue' | 'rehome';
  readonly from: MatterState | null;
  readonly to: MatterState;
  readonly legId?: string | null;
  readonly note?: string | null;
  readonly evidence?: readonly string[];
}

/** Writes down who did what when. */
export const writeDown = (tx: Tx, matter: Matter, { kind, from, to, legId, note, evidence }: Said) =>
  tx.query(
    `INSERT INTO matter_action (matter_id, leg_id, at, actor_id, account, kind, note, evidence, from_state, to_state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      matter.id,
      legId ?? null,
      tx.now,
      tx.actor.id,
      tx.actor.account,
      kind,
      note?.trim() || null,
      evidence ?? [],
      from,
      to,
    ],
  );

const factsOf = ({ id, typeCode, areaCode, gridId, level }: Matter) => ({
  matterId: id,
  typeCode,
  communityCode: areaCode,
  gridId,
  level,
});

/** Tells the others of a step: by the event of its own, or as a move. */
export function tell(tx: Tx, matter: Matter, kind: Said['kind'], unitIds: readonly string[] = []): void {
  const at = tx.now.toISOString();
  const facts = { ...factsOf(matter), at };
  const about = { areaCode: matter.areaCode };
  if (kind === 'report') tx.emit(events.matterReported(facts, about));
  else if (kind === 'escalate') tx.emit(events.matterEscalated(facts, about));
  else if (kind === 'dispatch') tx.emit(events.matterDispatched({ ...facts, unitIds: [...unitIds] }, about));
  else if (kind === 'close' || kind === 'decideClosed')
    tx.emit(
      events.matterClosed(
        { ...facts, assignedUnitId: matter.assignedUnitId, minutes: matter.minutes ?? 0, rating: matter.rating },
        about,
      ),
    );
  else tx.emit(events.matterMoved({ ...facts, state: matter.state, action: kind }, about));
}

/** Tells that the limit of the current step has passed. */
export const tellOverdue = (tx: Tx, matter: Matter): void =>
  tx.emit(
    events.matterOverdue(
      { ...factsOf(matter), step: matter.step!, dueAt: matter.dueAt!.toISOString() },
      { areaCode: matter.areaCode },
    ),
  );
