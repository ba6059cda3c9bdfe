import { ratio } from '@jishi/indicators';
import { daysBetween, type CivilDate } from '@jishi/periods';
import { forAll, inOrderOf, type Context, type Resolvers } from '@jishi/subgraph';
import { entitiesByIds } from '../entities';
import { clearItems } from './clears.items';
import {
  areaClearsOf,
  eightClearsOf,
  listStaleClears,
  type EightClears,
  type StaleClearsArguments,
  type StaleRow,
} from './clears.queries';
import { recordEightClears, type RecordEightClearsInput } from './clears.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

const which = (clears: EightClears, property: 'stale' | 'conflict') =>
  clears.items.filter((item) => item[property]).map(({ item }) => item);

const onEntity = {
  eightClears: forAll((parents: readonly { id: string }[], _: unknown, ctx) =>
    eightClearsOf(
      ctx,
      parents.map(({ id }) => id),
    ),
  ),
};

export const resolvers: Resolvers = {
  Query: {
    staleClears: (_: unknown, args: StaleClearsArguments, ctx: Context) => listStaleClears(ctx, args),
  },
  Mutation: {
    recordEightClears: async (_: unknown, { input }: Input<RecordEightClearsInput>, ctx: Context) => {
      const { entityId } = await recordEightClears(ctx, input);
      const [eightClears] = await eightClearsOf(ctx, [entityId]);
      return { clientMutationId: input.clientMutationId, eightClears };
    },
  },
  EightClears: {
    completeness: ({ items }: EightClears, _: unknown, ctx: Context) =>
      ratio(items.filter(({ clear }) => clear).length, clearItems.length, ctx.today),
    missing: ({ items }: EightClears) => items.filter(({ clear }) => !clear).map(({ item }) => item),
    stale: (clears: EightClears) => which(clears, 'stale'),
    conflicts: (clears: EightClears) => which(clears, 'conflict'),
  },
  StaleClear: {
    entity: forAll(async (rows: readonly StaleRow[], _: unknown, ctx) => {
      const ids = rows.map(({ entityId }) => entityId);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    days: ({ asOf }: StaleRow, _: unknown, ctx: Context) => daysBetween(asOf as CivilDate, ctx.today),
  },
  Enterprise: onEntity,
  SocialOrganization: onEntity,
  Area: {
    eightClears: forAll((areas: readonly { code: string }[], _: unknown, ctx) =>
      areaClearsOf(
        ctx,
        areas.map(({ code }) => code),
      ),
    ),
  },
};
