import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  allOf,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { beginsWith } from '../areas';
import {
  PartyOrganization,
  PartyOrganizationHistory,
  type Board,
  type HostKind,
  type OrganizationKind,
  type OrganizationStatus,
} from './register.entities';

/** An organisation as it was on a day. */
export interface OrganizationRow extends Omit<
  PartyOrganization,
  'path' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
> {
  /** Ids from the root down to itself. */
  readonly pathIds: readonly string[];
  /** The day as of which it was read. */
  readonly asOf: CivilDate;
}

export interface OrganizationsArguments extends PageArguments {
  readonly filter?: {
    readonly under?: string | null;
    readonly areaCode?: string | null;
    readonly kinds?: readonly OrganizationKind[] | null;
    readonly board?: Board | null;
    readonly statuses?: readonly OrganizationStatus[] | null;
    readonly oversizeOnly?: boolean | null;
    readonly namePrefix?: string | null;
  } | null;
  readonly asOf?: CivilDate | null;
}

const shared = `o.code, o.name, o.kind, o.board, o.set_up_way AS "setUpWay", o.flags, o.host_kind AS "hostKind",
  o.host_id AS "hostId", o.superior_id AS "superiorId", o.depth, o.area_code AS "areaCode", o.status,
  array_remove(ARRAY[o.ancestor_1, o.ancestor_2, o.ancestor_3, o.ancestor_4, o.ancestor_5, o.ancestor_6, o.ancestor_7], NULL) AS "pathIds"`;
const standing = (alias: string): string =>
  `${alias}.version, ${alias}.established_on AS "establishedOn", ${alias}.approval_document AS "approvalDocument",
   ${alias}.closed_on AS "closedOn", ${alias}.merged_into_id AS "mergedIntoId"`;

/** Where the tree of a day is read: the register itself for today, its history for an earlier day. */
interface Source {
  readonly asOf: CivilDate;
  readonly entity: Function;
  readonly from: string;
  readonly id: string;
  readonly select: string;
  readonly onThatDay: Condition | null;
}

function sourceOf(ctx: Context, asOf: CivilDate | null | undefined): Source {
  if (!asOf || asOf >= ctx.today)
    return {
      asOf: ctx.today,
      entity: PartyOrganization,
      from: 'party_organization o',
      id: 'o.id',
      select: `o.id, ${shared}, ${standing('o')}`,
      onThatDay: null,
    };
  return {
    asOf,
    entity: PartyOrganizationHistory,
    from: 'party_organization_history o JOIN party_organization now ON now.id = o.org_id',
    id: 'o.org_id',
    select: `o.org_id AS id, ${shared}, ${standing('now')}`,
    onThatDay: where('o.valid_from <= ? AND (o.valid_to IS NULL OR o.valid_to > ?)', asOf, asOf),
  };
}

/** What was still to come on that day is not said. */
const asOfThatDay = (row: OrganizationRow, asOf: CivilDate): OrganizationRow =>
  row.status === 'DISSOLVED' ? { ...row, asOf } : { ...row, closedOn: null, mergedIntoId: null, asOf };

const byCode = (source: Source) => ordering('organizations', [asc('o.code', 'text'), asc(source.id, 'uuid')]);

/** At or below an organisation, wherever it stood on that day; nothing when it did not exist then. */
async function under(ctx: Context, source: Source, id: string): Promise<Condition> {
  const [found] = await readRows<{ depth: number }>(
    ctx,
    'organization-depth',
    `SELECT o.depth FROM ${source.from} WHERE {where}`,
    where(`${source.id} = ?`, id),
    source.onThatDay,
  );
  return found ? where(`o.ancestor_${found.depth} = ?`, id) : where('FALSE');
}

/** Rows that name an organisation which stands at or below another one today. */
export const atOrBelow = (column: string, id: string): Condition =>
  where(
    `${column} IN (SELECT tree.id FROM party_organization tree WHERE ${levels.map((level) => `tree.ancestor_${level} = ?`).join(' OR ')})`,
    ...levels.map(() => id),
  );
const levels = [1, 2, 3, 4, 5, 6, 7] as const;

