import { forAll, type Context, type Resolvers } from '@jishi/subgraph';
import type { CivilDate } from '@jishi/periods';
import { areasByCodes, listAreas, type AreaRow, type AreasArguments } from './areas.service';

export const resolvers: Resolvers = {
  Query: {
    areas: (_: unknown, args: AreasArguments, ctx: Context) => listAreas(ctx, args),
    area: async (_: unknown, { code, asOf }: { code: string; asOf?: CivilDate | null }, ctx: Context) =>
      (await areasByCodes(ctx, [code], asOf))[0],
  },
  Area: {
    __resolveReferences: async (references: readonly { code: string }[], ctx: Context) =>
      (
        await areasByCodes(
          ctx,
          references.map(({ code }) => code),
        )
      ).filter((area) => area !== null),
    parent: forAll((areas: readonly AreaRow[], _: unknown, ctx) =>
      areasByCodes(
        ctx,
        areas.map(({ parentCode }) => parentCode),
      ),
    ),
    replacedBy: forAll(async (areas: readonly AreaRow[], _: unknown, ctx) => {
      const codes = areas.flatMap(({ replacedBy }) => replacedBy);
      const successors = new Map((await areasByCodes(ctx, codes)).flatMap((area) => (area ? [[area.code, area]] : [])));
      return areas.map(({ replacedBy }) => replacedBy.flatMap((code) => successors.get(code) ?? []));
    }),
  },
};
