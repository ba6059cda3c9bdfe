import type { Tx } from '@jishi/database';
import type { CloudEvent } from '@jishi/event-delivery';
import { ancestorColumns, pathOfColumns, type AncestorColumns } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import type { OrganizationPath } from '@jishi/database';
import { NotArrivedYet } from '@jishi/event-delivery';
import { hasSeen } from '../arrival';
import { KnownOrganization } from './organizations.entities';
import {
  changedFrom,
  placedUnder,
  sameHistory,
  samePlaces,
  type Facts,
  type PlacedStretch,
  type Stretch,
} from './organizations.rules';

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

/** Tables of a service whose rows carry `org_id`, `area_code` and the ancestors of their organisation. */
export type StampedTables = readonly string[];

/** Enters an organisation with its whole history, or replaces what was known of it. */
export const learn = (
  tx: Tx,
  stamped: StampedTables,
  id: string,
  about: About,
  history: readonly Stretch[],
): Promise<void> => place(tx, stamped, id, history, about);

/** An organisation became active: the days on which it was being prepared stay what they were. */
export async function learnFounding(
  tx: Tx,
  stamped: StampedTables,
  id: string,
  about: About,
  active: Stretch,
): Promise<void> {
  const before = (await historiesOf(tx, [id])).get(id) ?? [];
  const { kind, board, superiorId, areaCode, status, validFrom } = active;
  const prepared = before.at(-1)?.status === 'PREPARING';
  await place(
    tx,
    stamped,
    id,
    prepared ? changedFrom(before, validFrom, { kind, board, superiorId, areaCode, status }) : [active],
    about,
  );
}

/** Records that something about an organisation is so from a day on. */
export async function learnChange(
  tx: Tx,
  stamped: StampedTables,
  id: string,
  day: CivilDate,
  change: Partial<Facts>,
): Promise<void> {
  const history = (await historiesOf(tx, [id])).get(id);
  if (!history) throw new Error(`organisation ${id} changed before it was established`);
  await place(tx, stamped, id, changedFrom(history, day, change));
}

/** Writes an organisation's place on every day, and those of everything below it when its own has moved. */
async function place(
  tx: Tx,
  stamped: StampedTables,
  id: string,
  own: readonly Stretch[],
  about?: About,
): Promise<void> {
  const superiors = own.flatMap(({ superiorId }) => superiorId ?? []);
  const { histories, leaf } = await around(tx, id, superiors);
  const before = histories.get(id) ?? [];
  const placed = placedUnder(id, own, histories);
  if (!about && sameHistory(before, placed)) return;
  if (before.length > 0) await tx.query(`DELETE FROM known_organization_history WHERE org_id = $1`, [id]);
  await write(tx, stamped, id, placed, about);
  if (leaf || samePlaces(before, placed)) return;
  const below = await tx.query<{ id: string }>(
    `SELECT DISTINCT org_id AS id FROM known_organization_history WHERE superior_id = $1 ORDER BY org_id`,
    [id],
  );
  for (const child of below)
    await place(tx, stamped, child.id, (await historiesOf(tx, [child.id])).get(child.id) ?? []);
}

type HistoryRow = Stretch & AncestorColumns & { readonly orgId: string };

const historyColumns = `org_id AS "orgId", valid_from AS "validFrom", valid_to AS "validTo", kind, board, status,
  superior_id AS "superiorId", area_code AS "areaCode",
  ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7`;

const historiesOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, PlacedStretch[]>> =>
  byOrganisation(
    await tx.query<HistoryRow>(
      `SELECT ${historyColumns} FROM known_organization_history WHERE org_id = ANY($1) ORDER BY org_id, valid_from`,
      [ids],
    ),
  );

/** The same of an organisation and its superiors, and whether nothing is known below it: one question, as a city asks it often. */
async function around(
  tx: Tx,
  id: string,
  superiors: readonly string[],
): Promise<{ histories: Map<string, PlacedStretch[]>; leaf: boolean }> {
  const rows = await tx.query<HistoryRow & { leaf: boolean }>(
    `SELECT ${historyColumns}, NOT EXISTS (SELECT FROM known_organization_history WHERE superior_id = $2) AS leaf
     FROM known_organization_history WHERE org_id = ANY($1) ORDER BY org_id, valid_from`,
    [[id, ...superiors], id],
  );
  return {
    histories: byOrganisation(rows),
    // Without a row nothing was said.
    leaf: rows[0]?.leaf ?? false,
  };
}