/** The register of organisations by code, as it was on a day (ORG-01). */
export async function listOrganizations(ctx: Context, { filter, asOf, ...page }: OrganizationsArguments) {
  const source = sourceOf(ctx, asOf);
  const list = listOf<OrganizationRow>(
    ctx,
    {
      name: 'organizations',
      select: source.select,
      from: source.from,
      ordering: byCode(source),
      conditions: [
        within(ctx, source.entity, 'o'),
        source.onThatDay,
        filter?.under ? await under(ctx, source, filter.under) : null,
        filter?.areaCode ? insideArea('o', filter.areaCode) : null,
        filter?.kinds ? where('o.kind = ANY(?)', filter.kinds) : null,
        filter?.board ? where('o.board = ?', filter.board) : null,
        filter?.statuses ? where('o.status = ANY(?)', filter.statuses) : where(`o.status <> 'DISSOLVED'`),
        filter?.namePrefix ? beginsWith('o.name', filter.namePrefix) : null,
        filter?.oversizeOnly
          ? where(
              `EXISTS (SELECT FROM setting_issue i WHERE i.org_id = ${source.id} AND i.kind = 'OVERSIZE'
                 AND i.opened_on <= ? AND (i.closed_on IS NULL OR i.closed_on > ?))`,
              source.asOf,
              source.asOf,
            )
          : null,
      ],
    },
    page,
  );
  return listedAs(list, (rows) => rows.map((row) => asOfThatDay(row, source.asOf)));
}

/** Organisations of a day that meet a condition, within the caller's scope unless `seenFromBelow`. */
async function organizationsWhere(
  ctx: Context,
  asOf: CivilDate | null | undefined,
  condition: (id: string) => Condition,
  seenFromBelow = false,
): Promise<OrganizationRow[]> {
  const source = sourceOf(ctx, asOf);
  const rows = await readRows<OrganizationRow>(
    ctx,
    'organizations-where',
    `SELECT ${source.select} FROM ${source.from} WHERE {where} ORDER BY o.code`,
    seenFromBelow ? null : within(ctx, source.entity, 'o'),
    source.onThatDay,
    condition(source.id),
  );
  return rows.map((row) => asOfThatDay(row, source.asOf));
}

/** Organisations by id that the caller may see, in the order asked; null for the others. */
export async function organizationsByIds(
  ctx: Context,
  ids: readonly (string | null)[],
  asOf?: CivilDate | null,
): Promise<(OrganizationRow | null)[]> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return ids.map(() => null);
  const rows = await organizationsWhere(ctx, asOf, (id) => where(`${id} = ANY(?)`, wanted));
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** Where a place's organisations are looked for. */
export interface AttachedAt {
  readonly hostKind: HostKind;
  readonly hostIds: readonly string[];
  /** A grid or quarter may be led by a group. */
  readonly groups: boolean;
}

/**
 * The highest organisation that exists at each of these places today, in the order asked; null where there is none, and where the
 * caller does not see it. One statement, as a page of a hundred places asks for it.
 */
export async function highestOrganizationsAt(
  ctx: Context,
  { hostKind, hostIds, groups }: AttachedAt,
): Promise<(OrganizationRow | null)[]> {
  const source = sourceOf(ctx, null);
  const attached = allOf(
    where('h.host_kind = ? AND h.host_id = ANY(?)', hostKind, hostIds),
    where('h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to > ?)', ctx.today, ctx.today),
    where(`t.status IN ('ACTIVE', 'CLOSING')`),
    groups ? null : where(`t.kind <> 'GROUP'`),
  )(1);
  const seen = within(ctx, source.entity, 'o')(1 + attached.values.length);
  const rows = await ctx.query<OrganizationRow & { readonly attachedTo: string }>(
    'highest-organizations',
    `SELECT top.host_id AS "attachedTo", ${source.select}
     FROM (SELECT DISTINCT ON (h.host_id) h.host_id, t.id FROM organization_host h JOIN party_organization t ON t.id = h.org_id
       WHERE ${attached.sql} ORDER BY h.host_id, t.depth, t.code, t.id) top
     JOIN ${source.from} ON o.id = top.id WHERE ${seen.sql}`,
    [...attached.values, ...seen.values],
  );
  const standing = rows.map(
    (row) => asOfThatDay(row, source.asOf) as OrganizationRow & { readonly attachedTo: string },
  );
  return inOrderOf(hostIds, standing, ({ attachedTo }) => attachedTo);
}

