import { must } from '@jishi/access';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { instructorAssigned } from '@jishi/event-contracts';
import { isInsideArea } from '@jishi/identifiers';
import { areaInUse } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { entityPlace, NonPublicEntity } from '../entities';
import { endAssignments, factsOf, take } from './instructors.ending';
import { Instructor, InstructorAssignment, type InstructorKind } from './instructors.entities';
import { tellAssignments } from './instructors.followers';
import { refuseProposal } from './instructors.rules';

const refuseIf = (refusal: Refusal | false | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

export interface RecordInstructorInput {
  readonly personId: string;
  readonly kind: InstructorKind;
  readonly areaCode: string;
  readonly sourceUnitId?: string | null;
  readonly maxLoad?: number | null;
  readonly since?: CivilDate | null;
}

/** Records an instructor or liaison of an area (ENT-09). */
export const recordInstructor = (ctx: Context, input: RecordInstructorInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    must(tx.actor, 'instructors:keep', entityPlace(input), tx.today);
    await areaInUse(tx, input.areaCode, tx.today);
    const since = input.since ?? tx.today;
    refuseIf(
      since > tx.today && {
        code: 'DAY_IN_THE_FUTURE',
        field: 'since',
        wording: { zh: '起始日期{since}晚于今天', en: 'The first day {since} is later than today' },
        params: { since },
      },
    );
    return tx.insert(Instructor, {
      personId: input.personId,
      kind: input.kind,
      areaCode: input.areaCode,
      sourceUnitId: input.sourceUnitId ?? null,
      maxLoad: input.maxLoad ?? null,
      since,
    });
  });

export interface ChangeInstructorInput {
  readonly id: string;
  readonly version: number;
  readonly sourceUnitId?: string | null;
  readonly maxLoad?: number | null;
}

/** Changes who sends an instructor and how many entities he may have; what he has already he keeps (ENT-09). */
export const changeInstructor = (ctx: Context, input: ChangeInstructorInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const instructor = await tx.lock(Instructor, input.id, input.version);
    must(tx.actor, 'instructors:keep', entityPlace(instructor), tx.today);
    refuseIf(instructor.leftOn !== null && alreadyLeft(instructor.leftOn));
    await tx.save(instructor, {
      sourceUnitId: input.sourceUnitId === undefined ? instructor.sourceUnitId : input.sourceUnitId,
      maxLoad: input.maxLoad === undefined ? instructor.maxLoad : input.maxLoad,
    });
    return { id: instructor.id };
  });

const alreadyLeft = (on: CivilDate): Refusal => ({
  code: 'INSTRUCTOR_LEFT',
  field: 'id',
  wording: { zh: '该指导员已于{on}离任', en: 'This instructor left on {on}' },
  params: { on },
});

export interface LeaveInstructorInput {
  readonly id: string;
  readonly version: number;
  readonly on: CivilDate;
  readonly reason: string;
}

/** 指导员离任: all his assignments end on the day, and his entities are without an instructor from then on (ENT-09). */
export const leaveInstructor = (ctx: Context, input: LeaveInstructorInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const instructor = await tx.lock(Instructor, input.id, input.version);
    must(tx.actor, 'instructors:keep', entityPlace(instructor), tx.today);
    refuseIf(refuseLeaving(instructor, input, tx.today));
    await tx.save(instructor, { leftOn: input.on, leaveReason: input.reason.trim() });
    await endAssignments(tx, { instructorId: instructor.id }, input.on, 'LEFT', input.reason.trim());
    return { id: instructor.id };
  });

function refuseLeaving(
  { leftOn, since }: Instructor,
  { on, reason }: LeaveInstructorInput,
  today: CivilDate,
): Refusal | undefined {
  if (leftOn !== null) return alreadyLeft(leftOn);
  if (reason.trim() === '')
    return {
      code: 'REASON_MISSING',
      field: 'reason',
      wording: { zh: '必须说明离任原因', en: 'A reason for leaving is needed' },
    };
  if (on > today || on < since)
    return {
      code: 'DAY_OUT_OF_RANGE',
      field: 'on',
      wording: {
        zh: '离任日期{on}应在{since}至今天之间',
        en: 'The day of leaving {on} should lie between {since} and today',
      },
      params: { on, since },
    };
  return undefined;
}

export interface ProposeInstructorInput {
  readonly instructorId: string;
  readonly entityId: string;
  readonly until?: CivilDate | null;
}

/** 拟派: by whoever keeps the instructors of the entity's place; the instructor's load is counted while his row is locked. */
export const proposeInstructor = (ctx: Context, input: ProposeInstructorInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const entity = await tx.lock(NonPublicEntity, input.entityId);
    must(tx.actor, 'instructors:keep', entityPlace(entity), tx.today);
    // A county's instructor serves the entities of its towns: the entity's place gives the authority, his area the limit.
    const instructor = await tx.unscoped.lock(Instructor, input.instructorId);
    // What stands against one who serves elsewhere is told only to who sees him.
    if (!isInsideArea(entity.areaCode, instructor.areaCode)) await tx.get(Instructor, instructor.id);
    const [open] = await tx.query<{ load: number }>(
      `SELECT count(*)::integer AS load FROM instructor_assignment WHERE instructor_id = $1 AND state <> 'ENDED'`,
      [instructor.id],
    );
    const until = input.until ?? null;
    refuseIf(refuseProposal({ today: tx.today, until, instructor: { ...instructor, load: open!.load }, entity }));
    const assignment = await tx.insert(InstructorAssignment, {
      instructorId: instructor.id,
      entityId: entity.id,
      kind: instructor.kind,
      personId: instructor.personId,
      areaCode: entity.areaCode,
      state: 'PROPOSED',
      proposedOn: tx.today,
      until,
    });
    return { id: assignment.id };
  });

export interface ConfirmInstructorInput {
  readonly id: string;
  readonly version: number;
  readonly on?: CivilDate | null;
}

/** 确认到任: from this day the entity has an instructor (ENT-09). */
export const confirmInstructor = (ctx: Context, input: ConfirmInstructorInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const assignment = await tx.lock(InstructorAssignment, input.id, input.version);
    const on = input.on ?? tx.today;
    const { to } = take(tx, 'confirm', assignment, { ...(await factsOf(tx, assignment)), on });
    await tx.save(assignment, { state: to, startedOn: on });
    const { id: assignmentId, personId, entityId, kind, areaCode } = assignment;
    tx.emit(instructorAssigned({ assignmentId, personId, entityId, kind, from: on }, { areaCode }));
    await tellAssignments(tx, [entityId]);
    return { id: assignment.id };
  });

export interface EndInstructorAssignmentInput {
  readonly id: string;
  readonly version: number;
  readonly on?: CivilDate | null;
  readonly reason: string;
}

/** 结束派驻, with a reason; a proposal that was not confirmed is withdrawn by the same step (ENT-09). */
export const endInstructorAssignment = (ctx: Context, input: EndInstructorAssignmentInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const assignment = await tx.lock(InstructorAssignment, input.id, input.version);
    const { reason } = input;
    const on = input.on ?? tx.today;
    take(tx, 'end', assignment, { ...(await factsOf(tx, assignment)), on, reason });
    const way = assignment.state === 'PROPOSED' ? 'WITHDRAWN' : 'REASSIGNED';
    await endAssignments(tx, { id: assignment.id }, on, way, reason.trim());
    return { id: assignment.id };
  });
