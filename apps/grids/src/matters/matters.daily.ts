import type { Tx } from '@jishi/database';
import { addDays, startOfDayInShanghai } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { DailyRun } from '@jishi/subgraph';
import { gridAtPoint } from '../grid-tree';
import { caseOf, takePart } from './matters.case';
import { resume } from './matters.dispatch';
import { Matter } from './matters.entities';
import { tellOverdue, writeDown } from './matters.told';

/** How many matters one transaction of the clock takes. */
const batch = 500;

/** The clock of every day: suspensions end, limits that passed are told, matters find new grids, contacts are erased. */
export async function keepMattersInTime(run: DailyRun): Promise<void> {
  for (const work of [endSuspensions, tellPassedLimits, rehomeMatters, eraseContacts])
    while ((await run.transact(work)) === batch);
}

const idsOf = async (tx: Tx, sql: string, values: readonly unknown[]): Promise<string[]> =>
  (await tx.query<{ id: string }>(`${sql} LIMIT ${batch}`, values)).map(({ id }) => id);

/** 挂账到期: work goes on from the day that the street agreed to. */
export async function endSuspensions(tx: Tx): Promise<number> {
  const ids = await idsOf(
    tx,
    `SELECT DISTINCT l.matter_id AS id FROM matter_leg l JOIN matter m ON m.id = l.matter_id
     WHERE l.state = 'SUSPENDED' AND l.suspension_until <= $1 AND m.open ORDER BY 1`,
    [tx.today],
  );
  // The clock acts for nobody; the day that was agreed is the authority.
  for (const matter of await tx.unscoped.lockAll(Matter, ids)) {
    const open = await caseOf(tx, matter);
    for (const leg of open.legs)
      if (leg.state === 'SUSPENDED' && leg.suspensionUntil !== null && leg.suspensionUntil <= tx.today) {
        takePart(tx, open, 'resumeByClock', leg.id);
        await resume(tx, open, leg, 'resumeByClock');
      }
  }
  return ids.length;
}

/** 超时: once for each limit that has passed. */
export async function tellPassedLimits(tx: Tx): Promise<number> {
  const ids = await idsOf(
    tx,
    'SELECT id FROM matter WHERE open AND NOT overdue AND due_order < $1 AND due_at < $1 ORDER BY due_order, id',
    [tx.now],
  );
  // As above: what has passed has passed for everybody.
  for (const matter of await tx.unscoped.lockAll(Matter, ids)) {
    if (matter.overdue || matter.dueAt === null || matter.dueAt >= tx.now) continue;
    await tx.save(matter, { overdue: true });
    await writeDown(tx, matter, { kind: 'overdue', from: matter.state, to: matter.state, note: matter.step });
    tellOverdue(tx, matter);
  }
  return ids.length;
}

/** 网格调整: open matters of grids that ended belong to the grid in which they lie now, or to the only successor. */
export async function rehomeMatters(tx: Tx): Promise<number> {
  const found = await tx.query<{ id: string; successors: string[] }>(
    `SELECT m.id, g.successor_ids AS successors FROM matter m JOIN grid g ON g.id = m.grid_id
     WHERE m.open AND g.status IN ('MERGED', 'SPLIT', 'RETIRED') ORDER BY m.id LIMIT ${batch}`,
  );
  const successors = new Map(found.map(({ id, successors: next }) => [id, next]));
  // As above: the grids were changed by whoever may.
  for (const matter of await tx.unscoped.lockAll(Matter, [...successors.keys()])) {
    const { longitude, latitude } = matter;
    const grid =
      longitude !== null && latitude !== null ? await gridAtPoint(tx, { longitude, latitude }, tx.today) : null;
    const next = successors.get(matter.id)!;
    // A place outside its community stays with the community: the boundary of areas is not the map's to move.
    const gridId = grid && grid.areaCode === matter.areaCode ? grid.id : next.length === 1 ? next[0]! : null;
    await tx.save(matter, { gridId });
    await writeDown(tx, matter, { kind: 'rehome', from: matter.state, to: matter.state });
  }
  return found.length;
}

/** 网格重绘: after the map of a community was drawn anew, its open matters with a place belong to the grid that now lies around it. */
export async function mattersFollowMap(tx: Tx, areaCode: string): Promise<void> {
  const found = await tx.query<{ id: string; gridId: string }>(
    `SELECT m.id, around.id AS "gridId" FROM matter m CROSS JOIN LATERAL (
       SELECT g.id FROM grid_boundary b JOIN grid g ON g.id = b.grid_id
       WHERE b.bounds @> box(point(m.longitude, m.latitude), point(m.longitude, m.latitude))
         AND b.outline @> point(m.longitude, m.latitude) AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)
         AND g.area_code = $1 AND g.tier = 'BASIC' AND g.status = 'ACTIVE'
       ORDER BY g.code LIMIT 1) around
     WHERE m.open AND m.area_code = $1 AND m.longitude IS NOT NULL AND m.grid_id IS DISTINCT FROM around.id ORDER BY m.id`,
    [areaCode, tx.today],
  );
  const gridOf = new Map(found.map(({ id, gridId }) => [id, gridId]));
  // As above: the map was drawn by whoever may.
  for (const matter of await tx.unscoped.lockAll(Matter, [...gridOf.keys()])) {
    await tx.save(matter, { gridId: gridOf.get(matter.id)! });
    await writeDown(tx, matter, { kind: 'rehome', from: matter.state, to: matter.state });
  }
}

/** 清除联系方式: some time after closing nobody needs to reach the reporter any more. */
export async function eraseContacts(tx: Tx): Promise<number> {
  const kept = Number(ruleInForce('matter.contact-retention', tx.today).value);
  const ids = await idsOf(
    tx,
    `SELECT id FROM matter WHERE requester_contact IS NOT NULL AND NOT open
       AND coalesce(closed_at, updated_at) < $1 ORDER BY id`,
    [startOfDayInShanghai(addDays(tx.today, -kept))],
  );
  // As above: the rule is the authority.
  for (const matter of await tx.unscoped.lockAll(Matter, ids))
    await tx.save(matter, { requesterContact: null, contactErasedOn: tx.today });
  return ids.length;
}
