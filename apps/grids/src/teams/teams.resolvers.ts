import type { CivilDate } from '@jishi/periods';
import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import { gridsByIds, type GridRow } from '../grid-tree';
import {
  gridsWithIncompleteTeam,
  gridsWithoutFullTimeWorker,
  teamFigures,
  type GridsLackingArguments,
} from './teams.figures';
import {
  loadsOf,
  rolesOfAreas,
  rolesOfPersons,
  staffByIds,
  teamsOf,
  trainingsOf,
  vacanciesOf,
  type StaffRow,
} from './teams.reads';
import {
  assignGridStaff,
  defineGridRoles,
  endGridStaff,
  recordStaffTraining,
  type AssignGridStaffInput,
  type DefineGridRolesInput,
  type EndGridStaffInput,
  type RecordStaffTrainingInput,
} from './teams.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const staffed =
  <I>(change: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await change(ctx, input);
    return { clientMutationId: input.clientMutationId, staff: (await staffByIds(ctx, [id]))[0] };
  };

export const resolvers: Resolvers = {
  Query: {
    gridRoles: async (_: unknown, { areaCode }: { areaCode: string }, ctx: Context) =>
      (await rolesOfAreas(ctx, [areaCode], ctx.today))[0],
    gridTeams: (_: unknown, { areaCode, asOf }: { areaCode: string; asOf?: CivilDate | null }, ctx: Context) =>
      teamFigures(ctx, areaCode, asOf ?? ctx.today),
    gridsWithIncompleteTeam: (_: unknown, args: GridsLackingArguments, ctx: Context) =>
      gridsWithIncompleteTeam(ctx, args),
    gridsWithoutFullTimeWorker: (_: unknown, args: GridsLackingArguments, ctx: Context) =>
      gridsWithoutFullTimeWorker(ctx, args),
  },
  Mutation: {
    defineGridRoles: async (_: unknown, { input }: Input<DefineGridRolesInput>, ctx: Context) => {
      const { areaCode } = await defineGridRoles(ctx, input);
      return {
        clientMutationId: input.clientMutationId,
        gridRoles: (await rolesOfAreas(ctx, [areaCode], ctx.today))[0],
      };
    },
    assignGridStaff: staffed<AssignGridStaffInput>(assignGridStaff),
    endGridStaff: staffed<EndGridStaffInput>(endGridStaff),
    recordStaffTraining: staffed<RecordStaffTrainingInput>(recordStaffTraining),
  },
  GridStaff: {
    person: ({ personId }: StaffRow) => ({ id: personId }),
    grid: forAll((rows: readonly StaffRow[], _: unknown, ctx) =>
      gridsByIds(
        ctx,
        rows.map(({ gridId }) => gridId),
      ),
    ),
    role: forAll(async (rows: readonly StaffRow[], _: unknown, ctx) => {
      const roles = await rolesOfAreas(
        ctx,
        rows.map(({ areaCode }) => areaCode),
        ctx.today,
      );
      return rows.map(({ roleCode }, index) => roles[index]!.find(({ code }) => code === roleCode) ?? null);
    }),
    trainings: forAll(async (rows: readonly StaffRow[], _: unknown, ctx) => {
      const ids = rows.map(({ personId }) => personId);
      return groupedBy(ids, await trainingsOf(ctx, [...new Set(ids)]), ({ personId }) => personId);
    }),
  },
  GridTeams: {
    area: ({ areaCode }: { areaCode: string }) => ({ code: areaCode }),
  },
  GridLoad: {
    grid: async ({ gridId }: { gridId: string }, _: unknown, ctx: Context) => (await gridsByIds(ctx, [gridId]))[0],
  },
  Grid: {
    team: forAll(async (rows: readonly GridRow[], { asOf }: { asOf?: CivilDate | null }, ctx) => {
      const ids = rows.map(({ id }) => id);
      return groupedBy(ids, await teamsOf(ctx, ids, asOf ?? ctx.today), ({ gridId }) => gridId);
    }),
    vacancies: forAll((rows: readonly GridRow[], _: unknown, ctx) => vacanciesOf(ctx, rows)),
    householdsPerWorker: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const loads = await loadsOf(
        ctx,
        rows.map(({ id }) => id),
      );
      return rows.map(({ id }) => loads.get(id) ?? null);
    }),
  },
  Person: {
    gridRoles: forAll(async (persons: readonly { id: string }[], _: unknown, ctx) => {
      const ids = persons.map(({ id }) => id);
      return groupedBy(ids, await rolesOfPersons(ctx, ids), ({ personId }) => personId);
    }),
  },
};
