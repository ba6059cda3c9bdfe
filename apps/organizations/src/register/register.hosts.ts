import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { OrganizationJointHost, type Host, type HostKind, type PartyOrganization } from './register.entities';

/** Reads by a statement, inside a transaction or outside. */
type Read = (name: string, sql: string, values: unknown[]) => Promise<JointHostRow[]>;
interface JointHostRow extends Record<string, unknown> {
  readonly orgId: string;
  readonly kind: HostKind;
  readonly id: string;
}

export const firstHostOf = ({ hostKind, hostId }: Pick<PartyOrganization, 'hostKind' | 'hostId'>): Host => ({
  kind: hostKind,
  id: hostId,
});

/** Hosts, each once and in their order, that are not among others. */
function without(hosts: readonly Host[], others: readonly Host[]): Host[] {
  const key = ({ kind, id }: Host): string => `${kind} ${id}`;
  const seen = new Set(others.map(key));
  return hosts.filter((host) => !seen.has(key(host)) && seen.add(key(host)));
}

/** The hosts beside the first one. */
export const othersThan = (first: Host, hosts: readonly Host[]): Host[] => without(hosts, [first]);

/** Whether two lists name the same hosts. */
export const sameHosts = (some: readonly Host[], others: readonly Host[]): boolean =>
  without(some, others).length === 0 && without(others, some).length === 0;

/** Attaches an organisation to further hosts from a day on (ENT-05). */
export async function attachHosts(tx: Tx, orgId: string, hosts: readonly Host[], on: CivilDate): Promise<void> {
  for (const { kind, id } of hosts)
    await tx.insert(OrganizationJointHost, { orgId, hostKind: kind, hostId: id, validFrom: on });
}

/** A dissolved organisation is attached to nothing any more. */
export async function detachHosts(tx: Tx, orgId: string, on: CivilDate): Promise<void> {
  // Whoever may close the organisation closes what hangs on it.
  const hosts = await tx.unscoped.findAll(OrganizationJointHost, { orgId, validTo: null });
  for (const host of hosts) await tx.save(host, { validTo: on });
}

/** Further hosts that are places take the code of the area that replaces theirs; earlier days keep the old code. */
export async function relocateHosts(
  tx: Tx,
  fromCodes: readonly string[],
  successor: { readonly code: string; readonly hostKind: HostKind | null },
  on: CivilDate,
): Promise<void> {
  // Whoever may merge areas does so for all that is attached to them.
  const hosts = await tx.unscoped.findAll(OrganizationJointHost, {
    hostKind: ['VILLAGE', 'COMMUNITY', 'AREA'],
    hostId: fromCodes,
    validTo: null,
  });
  const followed = new Map<string, Host[]>();
  for (const host of hosts) {
    await tx.save(host, { validTo: on });
    const kind = host.hostKind === 'AREA' ? host.hostKind : (successor.hostKind ?? host.hostKind);
    followed.set(host.orgId, [...(followed.get(host.orgId) ?? []), { kind, id: successor.code }]);
  }
  for (const [orgId, moved] of followed) {
    const left = await tx.query<{ kind: HostKind; id: string }>(
      'SELECT host_kind AS kind, host_id AS id FROM organization_host WHERE org_id = $1 AND valid_to IS NULL',
      [orgId],
    );
    await attachHosts(tx, orgId, without(moved, left), on);
  }
}

/** The further hosts of organisations on a day, by id of the organisation; nothing for one that stands by itself. */
export async function jointHostsOn(
  read: Read,
  orgIds: readonly string[],
  on: CivilDate,
): Promise<ReadonlyMap<string, Host[]>> {
  const rows = await read(
    'organization-joint-hosts',
    `SELECT h.org_id AS "orgId", h.host_kind AS kind, h.host_id AS id FROM organization_joint_host h
     WHERE h.org_id = ANY($1) AND h.valid_from <= $2 AND (h.valid_to IS NULL OR h.valid_to > $2) ORDER BY h.id`,
    [orgIds, on],
  );
  const hosts = new Map<string, Host[]>();
  for (const { orgId, kind, id } of rows) hosts.set(orgId, [...(hosts.get(orgId) ?? []), { kind, id }]);
  return hosts;
}

/** What an event says of the hosts of an organisation: `jointHosts` with all of them when there is more than one. */
export async function jointHostsTold(
  tx: Tx,
  organization: PartyOrganization,
  on: CivilDate,
): Promise<{ jointHosts?: Host[] }> {
  const others = (await jointHostsOn((_, sql, values) => tx.query(sql, values), [organization.id], on)).get(
    organization.id,
  );
  return others ? { jointHosts: [firstHostOf(organization), ...others] } : {};
}
