import type { Place } from '@jishi/access';
import { moveSubtree, recordStates, type Tx } from '@jishi/database';
import { organizationRelocated } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { PartyOrganization, type HostKind } from './register.entities';
import { relocateHosts } from './register.hosts';
import { isPlace, type Standing } from './register.rules';

const tree = 'party_organization';

/** The columns of an organisation that a decision writes; the rest follows from its place in the tree. */
export type OrganizationFacts = Pick<
  PartyOrganization,
  | 'code'
  | 'name'
  | 'kind'
  | 'board'
  | 'setUpWay'
  | 'flags'
  | 'hostKind'
  | 'hostId'
  | 'areaCode'
  | 'establishedOn'
  | 'approvalDocument'
  | 'status'
>;

/** One change of the tree at a time: two moves at once could close a ring that neither of them sees. */
export async function lockTree(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('organizations.tree'))`);
}

/** Ids from the root down to the organisation itself. */
export function pathOf({ path, depth }: PartyOrganization): string[] {
  const { ancestor1, ancestor2, ancestor3, ancestor4, ancestor5, ancestor6, ancestor7 } = path;
  return [ancestor1, ancestor2, ancestor3, ancestor4, ancestor5, ancestor6, ancestor7]
    .slice(0, depth)
    .flatMap((id) => id ?? []);
}

/** An organisation as the rules of the tree look at it. */
export const standingOf = (organization: PartyOrganization): Standing => ({
  id: organization.id,
  name: organization.name,
  kind: organization.kind,
  status: organization.status,
  depth: organization.depth,
  path: pathOf(organization),
});

/** What an event about an organisation says beside its payload. */
export const aboutOf = (organization: PartyOrganization): { orgPath: string; areaCode: string } => ({
  orgPath: pathOf(organization).join('/'),
  areaCode: organization.areaCode,
});

async function record(tx: Tx, ids: readonly string[], on: CivilDate, changeId: string | null): Promise<void> {
  await recordStates(tx, tree, ids, on);
  if (changeId)
    await tx.query(
      'UPDATE party_organization_history SET change_id = $3 WHERE org_id = ANY($1) AND valid_from = $2 AND valid_to IS NULL',
      [ids, on, changeId],
    );
}

/** Enters an organisation into the register under its superior, from a day on. */
export async function addOrganization(
  tx: Tx,
  superior: PartyOrganization | null,
  facts: OrganizationFacts & { readonly id?: string },
  on: CivilDate,
  changeId: string | null,
): Promise<PartyOrganization> {
  // The path of an organisation ends in itself, so its id is needed before its row.
  const id = facts.id ?? (await tx.query<{ id: string }>('SELECT uuidv7() AS id'))[0]!.id;
  const path = [...(superior ? pathOf(superior) : []), id];
  const organization = await tx.insert(PartyOrganization, {
    ...facts,
    id,
    superiorId: superior?.id ?? null,
    depth: path.length,
    path: {
      ancestor1: path[0] ?? null,
      ancestor2: path[1] ?? null,
      ancestor3: path[2] ?? null,
      ancestor4: path[3] ?? null,
      ancestor5: path[4] ?? null,
      ancestor6: path[5] ?? null,
      ancestor7: path[6] ?? null,
    },
  });
  await record(tx, [id], on, changeId);
  return organization;
}

/** Changes facts of an organisation from a day on; its earlier facts stay readable. */
export async function changeOrganization(
  tx: Tx,
  organization: PartyOrganization,
  changes: Partial<Omit<OrganizationFacts, 'areaCode'> & Pick<PartyOrganization, 'closedOn' | 'mergedIntoId'>>,
  on: CivilDate,
  changeId: string | null,
): Promise<PartyOrganization> {
  await tx.save(organization, changes);
  await record(tx, [organization.id], on, changeId);
  return organization;
}

/** Moves an organisation with everything below it under another superior, from a day on. */
export async function reassignOrganization(
  tx: Tx,
  organization: PartyOrganization,
  superior: PartyOrganization,
  on: CivilDate,
  changeId: string | null,
): Promise<PartyOrganization> {
  const moved = await moveSubtree(tx, tree, { orgId: organization.id, superiorId: superior.id, on });
  await tx.save(organization, { superiorId: superior.id });
  if (changeId)
    await tx.query(
      'UPDATE party_organization_history SET change_id = $3 WHERE org_id = ANY($1) AND valid_from = $2 AND valid_to IS NULL',
      [moved, on, changeId],
    );
  return organization;
}

/**
 * Gives the organisations of some areas the code of their successor from a day on; a village or community that they are attached
 * to is followed too. Returns them as they now are.
 */
export async function relocateOrganizations(
  tx: Tx,
  fromCodes: readonly string[],
  successor: { readonly code: string; readonly hostKind: HostKind | null },
  on: CivilDate,
): Promise<PartyOrganization[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM party_organization
     WHERE status <> 'DISSOLVED'
       AND (area_code = ANY($1) OR (host_kind IN ('VILLAGE', 'COMMUNITY', 'AREA') AND host_id = ANY($1)))`,
    [fromCodes],
  );
  // Whoever may merge areas does so for all that stands in them.
  const organizations = await tx.unscoped.lockAll(
    PartyOrganization,
    rows.map(({ id }) => id),
  );
  for (const organization of organizations) {
    const from = organization.areaCode;
    const follows = isPlace(organization.hostKind) && fromCodes.includes(organization.hostId);
    await tx.save(organization, {
      ...(fromCodes.includes(from) && { areaCode: successor.code }),
      ...(follows && { hostId: successor.code }),
      ...(follows && organization.hostKind !== 'AREA' && successor.hostKind && { hostKind: successor.hostKind }),
    });
    const { id, areaCode, hostKind, hostId } = organization;
    const host = { kind: hostKind, id: hostId };
    tx.emit(
      organizationRelocated(
        { orgId: id, fromAreaCode: from, toAreaCode: areaCode, host, effectiveOn: on },
        aboutOf(organization),
      ),
    );
  }
  if (organizations.length > 0)
    await record(
      tx,
      organizations.map(({ id }) => id),
      on,
      null,
    );
  await relocateHosts(tx, fromCodes, successor, on);
  return organizations;
}

