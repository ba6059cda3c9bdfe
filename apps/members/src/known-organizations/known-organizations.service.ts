import type { Tx } from '@jishi/database';
import type { CloudEvent } from '@jishi/event-delivery';
import { ancestorColumns, pathOfColumns, type AncestorColumns } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import type { OrganizationPath } from '@jishi/database';
import { KnownOrganization } from './known-organizations.entities';
import {
  changedFrom,
  placedUnder,
  sameHistory,
  samePlaces,
  type Facts,
  type PlacedStretch,
  type Stretch,
} from './known-organizations.rules';

/** What never changes by day, as the newest event says it. */
export interface About {
  readonly code: string;
  readonly setUpWay: string | null;
  readonly hostKind: string | null;
  readonly hostId: string | null;
  readonly establishedOn: CivilDate | null;
  readonly closedOn: CivilDate | null;
  readonly mergedIntoId: string | null;
}

export interface Standing {
  readonly path: OrganizationPath;
  readonly areaCode: string;
}

/** Where a row stands, as an event says it beside its payload. */
export const standsIn = ({ path, areaCode }: Standing): { orgPath: string; areaCode: string } => ({
  orgPath: Object.values(path)
    .filter((id) => id !== null)
    .join('/'),
  areaCode,
});

/** Rows of other capabilities that carry the path and the area of their organisation. */
const stampedTables = ['person', 'member'] as const;

/** Enters an organisation with its whole history, or replaces what was known of it. */
export async function learn(tx: Tx, id: string, about: About, history: readonly Stretch[]): Promise<void> {
  const now = history.at(-1)!;
  await tx.query(
    `INSERT INTO known_organization
       (id, code, kind, status, area_code, depth, set_up_way, host_kind, host_id, established_on, closed_on, merged_into_id)
     VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET code = excluded.code, set_up_way = excluded.set_up_way, host_kind = excluded.host_kind,
       host_id = excluded.host_id, established_on = excluded.established_on, closed_on = excluded.closed_on,
       merged_into_id = excluded.merged_into_id`,
    [
      id,
      about.code,
      now.kind,
      now.status,
      now.areaCode,
      about.setUpWay,
      about.hostKind,
      about.hostId,
      about.establishedOn,
      about.closedOn,
      about.mergedIntoId,
    ],
  );
  await place(tx, id, history);
}

/** Records that something about an organisation is so from a day on. */
export async function learnChange(tx: Tx, id: string, day: CivilDate, change: Partial<Facts>): Promise<void> {
  const history = (await historiesOf(tx, [id])).get(id);
  if (!history) throw new Error(`organisation ${id} changed before it was established`);
  await place(tx, id, changedFrom(history, day, change));
}

/** Writes an organisation's place on every day, and those of everything below it when its own has moved. */
async function place(tx: Tx, id: string, own: readonly Stretch[]): Promise<void> {
  const superiors = own.flatMap(({ superiorId }) => superiorId ?? []);
  const histories = await historiesOf(tx, [id, ...superiors]);
  const before = histories.get(id) ?? [];
  const placed = placedUnder(id, own, histories);
  if (sameHistory(before, placed)) return;
  await write(tx, id, placed, before.length > 0);
  if (samePlaces(before, placed)) return;
  const below = await tx.query<{ id: string }>(
    `SELECT DISTINCT org_id AS id FROM known_organization_history WHERE superior_id = $1 ORDER BY org_id`,
    [id],
  );
  for (const child of below) await place(tx, child.id, (await historiesOf(tx, [child.id])).get(child.id) ?? []);
}

type HistoryRow = Stretch & AncestorColumns & { readonly orgId: string };

