import type { Tx } from '@jishi/database';
import { areaChanged } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import type { DailyRun } from '@jishi/subgraph';
import { NonPublicEntity } from './entities.entities';
import { tellFollowers } from './entities.followers';
import { tellEntity } from './entities.service';

/**
 * P11: open records move to the successor of their area from its date; closed ones keep the old code, and so do all where an area
 * was divided among several, until somebody says in which of them each stands.
 */
export const followAreaMergers = consumer(
  'enterprises.area-mergers',
  {
    [areaChanged.type]: async (tx, event) => {
      const { code, validTo, replacedBy } = areaChanged.parse(event.data);
      const [successor, another] = replacedBy;
      if (validTo === null || validTo > tx.today || !successor || another) return;
      await moveToSuccessor(tx, code, successor, validTo as CivilDate);
    },
  },
  { ordering: 'latest-wins', start: 'snapshot' },
);

/** A merger that was told before its date takes effect on the day. */
export const moveOnTheDay = (run: DailyRun): Promise<void> =>
  run.transact(async (tx) => {
    const due = await tx.query<{ code: string; successor: string; on: CivilDate }>(
      `SELECT a.code, a.replaced_by[1] AS successor, a.valid_to AS on FROM known_area a
       WHERE a.valid_to <= $1 AND cardinality(a.replaced_by) = 1
         AND EXISTS (SELECT FROM entity e WHERE e.area_code = a.code AND e.closed_on IS NULL)
       ORDER BY a.valid_to, a.code`,
      [tx.today],
    );
    for (const { code, successor, on } of due) await moveToSuccessor(tx, code, successor, on);
  });

async function moveToSuccessor(tx: Tx, code: string, successor: string, on: CivilDate): Promise<void> {
  const standing = await tx.query<{ id: string }>('SELECT id FROM entity WHERE area_code = $1 AND closed_on IS NULL', [
    code,
  ]);
  // The register of areas decides for everything that stands in them.
  const entities = await tx.unscoped.lockAll(
    NonPublicEntity,
    standing.map(({ id }) => id),
  );
  for (const entity of entities) {
    await tx.save(entity, { areaCode: successor });
    tellEntity(tx, entity);
  }
  await tellFollowers((follower) => follower.areaMoved?.(tx, code, successor, on));
}
