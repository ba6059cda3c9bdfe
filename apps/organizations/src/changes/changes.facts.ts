import type { CivilDate } from '@jishi/periods';
import type { HostKind, OrganizationKind, OrganizationStatus, SetUpWay } from '../register';
import type { ChangeKind, ChangeState, Proposal } from './changes.entities';
import type { ChangeFacts, Touched } from './changes.rules';
import type { OrganizationFacts } from './organization.rules';

/** Reads by a statement, inside a transaction or outside. */
export type Read = <Row extends Record<string, unknown>>(
  name: string,
  sql: string,
  values: unknown[],
) => Promise<Row[]>;

/** As much of a change as its facts depend on. */
export interface ChangeLike {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  readonly orgId: string | null;
  readonly orgIds: readonly string[];
  readonly targetSuperiorId: string | null;
  readonly memberPlan: { readonly toOrgId: string | null } | null;
  readonly archivePlan: string | null;
  readonly effectiveOn: CivilDate;
  readonly proposal: Proposal;
}

/** The organisations that close by a change. */
export const closingIds = ({ kind, orgId, orgIds }: ChangeLike): readonly string[] =>
  kind === 'MERGE' ? orgIds.filter((id) => id !== orgId) : kind === 'DISSOLVE' && orgId ? [orgId] : [];

const receiverId = ({ memberPlan }: ChangeLike): string | null => memberPlan?.toOrgId ?? null;

interface HostsRow extends Record<string, unknown> {
  readonly id: string;
  readonly hostExists: boolean;
  readonly jointHostMissing: string | null;
  readonly hostTakenBy: string | null;
}

interface TouchedRow extends Record<string, unknown>, Touched {
  readonly own: CivilDate | null;
  readonly below: CivilDate | null;
}

/** Organisations with their roster and last change; of those that are to move ($2) also height and last change of all below. */
const touchedSql = `
  SELECT o.id, o.name, o.kind, o.status, o.depth, o.superior_id AS "superiorId", o.area_code AS "areaCode",
    o.set_up_way AS "setUpWay",
    array_remove(ARRAY[o.ancestor_1, o.ancestor_2, o.ancestor_3, o.ancestor_4, o.ancestor_5, o.ancestor_6, o.ancestor_7], NULL) AS path,
    coalesce(extent.height, 0) AS height, extent.below,
    (SELECT max(valid_from) FROM party_organization_history WHERE org_id = o.id) AS own,
    (SELECT jsonb_build_object('full', full_members, 'total', total) FROM known_roster WHERE org_id = o.id) AS roster
  FROM party_organization o
  CROSS JOIN LATERAL (
    SELECT max(tree.depth) - o.depth AS height, max(h.valid_from) AS below
    FROM party_organization tree JOIN party_organization_history h ON h.org_id = tree.id AND h.valid_to IS NULL
    WHERE o.id = ANY($2) AND (tree.ancestor_1 = o.id OR tree.ancestor_2 = o.id OR tree.ancestor_3 = o.id OR tree.ancestor_4 = o.id
      OR tree.ancestor_5 = o.id OR tree.ancestor_6 = o.id OR tree.ancestor_7 = o.id)
  ) extent
  WHERE o.id = ANY($1)`;

/** For each founding: is its host there, and does it have an organisation of this kind that is not the superior's own part? */
const hostsSql = `
  SELECT wanted.id,
    CASE WHEN wanted.host_kind IN ('VILLAGE', 'COMMUNITY', 'AREA')
           THEN EXISTS (SELECT FROM area WHERE code = wanted.host_id AND valid_to IS NULL)
         WHEN wanted.host_kind = 'UNIT'
           THEN EXISTS (SELECT FROM public_unit WHERE id::text = wanted.host_id AND status = 'ACTIVE')
         ELSE true END AS "hostExists",
    (SELECT other.id FROM jsonb_to_recordset(wanted.joint_hosts) AS other (kind text, id text)
     WHERE CASE WHEN other.kind IN ('VILLAGE', 'COMMUNITY', 'AREA')
                  THEN NOT EXISTS (SELECT FROM area WHERE code = other.id AND valid_to IS NULL)
                WHEN other.kind = 'UNIT'
                  THEN NOT EXISTS (SELECT FROM public_unit WHERE id::text = other.id AND status = 'ACTIVE')
                ELSE false END LIMIT 1) AS "jointHostMissing",
    (SELECT o.name FROM party_organization o
     WHERE o.host_kind = wanted.host_kind AND o.host_id = wanted.host_id AND o.kind = wanted.kind
       AND o.status IN ('PREPARING', 'ACTIVE') AND wanted.host_kind <> 'AREA'
       AND NOT EXISTS (SELECT FROM party_organization superior WHERE superior.id = wanted.superior_id
                         AND superior.host_kind = wanted.host_kind AND superior.host_id = wanted.host_id)
     ORDER BY o.code LIMIT 1) AS "hostTakenBy"
  FROM jsonb_to_recordset($1::jsonb) AS wanted (id uuid, kind text, host_kind text, host_id text, joint_hosts jsonb,
    superior_id uuid)`;

