import type { Tx } from '@jishi/database';
import {
  addDays,
  dateInShanghai,
  dueAfter,
  dueOnResume,
  minutesLeft,
  startOfDayInShanghai,
  workingMinutesBetween,
  type Due,
  type TimeLimit,
  type WorkHours,
} from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { TypeInForce } from '../matter-types';
import type { ClockStep, Matter } from './matters.entities';

// The limit of every step is a row of its own; the matter shows the one that ends first.

/** Whose limit begins. */
export interface Began {
  readonly step: ClockStep;
  readonly legId?: string;
  readonly unitId?: string;
  /** Once more, because the reporter was not satisfied. */
  readonly rework?: boolean;
}

/** Begins the limit of a step now, by the limits of the edition under which the matter was entered. */
export async function beginLimit(
  tx: Tx,
  matter: Matter,
  began: Began,
  type: TypeInForce,
  hours: WorkHours,
): Promise<void> {
  const limit = type.limits[began.step === 'close' ? 'feedback' : began.step];
  const due = began.step === 'close' ? dueAfter(endOfSilence(tx), limit, hours) : dueAfter(tx.now, limit, hours);
  await insertLimit(tx, matter, began, limit.unit, due);
}

/** The reporter has so many days to answer; then the limit for closing begins. */
const endOfSilence = ({ today }: Tx): Date =>
  startOfDayInShanghai(addDays(today, Number(ruleInForce('matter.silence', today).value) + 1));

const insertLimit = (tx: Tx, matter: Matter, began: Began, unit: TimeLimit['unit'], due: Due) =>
  tx.query(
    `INSERT INTO matter_step (matter_id, leg_id, area_code, step, unit_id, rework, limit_unit, started_at, due_at, provisional)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      matter.id,
      began.legId ?? null,
      matter.areaCode,
      began.step,
      began.unitId ?? null,
      began.rework ?? false,
      unit,
      tx.now,
      due.at,
      due.provisional,
    ],
  );

/** Ends the limits that run, of one part or of the matter itself, and judges them. One that stood still was in time. `solved`: the work is done. */
export const endLimits = (tx: Tx, matter: Matter, legId: string | null, solved = false) =>
  tx.query(
    `UPDATE matter_step SET ended_at = $3, in_time = (due_at IS NULL OR $3 <= due_at), minutes_left = NULL,
       due_at = coalesce(due_at, $3), solved = $4
     WHERE matter_id = $1 AND leg_id IS NOT DISTINCT FROM $2::uuid AND ended_at IS NULL`,
    [matter.id, legId, tx.now, solved],
  );

/** Ends every limit of a matter that no figure counts any more: `all` its limits, or only those that run. */
export const dropLimits = (tx: Tx, matter: Matter, which: 'all' | 'running') =>
  tx.query(
    `UPDATE matter_step SET counted = false, in_time = coalesce(in_time, due_at IS NULL OR $2 <= due_at),
       ended_at = coalesce(ended_at, $2), minutes_left = NULL, due_at = coalesce(due_at, $2)
     WHERE matter_id = $1 AND ($3 OR ended_at IS NULL)`,
    [matter.id, tx.now, which === 'all'],
  );

interface Running {
  readonly id: string;
  readonly unit: TimeLimit['unit'];
  readonly dueAt: Date | null;
  readonly minutesLeft: number | null;
  readonly pausedAt: Date | null;
}

const limitOf = async (tx: Tx, legId: string): Promise<Running> => {
  const [running] = await tx.query<Running & object>(
    `SELECT id, limit_unit AS unit, due_at AS "dueAt", minutes_left AS "minutesLeft", paused_at AS "pausedAt"
     FROM matter_step WHERE leg_id = $1 AND ended_at IS NULL`,
    [legId],
  );
  return running!;
};

/** 挂账: the limit of a part stands still with the minutes that are left. */
export async function pauseLimit(tx: Tx, legId: string, hours: WorkHours): Promise<void> {
  const { id, unit, dueAt } = await limitOf(tx, legId);
  await tx.query('UPDATE matter_step SET due_at = NULL, minutes_left = $2, paused_at = $3 WHERE id = $1', [
    id,
    minutesLeft(tx.now, dueAt!, unit, hours),
    tx.now,
  ]);
}

/** 恢复: it runs on from now, over holidays and shifted working days, with the minutes that were left. */
export async function resumeLimit(tx: Tx, legId: string, hours: WorkHours): Promise<void> {
  const { id, unit, minutesLeft: left, pausedAt } = await limitOf(tx, legId);
  const due = dueOnResume(tx.now, left!, unit, hours);
  await tx.query(
    `UPDATE matter_step SET due_at = $2, provisional = $3, minutes_left = NULL, paused_at = NULL,
       paused_minutes = paused_minutes + $4 WHERE id = $1`,
    [id, due.at, due.provisional, Math.round(workingMinutesBetween(pausedAt!, tx.now, hours))],
  );
}

/** What the matter shows of its limits: the one that ends first, or what is left while all stand still. */
export async function shownLimit(
  tx: Tx,
  matter: Matter,
): Promise<Pick<Matter, 'step' | 'dueAt' | 'dueProvisional' | 'limitMinutesLeft' | 'overdue'>> {
  const [first] = await tx.query<Pick<Matter, 'step' | 'dueAt' | 'dueProvisional' | 'limitMinutesLeft'> & object>(
    `SELECT step, due_at AS "dueAt", provisional AS "dueProvisional", minutes_left AS "limitMinutesLeft" FROM matter_step
     WHERE matter_id = $1 AND ended_at IS NULL ORDER BY due_at NULLS LAST, minutes_left, id LIMIT 1`,
    [matter.id],
  );
  if (!first) return { step: null, dueAt: null, dueProvisional: false, limitMinutesLeft: null, overdue: false };
  const same = first.dueAt !== null && first.dueAt.getTime() === matter.dueAt?.getTime();
  return { ...first, overdue: same && matter.overdue };
}

/** Working minutes from report to now, without the longest time for which a part of it stood still. */
export async function minutesTaken(tx: Tx, matter: Matter, hours: WorkHours): Promise<number> {
  const [stood] = await tx.query<{ minutes: number }>(
    `SELECT coalesce(max(minutes), 0)::integer AS minutes FROM (
       SELECT sum(paused_minutes) AS minutes FROM matter_step WHERE matter_id = $1 GROUP BY leg_id) part`,
    [matter.id],
  );
  return Math.max(0, Math.round(workingMinutesBetween(matter.reportedAt, tx.now, hours)) - stood!.minutes);
}

/** Whole days since the reporter was asked; null before. */
export const daysSince = (at: Date | null, now: Date): number | null =>
  at === null
    ? null
    : (startOfDayInShanghai(dateInShanghai(now)).getTime() - startOfDayInShanghai(dateInShanghai(at)).getTime()) /
      86_400_000;
