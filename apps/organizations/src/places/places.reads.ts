import { ScopedBy } from '@jishi/access';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  groupedBy,
  inOrderOf,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { LeadingBody } from '../bodies';
import { highestOrganizationsAt, organizationsByIds, type HostKind, type OrganizationRow } from '../register';

interface Attached {
  readonly hostId: string;
  readonly orgId: string;
}

/** The organisation of each place as of today: the highest that exists there; null when there is none within the caller's scope. */
export const organizationOf = (
  ctx: Context,
  hostKind: HostKind,
  hostIds: readonly string[],
): Promise<(OrganizationRow | null)[]> =>
  highestOrganizationsAt(ctx, { hostKind, hostIds, groups: hostKind === 'GRID' || hostKind === 'QUARTER' });

/** All organisations at each of these places as of today, also joint ones, each once; the highest first. */
export async function organizationsAt(
  ctx: Context,
  hostKind: HostKind,
  hostIds: readonly string[],
): Promise<OrganizationRow[][]> {
  const rows = await readRows<Attached & Record<string, unknown>>(
    ctx,
    'attached-organizations',
    `SELECT h.host_id AS "hostId", o.id AS "orgId" FROM organization_host h JOIN party_organization o ON o.id = h.org_id
     WHERE {where} ORDER BY o.depth, o.code, o.id`,
    where('h.host_kind = ? AND h.host_id = ANY(?)', hostKind, hostIds),
    where('h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to > ?)', ctx.today, ctx.today),
    where(`o.status IN ('ACTIVE', 'CLOSING') AND o.kind <> 'GROUP'`),
  );
  const attached = groupedBy(hostIds, rows, ({ hostId }) => hostId).map((each) => [
    ...new Set(each.map(({ orgId }) => orgId)),
  ]);
  const ids = [...new Set(attached.flat())];
  const found = new Map((await organizationsByIds(ctx, ids)).flatMap((row) => (row ? [[row.id, row] as const] : [])));
  return attached.map((some) => some.flatMap((id) => found.get(id) ?? []));
}

/** Who leads a village today: the secretary of its organisation, and the head of the village committee. */
export interface VillageLeadership {
  readonly areaCode: string;
  readonly orgId: string | null;
  readonly secretaryId: string | null;
  readonly directorId: string | null;
  readonly onePersonTwoPosts: boolean;
  readonly committeeId: string | null;
  /** Last day of the running term of the village committee. */
  readonly termEndsOn: CivilDate | null;
}

// $1 is today. The village's organisation is the highest one attached to it, as in `oneShoulder`.
const leadership = {
  select: `v.area_code AS "areaCode", v.org_id AS "orgId", secretary.id AS "secretaryId", director.id AS "directorId",
    coalesce(secretary.person_id = director.person_id, false) AS "onePersonTwoPosts", committee.id AS "committeeId",
    running.ends_on AS "termEndsOn"`,
  from: `(
    SELECT a.code AS area_code, a.county_code, a.town_code, top.id AS org_id FROM area a
    LEFT JOIN LATERAL (
      SELECT o.id FROM organization_host h JOIN party_organization o ON o.id = h.org_id
      WHERE h.host_kind = 'VILLAGE' AND h.host_id = a.code AND o.status IN ('ACTIVE', 'CLOSING') AND o.kind <> 'GROUP'
        AND h.valid_from <= $1 AND (h.valid_to IS NULL OR h.valid_to > $1)
      ORDER BY o.depth, o.code, o.id LIMIT 1
    ) top ON true
    WHERE a.kind = 'VILLAGE' AND a.valid_from <= $1 AND (a.valid_to IS NULL OR a.valid_to > $1)
  ) v
  LEFT JOIN leading_body committee ON committee.host_kind = 'VILLAGE' AND committee.host_id = v.area_code
    AND committee.kind = 'VILLAGE_COMMITTEE' AND committee.closed_on IS NULL
  LEFT JOIN term running ON running.body_id = committee.id AND running.state <> 'ENDED'
  LEFT JOIN LATERAL (
    SELECT p.id, p.person_id FROM leading_body b JOIN post p ON p.body_id = b.id
    WHERE b.org_id = v.org_id AND b.host_id IS NULL AND b.closed_on IS NULL AND p.kind = 'SECRETARY'
      AND p.from_on <= $1 AND (p.to_on IS NULL OR p.to_on > $1) LIMIT 1
  ) secretary ON true
  LEFT JOIN LATERAL (
    SELECT p.id, p.person_id FROM post p WHERE p.body_id = committee.id AND p.kind = 'DIRECTOR'
      AND p.from_on <= $1 AND (p.to_on IS NULL OR p.to_on > $1) LIMIT 1
  ) director ON true`,
};

/** A village as a place that somebody is responsible for, also one without an organisation. */
@ScopedBy({ permission: 'villages:read', area: 'areaCode', ofArea: true })
class VillageOfArea {
  areaCode: string;
}

/** Villages whose organisation the caller stands above, and those of the areas that he stands for. */
const withinVillages =
  (ctx: Context): Condition =>
  (first) => {
    const led = within(ctx, LeadingBody, 'v')(first);
    const placed = within(ctx, VillageOfArea, 'v')(first + led.values.length);
    return { sql: `(${led.sql} OR ${placed.sql})`, values: [...led.values, ...placed.values] };
  };

const asOfToday = (ctx: Context): Condition => where('?::date IS NOT NULL', ctx.today);

/** Who leads each of these villages; null outside the caller's scope. */
export async function leadershipOf(ctx: Context, areaCodes: readonly string[]): Promise<(VillageLeadership | null)[]> {
  const rows = await readRows<VillageLeadership & Record<string, unknown>>(
    ctx,
    'village-leadership',
    `SELECT ${leadership.select} FROM ${leadership.from} WHERE {where}`,
    asOfToday(ctx),
    where('v.area_code = ANY(?)', areaCodes),
    withinVillages(ctx),
  );
  return inOrderOf(areaCodes, rows, ({ areaCode }) => areaCode);
}

export interface WithoutOnePersonArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null } | null;
}

/** Villages where the two posts are not one person, one of them vacant included, by code (ORG-13). */
export const villagesWithoutOnePersonTwoPosts = (ctx: Context, { filter, ...page }: WithoutOnePersonArguments) =>
  listOf<VillageLeadership & Record<string, unknown>>(
    ctx,
    {
      name: 'villages-without-one-person',
      select: leadership.select,
      from: leadership.from,
      ordering: ordering('villages-without-one-person', [asc('v.area_code', 'text')]),
      conditions: [
        asOfToday(ctx),
        withinVillages(ctx),
        filter?.areaCode ? insideArea('v', filter.areaCode) : null,
        where('NOT coalesce(secretary.person_id = director.person_id, false)'),
      ],
    },
    page,
  );
