import { KnownOrganization } from '@jishi/known-register';
import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import {
  groupedBy,
  inOrderOf,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import type { MatterLevel } from '../matter-types';
import { Matter, MatterLeg, type MatterState } from './matters.entities';
import { mattersAlike, type Place } from './matters.report';

export type MatterRow = Omit<Matter, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

export const matterColumns = `m.id, m.version, m.no, m.type_code AS "typeCode", m.type_edition AS "typeEdition", m.origin, m.grid_id AS "gridId",
  m.area_code AS "areaCode", m.longitude, m.latitude, m.summary, m.evidence, m.requester_contact AS "requesterContact",
  m.contact_erased_on AS "contactErasedOn", m.reporter_unit_id AS "reporterUnitId", m.reporter_org_id AS "reporterOrgId", m.level, m.state,
  m.owner_unit_id AS "ownerUnitId", m.assigned_unit_id AS "assignedUnitId", m.step, m.due_at AS "dueAt",
  m.due_provisional AS "dueProvisional", m.overdue, m.limit_minutes_left AS "limitMinutesLeft", m.round, m.refused, m.returned, m.reopened,
  m.merged_into AS "mergedInto", m.answer, m.rating, m.reported_at AS "reportedAt", m.accepted_at AS "acceptedAt",
  m.resolved_at AS "resolvedAt", m.asked_at AS "askedAt", m.closed_at AS "closedAt", m.minutes`;

/**
 * The matters that the caller may see: those of his place; for the people of a unit also those sent to it, and the tasks that it
 * entered itself. Who handles nothing is asked by place alone, which one index answers.
 */
export function visible(ctx: Context, alias: string): Condition {
  const ofPlace = within(ctx, Matter, alias);
  if (!ctx.may('matters:work')) return ofPlace;
  return (first) => {
    const place = ofPlace(first);
    const sent = within(ctx, MatterLeg, 'sent')(first + place.values.length);
    const own = within(ctx, KnownOrganization, 'own', 'matters:read')(first + place.values.length + sent.values.length);
    return {
      sql: `(${place.sql} OR ${alias}.id IN (SELECT sent.matter_id FROM matter_leg sent WHERE ${sent.sql})
        OR ${alias}.reporter_org_id IN (SELECT own.id FROM known_organization own WHERE ${own.sql}))`,
      values: [...place.values, ...sent.values, ...own.values],
    };
  };
}

export interface MattersArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly states?: readonly MatterState[] | null;
    readonly open?: boolean | null;
    readonly level?: MatterLevel | null;
    readonly typeCode?: string | null;
    readonly gridId?: string | null;
    readonly assignedUnitId?: string | null;
    readonly overdue?: boolean | null;
    readonly dueBefore?: Date | null;
    readonly reportedFrom?: Date | null;
    readonly reportedTo?: Date | null;
  } | null;
  readonly orderBy?: 'DUE' | 'REPORTED' | null;
}

const orders = {
  DUE: ordering('matters-by-due', [asc('m.due_order', 'timestamptz'), asc('m.id', 'uuid')]),
  REPORTED: ordering('matters-by-report', [desc('m.reported_at', 'timestamptz'), desc('m.id', 'uuid')]),
};

/** 事项台账 (GRD-09): by due time (open matters, the earliest limit first, suspended ones last), or by report, newest first. */
export const listMatters = (ctx: Context, { filter, orderBy, ...page }: MattersArguments) => {
  const { areaCode, states, level, typeCode, gridId, assignedUnitId, dueBefore, reportedFrom, reportedTo } =
    filter ?? {};
  const order = orderBy ?? 'DUE';
  const passed = where('m.due_order < ?', ctx.now);
  return listOf<MatterRow>(
    ctx,
    {
      name: 'matters',
      select: matterColumns,
      from: 'matter m',
      ordering: orders[order],
      conditions: [
        visible(ctx, 'm'),
        order === 'DUE' ? where('m.open') : null,
        filter?.open == null ? null : where(filter.open ? 'm.open' : 'NOT m.open'),
        areaCode ? insideArea('m', areaCode) : null,
        states ? where('m.state = ANY(?)', states) : null,
        level ? where('m.level = ?', level) : null,
        typeCode ? where('m.type_code = ?', typeCode) : null,
        gridId ? where('m.grid_id = ?', gridId) : null,
        assignedUnitId
          ? where(
              'EXISTS (SELECT FROM matter_leg l WHERE l.matter_id = m.id AND l.unit_id = ? AND l.round = m.round)',
              assignedUnitId,
            )
          : null,
        filter?.overdue === true ? passed : null,
        filter?.overdue === false ? where('m.due_order >= ?', ctx.now) : null,
        dueBefore ? where('m.due_order < ?', dueBefore) : null,
        reportedFrom ? where('m.reported_at >= ?', reportedFrom) : null,
        reportedTo ? where('m.reported_at < ?', reportedTo) : null,
      ],
    },
    page,
  );
};

