import { mayOn, must, type Place } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { stationedEnded, stationedPosted } from '@jishi/event-contracts';
import { areaInUse, unitInBusiness } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { StationedAssignment, type RecallKind, type StationedEndKind, type StationedRole } from './stationed.entities';
import { nominationWarnings, notAVillage, stationedSteps, type StationedFacts } from './stationed.rules';

/** One step of an assignment, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
  /** The day of the step; today when absent. */
  readonly on?: CivilDate | null;
}

/** What a step gives back: which assignment, and what to watch. */
export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

export interface NominateStationedInput {
  readonly personId: string;
  readonly areaCode: string;
  readonly role: StationedRole;
  readonly senderUnitId: string;
  readonly plannedFrom: CivilDate;
  readonly plannedTo: CivilDate;
  readonly tasks?: readonly string[] | null;
}

/** What others are told of an assignment. */
const toldOf = ({ id, personId, areaCode, role, senderUnitId }: StationedAssignment) => ({
  assignmentId: id,
  personId,
  areaCode,
  role,
  senderUnitId,
});

export const tellPosted = (tx: Tx, row: StationedAssignment): void =>
  tx.emit(stationedPosted({ ...toldOf(row), from: row.postedOn! }, { areaCode: row.areaCode }));

export const tellEnded = (tx: Tx, row: StationedAssignment): void =>
  tx.emit(
    stationedEnded(
      { ...toldOf(row), to: row.endedOn!, recalled: row.state === 'RECALLED' },
      { areaCode: row.areaCode },
    ),
  );

/** The highest organisation attached to a unit, and those above it; its officers nominate and follow what the unit sends. */
async function senderOf(tx: Tx, unitId: string): Promise<{ readonly id: string | null; readonly path: string[] }> {
  const [found] = await tx.query<{ id: string; path: string[] }>(
    `SELECT id, array_remove(ARRAY[ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7], NULL) AS path
     FROM known_organization WHERE host_kind = 'UNIT' AND host_id = $1 AND status IN ('ACTIVE', 'CLOSING')
     ORDER BY depth, code LIMIT 1`,
    [unitId],
  );
  return found ?? { id: null, path: [] };
}

/** 提名: by the sending unit or the organisation department (VIL-19). Two nominations for one village at once: one of them. */
export const nominateStationed = (ctx: Context, input: NominateStationedInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { personId, areaCode, role, senderUnitId, plannedFrom, plannedTo } = input;
    const sender = await senderOf(tx, senderUnitId);
    const place = { organizations: sender.path, area: areaCode, ofArea: true };
    must(tx.actor, 'stationed:nominate', place, tx.today);
    const area = await areaInUse(tx, areaCode, tx.today);
    if (area.kind !== 'VILLAGE') throw ruleBroken(notAVillage);
    await unitInBusiness(tx, senderUnitId, 'senderUnitId');

    const [known] = await tx.query<{ predecessor: string | null; fullMember: boolean }>(
      `SELECT (SELECT last.id FROM stationed_assignment last
         WHERE $3 = 'FIRST_SECRETARY' AND last.role = 'FIRST_SECRETARY' AND last.area_code = $2 AND last.posted_on IS NOT NULL
           AND NOT EXISTS (SELECT FROM stationed_assignment next WHERE next.predecessor_id = last.id AND next.state <> 'REJECTED')
         ORDER BY last.posted_on DESC LIMIT 1) AS predecessor,
       EXISTS (SELECT FROM known_member m WHERE m.person_id = $1 AND m.status = 'FULL') AS "fullMember"`,
      [personId, areaCode, role],
    );
    const { id } = await tx.insert(StationedAssignment, {
      personId,
      areaCode,
      role,
      senderUnitId,
      senderOrgId: sender.id,
      tasks: [...(input.tasks ?? [])],
      plannedFrom,
      plannedTo,
      state: 'NOMINATED',
      nominatedOn: tx.today,
      predecessorId: known!.predecessor,
    });
    const warnings = nominationWarnings({ role, plannedFrom, plannedTo, fullMember: known!.fullMember }, tx.today);
    return { id, warnings };
  });

/** 批准: by the organisation department. */
export const approveStationed = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { row, to, warnings } = await take(tx, 'approve', input);
    await areaInUse(tx, row.areaCode, tx.today);
    await unitInBusiness(tx, row.senderUnitId, 'senderUnitId');
    await tx.save(row, { state: to, decidedOn: tx.today });
    return { id: row.id, warnings };
  });

/** 不予通过: with a reason, also after the approval while the post has not been taken. */
export const rejectStationed = (ctx: Context, input: StepInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { row, to, warnings } = await take(tx, 'reject', input, { reason: input.reason });
    await tx.save(row, { state: to, decidedOn: tx.today, rejectionReason: input.reason.trim() });
    return { id: row.id, warnings };
  });

