import { daysBetween } from '@jishi/periods';
import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { villagesByCodes } from '../register';
import type { StationedAssignment } from './stationed.entities';
import * as read from './stationed.queries';
import { daysToEnd, vacantTooLong } from './stationed.rules';
import * as steps from './stationed.service';
import * as vacancies from './stationed.vacancies';
import type { VacancyRow } from './stationed.vacancies';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one assignment: the changed assignment and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<steps.StepDone>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      assignment: (await read.stationedByIds(ctx, [id]))[0],
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

const requirement =
  <I>(change: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await change(ctx, input);
    return {
      clientMutationId: input.clientMutationId,
      requirement: (await vacancies.requirementsByIds(ctx, [id]))[0],
    };
  };

const aroundVacancies = forAll((rows: readonly VacancyRow[], _: object, ctx) => vacancies.beforeAndAfter(ctx, rows));

interface InVillage {
  readonly areaCode: string;
}
const codesOf = (rows: readonly InVillage[]): string[] => rows.map(({ areaCode }) => areaCode);
interface Known {
  readonly id: string;
}
const idsOf = (rows: readonly Known[]): string[] => rows.map(({ id }) => id);

const placed = {
  area: ({ areaCode }: InVillage) => ({ code: areaCode }),
  village: forAll((rows: readonly InVillage[], _: object, ctx) => villagesByCodes(ctx, codesOf(rows))),
};

export const resolvers: Resolvers = {
  Query: {
    stationedAssignment: async (_: unknown, { id }: { id: string }, ctx: Context) =>
      (await read.stationedByIds(ctx, [id]))[0],
    stationedAssignments: (_: unknown, args: read.StationedArguments, ctx: Context) => read.listStationed(ctx, args),
    villagesWithoutFirstSecretary: (_: unknown, args: vacancies.VacanciesArguments, ctx: Context) =>
      vacancies.listVacancies(ctx, args),
    firstSecretaryCoverage: (_: unknown, args: Parameters<typeof vacancies.firstSecretaryCoverage>[1], ctx: Context) =>
      vacancies.firstSecretaryCoverage(ctx, args),
  },
  Mutation: {
    nominateStationed: step(steps.nominateStationed),
    approveStationed: step(steps.approveStationed),
    rejectStationed: step(steps.rejectStationed),
    postStationed: step(steps.postStationed),
    recordStationedLeave: step(steps.recordStationedLeave),
    recordStationedReturn: step(steps.recordStationedReturn),
    endStationed: step(steps.endStationed),
    recallStationed: step(steps.recallStationed),
    requireFirstSecretary: requirement(vacancies.requireFirstSecretary),
    liftFirstSecretaryRequirement: requirement(vacancies.liftFirstSecretaryRequirement),
  },
  StationedAssignment: {
    __resolveReferences: async (references: readonly Known[], ctx: Context) =>
      (await read.stationedByIds(ctx, idsOf(references))).filter((row) => row !== null),
    ...placed,
    person: ({ personId }: StationedAssignment) => ({ id: personId }),
    senderUnit: ({ senderUnitId }: StationedAssignment) => ({ id: senderUnitId }),
    daysToEnd: (row: StationedAssignment, _: object, ctx: Context) => daysToEnd(row, ctx.today),
    predecessor: forAll((rows: readonly StationedAssignment[], _: object, ctx) =>
      read.stationedByIds(
        ctx,
        rows.map(({ predecessorId }) => predecessorId),
      ),
    ),
    successor: forAll((rows: readonly StationedAssignment[], _: object, ctx) => read.successorsOf(ctx, idsOf(rows))),
    actions: forAll(async (rows: readonly StationedAssignment[], _: object, ctx) =>
      (await read.offeredSteps(ctx, rows)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  FirstSecretaryRequirement: placed,
  FirstSecretaryVacancy: {
    ...placed,
    requirement: forAll((rows: readonly VacancyRow[], _: object, ctx) =>
      vacancies.requirementsByIds(
        ctx,
        rows.map(({ requirementId }) => requirementId),
      ),
    ),
    weak: ({ weakSince }: VacancyRow) => weakSince !== null,
    days: ({ vacantSince, asOf }: VacancyRow) => daysBetween(vacantSince, asOf),
    overLimit: ({ vacantSince, asOf }: VacancyRow) => vacantTooLong(daysBetween(vacantSince, asOf), asOf),
    last: async (row: VacancyRow, args: object, ctx: Context) => (await aroundVacancies(row, args, ctx)).last,
    candidate: async (row: VacancyRow, args: object, ctx: Context) => (await aroundVacancies(row, args, ctx)).candidate,
  },
  FirstSecretaryCoverage: {
    without: (
      { areaCode, asOf }: { readonly areaCode: string; readonly asOf: VacancyRow['asOf'] },
      page: vacancies.VacanciesArguments,
      ctx: Context,
    ) => vacancies.listVacancies(ctx, { ...page, filter: { areaCode }, asOf }),
  },
  Village: {
    firstSecretary: forAll((rows: readonly InVillage[], _: object, ctx) => read.firstSecretariesOf(ctx, codesOf(rows))),
    stationedTeam: forAll((rows: readonly InVillage[], _: object, ctx) => read.onPostInVillages(ctx, codesOf(rows))),
    firstSecretaryRequirement: forAll((rows: readonly InVillage[], _: object, ctx) =>
      vacancies.requirementsOf(ctx, codesOf(rows)),
    ),
  },
  Person: {
    stationedAssignments: forAll((rows: readonly Known[], _: object, ctx) =>
      read.assignmentsOfPersons(ctx, idsOf(rows)),
    ),
  },
  PublicUnit: {
    sentCadres: forAll((rows: readonly Known[], _: object, ctx) => read.sentCadresOf(ctx, idsOf(rows))),
  },
};
