import type { CivilDate } from '@jishi/periods';
import { asActions, forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import { invalidInput } from '@jishi/errors';
import { activateGrid } from './grid-tree.activation';
import { gridSteps } from './grid-tree.rules';
import {
  boundariesOf,
  childrenOf,
  gridAt,
  gridsByCodes,
  gridsByIds,
  gridsOfAreas,
  gridsOfOrganizations,
  listGrids,
  type BoundaryRow,
  type GridRow,
  type GridsArguments,
  type Point,
} from './grid-tree.reads';
import { changeGrid, defineGrid, factsAround, type ChangeGridInput, type DefineGridInput } from './grid-tree.service';
import { levelsOf, levelsOfAreas, nameGridLevels, readOf, type NameGridLevelsInput } from './levels.service';
import { nextGridCode, type NextCodeArguments } from './grid-tree.codes';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const changed =
  <I>(change: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await change(ctx, input);
    const [grid] = await gridsByIds(ctx, [id]);
    return { clientMutationId: input.clientMutationId, grid };
  };

interface FirstGrids {
  readonly level?: number | null;
  readonly first: number;
}
const gridsIn = (codeOf: (parent: never) => string) =>
  forAll(async (parents: readonly never[], { level, first }: FirstGrids, ctx) => {
    if (first < 1 || first > 100)
      throw invalidInput('first', { zh: 'first应为1到100', en: 'first should be from 1 to 100' });
    return gridsOfAreas(ctx, parents.map(codeOf), { level, first });
  });

export const resolvers: Resolvers = {
  Query: {
    grids: (_: unknown, args: GridsArguments, ctx: Context) => listGrids(ctx, args),
    grid: async (_: unknown, { id, code }: { id?: string | null; code?: string | null }, ctx: Context) => {
      if (id) return (await gridsByIds(ctx, [id]))[0];
      return code ? (await gridsByCodes(ctx, [code]))[0] : null;
    },
    gridAt: (_: unknown, { asOf, ...point }: Point & { asOf?: CivilDate | null }, ctx: Context) =>
      gridAt(ctx, point, asOf ?? ctx.today),
    gridLevels: (_: unknown, { areaCode }: { areaCode: string }, ctx: Context) =>
      levelsOf(readOf(ctx), areaCode, ctx.today),
    nextGridCode: (_: unknown, args: NextCodeArguments, ctx: Context) => nextGridCode(ctx, args),
  },
  Mutation: {
    defineGrid: changed<DefineGridInput>(defineGrid),
    changeGrid: changed<ChangeGridInput>(changeGrid),
    activateGrid: changed<Parameters<typeof activateGrid>[1]>(activateGrid),
    nameGridLevels: async (_: unknown, { input }: Input<NameGridLevelsInput>, ctx: Context) => {
      const { areaCode } = await nameGridLevels(ctx, input);
      return {
        clientMutationId: input.clientMutationId,
        gridLevels: await levelsOf(readOf(ctx), areaCode, ctx.today),
      };
    },
  },
  Grid: {
    __resolveReferences: async (references: readonly { id?: string; code?: string }[], ctx: Context) => {
      const byId = await gridsByIds(
        ctx,
        references.map(({ id }) => id ?? null),
      );
      const byCode = await gridsByCodes(
        ctx,
        references.flatMap(({ code }) => code ?? []),
      );
      return [...byId.filter((grid) => grid !== null), ...byCode];
    },
    levelName: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const levels = await levelsOfAreas(
        readOf(ctx),
        rows.map(({ areaCode }) => areaCode),
        ctx.today,
      );
      return rows.map(({ level, tier }, index) => {
        const named = levels[index]!.find(({ no }) => no === level);
        return named ?? { no: level, tier, zh: `第${level}级`, en: `level ${level}` };
      });
    }),
    area: ({ areaCode }: GridRow) => ({ code: areaCode }),
    parent: forAll((rows: readonly GridRow[], _: unknown, ctx) =>
      gridsByIds(
        ctx,
        rows.map(({ parentId }) => parentId),
      ),
    ),
    children: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const ids = rows.map(({ id }) => id);
      return groupedBy(ids, await childrenOf(ctx, ids), ({ parentId }) => parentId ?? '');
    }),
    successors: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const found = new Map(
        (
          await gridsByIds(
            ctx,
            rows.flatMap(({ successorIds }) => successorIds),
          )
        ).flatMap((grid) => (grid ? [[grid.id, grid]] : [])),
      );
      return rows.map(({ successorIds }) => successorIds.flatMap((id) => found.get(id) ?? []));
    }),
    responsibleOrganization: ({ organizationId }: GridRow) => organizationId && { id: organizationId },
    boundary: forAll(async (rows: readonly GridRow[], { asOf }: { asOf?: CivilDate | null }, ctx) => {
      const ids = rows.map(({ id }) => id);
      const found = groupedBy(ids, await boundariesOf(ctx, ids, asOf ?? ctx.today), ({ gridId }) => gridId);
      return found.map(([boundary]) => boundary ?? null);
    }),
    boundaries: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const ids = rows.map(({ id }) => id);
      return groupedBy(ids, await boundariesOf(ctx, ids, null), ({ gridId }) => gridId);
    }),
    actions: forAll(async (rows: readonly GridRow[], _: unknown, ctx) => {
      const around = new Map(
        (
          await factsAround(
            (sql, values) => ctx.query('grids-around', sql, values),
            rows.map(({ id }) => id),
          )
        ).map((facts) => [facts.id, facts]),
      );
      return rows.map((row) =>
        asActions(
          gridSteps.offer({ ...around.get(row.id)!, tier: row.tier, code: row.code, state: row.status }, (permission) =>
            ctx.may(permission, { areaCode: row.areaCode }),
          ),
          ctx.language,
        ),
      );
    }),
  },
  GridBoundary: {
    geojson: ({ geojson }: BoundaryRow) => JSON.stringify(geojson),
  },
  Area: { grids: gridsIn(({ code }: { code: string }) => code) },
  Community: { grids: gridsIn(({ areaCode }: { areaCode: string }) => areaCode) },
  Village: { grids: gridsIn(({ areaCode }: { areaCode: string }) => areaCode) },
  PartyOrganization: {
    responsibleGrids: forAll(async (organizations: readonly { id: string }[], _: unknown, ctx) => {
      const ids = organizations.map(({ id }) => id);
      return groupedBy(ids, await gridsOfOrganizations(ctx, ids), ({ organizationId }) => organizationId ?? '');
    }),
  },
};
