import type { Tx } from '@jishi/database';
import { organizationRecorded, type DomainEvent } from '@jishi/event-contracts';
import { groupedBy } from '@jishi/subgraph';
import { PartyOrganization, PartyOrganizationHistory } from './register.entities';
import { aboutOf } from './register.tree';

/**
 * Every organisation with its history, superiors before those below them, for a consumer that begins. `from` and `size` take a
 * slice of the depth-ordered whole, so that a city is told in pieces.
 */
export async function organizationSnapshot(tx: Tx, from = 0, size = 1_000): Promise<DomainEvent[]> {
  const slice = await tx.query<{ id: string }>(
    'SELECT id FROM party_organization ORDER BY depth, id OFFSET $1 LIMIT $2',
    [from, size],
  );
  const ids = slice.map(({ id }) => id);
  const organizations = await tx.unscoped.findAll(PartyOrganization, { id: ids });
  const periods = await tx.unscoped.findAll(PartyOrganizationHistory, { orgId: ids }, { validFrom: 'ASC' });
  const byId = new Map(organizations.map((organization) => [organization.id, organization]));
  const periodsOf = groupedBy(ids, periods, ({ orgId }) => orgId);
  return ids.flatMap((id, index) => {
    const organization = byId.get(id);
    return organization ? recorded(organization, periodsOf[index] ?? []) : [];
  });
}

function recorded(organization: PartyOrganization, periods: readonly PartyOrganizationHistory[]): DomainEvent {
  return organizationRecorded(
    {
      orgId: organization.id,
      code: organization.code,
      kind: organization.kind,
      board: organization.board,
      host: { kind: organization.hostKind, id: organization.hostId },
      setUpWay: organization.setUpWay,
      flags: [...organization.flags],
      establishedOn: organization.establishedOn,
      closedOn: organization.closedOn,
      mergedIntoId: organization.mergedIntoId,
      history: periods.map(({ validFrom, validTo, kind, board, superiorId, areaCode, status }) => ({
        validFrom,
        validTo,
        kind,
        board,
        superiorId,
        areaCode,
        status,
      })),
    },
    { ...aboutOf(organization), snapshot: true },
  );
}