/** The matters with these ids that the caller may see, in the order of the ids; null for the others. */
export async function mattersByIds(
  ctx: Context,
  ids: readonly (string | null | undefined)[],
): Promise<(MatterRow | null)[]> {
  const rows = await readRows<MatterRow>(
    ctx,
    'matters-by-id',
    `SELECT ${matterColumns} FROM matter m WHERE {where}`,
    visible(ctx, 'm'),
    where('m.id = ANY(?)', [...new Set(ids.filter((id) => id != null))]),
  );
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** A matter by its number, or null. */
export const matterByNo = async (ctx: Context, no: string): Promise<MatterRow | null> =>
  (
    await readRows<MatterRow>(
      ctx,
      'matter-by-no',
      `SELECT ${matterColumns} FROM matter m WHERE {where}`,
      visible(ctx, 'm'),
      where('m.no = ?', no),
    )
  )[0] ?? null;

export type LegRow = Omit<MatterLeg, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'> & {
  readonly step: string | null;
  readonly dueAt: Date | null;
  readonly limitMinutesLeft: number | null;
};

/** The parts of units in these matters, oldest first. Who sees a matter sees who handles it. */
export const legsOf = async (ctx: Context, matterIds: readonly string[]): Promise<LegRow[][]> =>
  groupedBy(
    matterIds,
    await ctx.query<LegRow>(
      'matter-legs',
      `SELECT l.id, l.version, l.matter_id AS "matterId", l.area_code AS "areaCode", l.unit_id AS "unitId", l.unit_org_id AS "unitOrgId",
         l.round, l.binding, l.state, l.dispatched_at AS "dispatchedAt", l.suspensions, l.suspension_reason AS "suspensionReason",
         l.suspension_until AS "suspensionUntil", l.answer, l.resolved_at AS "resolvedAt",
         s.step, s.due_at AS "dueAt", s.minutes_left AS "limitMinutesLeft"
       FROM matter_leg l LEFT JOIN matter_step s ON s.leg_id = l.id AND s.matter_id = l.matter_id AND s.ended_at IS NULL
       WHERE l.matter_id = ANY($1) ORDER BY l.matter_id, l.round, l.id`,
      [matterIds],
    ),
    ({ matterId }) => matterId,
  );

export interface ActionRow {
  readonly id: string;
  readonly matterId: string;
  readonly legId: string | null;
  readonly at: Date;
  readonly account: string;
  readonly kind: string;
  readonly note: string | null;
  readonly evidence: readonly string[];
  readonly fromState: MatterState | null;
  readonly toState: MatterState;
}

/** The history of these matters, oldest first. */
export const actionsOf = async (ctx: Context, matterIds: readonly string[]): Promise<ActionRow[][]> =>
  groupedBy(
    matterIds,
    await ctx.query<ActionRow & object>(
      'matter-actions',
      `SELECT a.id, a.matter_id AS "matterId", a.leg_id AS "legId", a.at, a.account, a.kind, a.note, a.evidence,
         a.from_state AS "fromState", a.to_state AS "toState"
       FROM matter_action a WHERE a.matter_id = ANY($1) ORDER BY a.matter_id, a.at, a.id`,
      [matterIds],
    ),
    ({ matterId }) => matterId,
  );

/** What a matter about to be entered may repeat; within the caller's scope. */
export async function similarMatters(
  ctx: Context,
  { typeCode, ...place }: { readonly typeCode: string } & Partial<Place>,
): Promise<MatterRow[]> {
  const { longitude = null, latitude = null, gridId = null } = place;
  const alike = await mattersAlike(
    (sql, values) => ctx.query('matters-alike', sql, values),
    typeCode,
    { longitude, latitude, gridId },
    ctx,
  );
  const rows = await mattersByIds(
    ctx,
    alike.map(({ id }) => id),
  );
  return rows.filter((row) => row !== null);
}

/** How many open matters each grid has, and those with the earliest limits. */
export async function openMattersOfGrids(ctx: Context, gridIds: readonly string[], first: number) {
  const rows = await readRows<MatterRow & { readonly total: number }>(
    ctx,
    'open-matters-of-grids',
    `SELECT listed.* FROM (
       SELECT ${matterColumns}, count(*) OVER of_grid AS total, row_number() OVER (PARTITION BY m.grid_id ORDER BY m.due_order, m.id) AS place
       FROM matter m WHERE m.open AND {where} WINDOW of_grid AS (PARTITION BY m.grid_id)) listed
     WHERE listed.place <= greatest(1, ${Math.min(Math.max(first, 0), 100)}) ORDER BY listed."gridId", listed.place`,
    visible(ctx, 'm'),
    where('m.grid_id = ANY(?)', gridIds),
  );
  return groupedBy(gridIds, rows, ({ gridId }) => gridId!).map((matters) => ({
    count: matters[0]?.total ?? 0,
    nodes: matters.slice(0, first),
  }));
}