function byOrganisation(rows: readonly HistoryRow[]): Map<string, PlacedStretch[]> {
  const histories = new Map<string, PlacedStretch[]>();
  for (const { orgId, validFrom, validTo, kind, board, status, superiorId, areaCode, ...path } of rows) {
    const stretch = { validFrom, validTo, kind, board, status, superiorId, areaCode, path: pathOfColumns(path) };
    histories.set(orgId, [...(histories.get(orgId) ?? []), stretch]);
  }
  return histories;
}

const ancestors = [1, 2, 3, 4, 5, 6, 7].map((level) => `ancestor_${level}`);
const places = ['area_code', ...ancestors];
const byDay = ['kind', 'board', 'status', 'superior_id', 'depth', ...places];
const lasting = ['code', 'set_up_way', 'host_kind', 'host_id', 'established_on', 'closed_on', 'merged_into_id'];
const listed = (columns: readonly string[], alias?: string): string =>
  columns.map((name) => (alias ? `${alias}.${name}` : name)).join(', ');

/** Puts the place of today on the rows of other capabilities that carry it. */
const restamped = (table: string): string => `
  UPDATE ${table} t SET (${listed(places)}) = (${listed(places, 'now')}) FROM now
  WHERE t.org_id = $1 AND (${listed(places, 't')}) IS DISTINCT FROM (${listed(places, 'now')})`;

/** Puts the place of today on every row that carries another, as after the tree was filled anew. */
export async function stampAgain(tx: Tx, stamped: StampedTables): Promise<void> {
  for (const table of stamped)
    await tx.query(
      `UPDATE ${table} t SET (${listed(places)}) = (${listed(places, 'o')}) FROM known_organization o
       WHERE t.org_id = o.id AND (${listed(places, 't')}) IS DISTINCT FROM (${listed(places, 'o')})`,
    );
}

/** History, today's row and the stamps that follow from it, in one statement: a city sends twenty thousand organisations. */
const writing = (stamped: StampedTables, today: string): string => `
  WITH stretch AS (SELECT * FROM jsonb_populate_recordset(NULL::known_organization_history, $2)),
  history AS (
    INSERT INTO known_organization_history (org_id, valid_from, valid_to, ${listed(byDay)})
    SELECT org_id, valid_from, valid_to, ${listed(byDay)} FROM stretch),
  now AS (SELECT * FROM stretch WHERE valid_to IS NULL)
  ${stamped.map((table) => `, ${table}_stamped AS (${restamped(table)})`).join('')}
  ${today}`;

const knownNow = `UPDATE known_organization o SET (${listed(byDay)}) = (${listed(byDay, 'now')}) FROM now WHERE o.id = $1`;

const learnedNow = `
  INSERT INTO known_organization (id, ${listed(lasting)}, ${listed(byDay)})
  SELECT $1, ${listed(lasting, 'about')}, ${listed(byDay, 'now')}
  FROM now CROSS JOIN jsonb_populate_record(NULL::known_organization, $3) about
  ON CONFLICT (id) DO UPDATE SET (${listed([...lasting, ...byDay])}) = (${listed([...lasting, ...byDay], 'excluded')})`;

async function write(
  tx: Tx,
  stamped: StampedTables,
  id: string,
  history: readonly PlacedStretch[],
  about?: About,
): Promise<void> {
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
  if (!about) {
    await tx.query(writing(stamped, knownNow), [id, JSON.stringify(rows)]);
    return;
  }
  const always = {
    code: about.code,
    set_up_way: about.setUpWay,
    host_kind: about.hostKind,
    host_id: about.hostId,
    established_on: about.establishedOn,
    closed_on: about.closedOn,
    merged_into_id: about.mergedIntoId,
  };
  await tx.query(writing(stamped, learnedNow), [id, JSON.stringify(rows), JSON.stringify(always)]);
}

/**
 * The organisation that an event speaks of, once the copy of the tree has seen the event too: for consumers that decide by the
 * copy. What came after the event may be in it already.
 */
export async function organizationKnownAfter(tx: Tx, event: CloudEvent): Promise<KnownOrganization> {
  const { partitionkey: id, aggregateversion } = event;
  if (!(await hasSeen(tx, 'known-organizations', event)))
    throw new NotArrivedYet(`the tree has not seen version ${aggregateversion} of organisation ${id}`);
  return organizationKnownByNow(tx, id);
}

/** An organisation that another one's event names. */
export async function organizationKnownByNow(tx: Tx, id: string): Promise<KnownOrganization> {
  // A consumer acts for the system, on whatever branch the event names.
  const organization = await tx.unscoped.find(KnownOrganization, { id });
  if (!organization) throw new NotArrivedYet(`organisation ${id} is not known yet`);
  return organization;
}
