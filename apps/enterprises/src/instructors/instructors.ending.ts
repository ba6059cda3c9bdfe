import { mayOn } from '@jishi/access';
import type { Tx, Where } from '@jishi/database';
import { instructorEnded } from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import { addDays, laterOf, type CivilDate } from '@jishi/periods';
import type { DailyRun } from '@jishi/subgraph';
import { entityPlace, type EntityFollower, type NonPublicEntity } from '../entities';
import { Instructor, InstructorAssignment, type EndWay } from './instructors.entities';
import { tellAssignments } from './instructors.followers';
import { assignmentSteps, type AssignmentFacts } from './instructors.rules';

/** Everything that the table of steps looks at. */
export async function factsOf(tx: Tx, assignment: InstructorAssignment): Promise<AssignmentFacts> {
  const [other] = await tx.query(
    `SELECT 1 FROM instructor_assignment WHERE entity_id = $1 AND kind = $2 AND state = 'ACTIVE' AND id <> $3`,
    [assignment.entityId, assignment.kind, assignment.id],
  );
  const { state, proposedOn, startedOn, until } = assignment;
  return { today: tx.today, state, proposedOn, startedOn, until, anotherActive: other !== undefined };
}

/** A step of an assignment by a person of the entity's place. */
export const take = (
  tx: Tx,
  step: (typeof assignmentSteps.steps)[number],
  assignment: InstructorAssignment,
  facts: AssignmentFacts,
) => assignmentSteps.take(step, facts, (permission) => mayOn(tx.actor, permission, entityPlace(assignment), tx.today));

/** Ends every open assignment among those asked for; each tells the others when it had begun. */
export async function endAssignments(
  tx: Tx,
  which: Where<InstructorAssignment>,
  on: CivilDate,
  way: EndWay,
  reason: string,
): Promise<void> {
  // Whoever ends an instructor's service or an entity's registration ends what hangs on it, wherever it stands.
  const open = await tx.unscoped.findAll(InstructorAssignment, { ...which, state: ['PROPOSED', 'ACTIVE'] });
  const assignments = await tx.unscoped.lockAll(
    InstructorAssignment,
    open.map(({ id }) => id),
  );
  const still = assignments.filter(({ state }) => !assignmentSteps.isFinal(state));
  for (const assignment of still) {
    const { id: assignmentId, personId, entityId, kind, areaCode, startedOn } = assignment;
    const to = laterOf(on, startedOn ?? on);
    await tx.save(assignment, { state: 'ENDED', endedOn: to, endWay: way, endReason: reason });
    if (startedOn !== null) tx.emit(instructorEnded({ assignmentId, personId, entityId, kind, to }, { areaCode }));
  }
  await tellAssignments(
    tx,
    still.flatMap(({ entityId, startedOn }) => (startedOn === null ? [] : [entityId])),
  );
}

/** The clock of every day: a term that has passed its last day ends, and the entity is without an instructor from that day. */
export const expireTerms = (run: DailyRun): Promise<void> =>
  run.transact(async (tx) => {
    const due = await tx.query<{ id: string }>(
      `SELECT id FROM instructor_assignment WHERE state <> 'ENDED' AND until < $1 ORDER BY id`,
      [tx.today],
    );
    // The clock acts for nobody; the calendar is the authority.
    const assignments = await tx.unscoped.lockAll(
      InstructorAssignment,
      due.map(({ id }) => id),
    );
    for (const assignment of assignments) {
      assignmentSteps.take('expire', await factsOf(tx, assignment), system);
      // The last day of the term is served; like any other end, the day written down is the first one without him.
      await endAssignments(tx, { id: assignment.id }, addDays(assignment.until!, 1), 'TERM_ENDED', '派驻期满');
    }
  });

/** What happens to assignments when a record of the database changes. */
export const withEntities: EntityFollower = {
  closed: (tx, entity, on) => endAssignments(tx, { entityId: entity.id }, on, 'ENTITY_CLOSED', '企业、社会组织注销'),
  merged: moveAssignments,
  async changed(tx, { id, areaCode }) {
    await tx.query(
      `UPDATE instructor_assignment SET area_code = $2 WHERE entity_id = $1 AND state <> 'ENDED' AND area_code <> $2`,
      [id, areaCode],
    );
  },
  async areaMoved(tx, code, successor) {
    await tx.query(`UPDATE instructor_assignment SET area_code = $2 WHERE area_code = $1 AND state <> 'ENDED'`, [
      code,
      successor,
    ]);
    // The register of areas decides for everybody who serves there.
    const serving = await tx.unscoped.findAll(Instructor, { areaCode: code, leftOn: null });
    const instructors = await tx.unscoped.lockAll(
      Instructor,
      serving.map(({ id }) => id),
    );
    for (const instructor of instructors) await tx.save(instructor, { areaCode: successor });
  },
};

/** Open assignments of a duplicate go to the record that is kept, unless somebody of the kind serves there or he has it already. */
async function moveAssignments(tx: Tx, merged: NonPublicEntity, kept: NonPublicEntity, on: CivilDate): Promise<void> {
  // Whoever may put two records together does so for all that belongs to them.
  const standing = await tx.unscoped.findAll(InstructorAssignment, {
    entityId: kept.id,
    state: ['PROPOSED', 'ACTIVE'],
  });
  const moving = await tx.unscoped.findAll(
    InstructorAssignment,
    { entityId: merged.id, state: ['PROPOSED', 'ACTIVE'] },
    { id: 'ASC' },
  );
  for (const { id, instructorId, kind, state } of moving) {
    const taken = standing.some(
      (other) =>
        other.instructorId === instructorId || (state === 'ACTIVE' && other.kind === kind && other.state === 'ACTIVE'),
    );
    if (taken) await endAssignments(tx, { id }, on, 'ENTITY_MERGED', '重复记录合并');
    else {
      const assignment = await tx.unscoped.lock(InstructorAssignment, id);
      await tx.save(assignment, { entityId: kept.id, areaCode: kept.areaCode });
    }
  }
  await tellAssignments(tx, [kept.id]);
}
