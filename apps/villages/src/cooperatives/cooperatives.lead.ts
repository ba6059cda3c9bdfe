import type { Tx } from '@jishi/database';
import {
  cooperativeChanged,
  memberLeft,
  memberRecorded,
  memberRestored,
  memberSuspended,
  memberTransferred,
  organizationDissolved,
  organizationReassigned,
} from '@jishi/event-contracts';
import { consumer, type CloudEvent } from '@jishi/event-delivery';
import { memberKnownAfter, organizationKnownAfter } from '@jishi/known-register';
import { laterOf, type CivilDate } from '@jishi/periods';
import { Cooperative } from './cooperatives.entities';
import { leadOf } from './cooperatives.rules';

/** What others are told of a cooperative. */
export const toldOf = ({ id, uscc, areaCode, ledByOrgId, collectiveStake }: Cooperative) => ({
  cooperativeId: id,
  uscc,
  areaCode,
  ledByOrgId,
  collectiveStake,
});

/** A change is told of what is registered; before that nobody else knows of it. */
export const tellChanged = (tx: Tx, row: Cooperative): void => {
  if (row.state !== 'PLANNED') tx.emit(cooperativeChanged(toldOf(row), { areaCode: row.areaCode }));
};

/**
 * Writes down that from a day on the village, state and leading branch are as the row says. What it said of later days is replaced.
 */
export async function recordHistory(tx: Tx, row: Cooperative, on: CivilDate): Promise<void> {
  await tx.query('DELETE FROM cooperative_history WHERE cooperative_id = $1 AND valid_from >= $2', [row.id, on]);
  await tx.query(
    'UPDATE cooperative_history SET valid_to = $2 WHERE cooperative_id = $1 AND (valid_to IS NULL OR valid_to > $2)',
    [row.id, on],
  );
  await tx.query(
    'INSERT INTO cooperative_history (cooperative_id, valid_from, area_code, state, led_by_org_id) VALUES ($1, $2, $3, $4, $5)',
    [row.id, on, row.areaCode, row.state, row.ledByOrgId],
  );
}

/** The day itself, or the last change when that was later: what happened since then stands. */
export async function notBeforeLast(tx: Tx, id: string, on: CivilDate): Promise<CivilDate> {
  const [last] = await tx.query<{ on: CivilDate | null }>(
    'SELECT max(valid_from) AS on FROM cooperative_history WHERE cooperative_id = $1',
    [id],
  );
  return last?.on ? laterOf(last.on, on) : on;
}

/** Members of an organisation or of one below it who sit on the board; suspended membership gives no seat. */
export const seatsStatement = `
  SELECT c.id,
    (SELECT count(DISTINCT seat.person_id) FROM cooperative_seat seat
     JOIN known_member m ON m.person_id = seat.person_id AND m.status IN ('PROBATIONARY', 'FULL')
     JOIN known_organization branch ON branch.id = m.org_id
     WHERE seat.cooperative_id = c.id AND seat.to_on IS NULL
       AND c.leading_org_id IN (branch.ancestor_1, branch.ancestor_2, branch.ancestor_3, branch.ancestor_4, branch.ancestor_5,
         branch.ancestor_6, branch.ancestor_7)) AS seats,
    EXISTS (SELECT FROM known_organization o WHERE o.id = c.leading_org_id AND o.status IN ('ACTIVE', 'CLOSING')) AS "organizationStands"
  FROM cooperative c WHERE c.id = ANY($1)`;
export interface Seats {
  readonly id: string;
  readonly seats: number;
  readonly organizationStands: boolean;
}

/**
 * Judges by the board and the register of members whether the recorded branch leads (VIL-13). The row is locked by the caller. Says
 * whether anything changed; the caller tells it.
 */