/** Everything that decides about these changes, in a fixed number of statements. */
export async function changeFacts(
  read: Read,
  changes: readonly ChangeLike[],
  today: CivilDate,
): Promise<ChangeFacts[]> {
  const ids = changes.flatMap((change) => [
    change.orgId,
    change.targetSuperiorId,
    receiverId(change),
    ...change.orgIds,
  ]);
  const rows = await read<TouchedRow>('change-organizations', touchedSql, [
    [...new Set(ids)].filter((id) => id !== null),
    changes.flatMap(({ kind, orgId }) => (kind === 'REASSIGN' && orgId ? [orgId] : [])),
  ]);
  const touched = new Map(rows.map((row) => [row.id, row]));
  const founded = changes.flatMap(({ id, proposal: { organization }, targetSuperiorId }) =>
    organization
      ? {
          id,
          kind: organization.kind,
          host_kind: organization.hostKind,
          host_id: organization.hostId,
          joint_hosts: organization.jointHosts ?? [],
          superior_id: targetSuperiorId,
        }
      : [],
  );
  const hosts = new Map(
    founded.length === 0
      ? []
      : (await read<HostsRow>('change-hosts', hostsSql, [JSON.stringify(founded)])).map(
          (row) => [row.id, row] as const,
        ),
  );
  const rowOf = (id: string | null): TouchedRow | null => (id && touched.get(id)) || null;

  return changes.map((change) => {
    const subject = rowOf(change.orgId);
    const target = rowOf(change.targetSuperiorId);
    const closing = closingIds(change).flatMap((id) => rowOf(id) ?? []);
    const dates = [
      change.kind === 'REASSIGN' ? subject?.below : subject?.own,
      target?.own,
      ...closing.map(({ own }) => own),
    ].filter((date): date is CivilDate => date != null);
    const { proposal } = change;
    return {
      state: change.state,
      kind: change.kind,
      today,
      effectiveOn: change.effectiveOn,
      lastChangedOn: dates.sort().at(-1) ?? null,
      subject,
      closing,
      target,
      receiver: rowOf(receiverId(change)),
      memberPlan: change.memberPlan,
      archivePlan: change.archivePlan,
      organization: proposal.organization ?? null,
      hostExists: hosts.get(change.id)?.hostExists ?? true,
      jointHostMissing: hosts.get(change.id)?.jointHostMissing ?? null,
      hostTakenBy: hosts.get(change.id)?.hostTakenBy ?? null,
      name: proposal.name ?? null,
      parts: proposal.parts ?? [],
    };
  });
}

/** The parts of an organisation's facts that are looked up; a step adds what it is told. */
export interface OrganizationLookup extends Record<string, unknown> {
  readonly id: string;
  readonly kind: OrganizationKind;
  readonly status: OrganizationStatus;
  readonly setUpWay: SetUpWay;
  readonly hostKind: HostKind;
  readonly lastChangedOn: CivilDate | null;
  readonly full: number | null;
  readonly total: number | null;
  readonly membersAtClosing: number | null;
  readonly emptied: boolean;
  readonly children: number;
  readonly secretaryPosted: boolean;
}

const organizationSql = `
  SELECT o.id, o.kind, o.status, o.set_up_way AS "setUpWay", o.host_kind AS "hostKind",
    h.valid_from AS "lastChangedOn", roster.full_members AS full, roster.total,
    (closing.proposal -> 'membersAtClosing' ->> o.id::text)::int AS "membersAtClosing",
    o.kind NOT IN ('BRANCH', 'JOINT_BRANCH') OR coalesce(closing.proposal -> 'emptied' ? o.id::text, false) AS emptied,
    (SELECT count(*) FROM party_organization child WHERE child.superior_id = o.id AND child.status <> 'DISSOLVED') AS children,
    EXISTS (SELECT FROM post p JOIN leading_body b ON b.id = p.body_id
            WHERE b.org_id = o.id AND b.host_id IS NULL AND p.kind = 'SECRETARY'
              AND p.from_on <= $2 AND (p.to_on IS NULL OR p.to_on > $2)) AS "secretaryPosted"
  FROM party_organization o
  LEFT JOIN party_organization_history h ON h.org_id = o.id AND h.valid_to IS NULL
  LEFT JOIN LATERAL (
    SELECT c.proposal FROM organization_change c
    WHERE o.status = 'CLOSING' AND c.org_ids @> ARRAY[o.id] AND c.kind IN ('DISSOLVE', 'MERGE') AND c.state = 'EFFECTIVE'
    ORDER BY (c.proposal -> 'membersAtClosing' ? o.id::text) DESC, c.decided_on DESC NULLS LAST, c.id DESC LIMIT 1
  ) closing ON true
  LEFT JOIN known_roster roster ON roster.org_id = o.id
  WHERE o.id = ANY($1)`;

/** What decides about these organisations, by id. */
export async function organizationFacts(
  read: Read,
  ids: readonly string[],
  today: CivilDate,
): Promise<Map<string, OrganizationFacts>> {
  const rows = await read<OrganizationLookup>('organization-facts', organizationSql, [ids, today]);
  return new Map(
    rows.map(({ id, status, full, total, ...row }) => [
      id,
      {
        ...row,
        state: status,
        today,
        on: today,
        fullMembers: full ?? 0,
        members: total,
        jointHosts: null,
        projectMonths: null,
      },
    ]),
  );
}
