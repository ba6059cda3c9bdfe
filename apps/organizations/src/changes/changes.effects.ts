import type { Tx } from '@jishi/database';
import {
  organizationClosing,
  organizationDissolved,
  organizationEstablished,
  organizationPrepared,
  organizationReassigned,
  organizationRenamed,
} from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import { bodiesAfterDissolution } from '../bodies';
import {
  aboutOf,
  addOrganization,
  attachHosts,
  changeOrganization,
  detachHosts,
  firstHostOf,
  jointHostsOn,
  jointHostsTold,
  nextCode,
  PartyOrganization,
  reassignOrganization,
} from '../register';
import { judgeSetting } from '../setting-issues';
import { OrganizationChange, type Proposal } from './changes.entities';
import { closingIds, organizationFacts, type Read } from './changes.facts';
import { organizationSteps } from './organization.rules';

/** What taking effect adds to the change itself. */
export type Outcome = Partial<Pick<OrganizationChange, 'orgId' | 'orgIds' | 'proposal'>>;

export const readIn =
  (tx: Tx): Read =>
  (_, sql, values) =>
    tx.query(sql, values);

/** What an event says of a new organisation. */
export const setUpFacts = async (tx: Tx, organization: PartyOrganization, on: CivilDate) => ({
  orgId: organization.id,
  code: organization.code,
  kind: organization.kind,
  board: organization.board,
  host: firstHostOf(organization),
  ...(await jointHostsTold(tx, organization, on)),
  superiorId: organization.superiorId,
  areaCode: organization.areaCode,
  setUpWay: organization.setUpWay,
  flags: [...organization.flags],
  establishedOn: organization.establishedOn,
});

/** Carries out an approved change (ORG-03). The caller holds the tree and has taken the step. */
export async function carryOut(tx: Tx, change: OrganizationChange): Promise<Outcome> {
  // The approval was checked against the superiors of all of them.
  const locked = await tx.unscoped.lockAll(PartyOrganization, [...new Set([...change.orgIds, ...target(change)])]);
  const byId = new Map(locked.map((organization) => [organization.id, organization]));
  const get = (id: string | null): PartyOrganization => {
    const found = id === null ? undefined : byId.get(id);
    if (!found) throw new Error(`change ${change.id} speaks of an organisation that is not there: ${id}`);
    return found;
  };
  switch (change.kind) {
    case 'ESTABLISH':
      return establish(tx, change, get(change.targetSuperiorId));
    case 'REASSIGN':
      return reassign(tx, change, get(change.orgId), get(change.targetSuperiorId));
    case 'RENAME':
      return rename(tx, change, get(change.orgId));
    case 'SPLIT':
      return split(tx, change, get(change.orgId));
    case 'MERGE':
      return closeAll(tx, change, closingIds(change).map(get), change.orgId);
    case 'DISSOLVE':
      return closeAll(tx, change, closingIds(change).map(get), null);
  }
}

const target = ({ targetSuperiorId }: OrganizationChange): string[] => (targetSuperiorId ? [targetSuperiorId] : []);

async function establish(tx: Tx, change: OrganizationChange, superior: PartyOrganization): Promise<Outcome> {
  const proposed = change.proposal.organization;
  if (!proposed) throw new Error(`change ${change.id} founds an organisation without saying which`);
  const { jointHosts = [], ...facts } = proposed;
  const organization = await addOrganization(
    tx,
    superior,
    {
      ...facts,
      flags: [...proposed.flags],
      code: proposed.code ?? (await nextCode(tx, proposed.areaCode)),
      establishedOn: change.effectiveOn,
      approvalDocument: change.document,
      status: 'PREPARING',
    },
    change.effectiveOn,
    change.id,
  );
  await attachHosts(tx, organization.id, jointHosts, change.effectiveOn);
  tx.emit(organizationPrepared(await setUpFacts(tx, organization, change.effectiveOn), aboutOf(organization)));
  return { orgId: organization.id, orgIds: [organization.id] };
}

async function reassign(
  tx: Tx,
  change: OrganizationChange,
  organization: PartyOrganization,
  superior: PartyOrganization,
): Promise<Outcome> {
  const from = organization.superiorId;
  await reassignOrganization(tx, organization, superior, change.effectiveOn, change.id);
  tx.emit(
    organizationReassigned(
      { orgId: organization.id, fromSuperiorId: from, toSuperiorId: superior.id, effectiveOn: change.effectiveOn },
      aboutOf(organization),
    ),
  );
  // A superior that is closing may have waited for this one to go.
  if (from) await dissolveWhenEmpty(tx, from, tx.today as CivilDate);
  return {};
}

async function rename(tx: Tx, change: OrganizationChange, organization: PartyOrganization): Promise<Outcome> {
  await changeOrganization(tx, organization, { name: change.proposal.name }, change.effectiveOn, change.id);
  tx.emit(organizationRenamed({ orgId: organization.id, effectiveOn: change.effectiveOn }, aboutOf(organization)));
  return {};
}