export const organizationsByCodes = (ctx: Context, codes: readonly string[], asOf?: CivilDate | null) =>
  organizationsWhere(ctx, asOf, () => where('o.code = ANY(?)', codes));

/**
 * Organisations above those that the caller sees: their register facts may be read from below, whatever the scope. Everything
 * else about them is narrowed where it is read.
 */
export async function superiorsByIds(
  ctx: Context,
  ids: readonly (string | null)[],
  asOf?: CivilDate | null,
): Promise<Map<string, OrganizationRow>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await organizationsWhere(ctx, asOf, (id) => where(`${id} = ANY(?)`, wanted), true);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The organisations directly below each of these, by code, at most `first` of each. */
export async function childrenOf(
  ctx: Context,
  superiorIds: readonly string[],
  asOf: CivilDate,
  first: number,
): Promise<OrganizationRow[]> {
  const source = sourceOf(ctx, asOf);
  const rows = await readRows<OrganizationRow>(
    ctx,
    'organization-children',
    `SELECT * FROM (
       SELECT ${source.select}, row_number() OVER (PARTITION BY o.superior_id ORDER BY o.code) AS place
       FROM ${source.from} WHERE {where}) child
     WHERE place <= ${Math.min(Math.max(first, 1), 100)} ORDER BY code`,
    within(ctx, source.entity, 'o'),
    source.onThatDay,
    where(`o.superior_id = ANY(?) AND o.status <> 'DISSOLVED'`, superiorIds),
  );
  return rows.map((row) => asOfThatDay(row, source.asOf));
}

/** How many organisations the caller sees directly below each of these. */
export async function childCounts(
  ctx: Context,
  superiorIds: readonly string[],
  asOf: CivilDate,
): Promise<Map<string, number>> {
  const source = sourceOf(ctx, asOf);
  const rows = await readRows<{ superiorId: string; count: number }>(
    ctx,
    'organization-child-counts',
    `SELECT o.superior_id AS "superiorId", count(*) AS count FROM ${source.from} WHERE {where} GROUP BY o.superior_id`,
    within(ctx, source.entity, 'o'),
    source.onThatDay,
    where(`o.superior_id = ANY(?) AND o.status <> 'DISSOLVED'`, superiorIds),
  );
  return new Map(rows.map(({ superiorId, count }) => [superiorId, count]));
}

/** Counts by board and kind of what is not dissolved, as of a day (ORG-01). */
export async function countOrganizations(
  ctx: Context,
  { under: top, asOf }: { readonly under?: string | null; readonly asOf?: CivilDate | null },
): Promise<{ board: Board; kind: OrganizationKind; count: number }[]> {
  const source = sourceOf(ctx, asOf);
  return readRows(
    ctx,
    'organization-counts',
    `SELECT o.board, o.kind, count(*) AS count FROM ${source.from} WHERE {where} GROUP BY o.board, o.kind ORDER BY o.board, o.kind`,
    within(ctx, source.entity, 'o'),
    source.onThatDay,
    top ? await under(ctx, source, top) : null,
    where(`o.status <> 'DISSOLVED'`),
  );
}

/** One period of an organisation's history. */
export interface PeriodRow {
  readonly orgId: string;
  readonly from: CivilDate;
  readonly to: CivilDate | null;
  readonly name: string;
  readonly kind: OrganizationKind;
  readonly status: OrganizationStatus;
  readonly areaCode: string;
  readonly superiorId: string | null;
}

/** The whole history of organisations that the caller sees today, oldest first. */
export const periodsOf = (ctx: Context, ids: readonly string[]): Promise<PeriodRow[]> =>
  readRows<PeriodRow & Record<string, unknown>>(
    ctx,
    'organization-periods',
    `SELECT h.org_id AS "orgId", h.valid_from AS "from", h.valid_to AS "to", h.name, h.kind, h.status, h.area_code AS "areaCode",
            h.superior_id AS "superiorId"
     FROM party_organization_history h JOIN party_organization o ON o.id = h.org_id WHERE {where} ORDER BY h.valid_from`,
    within(ctx, PartyOrganization, 'o'),
    where('h.org_id = ANY(?)', ids),
  );
