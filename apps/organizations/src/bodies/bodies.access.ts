import { mayOn } from '@jishi/access';
import type { Context } from '@jishi/subgraph';
import { organizationsByIds } from '../register';

interface Belonging {
  readonly orgId: string | null;
  readonly areaCode: string;
}

/** For each row of a body: what the caller may do with it, by where its organisation stands. */
export async function mayKeepBody(
  ctx: Context,
  rows: readonly Belonging[],
): Promise<(row: Belonging) => (permission: string) => boolean> {
  const keepers = await organizationsByIds(
    ctx,
    rows.map(({ orgId }) => orgId),
  );
  const places = new Map(
    keepers.flatMap((keeper) =>
      keeper ? [[keeper.id, { organizations: keeper.pathIds, area: keeper.areaCode }] as const] : [],
    ),
  );
  return ({ orgId, areaCode }) =>
    (permission) =>
      mayOn(ctx.actor, permission, (orgId && places.get(orgId)) || { area: areaCode }, ctx.today);
}
