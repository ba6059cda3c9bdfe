import { invalidInput } from '@jishi/errors';
import type { PageArguments } from '@jishi/pagination';
import { forAll, inOrderOf, listedAs, type Context, type Resolvers } from '@jishi/subgraph';
import type { EntityFilter } from './entities.filters';
import {
  countsOf,
  entitiesByCodes,
  entitiesByIds,
  entitiesReferredTo,
  listDuplicates,
  listEntities,
  twinsOf,
  type DuplicateEntitiesArguments,
  type EntitiesArguments,
  type EntityRow,
} from './entities.queries';
import {
  changeEntity,
  closeEntity,
  mergeEntities,
  recordEntity,
  type ChangeEntityInput,
  type CloseEntityInput,
  type MergeEntitiesInput,
  type RecordEntityInput,
} from './entities.service';
import { sizeCitation } from './entities.sizes';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A mutation of one entity: the changed record is the reply. */
const kept =
  <I>(keep: (ctx: Context, input: I) => Promise<{ id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id } = await keep(ctx, input);
    return { clientMutationId: input.clientMutationId, entity: (await entitiesByIds(ctx, [id]))[0] };
  };

async function oneEntity(
  _: unknown,
  { id, uscc }: { id?: string | null; uscc?: string | null },
  ctx: Context,
): Promise<EntityRow | undefined> {
  if ((id == null) === (uscc == null))
    throw invalidInput(id == null ? 'id' : 'uscc', {
      zh: '请填写标识或者信用代码，二者取其一',
      en: 'Give either the id or the credit code',
    });
  return (id == null ? await entitiesByCodes(ctx, [uscc!]) : await entitiesByIds(ctx, [id]))[0];
}

const entity = {
  __resolveReferences: (references: readonly { id?: string; uscc?: string }[], ctx: Context) =>
    entitiesReferredTo(ctx, references),
  area: ({ areaCode }: EntityRow) => ({ code: areaCode }),
  grid: ({ gridId }: EntityRow) => gridId && { id: gridId },
  owner: ({ ownerPersonId }: EntityRow) => ownerPersonId && { id: ownerPersonId },
  contact: ({ contactPersonId }: EntityRow) => contactPersonId && { id: contactPersonId },
  organisationCount: ({ orgCount }: EntityRow) => orgCount,
  sizeCitation: ({ sizeRule }: EntityRow, _: unknown, ctx: Context) => sizeRule && sizeCitation(sizeRule, ctx.today),
  mergedInto: forAll(async (rows: readonly EntityRow[], _: unknown, ctx) => {
    const ids = rows.map(({ mergedIntoId }) => mergedIntoId);
    const present = ids.filter((id) => id !== null);
    return inOrderOf(ids, present.length > 0 ? await entitiesByIds(ctx, present) : [], ({ id }) => id);
  }),
};

export const resolvers: Resolvers = {
  Query: {
    entities: (_: unknown, args: EntitiesArguments, ctx: Context) => listEntities(ctx, args),
    entity: oneEntity,
    duplicateEntities: (_: unknown, args: DuplicateEntitiesArguments, ctx: Context) =>
      listedAs(listDuplicates(ctx, args), (rows) => rows.map((suspect) => ({ id: suspect.id, entity: suspect }))),
  },
  Mutation: {
    recordEntity: kept<RecordEntityInput>(recordEntity),
    changeEntity: kept<ChangeEntityInput>(changeEntity),
    closeEntity: kept<CloseEntityInput>(closeEntity),
    mergeEntities: async (_: unknown, { input }: Input<MergeEntitiesInput>, ctx: Context) => {
      const { id, mergedId } = await mergeEntities(ctx, input);
      const [found, merged] = inOrderOf([id, mergedId], await entitiesByIds(ctx, [id, mergedId]), (row) => row.id);
      return { clientMutationId: input.clientMutationId, entity: found, merged };
    },
  },
  NonPublicEntity: {
    __resolveType: ({ registrar }: EntityRow) => (registrar === 'MR' ? 'Enterprise' : 'SocialOrganization'),
  },
  Enterprise: entity,
  SocialOrganization: entity,
  DuplicateSuspect: {
    twins: forAll(async (suspects: readonly { id: string }[], _: unknown, ctx) => {
      const found = await twinsOf(
        ctx,
        suspects.map(({ id }) => id),
      );
      return found.map((twins) =>
        twins.map((twin) => ({ entity: twin, reason: twin.sameCode ? 'SAME_CODE' : 'SAME_NAME_AND_ADDRESS' })),
      );
    }),
  },
  Grid: {
    __resolveReferences: async (references: readonly { id: string }[]) => references,
    entities: ({ id }: { id: string }, page: PageArguments, ctx: Context) =>
      listEntities(ctx, { ...page, filter: { gridId: id } }),
  },
  Area: {
    entities: ({ code }: { code: string }, { filter, ...page }: EntitiesArguments, ctx: Context) =>
      listEntities(ctx, { ...page, filter: { ...filter, areaCode: code } satisfies EntityFilter }),
    entityCounts: forAll((areas: readonly { code: string }[], _: unknown, ctx) =>
      countsOf(
        ctx,
        areas.map(({ code }) => code),
      ),
    ),
  },
};
