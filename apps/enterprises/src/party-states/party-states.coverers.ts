import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import type { CoverWay } from './party-states.entities';
import { tellCovered } from './party-states.followers';
import { judgePartyState, lockStanding } from './party-states.service';

interface Host {
  readonly kind: string;
  readonly id: string;
}

/** An organisation as an event tells it. */
export interface ToldOrganisation {
  readonly orgId: string;
  readonly kind: string;
  readonly setUpWay: string;
  readonly host: Host;
  readonly jointHosts?: readonly Host[] | undefined;
}

/** Kinds that are Party organisations of an entity: a group is a part of one, a discipline committee no organisation of its own. */
const kinds: readonly string[] = ['COMMITTEE', 'WORK_COMMITTEE', 'GENERAL_BRANCH', 'BRANCH', 'JOINT_BRANCH'];
/** Temporary and functional ones hold no affiliations for good and set up nothing. */
const ways: readonly string[] = ['SINGLE', 'JOINT', 'TRADE', 'REGIONAL'];
const isWay = (way: string): way is CoverWay => ways.includes(way);
const isEntity = ({ kind }: Host): boolean => kind === 'ENTERPRISE' || kind === 'SOCIAL_ORG';

/** How an organisation covers its hosts; null when it is none that counts. */
export function coverWayOf({ kind, setUpWay, jointHosts = [] }: ToldOrganisation): CoverWay | null {
  if (!kinds.includes(kind) || !isWay(setUpWay)) return null;
  return setUpWay === 'SINGLE' && (kind === 'JOINT_BRANCH' || jointHosts.length > 1) ? 'JOINT' : setUpWay;
}

/** The record that is kept of each, where it was merged into another one; itself where it was not. */
export async function keptOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ named: string; id: string }>(
    `WITH RECURSIVE chain AS (
       SELECT given.id AS named, given.id::uuid AS id, e.merged_into_id
       FROM unnest($1::text[]) AS given (id) LEFT JOIN entity e ON e.id = given.id::uuid
       UNION SELECT chain.named, e.id, e.merged_into_id FROM chain JOIN entity e ON e.id = chain.merged_into_id)
     SELECT named, id FROM chain WHERE merged_into_id IS NULL`,
    [ids],
  );
  return new Map(rows.map(({ named, id }) => [named, id]));
}

const coveredBy = async (tx: Tx, orgId: string): Promise<string[]> =>
  (
    await tx.query<{ id: string }>('SELECT DISTINCT entity_id AS id FROM entity_organization WHERE org_id = $1', [
      orgId,
    ])
  ).map(({ id }) => id);

/**
 * Writes down which entities an organisation covers from when to when; `from` null when it was never active. What was written of it
 * before is replaced, so hearing the same twice changes nothing.
 */
export async function cover(
  tx: Tx,
  told: ToldOrganisation,
  from: CivilDate | null,
  to: CivilDate | null,
): Promise<void> {
  const { orgId, host, jointHosts = [] } = told;
  const way = coverWayOf(told);
  const named = [host, ...jointHosts].filter(isEntity).map(({ id }) => id);
  const hosts = way && from ? [...new Set((await keptOf(tx, named)).values())] : [];
  const before = await coveredBy(tx, orgId);
  if (hosts.length === 0 && before.length === 0) return;
  await lockStanding(tx, [...hosts, ...before]);
  await tx.query('DELETE FROM entity_organization WHERE org_id = $1', [orgId]);
  await tx.query(
    `INSERT INTO entity_organization (entity_id, org_id, way, valid_from, valid_to)
     SELECT id, $2, $3, $4::date, $5::date FROM unnest($1::uuid[]) AS covered (id)
     WHERE $5::date IS NULL OR $5::date >= $4::date`,
    [hosts, orgId, way, from, to],
  );
  await judgeAll(tx, [...hosts, ...before]);
  if (to === null && hosts.length > 0) await tellCovered(tx, hosts, orgId);
}

/** A dissolved organisation covers nobody from that day on; the days before stay what they were. */
export async function uncover(tx: Tx, orgId: string, on: CivilDate): Promise<void> {
  const ids = await coveredBy(tx, orgId);
  if (ids.length === 0) return;
  await lockStanding(tx, ids);
  await tx.query(
    'UPDATE entity_organization SET valid_to = greatest(valid_from, $2) WHERE org_id = $1 AND valid_to IS NULL',
    [orgId, on],
  );
  await judgeAll(tx, ids);
}

/** What covered a duplicate covers the record that is kept, from the day of the merger on. */
export async function coverKept(tx: Tx, mergedId: string, keptRecordId: string, on: CivilDate): Promise<void> {
  const moved = await tx.query<{ org_id: string; way: string }>(
    `UPDATE entity_organization SET valid_to = greatest(valid_from, $2) WHERE entity_id = $1 AND valid_to IS NULL
     RETURNING org_id, way`,
    [mergedId, on],
  );
  await tx.query(
    `INSERT INTO entity_organization (entity_id, org_id, way, valid_from)
     SELECT $1, org_id, way, greatest($4::date, (SELECT max(o.valid_from) FROM entity_organization o WHERE o.entity_id = $5 AND o.org_id = told.org_id))
     FROM unnest($2::uuid[], $3::text[]) AS told (org_id, way)
     WHERE NOT EXISTS (SELECT FROM entity_organization o WHERE o.entity_id = $1 AND o.org_id = told.org_id AND o.valid_to IS NULL)`,
    [keptRecordId, moved.map(({ org_id }) => org_id), moved.map(({ way }) => way), on, mergedId],
  );
}

export async function judgeAll(tx: Tx, entityIds: readonly string[]): Promise<void> {
  for (const id of [...new Set(entityIds)].sort()) await judgePartyState(tx, id);
}
