import { rosterChanged, rosterEmptied } from '@jishi/event-contracts';
import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { groupedBy, inOrderOf, readRows, where, within, type Context } from '@jishi/subgraph';
import { KnownOrganization } from '@jishi/known-register';
import { Roster } from './rosters.entities';

interface Count {
  readonly orgId: string;
  readonly full: number;
  readonly probationary: number;
  readonly suspended: number;
}

const countedIn = (alias: string): string => `
  count(*) FILTER (WHERE ${alias}.status = 'FULL')::integer AS full,
  count(*) FILTER (WHERE ${alias}.status = 'PROBATIONARY')::integer AS probationary,
  count(*) FILTER (WHERE ${alias}.status = 'SUSPENDED')::integer AS suspended`;

/**
 * Counts these branches again and tells what changed. Every change of a member calls it in its own transaction, after its rows
 * are written: the roster stays locked until the end, so two changes of one branch count one after the other.
 */
export async function countRosters(tx: Tx, orgIds: readonly (string | null)[]): Promise<void> {
  const ids = [...new Set(orgIds)].filter((id) => id !== null);
  await tx.query(`INSERT INTO roster (org_id, as_of) SELECT unnest($1::uuid[]), $2 ON CONFLICT (org_id) DO NOTHING`, [
    ids,
    tx.today,
  ]);
  // A move changes the roster of a branch that the caller may not see; the authority over the member covers its figures.
  const rosters = await tx.unscoped.lockAll(Roster, ids);
  const counts = await tx.query<Count>(
    `SELECT m.org_id AS "orgId", ${countedIn('m')} FROM member m WHERE m.org_id = ANY($1) GROUP BY m.org_id`,
    [ids],
  );
  for (const roster of rosters) {
    const { full = 0, probationary = 0, suspended = 0 } = counts.find(({ orgId }) => orgId === roster.orgId) ?? {};
    const total = full + probationary;
    const changed = full !== roster.fullMembers || probationary !== roster.probationary;
    const emptied = total + suspended === 0 && roster.total + roster.suspended > 0;
    await tx.save(roster, { fullMembers: full, probationary, total, suspended, asOf: tx.today });
    if (changed) tx.emit(rosterChanged(figuresOf(roster)));
    if (emptied) tx.emit(rosterEmptied({ orgId: roster.orgId }));
  }
}

export const figuresOf = ({ orgId, fullMembers, probationary, total, asOf }: Roster) => ({
  orgId,
  full: fullMembers,
  probationary,
  total,
  asOf,
});

/** Tells of a branch that is being closed and has nobody left, also when nobody was there to begin with (P1). */
export async function tellIfEmpty(tx: Tx, orgId: string): Promise<void> {
  await tx.query(`INSERT INTO roster (org_id, as_of) VALUES ($1, $2) ON CONFLICT (org_id) DO NOTHING`, [
    orgId,
    tx.today,
  ]);
  // For consumers, which act for the system.
  const roster = await tx.unscoped.lock(Roster, orgId);
  if (roster.total + roster.suspended === 0) tx.emit(rosterEmptied({ orgId }));
}

/** Branches whose kept figures differ from their members; empty when all is well. */
export const wrongRosters = (tx: Tx): Promise<{ orgId: string }[]> =>
  tx.query(`
    SELECT coalesce(r.org_id, m.org_id) AS "orgId"
    FROM (SELECT c.org_id, ${countedIn('c')} FROM member c GROUP BY c.org_id) m
    FULL JOIN roster r USING (org_id)
    WHERE (coalesce(m.full, 0), coalesce(m.probationary, 0), coalesce(m.suspended, 0))
      IS DISTINCT FROM (coalesce(r.full_members, 0), coalesce(r.probationary, 0), coalesce(r.suspended, 0))`);

/** Counts every branch again from its members, as after a bulk load; branches that change are told. Returns how many were wrong. */
export async function rebuildRosters(tx: Tx): Promise<number> {
  const wrong = await wrongRosters(tx);
  if (wrong.length > 0)
    await countRosters(
      tx,
      wrong.map(({ orgId }) => orgId),
    );
  return wrong.length;
}

export interface RosterCount {
  readonly full: number;
  readonly probationary: number;
  readonly total: number;
  readonly asOf: CivilDate;
}

/** Members of each organisation itself as of a day, null outside the caller's scope; today's figures are the kept ones. */
export async function memberCounts(
  ctx: Context,
  orgIds: readonly string[],
  asOf: CivilDate = ctx.today,
): Promise<(RosterCount | null)[]> {
  const asked = [where('o.id = ANY(?)', orgIds), within(ctx, KnownOrganization, 'o', 'members:read')];
  const rows =
    asOf >= ctx.today
      ? await readRows<Count>(
          ctx,
          'rosters',
          `SELECT o.id AS "orgId", coalesce(r.full_members, 0) AS full, coalesce(r.probationary, 0) AS probationary
           FROM known_organization o LEFT JOIN roster r ON r.org_id = o.id WHERE {where}`,
          ...asked,
        )
      : await readRows<Count>(
          ctx,
          'rosters-as-of',
          `SELECT o.id AS "orgId", ${countedIn('h')}
           FROM known_organization o LEFT JOIN member_history h ON h.org_id = o.id AND h.valid_from <= $1
             AND (h.valid_to IS NULL OR h.valid_to > $1)
           WHERE {where} GROUP BY o.id`,
          where('?::date IS NOT NULL', asOf), // the day, $1 of the join
          ...asked,
        );
  return inOrderOf(
    orgIds,
    rows.map(({ orgId, full, probationary }) => ({ orgId, full, probationary, total: full + probationary, asOf })),
    ({ orgId }) => orgId,
  );
}

/** Full and probationary members of each organisation itself by class, the largest class first. */
export async function classCounts(ctx: Context, orgIds: readonly string[]) {
  const rows = await readRows<{ orgId: string; memberClass: string; count: number }>(
    ctx,
    'roster-classes',
    `SELECT o.id AS "orgId", m.member_class AS "memberClass", count(*)::integer AS count
     FROM known_organization o JOIN member m ON m.org_id = o.id AND m.status IN ('FULL', 'PROBATIONARY')
     WHERE {where} GROUP BY o.id, m.member_class ORDER BY count(*) DESC, m.member_class`,
    where('o.id = ANY(?)', orgIds),
    within(ctx, KnownOrganization, 'o', 'members:read'),
  );
  return groupedBy(orgIds, rows, ({ orgId }) => orgId);
}