/** New branches beside the one that is split, active at once; members moves the members when it hears of them (P3). */
async function split(tx: Tx, change: OrganizationChange, source: PartyOrganization): Promise<Outcome> {
  // The new branches stand beside the old one; the approval was checked against their superior.
  const superior = source.superiorId ? await tx.unscoped.get(PartyOrganization, source.superiorId) : null;
  const alsoAt = await jointHostsOn((_, sql, values) => tx.query(sql, values), [source.id], change.effectiveOn);
  const made: string[] = [];
  for (const part of change.proposal.parts ?? []) {
    const branch = await addOrganization(
      tx,
      superior,
      {
        code: part.code ?? (await nextCode(tx, source.areaCode)),
        name: part.name,
        kind: source.kind,
        board: source.board,
        setUpWay: source.setUpWay,
        flags: [...source.flags],
        hostKind: source.hostKind,
        hostId: source.hostId,
        areaCode: source.areaCode,
        establishedOn: change.effectiveOn,
        approvalDocument: change.document,
        status: 'ACTIVE',
      },
      change.effectiveOn,
      change.id,
    );
    await attachHosts(tx, branch.id, alsoAt.get(source.id) ?? [], change.effectiveOn);
    const transfersIn = { fromOrgId: source.id, memberIds: [...part.memberIds] };
    const facts = await setUpFacts(tx, branch, change.effectiveOn);
    tx.emit(organizationEstablished({ ...facts, transfersIn }, aboutOf(branch)));
    made.push(branch.id);
  }
  return { orgIds: [source.id, ...made] };
}

async function closeAll(
  tx: Tx,
  change: OrganizationChange,
  closing: readonly PartyOrganization[],
  mergedIntoId: string | null,
): Promise<Outcome> {
  const toOrgId = mergedIntoId ?? change.memberPlan?.toOrgId ?? null;
  const facts = await organizationFacts(
    readIn(tx),
    closing.map(({ id }) => id),
    tx.today as CivilDate,
  );
  const membersAtClosing: Record<string, number | null> = {};
  for (const organization of closing) {
    const known = facts.get(organization.id)!;
    const { to } = organizationSteps.take('close', known, system);
    membersAtClosing[organization.id] = known.members;
    await changeOrganization(tx, organization, { status: to, mergedIntoId }, change.effectiveOn, change.id);
    tx.emit(
      organizationClosing(
        { orgId: organization.id, memberPlan: { toOrgId }, effectiveOn: change.effectiveOn },
        aboutOf(organization),
      ),
    );
  }
  for (const { id } of closing) await dissolveWhenEmpty(tx, id, change.effectiveOn);
  return { proposal: { ...change.proposal, membersAtClosing } satisfies Proposal };
}

/** Writes down that members has said of an organisation that is closing: nobody is left. */
export async function noteEmptied(tx: Tx, id: string): Promise<void> {
  const [closing] = await tx.query<{ id: string }>(
    `SELECT c.id FROM organization_change c JOIN party_organization o ON o.id = $1 AND o.status = 'CLOSING'
     WHERE c.org_ids @> ARRAY[o.id] AND c.kind IN ('DISSOLVE', 'MERGE') AND c.state = 'EFFECTIVE'
     ORDER BY (c.proposal -> 'membersAtClosing' ? o.id::text) DESC, c.decided_on DESC NULLS LAST, c.id DESC LIMIT 1`,
    [id],
  );
  if (!closing) return;
  // What members says is true for everybody.
  const change = await tx.unscoped.lock(OrganizationChange, closing.id);
  const emptied = [...new Set([...(change.proposal.emptied ?? []), id])];
  await tx.save(change, { proposal: { ...change.proposal, emptied } });
}

/**
 * Dissolves an organisation that is closing when nobody is attached and nothing stands below it; then looks at its superior,
 * which may have waited for it (P1).
 */
export async function dissolveWhenEmpty(tx: Tx, id: string, on: CivilDate): Promise<void> {
  const known = (await organizationFacts(readIn(tx), [id], tx.today as CivilDate)).get(id);
  if (known?.state !== 'CLOSING' || !known.emptied || known.children > 0) return;

  // Dissolution follows from facts; the approval of the closing covers it.
  const organization = await tx.unscoped.lock(PartyOrganization, id);
  const { to } = organizationSteps.take('dissolve', known, system);
  const closedOn = known.lastChangedOn && known.lastChangedOn > on ? known.lastChangedOn : on;
  const [period] = await tx.query<{ changeId: string | null }>(
    'SELECT change_id AS "changeId" FROM party_organization_history WHERE org_id = $1 AND valid_to IS NULL',
    [id],
  );
  await changeOrganization(tx, organization, { status: to, closedOn }, closedOn, period?.changeId ?? null);
  await detachHosts(tx, id, closedOn);
  tx.emit(
    organizationDissolved(
      {
        orgId: id,
        mergedIntoId: organization.mergedIntoId,
        host: firstHostOf(organization),
        dissolvedOn: closedOn,
      },
      aboutOf(organization),
    ),
  );
  await bodiesAfterDissolution(tx, organization, organization.mergedIntoId ?? organization.superiorId);
  await judgeSetting(tx, id, { full: 0, total: 0 }, closedOn);
  if (organization.superiorId) await dissolveWhenEmpty(tx, organization.superiorId, on);
}
