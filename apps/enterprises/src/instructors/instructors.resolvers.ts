import { mayOnRow } from '@jishi/access';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import { asActions, forAll, inOrderOf, type Context, type Resolvers } from '@jishi/subgraph';
import { entitiesByIds } from '../entities';
import type { InstructorKind } from './instructors.entities';
import {
  assignmentsByIds,
  assignmentsOfEntities,
  assignmentsOfPersons,
  instructorsByIds,
  instructorsOf,
  listAssignments,
  listInstructors,
  listVacancies,
  loadsOf,
  servedBy,
  type AssignmentRow,
  type AssignmentsArguments,
  type InstructorRow,
  type InstructorsArguments,
  type VacanciesArguments,
  type VacancyRow,
} from './instructors.queries';
import { assignmentSteps, mostOf, vacancyOf } from './instructors.rules';
import * as steps from './instructors.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const instructorKept =
  <I>(keep: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await keep(ctx, input);
    return { clientMutationId: input.clientMutationId, instructor: (await instructorsByIds(ctx, [id]))[0] };
  };

const assignmentStepped =
  <I>(step: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await step(ctx, input);
    return { clientMutationId: input.clientMutationId, assignment: (await assignmentsByIds(ctx, [id]))[0] };
  };

const modeOf = (load: number) => (load === 0 ? null : load === 1 ? 'ONE_TO_ONE' : 'ONE_TO_MANY');

const referred =
  <Row extends object>(byIds: (ctx: Context, ids: readonly string[]) => Promise<readonly (Row | null)[]>) =>
  async (references: readonly { id: string }[], ctx: Context) =>
    (
      await byIds(
        ctx,
        references.map(({ id }) => id),
      )
    ).filter((row) => row !== null);

const instructorsForAssignments = async (assignments: readonly AssignmentRow[], ctx: Context) =>
  instructorsOf(
    ctx,
    assignments.map(({ instructorId }) => instructorId),
  );

interface Parent {
  readonly id: string;
}
const idsOf = (parents: readonly Parent[]) => parents.map(({ id }) => id);

/** Who of a kind serves at each entity now. */
const serving = (kind: InstructorKind) =>
  forAll(async (parents: readonly Parent[], _: unknown, ctx) => {
    const assignments = (await assignmentsOfEntities(ctx, idsOf(parents))).map((each) =>
      each.find((assignment) => assignment.state === 'ACTIVE' && assignment.kind === kind),
    );
    const present = assignments.filter((assignment) => assignment !== undefined);
    const found = present.length > 0 ? await instructorsForAssignments(present, ctx) : [];
    return inOrderOf(
      assignments.map((assignment) => assignment?.instructorId),
      found.filter((instructor) => instructor !== null),
      ({ id }) => id,
    );
  });

const onEntity = {
  instructor: serving('INSTRUCTOR'),
  liaison: serving('LIAISON'),
  instructorAssignments: forAll((parents: readonly Parent[], _: unknown, ctx) =>
    assignmentsOfEntities(ctx, idsOf(parents)),
  ),
};

export const resolvers: Resolvers = {
  Query: {
    instructors: (_: unknown, args: InstructorsArguments, ctx: Context) => listInstructors(ctx, args),
    instructorAssignments: (_: unknown, args: AssignmentsArguments, ctx: Context) => listAssignments(ctx, args),
    entitiesWithoutInstructor: (_: unknown, args: VacanciesArguments, ctx: Context) => listVacancies(ctx, args),
  },
  Mutation: {
    recordInstructor: instructorKept(steps.recordInstructor),
    changeInstructor: instructorKept(steps.changeInstructor),
    leaveInstructor: instructorKept(steps.leaveInstructor),
    proposeInstructor: assignmentStepped(steps.proposeInstructor),
    confirmInstructor: assignmentStepped(steps.confirmInstructor),
    endInstructorAssignment: assignmentStepped(steps.endInstructorAssignment),
  },
  Instructor: {
    __resolveReferences: referred(instructorsByIds),
    person: ({ personId }: InstructorRow) => ({ id: personId }),
    sourceUnit: ({ sourceUnitId }: InstructorRow) => sourceUnitId && { id: sourceUnitId },
    area: ({ areaCode }: InstructorRow) => ({ code: areaCode }),
    maxLoad: ({ maxLoad }: InstructorRow, _: unknown, ctx: Context) => mostOf(maxLoad, ctx.today),
    maxLoadCitation: ({ maxLoad }: InstructorRow, _: unknown, ctx: Context) =>
      maxLoad === null ? citationOf(ruleInForce('ent.instructor.max-load', ctx.today)) : null,
    load: ({ activeLoad }: InstructorRow) => activeLoad,
    overloaded: ({ openLoad, maxLoad }: InstructorRow, _: unknown, ctx: Context) =>
      openLoad > mostOf(maxLoad, ctx.today),
    mode: ({ activeLoad }: InstructorRow) => modeOf(activeLoad),
  },
  InstructorAssignment: {
    __resolveReferences: referred(assignmentsByIds),
    instructor: forAll((assignments: readonly AssignmentRow[], _: unknown, ctx) =>
      instructorsForAssignments(assignments, ctx),
    ),
    person: ({ personId }: AssignmentRow) => ({ id: personId }),
    entity: forAll(async (assignments: readonly AssignmentRow[], _: unknown, ctx) => {
      const ids = assignments.map(({ entityId }) => entityId);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    mode: forAll(async (assignments: readonly AssignmentRow[], _: unknown, ctx) => {
      const found = await instructorsForAssignments(assignments, ctx);
      return assignments.map(({ state }, index) => (state === 'ACTIVE' ? modeOf(found[index]?.activeLoad ?? 0) : null));
    }),
    actions: forAll(async (assignments: readonly AssignmentRow[], _: unknown, ctx) => {
      const served = await servedBy(
        ctx,
        assignments.map(({ entityId }) => entityId),
      );
      return assignments.map((assignment, index) => {
        const anotherActive = served[index]!.some(({ id, kind }) => id !== assignment.id && kind === assignment.kind);
        const offers = assignmentSteps.offer({ ...assignment, today: ctx.today, anotherActive }, (permission) =>
          mayOnRow(ctx.actor, permission, { areaCode: assignment.areaCode }, ctx.today),
        );
        return asActions(offers, ctx.language);
      });
    }),
  },
  InstructorVacancy: {
    entity: forAll(async (vacancies: readonly VacancyRow[], _: unknown, ctx) => {
      const ids = idsOf(vacancies);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    days: ({ since }: VacancyRow, _: unknown, ctx: Context) => vacancyOf(since, ctx.today).days,
    overdue: ({ since }: VacancyRow, _: unknown, ctx: Context) => vacancyOf(since, ctx.today).overdue,
    lastEndWay: ({ lastWay }: VacancyRow) => lastWay,
  },
  Enterprise: onEntity,
  SocialOrganization: onEntity,
  Person: {
    instructorAssignments: forAll((parents: readonly Parent[], _: unknown, ctx) =>
      assignmentsOfPersons(ctx, idsOf(parents)),
    ),
  },
  Area: {
    instructorLoad: forAll(async (areas: readonly { code: string }[], _: unknown, ctx) => {
      const loads = await loadsOf(
        ctx,
        areas.map(({ code }) => code),
      );
      return loads.map(({ instructors, entities, most, overloaded }) => ({
        instructors,
        assignments: entities,
        mean: instructors === 0 ? null : entities / instructors,
        max: most,
        overloaded,
        asOf: ctx.today,
      }));
    }),
  },
};
