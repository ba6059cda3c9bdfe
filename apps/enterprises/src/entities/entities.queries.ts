import { normaliseCreditCode } from '@jishi/identifiers';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { groupedBy, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { NonPublicEntity } from './entities.entities';
import { asked, figuresOf, type EntityFilter } from './entities.filters';

export type EntityRow = Omit<NonPublicEntity, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `e.id, e.version, e.registrar, e.name, e.uscc, e.uscc_as_written AS "usccAsWritten", e.kind,
  e.trade_code AS "tradeCode", e.size, e.size_rule AS "sizeRule", e.area_code AS "areaCode", e.grid_id AS "gridId", e.address,
  e.employees, e.revenue, e.assets, e.operating, e.owner_person_id AS "ownerPersonId",
  e.contact_person_id AS "contactPersonId", e.registered_on AS "registeredOn", e.closed_on AS "closedOn",
  e.succeeds_uscc AS "succeedsUscc", e.form_tags AS "formTags", e.merged_into_id AS "mergedIntoId",
  e.close_reason AS "closeReason", e.party_state AS "partyState", e.full_members AS "fullMembers", e.org_count AS "orgCount"`;
const byName = ordering('entities', [asc('e.name', 'text'), asc('e.id', 'uuid')]);

export interface EntitiesArguments extends PageArguments {
  readonly filter?: EntityFilter | null;
}

/** Enterprises and social organisations by name (ENT-01). */
export const listEntities = (ctx: Context, { filter, ...page }: EntitiesArguments) =>
  listOf<EntityRow>(
    ctx,
    {
      name: 'entities',
      select: columns,
      from: 'entity e',
      ordering: byName,
      conditions: [within(ctx, NonPublicEntity, 'e'), ...asked(ctx, filter)],
    },
    page,
  );

const entitiesWhere = (ctx: Context, condition: Condition): Promise<EntityRow[]> =>
  readRows<EntityRow>(
    ctx,
    'entities-where',
    `SELECT ${columns} FROM entity e WHERE {where} ORDER BY e.name, e.id`,
    within(ctx, NonPublicEntity, 'e'),
    condition,
  );

/** The entities with these ids that the caller may see, in any order. */
export const entitiesByIds = (ctx: Context, ids: readonly string[]): Promise<EntityRow[]> =>
  entitiesWhere(ctx, where('e.id = ANY(?)', ids));

/** The open entities with these credit codes; where none is open, the one that was closed last. */
export async function entitiesByCodes(ctx: Context, codes: readonly string[]): Promise<EntityRow[]> {
  const rows = await entitiesWhere(ctx, where('e.uscc = ANY(?)', codes.map(normaliseCreditCode)));
  const latestFirst = rows.sort((a, b) => (b.closedOn ?? '9999').localeCompare(a.closedOn ?? '9999'));
  return [...new Map(latestFirst.reverse().map((row) => [row.uscc, row])).values()];
}

/** Whoever refers to an entity knows its id or its credit code. */
export async function entitiesReferredTo(
  ctx: Context,
  references: readonly { readonly id?: string; readonly uscc?: string }[],
): Promise<EntityRow[]> {
  const ids = references.flatMap(({ id }) => id ?? []);
  const codes = references.flatMap(({ id, uscc }) => (id === undefined && uscc !== undefined ? uscc : []));
  const [byId, byCode] = await Promise.all([
    ids.length > 0 ? entitiesByIds(ctx, ids) : [],
    codes.length > 0 ? entitiesByCodes(ctx, codes) : [],
  ]);
  return [...byId, ...byCode];
}

export interface DuplicateEntitiesArguments extends PageArguments {
  readonly areaCode: string;
}

/** Open records that are probably duplicates of earlier ones (ENT-01). */
export const listDuplicates = (ctx: Context, { areaCode, ...page }: DuplicateEntitiesArguments) =>
  listOf<EntityRow>(
    ctx,
    {
      name: 'duplicate-entities',
      select: columns,
      from: 'entity e',
      ordering: ordering('duplicate-entities', [asc('e.name', 'text'), asc('e.id', 'uuid')]),
      conditions: [
        within(ctx, NonPublicEntity, 'e'),
        insideArea('e', areaCode),
        // the same name and address as an earlier record, or the code of another one: as its own, or as it was written
        where(`e.closed_on IS NULL AND (
          EXISTS (SELECT FROM entity o WHERE o.match_key = e.match_key AND o.closed_on IS NULL AND o.id < e.id)
          OR EXISTS (SELECT FROM entity o
            WHERE o.uscc IN (e.uscc, e.uscc_as_written) AND o.id <> e.id AND o.merged_into_id IS NULL))`),
      ],
    },
    page,
  );

export interface Twin extends EntityRow {
  readonly suspectId: string;
  readonly sameCode: boolean;
}

/** For each suspect the records within the caller's scope whose duplicate it may be. */
export async function twinsOf(ctx: Context, ids: readonly string[]): Promise<Twin[][]> {
  const rows = await readRows<Twin>(
    ctx,
    'twins-of-entities',
    `SELECT s.id AS "suspectId", (s.uscc = e.uscc OR s.uscc_as_written = e.uscc) IS TRUE AS "sameCode", ${columns}
     FROM entity s CROSS JOIN LATERAL (
       SELECT o.id FROM entity o WHERE o.match_key = s.match_key AND o.closed_on IS NULL AND o.id < s.id
       UNION SELECT o.id FROM entity o
         WHERE o.uscc IN (s.uscc, s.uscc_as_written) AND o.id <> s.id AND o.merged_into_id IS NULL) twin
     JOIN entity e ON e.id = twin.id WHERE {where} ORDER BY e.registered_on NULLS LAST, e.id`,
    within(ctx, NonPublicEntity, 'e'),
    where('s.id = ANY(?)', ids),
  );
  return groupedBy(ids, rows, ({ suspectId }) => suspectId);
}

export interface EntityCounts {
  readonly code: string;
  readonly enterprises: number;
  readonly socialOrganizations: number;
  readonly operatingEnterprises: number;
  readonly operatingSocialOrganizations: number;
  readonly employees: number;
}

/** How many records of the database stand open in each area, within the caller's scope (ENT-01). */
export async function countsOf(ctx: Context, codes: readonly string[]): Promise<EntityCounts[]> {
  const counted = await figuresOf<EntityCounts>(codes, (column, prefixes) =>
    readRows<EntityCounts>(
      ctx,
      'entity-counts',
      `SELECT ${column('e')} AS code,
         count(*) FILTER (WHERE e.registrar = 'MR')::integer AS enterprises,
         count(*) FILTER (WHERE e.registrar = 'CA')::integer AS "socialOrganizations",
         count(*) FILTER (WHERE e.registrar = 'MR' AND e.operating = 'OPEN')::integer AS "operatingEnterprises",
         count(*) FILTER (WHERE e.registrar = 'CA' AND e.operating = 'OPEN')::integer AS "operatingSocialOrganizations",
         least(coalesce(sum(e.employees), 0), 2147483647)::integer AS employees
       FROM entity e WHERE e.closed_on IS NULL AND {where} GROUP BY 1`,
      within(ctx, NonPublicEntity, 'e'),
      where(`${column('e')} = ANY(?)`, prefixes),
    ),
  );
  return counted.map(
    (row, index) =>
      row ?? {
        code: codes[index]!,
        enterprises: 0,
        socialOrganizations: 0,
        operatingEnterprises: 0,
        operatingSocialOrganizations: 0,
        employees: 0,
      },
  );
}
