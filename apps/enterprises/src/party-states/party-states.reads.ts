import type { CivilDate } from '@jishi/periods';
import { groupedBy, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { NonPublicEntity, type PartyState } from '../entities';
import type { CoverWay } from './party-states.entities';
import type { StateCause } from './party-states.rules';

export interface CoverRow extends Record<string, unknown> {
  readonly entityId: string;
  readonly orgId: string;
  readonly way: CoverWay;
  readonly from: CivilDate;
  readonly to: CivilDate | null;
}

const coversWhere = (ctx: Context, asOf: CivilDate, condition: Condition): Promise<CoverRow[]> =>
  readRows<CoverRow>(
    ctx,
    'entity-covers',
    `SELECT o.entity_id AS "entityId", o.org_id AS "orgId", o.way, o.valid_from AS "from", o.valid_to AS "to"
     FROM entity_organization o JOIN entity e ON e.id = o.entity_id WHERE {where} ORDER BY o.valid_from, o.org_id, e.name`,
    within(ctx, NonPublicEntity, 'e'),
    condition,
    where('o.valid_from <= ? AND (o.valid_to IS NULL OR o.valid_to > ?)', asOf, asOf),
  );

/** The organisations that cover each entity on a day (ENT-05). */
export const coversOfEntities = async (ctx: Context, ids: readonly string[], asOf: CivilDate): Promise<CoverRow[][]> =>
  groupedBy(ids, await coversWhere(ctx, asOf, where('o.entity_id = ANY(?)', ids)), ({ entityId }) => entityId);

/** The entities that each organisation covers on a day, within the caller's scope (ENT-05). */
export const coversOfOrganisations = async (
  ctx: Context,
  ids: readonly string[],
  asOf: CivilDate,
): Promise<CoverRow[][]> =>
  groupedBy(ids, await coversWhere(ctx, asOf, where('o.org_id = ANY(?)', ids)), ({ orgId }) => orgId);

export interface StateChangeRow extends Record<string, unknown> {
  readonly id: string;
  readonly entityId: string;
  readonly from: PartyState;
  readonly to: PartyState;
  readonly cause: StateCause;
  readonly orgId: string | null;
  readonly on: CivilDate;
}

/** The changes of each entity that the caller sees, oldest first: also those of days before its area was merged (ENT-06). */
export const stateChangesOf = async (ctx: Context, ids: readonly string[]): Promise<StateChangeRow[][]> =>
  groupedBy(
    ids,
    await readRows<StateChangeRow>(
      ctx,
      'party-state-changes',
      `SELECT c.id, c.entity_id AS "entityId", c.from_state AS "from", c.to_state AS "to", c.cause, c.org_id AS "orgId",
         c.changed_on AS "on"
       FROM party_state_change c JOIN entity e ON e.id = c.entity_id WHERE {where} ORDER BY c.id`,
      within(ctx, NonPublicEntity, 'e'),
      where('c.entity_id = ANY(?)', ids),
    ),
    ({ entityId }) => entityId,
  );