export async function judgeLead(tx: Tx, row: Cooperative, on: CivilDate): Promise<boolean> {
  const [seats] = await tx.query<Seats & object>(seatsStatement, [[row.id]]);
  const lead = leadOf(row.leadingOrgId, seats!);
  if (lead.ledByOrgId === row.ledByOrgId && lead.leadGap === row.leadGap) return false;
  const led = lead.ledByOrgId !== row.ledByOrgId;
  await tx.save(row, { ...lead, leadGapSince: lead.leadGap === null ? null : (row.leadGapSince ?? on) });
  if (led) await recordHistory(tx, row, await notBeforeLast(tx, row.id, on));
  return led;
}

async function judgeAll(tx: Tx, rows: readonly { readonly id: string }[], on: CivilDate): Promise<void> {
  // The register decides, whoever brought the change about.
  const cooperatives = await tx.unscoped.lockAll(
    Cooperative,
    rows.map(({ id }) => id),
  );
  for (const row of cooperatives) if (row.state !== 'DISSOLVED' && (await judgeLead(tx, row, on))) tellChanged(tx, row);
}

const ofMember = async (tx: Tx, event: CloudEvent, on: CivilDate = tx.today): Promise<void> => {
  const { personId } = await memberKnownAfter(tx, event);
  const boards = await tx.query<{ id: string }>(
    'SELECT DISTINCT seat.cooperative_id AS id FROM cooperative_seat seat WHERE seat.person_id = $1 AND seat.to_on IS NULL ORDER BY 1',
    [personId],
  );
  await judgeAll(tx, boards, on);
};

const ofOrganization = async (tx: Tx, event: CloudEvent, on: CivilDate): Promise<void> => {
  const { id } = await organizationKnownAfter(tx, event);
  const led = await tx.query<{ id: string }>(
    `SELECT c.id FROM cooperative c WHERE c.state <> 'DISSOLVED' AND c.leading_org_id IN (
       SELECT unnest(ARRAY[o.ancestor_1, o.ancestor_2, o.ancestor_3, o.ancestor_4, o.ancestor_5, o.ancestor_6, o.ancestor_7])
       FROM known_organization o WHERE o.id = $1)
     UNION
     SELECT seat.cooperative_id FROM cooperative_seat seat JOIN known_member m ON m.person_id = seat.person_id
     WHERE seat.to_on IS NULL AND m.org_id = $1 ORDER BY 1`,
    [id],
  );
  await judgeAll(tx, led, on);
};

/** A branch leads while a member of it sits on the board: who leaves, moves or comes in may change that, and so may the tree. */
export const followLeads = consumer(
  'villages.cooperative-leads',
  {
    [memberSuspended.type]: (tx, event) => ofMember(tx, event),
    [memberRestored.type]: (tx, event) => ofMember(tx, event),
    [memberTransferred.type]: (tx, event) =>
      ofMember(tx, event, memberTransferred.parse(event.data).effectiveOn as CivilDate),
    [memberLeft.type]: (tx, event) => ofMember(tx, event, memberLeft.parse(event.data).on as CivilDate),
    [organizationDissolved.type]: (tx, event) =>
      ofOrganization(tx, event, organizationDissolved.parse(event.data).dissolvedOn as CivilDate),
    [organizationReassigned.type]: (tx, event) =>
      ofOrganization(tx, event, organizationReassigned.parse(event.data).effectiveOn as CivilDate),
  },
  {
    start: 'snapshot',
    together: {
      [memberRecorded.type]: async (tx, events, as) => {
        const personOf = (event: CloudEvent) => memberRecorded.parse(event.data).personId;
        // Whoever sits on no board changes nothing.
        const seated = await tx.query<{ personId: string }>(
          'SELECT DISTINCT person_id AS "personId" FROM cooperative_seat WHERE person_id = ANY($1) AND to_on IS NULL',
          [events.map(personOf)],
        );
        const persons = new Set(seated.map(({ personId }) => personId));
        for (const event of events) if (persons.has(personOf(event))) await ofMember(as(event), event);
      },
    },
  },
);