/**
 * Where an area stands in the tree: the committees of the area and of the areas above it, with everything above those. So
 * whoever keeps a county's organisations keeps its area codes and units too.
 */
export async function placeOfArea(tx: Tx, code: string): Promise<Place> {
  const rows = await tx.query<{ path: string[] }>(
    `SELECT array_remove(ARRAY[ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7], NULL) AS path
     FROM party_organization WHERE kind = 'COMMITTEE' AND status = 'ACTIVE' AND host_kind = 'AREA' AND host_id = ANY($1)`,
    [[`${code.slice(0, 4)}00`, code.slice(0, 6), code.slice(0, 9), code]],
  );
  return { area: code, organizations: rows.flatMap(({ path }) => path) };
}

/** The last day on which anything was written about any of these organisations; null when there is none. */
export async function lastChangedOn(tx: Tx, ids: readonly string[]): Promise<CivilDate | null> {
  const [row] = await tx.query<{ on: CivilDate | null }>(
    'SELECT max(valid_from) AS on FROM party_organization_history WHERE org_id = ANY($1)',
    [ids],
  );
  return row?.on ?? null;
}

/** The next free code under an area: the area's code, a dash, and a number of four digits or more. */
export async function nextCode(tx: Tx, areaCode: string): Promise<string> {
  const [row] = await tx.query<{ last: number | null }>(
    `SELECT max(substring(code FROM '-([0-9]+)$')::int) AS last FROM party_organization WHERE code ~ ('^' || $1 || '-[0-9]+$')`,
    [areaCode],
  );
  return `${areaCode}-${String((row?.last ?? 0) + 1).padStart(4, '0')}`;
}
