import { mayOn, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { faultsOf } from './boundaries.rules';
import { ringsOf } from './boundaries.service';
import { Grid } from './grid-tree.entities';
import { lastChangedOn, writeHistory } from './grid-tree.history';
import { dayDoesNotFit, gridSteps } from './grid-tree.rules';
import { refuseIf, stepFacts, tellOfGrid } from './grid-tree.service';

/** 启用: a planned grid becomes active from a day on, unless it was drawn over grids that are active (GRD-01). */
export const activateGrid = (
  ctx: Context,
  { id, version, on = ctx.today }: { readonly id: string; readonly version: number; readonly on?: CivilDate },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const grid = await tx.lock(Grid, id, version);
    const { to } = gridSteps.take('activate', await stepFacts(tx, grid), (permission) =>
      mayOn(tx.actor, permission, placeOf(grid), tx.today),
    );
    refuseIf(dayDoesNotFit(on, tx.today, await lastChangedOn(tx, [id])));
    for (const day of new Set([on, tx.today])) await refuseOverlap(tx, grid, day);
    await tx.save(grid, { status: to, validFrom: on });
    await writeHistory(tx, grid, on);
    tellOfGrid(tx, grid);
    return { id };
  });

/** A plan may be drawn over what is there; what is active lies beside each other. What was undrawn is drawn with its neighbours later. */
async function refuseOverlap(tx: Tx, grid: Grid, day: CivilDate): Promise<void> {
  const rings = await ringsOf(tx, grid.areaCode, day);
  if (grid.tier !== 'BASIC' || !rings.has(grid.code)) return;
  // The others belong to the same community; whoever keeps this one may know where they lie.
  const here = await tx.unscoped.findAll(Grid, { areaCode: grid.areaCode, status: ['PLANNED', 'ACTIVE'] });
  const active = here.filter(({ id, tier, status }) => tier === 'BASIC' && (status === 'ACTIVE' || id === grid.id));
  const whole = here.find(({ tier }) => tier === 'GRASSROOTS');
  const map = active.flatMap(({ code }) => (rings.has(code) ? [{ code, ring: rings.get(code)! }] : []));
  const faults = faultsOf(map, (whole && rings.get(whole.code)) ?? null, day);
  // A hole is none of its making.
  const fault = faults.find(({ code }) => code !== null);
  if (!fault) return;
  const { zh, en } = fault.refusal.wording;
  throw ruleBroken({
    ...fault.refusal,
    field: 'id',
    wording: {
      zh: `${zh}；请拆分原网格，或者另行划定未绘边界的网格、启用后一并重绘`,
      en: `${en}. Divide the grid that lies there, or define one without a boundary, activate it, and draw the community anew`,
    },
  });
}
