import type { Tx } from '@jishi/database';
import { areaChanged } from '@jishi/event-contracts';
import { consumer, NotArrivedYet } from '@jishi/event-delivery';
import { areaOf, type KnownArea } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { mergeCommunity } from '../communities';
import { relocateGrids } from '../grid-tree';
import { rehomeMatters, relocateMatters } from '../matters';
import { relocateQuarters } from '../quarters';
import { moveTeam, relocateTeams } from '../teams';

/**
 * P11: villages and communities are replaced by others. From that day on what stands in them belongs to the successor; the days before
 * keep the old codes. Where several successors divide an area, nothing but the register of communities can be decided here: the
 * office says which grid and quarter goes where.
 */
export const followAreaMergers = consumer(
  'grids.area-mergers',
  {
    [areaChanged.type]: async (tx, event) => {
      const { code, level, validTo, replacedBy } = areaChanged.parse(event.data);
      if (level !== 'GRASSROOTS' || validTo === null || replacedBy.length === 0) return;
      const successors: KnownArea[] = [];
      for (const successor of replacedBy) successors.push(await known(tx, successor));
      const on = validTo as CivilDate;
      await mergeCommunity(
        tx,
        code,
        successors.map((area) => ({ code: area.code, isCommunity: area.kind === 'COMMUNITY' })),
        on,
      );
      const [only, ...more] = successors;
      if (only && more.length === 0) await moveAll(tx, code, only.code, on);
    },
  },
  { ordering: 'latest-wins', start: 'snapshot' },
);

async function known(tx: Tx, code: string): Promise<KnownArea> {
  const area = await areaOf(tx, code);
  if (!area) throw new NotArrivedYet(`the area ${code} was not told of yet`);
  return area;
}

async function moveAll(tx: Tx, from: string, to: string, on: CivilDate): Promise<void> {
  const { moved, merged } = await relocateGrids(tx, from, to, on);
  await relocateTeams(tx, moved);
  for (const { ended, into } of merged) await moveTeam(tx, ended, [into], on);
  await relocateQuarters(tx, from, to, on);
  await relocateMatters(tx, from, to, on);
  await rehomeMatters(tx);
}
