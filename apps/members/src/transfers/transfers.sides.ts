import { mayOn, type Actor, type Place } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import type { Transfer } from './transfers.entities';
import type { TransferFacts } from './transfers.rules';

/** What stands around a transfer and decides its steps: both branches, the committee that writes the letter, other transfers. */
interface Row {
  readonly id: string;
  readonly fromPath: readonly string[];
  readonly fromArea: string | null;
  readonly toPath: readonly string[];
  readonly toArea: string | null;
  readonly receiver: TransferFacts['receiver'];
  readonly committeeId: string | null;
  readonly committeeCode: string | null;
  readonly anotherUnderWay: boolean;
  readonly membershipEnded: boolean;
  readonly memberElsewhere: boolean;
}

export interface Sides {
  /** Who opens the transfer and asks for the letter: the source branch, or the receiving one for somebody from outside. */
  readonly asking: Place;
  readonly receiving: Place;
  readonly committee: { readonly id: string; readonly code: string } | null;
  readonly facts: Pick<
    TransferFacts,
    'receiver' | 'committeeFound' | 'anotherUnderWay' | 'membershipEnded' | 'memberElsewhere'
  >;
}

const pathOf = (alias: string): string =>
  `array_remove(ARRAY[${[1, 2, 3, 4, 5, 6, 7].map((level) => `${alias}.ancestor_${level}`).join(', ')}], NULL)`;

const statement = `
  SELECT t.id, ${pathOf('source')} AS "fromPath", source.area_code AS "fromArea",
    ${pathOf('receiver')} AS "toPath", receiver.area_code AS "toArea",
    CASE WHEN receiver.id IS NOT NULL THEN
      jsonb_build_object('code', receiver.code, 'status', receiver.status, 'members', coalesce(roster.total, 0)) END AS receiver,
    committee.id AS "committeeId", committee.code AS "committeeCode",
    EXISTS (SELECT FROM transfer other WHERE other.person_id = t.person_id AND other.id <> t.id
      AND other.state IN ('DRAFT', 'ISSUED')) AS "anotherUnderWay",
    coalesce(who.status NOT IN ('PROBATIONARY', 'FULL', 'SUSPENDED'), false) AS "membershipEnded",
    coalesce(who.org_id <> t.from_org_id, false) AS "memberElsewhere"
  FROM transfer t
  LEFT JOIN member who ON who.id = t.member_id
  LEFT JOIN known_organization source ON source.id = t.from_org_id
  LEFT JOIN known_organization receiver ON receiver.id = t.to_org_id
  LEFT JOIN roster ON roster.org_id = t.to_org_id
  LEFT JOIN LATERAL (
    -- the nearest committee above that approves admissions: no general branch, no village or community committee
    SELECT above.id, above.code FROM known_organization above
    WHERE above.id = ANY(CASE WHEN source.id IS NULL THEN ${pathOf('receiver')} ELSE ${pathOf('source')} END)
      AND above.kind IN ('COMMITTEE', 'WORK_COMMITTEE') AND above.status = 'ACTIVE'
      AND coalesce(above.host_kind, '') NOT IN ('VILLAGE', 'COMMUNITY')
    ORDER BY above.depth DESC LIMIT 1) committee ON true
  WHERE t.id = ANY($1)`;

/** The sides of many transfers at once. Reads without scope: who sees a transfer may know what stands against its steps. */
export async function sidesOf(
  read: (sql: string, values: readonly unknown[]) => Promise<Row[]>,
  transfers: readonly Transfer[],
): Promise<Sides[]> {
  const rows = new Map((await read(statement, [transfers.map(({ id }) => id)])).map((row) => [row.id, row]));
  return transfers.map(({ id, scope }) => {
    const row = rows.get(id)!;
    const receiving: Place = { organizations: row.toPath, area: row.toArea };
    const { receiver, committeeId, committeeCode, anotherUnderWay, membershipEnded, memberElsewhere } = row;
    return {
      asking: scope === 'IN' ? receiving : { organizations: row.fromPath, area: row.fromArea },
      receiving,
      committee: committeeId && committeeCode ? { id: committeeId, code: committeeCode } : null,
      facts: { receiver, committeeFound: committeeId !== null, anotherUnderWay, membershipEnded, memberElsewhere },
    };
  });
}

/** Everything the table of steps looks at. */
export const factsOf = (transfer: Transfer, { facts }: Sides, today: CivilDate): TransferFacts => ({
  ...facts,
  today,
  state: transfer.state,
  scope: transfer.scope,
  validUntil: transfer.validUntil,
  reissues: transfer.reissues,
});

/** Accepting is the receiver's business, everything else that of the side that asked for the transfer. */
export const mayOnSide =
  (actor: Actor, { asking, receiving }: Sides, today: CivilDate) =>
  (permission: string): boolean =>
    mayOn(actor, permission, permission === 'transfers:accept' ? receiving : asking, today);