async function historiesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, PlacedStretch[]>> {
  const rows = await tx.query<HistoryRow>(
    `SELECT org_id AS "orgId", valid_from AS "validFrom", valid_to AS "validTo", kind, board, status,
       superior_id AS "superiorId", area_code AS "areaCode",
       ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7
     FROM known_organization_history WHERE org_id = ANY($1) ORDER BY org_id, valid_from`,
    [ids],
  );
  const histories = new Map<string, PlacedStretch[]>();
  for (const { orgId, validFrom, validTo, kind, board, status, superiorId, areaCode, ...path } of rows) {
    const stretch = { validFrom, validTo, kind, board, status, superiorId, areaCode, path: pathOfColumns(path) };
    histories.set(orgId, [...(histories.get(orgId) ?? []), stretch]);
  }
  return histories;
}

const ancestors = [1, 2, 3, 4, 5, 6, 7].map((level) => `ancestor_${level}`);
const listOf = (columns: readonly string[]): string => columns.join(', ');

async function write(tx: Tx, id: string, history: readonly PlacedStretch[], knownBefore: boolean): Promise<void> {
  if (knownBefore) await tx.query(`DELETE FROM known_organization_history WHERE org_id = $1`, [id]);
  const rows = history.map(({ path, validFrom, validTo, kind, board, status, superiorId, areaCode }) => ({
    org_id: id,
    valid_from: validFrom,
    valid_to: validTo,
    kind,
    board,
    status,
    superior_id: superiorId,
    area_code: areaCode,
    depth: path.length,
    ...ancestorColumns(path),
  }));
  await tx.query(
    `INSERT INTO known_organization_history (org_id, valid_from, valid_to, kind, board, status, superior_id, area_code, depth, ${listOf(ancestors)})
     SELECT org_id, valid_from, valid_to, kind, board, status, superior_id, area_code, depth, ${listOf(ancestors)}
     FROM jsonb_populate_recordset(NULL::known_organization_history, $1)`,
    [JSON.stringify(rows)],
  );
  await tx.query(
    `UPDATE known_organization o SET (kind, board, status, superior_id, area_code, depth, ${listOf(ancestors)})
       = (h.kind, h.board, h.status, h.superior_id, h.area_code, h.depth, ${listOf(ancestors.map((name) => `h.${name}`))})
     FROM known_organization_history h WHERE o.id = $1 AND h.org_id = $1 AND h.valid_to IS NULL`,
    [id],
  );
  for (const table of stampedTables)
    await tx.query(
      `UPDATE ${table} t SET (area_code, ${listOf(ancestors)}) = (o.area_code, ${listOf(ancestors.map((name) => `o.${name}`))})
       FROM known_organization o WHERE o.id = $1 AND t.org_id = $1
         AND (t.area_code, ${listOf(ancestors.map((name) => `t.${name}`))})
           IS DISTINCT FROM (o.area_code, ${listOf(ancestors.map((name) => `o.${name}`))})`,
      [id],
    );
}

/** The copy of the tree is behind; the delivery takes this code for a passing cause and tries again later. */
class NotKnownYet extends Error {
  readonly code = '55P03';
}

/**
 * The organisation that an event speaks of, once the copy of the tree has seen the event too: for consumers that decide by the
 * copy. What came after the event may be in it already.
 */
export async function knownAfter(
  tx: Tx,
  { partitionkey: id, aggregateversion }: CloudEvent,
): Promise<KnownOrganization> {
  const seen = await tx.query(
    `SELECT 1 FROM consumer_high_water WHERE consumer = 'members.known-organizations' AND key = $1 AND version >= $2`,
    [id, aggregateversion],
  );
  if (seen.length === 0)
    throw new NotKnownYet(`the tree has not seen version ${aggregateversion} of organisation ${id}`);
  return knownByNow(tx, id);
}

/** An organisation that another one's event names. */
export async function knownByNow(tx: Tx, id: string): Promise<KnownOrganization> {
  // A consumer acts for the system, on whatever branch the event names.
  const organization = await tx.unscoped.find(KnownOrganization, { id });
  if (!organization) throw new NotKnownYet(`organisation ${id} is not known yet`);
  return organization;
}
