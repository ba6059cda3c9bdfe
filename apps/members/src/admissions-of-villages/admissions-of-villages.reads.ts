import { ScopedBy } from '@jishi/access';
import { invalidInput } from '@jishi/errors';
import { areaPrefixOf } from '@jishi/identifiers';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { listedAfter, type Counted } from './admissions-of-villages.rules';

/** A village with its last admission as of a day. */
export interface VillageAdmission extends Counted {
  readonly areaCode: string;
  readonly asOf: CivilDate;
}

/** A village is seen by whoever stands above its organisation or area; figures only, no member. */
@ScopedBy({ permission: 'structure:read', organization: 'orgId', area: 'areaCode' })
class VillageOfOrganization {
  orgId: string;
  areaCode: string;
}

// Level by level, each by its index.
const belowAttached = [2, 3, 4, 5, 6, 7]
  .map(
    (level) => `SELECT attached.area_code, b.org_id, b.valid_from, b.valid_to
      FROM attached JOIN known_organization_history b ON b.ancestor_${level} = attached.org_id`,
  )
  .join(' UNION ');

// $1 is the day; $2 says of which villages, where not of all. A village's organisations are those attached to a village that stood
// in its area on the day or before; an admission is a member who, on the day he joined, belonged to one of them or to an organisation
// below. An organisation that came to another code by a merger of areas brings its admissions along, and of the days before the
// merger the old code keeps them.
const villagesWhere = (only = ''): string => `(
    WITH attached AS MATERIALIZED (
      SELECT h.area_code, h.org_id, h.depth, coalesce(o.established_on, h.valid_from) AS since,
        h.status IN ('ACTIVE', 'CLOSING') AND (h.valid_to IS NULL OR h.valid_to > $1) AS stands
      FROM known_organization o JOIN known_organization_history h ON h.org_id = o.id
      WHERE o.host_kind = 'VILLAGE' AND o.kind <> 'GROUP' AND length(h.area_code) = 12 AND h.valid_from <= $1
        AND h.status <> 'PREPARING' ${only}
    ), village AS (
      SELECT area_code, min(since) AS since,
        (array_agg(org_id ORDER BY depth, org_id) FILTER (WHERE stands))[1] AS org_id
      FROM attached GROUP BY area_code
    ), branch AS MATERIALIZED (
      ${belowAttached}
    ), newest AS (
      SELECT branch.area_code, max(admission.joined_on) AS joined_on
      FROM branch CROSS JOIN LATERAL (
        SELECT m.joined_on FROM member_history m
        WHERE m.org_id = branch.org_id AND m.valid_from <= m.joined_on AND (m.valid_to IS NULL OR m.valid_to > m.joined_on)
          AND m.joined_on <= $1 AND m.joined_on >= branch.valid_from
          AND (branch.valid_to IS NULL OR m.joined_on < branch.valid_to)
        ORDER BY m.joined_on DESC LIMIT 1
      ) admission
      GROUP BY branch.area_code
    )
    SELECT village.area_code, left(village.area_code, 6) AS county_code, left(village.area_code, 9) AS town_code,
      village.org_id, village.since, newest.joined_on AS last_joined_on,
      coalesce(newest.joined_on, village.since) AS counted_from
    FROM village LEFT JOIN newest USING (area_code)
    WHERE village.org_id IS NOT NULL
  ) v`;
const columns = `v.area_code AS "areaCode", v.last_joined_on AS "lastJoinedOn", v.since, $1::date AS "asOf"`;

const asOf = (day: CivilDate): Condition => where('?::date IS NOT NULL', day);

/** The last admission of each of these villages as of a day; null outside the caller's scope, and where no organisation exists. */
export async function lastAdmissionsOf(
  ctx: Context,
  areaCodes: readonly string[],
  day: CivilDate,
): Promise<(VillageAdmission | null)[]> {
  const rows = await readRows<VillageAdmission & Record<string, unknown>>(
    ctx,
    'last-admissions',
    `SELECT ${columns} FROM ${villagesWhere('AND h.area_code = ANY($2)')} WHERE {where}`,
    asOf(day),
    where('v.area_code = ANY(?)', areaCodes),
    within(ctx, VillageOfOrganization, 'v'),
  );
  return inOrderOf(areaCodes, rows, ({ areaCode }) => areaCode);
}

export interface WithoutAdmissionsArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly years?: number | null } | null;
  readonly asOf?: CivilDate | null;
}

/** Villages that have admitted nobody for some years, the longest first (MEM-14). */
export function villagesWithoutAdmissions(ctx: Context, { filter, asOf: asked, ...page }: WithoutAdmissionsArguments) {
  const day = asked ?? ctx.today;
  const years = filter?.years ?? listedAfter(day);
  if (!Number.isInteger(years) || years < 1 || years > 100)
    throw invalidInput('years', { zh: '年数应为1至100', en: 'The years are from 1 to 100' });
  const area = filter?.areaCode ? `${areaPrefixOf(filter.areaCode)}%` : undefined;
  return listOf<VillageAdmission & Record<string, unknown>>(
    ctx,
    {
      name: 'villages-without-admissions',
      select: columns,
      from: villagesWhere(area && `AND h.area_code LIKE $2`),
      ordering: ordering('villages-without-admissions', [asc('v.counted_from', 'date'), asc('v.area_code', 'text')]),
      conditions: [
        asOf(day),
        area ? where('v.area_code LIKE ?', area) : null,
        within(ctx, VillageOfOrganization, 'v'),
        where('(v.counted_from + make_interval(years => ?))::date <= ?', years, day),
      ],
    },
    page,
  );
}
