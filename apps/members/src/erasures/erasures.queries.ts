import { asc, desc, ordering } from '@jishi/pagination';
import { groupedBy, inOrderOf, listedAs, listOf, where, within, type Context } from '@jishi/subgraph';
import { Erasure, type ErasureState } from './erasures.entities';

export interface ErasureFilter {
  readonly states?: readonly ErasureState[] | null;
  readonly personId?: string | null;
  readonly overdue?: boolean | null;
  readonly outstanding?: string | null;
}

export interface ErasuresArguments {
  readonly filter?: ErasureFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** What one service has told of an erasure. */
export interface Answer {
  readonly erasureId: string;
  readonly service: string;
  readonly acknowledgedAt: Date | null;
  readonly erased: number | null;
  readonly kept: number | null;
}

const newestFirst = ordering('erasures', [desc('e.requested_at', 'timestamptz'), asc('e.id', 'uuid')]);

/** 删除台账: erasures in the caller's organisations, newest first. */
export function listErasures(ctx: Context, { filter, ...page }: ErasuresArguments) {
  const { states, personId, overdue, outstanding } = filter ?? {};
  const late = `e.state = 'REQUESTED' AND e.due_at < ?`;
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'erasures',
      select: 'e.id',
      from: 'erasure e',
      conditions: [
        within(ctx, Erasure, 'e'),
        states ? where('e.state = ANY(?)', states) : null,
        personId ? where('e.person_id = ?', personId) : null,
        overdue == null ? null : where(overdue ? late : `NOT (${late})`, ctx.now),
        outstanding
          ? where(
              `EXISTS (SELECT FROM erasure_answer a WHERE a.erasure_id = e.id AND a.service = ? AND a.acknowledged_at IS NULL)`,
              outstanding,
            )
          : null,
      ],
      ordering: newestFirst,
    },
    page,
  );
  return listedAs(list, (rows) =>
    erasuresByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** The erasures with these ids that the caller may see, in the order of the ids; null for the others. */
export async function erasuresByIds(ctx: Context, ids: readonly string[]): Promise<(Erasure | null)[]> {
  const rows = await ctx.scoped(Erasure, 'e').andWhere('e.id = ANY(:ids)', { ids }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** What each service has told of these erasures; who sees an erasure sees its answers. */
export async function answersTo(ctx: Context, erasureIds: readonly string[]): Promise<Answer[][]> {
  const rows = await ctx.query<Answer & object>(
    'erasure-answers',
    `SELECT erasure_id AS "erasureId", service, acknowledged_at AS "acknowledgedAt", erased, kept
     FROM erasure_answer WHERE erasure_id = ANY($1) ORDER BY erasure_id, service`,
    [erasureIds],
  );
  return groupedBy(erasureIds, rows, ({ erasureId }) => erasureId);
}