/** 到岗: the town records the day on which the post was taken. */
export const postStationed = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { row, to, warnings } = await take(tx, 'post', input, { on });
    await areaInUse(tx, row.areaCode, on);
    await tx.save(row, { state: to, postedOn: on });
    tellPosted(tx, row);
    return { id: row.id, warnings };
  });

/** 请假离岗: the post stays his. */
export const recordStationedLeave = (ctx: Context, input: StepInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { row, to, warnings } = await take(tx, 'leave', input, { on, reason: input.reason });
    await tx.save(row, { state: to, leaveSince: on, leaveReason: input.reason.trim() });
    return { id: row.id, warnings };
  });

/** 返岗. */
export const recordStationedReturn = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { row, to, warnings } = await take(tx, 'return', input, { on: input.on ?? tx.today });
    await tx.save(row, { state: to, leaveSince: null, leaveReason: null });
    return { id: row.id, warnings };
  });

export interface EndStationedInput extends StepInput {
  readonly kind: StationedEndKind;
  readonly reason?: string | null;
}

/** 离岗: by term, or before it for a reason. */
export const endStationed = (ctx: Context, input: EndStationedInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { kind: endKind, reason } = input;
    const { row, to, warnings } = await take(tx, 'end', input, { on, endKind, reason });
    await tx.save(row, { state: to, ...off, endedOn: on, endKind, endReason: reason?.trim() || null });
    tellEnded(tx, row);
    return { id: row.id, warnings };
  });

export interface RecallStationedInput extends StepInput {
  readonly kind: RecallKind;
  readonly evaluation: string;
  readonly successorPlan: string;
  readonly successorBy?: CivilDate | null;
  readonly reason?: string | null;
}

/** 召回: on an evaluation, with a plan for the successor; a first secretary's within the days that a village may be without one. */
export const recallStationed = (ctx: Context, input: RecallStationedInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { kind: recallKind, evaluation, successorPlan, successorBy = null, reason } = input;
    const given = { on, recallKind, evaluation, successorPlan, successorBy };
    const { row, to, warnings } = await take(tx, 'recall', input, given);
    await tx.save(row, {
      state: to,
      ...off,
      endedOn: on,
      endReason: reason?.trim() || null,
      recallKind,
      evaluation: evaluation.trim(),
      successorPlan: successorPlan.trim(),
      successorBy,
    });
    tellEnded(tx, row);
    return { id: row.id, warnings };
  });

const off = { leaveSince: null, leaveReason: null } as const;

/** The village's side decides and keeps; the unit that sends has its own say only when it nominates. */
const villageOf = ({ areaCode }: StationedAssignment): Place => ({ area: areaCode, ofArea: true });

export const mayOnAssignment =
  (ctx: Pick<Context, 'actor' | 'today'>, row: StationedAssignment) =>
  (permission: string): boolean =>
    mayOn(ctx.actor, permission, villageOf(row), ctx.today);

/** Which of these stand beside another first secretary of the village, or beside another post of the same person. */
export const occupiedStatement = `
  SELECT s.id,
    s.role = 'FIRST_SECRETARY' AND EXISTS (SELECT FROM stationed_assignment other WHERE other.area_code = s.area_code
      AND other.id <> s.id AND other.role = 'FIRST_SECRETARY' AND other.state IN ('ON_POST', 'ON_LEAVE')) AS "villageOccupied",
    EXISTS (SELECT FROM stationed_assignment other WHERE other.person_id = s.person_id
      AND other.id <> s.id AND other.state IN ('ON_POST', 'ON_LEAVE')) AS "personOccupied"
  FROM stationed_assignment s WHERE s.id = ANY($1)`;
export type Occupied = Pick<StationedFacts, 'villageOccupied' | 'personOccupied'> & { readonly id: string };

export const factsOf = (row: StationedAssignment, occupied: Occupied, today: CivilDate): StationedFacts => ({
  today,
  state: row.state,
  role: row.role,
  plannedTo: row.plannedTo,
  decidedOn: row.decidedOn,
  postedOn: row.postedOn,
  leaveSince: row.leaveSince,
  villageOccupied: occupied.villageOccupied,
  personOccupied: occupied.personOccupied,
});

/** Locks an assignment and takes a step of it, or says why not. */
async function take(
  tx: Tx,
  step: (typeof stationedSteps.steps)[number],
  { id, version }: StepInput,
  more: Partial<StationedFacts> = {},
) {
  const row = await tx.lock(StationedAssignment, id, version);
  const [occupied] = await tx.query<Occupied & object>(occupiedStatement, [[row.id]]);
  const facts = { ...factsOf(row, occupied!, tx.today), ...more };
  return { row, ...stationedSteps.take(step, facts, mayOnAssignment(tx, row)) };
}
