import { mayOn, type Place } from '@jishi/access';
import { desc, ordering, type PageArguments } from '@jishi/pagination';
import { asActions, listOf, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { organizationsByIds, superiorsByIds, type OrganizationRow } from '../register';
import { OrganizationChange, type ChangeKind, type ChangeState } from './changes.entities';
import { changeFacts, organizationFacts, type Read } from './changes.facts';
import { changeSteps } from './changes.rules';
import { organizationSteps } from './organization.rules';

export type ChangeRow = Omit<OrganizationChange, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `c.id, c.version, c.kind, c.org_id AS "orgId", c.org_ids AS "orgIds", c.target_superior_id AS "targetSuperiorId",
  c.reason, c.document, c.member_plan AS "memberPlan", c.archive_plan AS "archivePlan", c.effective_on AS "effectiveOn", c.state,
  c.proposal, c.decision_reason AS "decisionReason", c.submitted_on AS "submittedOn", c.decided_on AS "decidedOn"`;

export interface ChangesArguments extends PageArguments {
  readonly filter?: {
    readonly organizationId?: string | null;
    readonly kind?: ChangeKind | null;
    readonly states?: readonly ChangeState[] | null;
  } | null;
}

/** Changes, latest first (ORG-03). */
export const listChanges = (ctx: Context, { filter, ...page }: ChangesArguments) =>
  listOf<ChangeRow>(
    ctx,
    {
      name: 'organization-changes',
      select: columns,
      from: 'organization_change c',
      ordering: ordering('organization-changes', [desc('c.id', 'uuid')]),
      conditions: [
        within(ctx, OrganizationChange, 'c'),
        filter?.organizationId ? where('c.org_ids @> ARRAY[?::uuid]', filter.organizationId) : null,
        filter?.kind ? where('c.kind = ?', filter.kind) : null,
        filter?.states ? where('c.state = ANY(?)', filter.states) : null,
      ],
    },
    page,
  );

const changesWhere = (ctx: Context, ...conditions: readonly (Condition | null)[]): Promise<ChangeRow[]> =>
  readRows<ChangeRow>(
    ctx,
    'changes-where',
    `SELECT ${columns} FROM organization_change c WHERE {where} ORDER BY c.id DESC`,
    within(ctx, OrganizationChange, 'c'),
    ...conditions,
  );
export const changesByIds = (ctx: Context, ids: readonly string[]) => changesWhere(ctx, where('c.id = ANY(?)', ids));

/** For each organisation the changes that touch it, latest first; `open`: only what has not taken effect yet. */
export async function changesOf(ctx: Context, orgIds: readonly string[], open: boolean): Promise<ChangeRow[][]> {
  const rows = await changesWhere(
    ctx,
    where('c.org_ids && ?::uuid[]', orgIds),
    open ? where(`c.state NOT IN ('EFFECTIVE', 'REJECTED')`) : null,
  );
  return orgIds.map((id) => rows.filter(({ orgIds: touched }) => touched.includes(id)));
}

const readBy =
  (ctx: Context): Read =>
  (name, sql, values) =>
    ctx.query(name, sql, values);

/** What the caller may do with each change, and why not (ORG-03). */
export async function actionsOnChanges(ctx: Context, changes: readonly ChangeRow[]) {
  const decidedOn = ({ orgIds, targetSuperiorId, memberPlan }: ChangeRow): (string | null)[] => [
    ...orgIds,
    targetSuperiorId,
    memberPlan?.toOrgId ?? null,
  ];
  const ids = changes.flatMap(decidedOn);
  // Only the places are used, to tell whether the caller stands above all of them.
  const touched = await superiorsByIds(ctx, ids);
  const facts = await changeFacts(readBy(ctx), changes, ctx.today);
  const mayIn = (permission: string, wanted: readonly (string | null)[]): boolean => {
    const places = wanted.flatMap((id) => (id && touched.has(id) ? [placeOf(touched.get(id)!)] : []));
    return places.length > 0 && places.every((place) => mayOn(ctx.actor, permission, place, ctx.today));
  };
  return changes.map((change, index) =>
    asActions(
      changeSteps.offer(facts[index]!, (permission) =>
        permission === 'changes:propose' && change.orgIds.length > 0
          ? mayIn(permission, change.orgIds)
          : mayIn(permission, decidedOn(change)),
      ),
      ctx.language,
    ),
  );
}

const placeOf = ({ pathIds, areaCode }: OrganizationRow): Place => ({ organizations: pathIds, area: areaCode });

/** What the caller may do with each organisation, and why not (ORG-03); nothing is said of one outside his scope. */
export async function actionsOnOrganizations(ctx: Context, organizations: readonly OrganizationRow[]) {
  const facts = await organizationFacts(
    readBy(ctx),
    organizations.map(({ id }) => id),
    ctx.today,
  );
  const now = new Map(
    (
      await organizationsByIds(
        ctx,
        organizations.map(({ id }) => id),
      )
    ).flatMap((row) => (row ? [[row.id, row]] : [])),
  );
  return organizations.map(({ id }) => {
    const known = facts.get(id);
    const place = now.get(id);
    if (!known || !place) return [];
    return asActions(
      organizationSteps.offer(known, (permission) => mayOn(ctx.actor, permission, placeOf(place), ctx.today)),
      ctx.language,
    );
  });
}
