import { asc, desc, ordering } from '@jishi/pagination';
import { addDays } from '@jishi/periods';
import { groupedBy, inOrderOf, listedAs, listOf, where, within, type Context } from '@jishi/subgraph';
import { Transfer, type TransferScope, type TransferState } from './transfers.entities';
import { factsOf, mayOnSide, sidesOf } from './transfers.sides';
import { transferSteps } from './transfers.rules';

export interface TransferFilter {
  readonly states?: readonly TransferState[] | null;
  readonly scope?: TransferScope | null;
  readonly memberId?: string | null;
  readonly organizationId?: string | null;
  readonly inTransitOverDays?: number | null;
}

export interface TransfersArguments {
  readonly filter?: TransferFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

const newestFirst = ordering('transfers', [desc('t.opened_on', 'date'), asc('t.id', 'uuid')]);

/** 接转台账: transfers from or to the caller's branches. */
export function listTransfers(ctx: Context, { filter, ...page }: TransfersArguments) {
  const { states, scope, memberId, organizationId, inTransitOverDays } = filter ?? {};
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'transfers',
      select: 't.id',
      from: 'transfer t',
      conditions: [
        within(ctx, Transfer, 't'),
        states ? where('t.state = ANY(?)', states) : null,
        scope ? where('t.scope = ?', scope) : null,
        memberId ? where('t.member_id = ?', memberId) : null,
        organizationId ? where('? IN (t.from_org_id, t.to_org_id)', organizationId) : null,
        inTransitOverDays == null
          ? null
          : where(`t.state = 'ISSUED' AND t.issued_on < ?`, addDays(ctx.today, -inTransitOverDays)),
      ],
      ordering: newestFirst,
    },
    page,
  );
  return listedAs(list, (rows) =>
    transfersByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** The transfers with these ids that the caller may see, in the order of the ids; null for the others. */
export async function transfersByIds(ctx: Context, ids: readonly string[]): Promise<(Transfer | null)[]> {
  const rows = await ctx.scoped(Transfer, 't').andWhere('t.id = ANY(:ids)', { ids }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** The transfers of each member, newest first. */
export async function transfersOfMembers(ctx: Context, memberIds: readonly string[]): Promise<Transfer[][]> {
  const rows = await ctx
    .scoped(Transfer, 't')
    .andWhere('t.member_id = ANY(:memberIds)', { memberIds })
    .orderBy('t.openedOn', 'DESC')
    .addOrderBy('t.id')
    .getMany();
  return groupedBy(memberIds, rows, ({ memberId }) => memberId!);
}

/** What the caller may do with each transfer now, and for every other step why not. */
export async function offeredSteps(ctx: Context, transfers: readonly Transfer[]) {
  const sides = await sidesOf((sql, values) => ctx.query('transfer-sides', sql, values), transfers);
  return transfers.map((transfer, index) =>
    transferSteps.offer(factsOf(transfer, sides[index]!, ctx.today), mayOnSide(ctx.actor, sides[index]!, ctx.today)),
  );
}
