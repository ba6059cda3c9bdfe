import type { Tx } from '@jishi/database';
import { laterOf, type CivilDate } from '@jishi/periods';
import { villageAfter } from '../plans';
import type { Merger } from '../register';
import { StationedAssignment, StationedRequirement, type StationedState } from './stationed.entities';
import { tellEnded, tellPosted } from './stationed.service';

const merged = '所在村已合并';

/**
 * P11: when a village becomes part of another, candidates and the requirement go with it; who is on post there ends in the old
 * village and goes on in the new one from that day, so that the past keeps the old code. A village has one first secretary: the
 * successor's own stays, otherwise the longest on post; the other's assignment ends.
 */
export async function moveStationed(tx: Tx, { code, on, replacedBy }: Merger): Promise<void> {
  const to = await villageAfter(tx, replacedBy);
  await moveRequirement(tx, code, to, on);
  const followers = await moveCandidates(tx, code, to);
  await moveOnPost(tx, code, to, on, followers);
}

async function moveRequirement(tx: Tx, code: string, to: string | null, on: CivilDate): Promise<void> {
  // A merger concerns every row of the village, whoever may see it.
  const rows = await tx.unscoped.findAll(StationedRequirement, { areaCode: code, validTo: null });
  for (const { id } of rows) {
    const row = await tx.unscoped.lock(StationedRequirement, id);
    await tx.save(row, { validTo: laterOf(on, row.validFrom), liftReason: merged });
    if (to === null) continue;
    const standing = await tx.query(
      'SELECT FROM stationed_requirement WHERE area_code = $1 AND (valid_to IS NULL OR valid_to > $2)',
      [to, on],
    );
    if (standing.length > 0) continue;
    await tx.insert(StationedRequirement, { areaCode: to, reason: row.reason, validFrom: laterOf(on, row.validFrom) });
  }
}

/** Candidates wait for the new village; a second candidate for first secretary of one village falls away. Gives whom each follows. */
async function moveCandidates(tx: Tx, code: string, to: string | null): Promise<Map<string, StationedAssignment>> {
  const followers = new Map<string, StationedAssignment>();
  for (const row of await lockedIn(tx, code, ['NOMINATED', 'APPROVED'])) {
    const [rival] =
      row.role === 'FIRST_SECRETARY'
        ? await tx.query(
            `SELECT FROM stationed_assignment WHERE area_code = $1 AND role = 'FIRST_SECRETARY' AND state IN ('NOMINATED', 'APPROVED')`,
            [to],
          )
        : [];
    if (to === null || rival) {
      await tx.save(row, { state: 'REJECTED', rejectionReason: merged, decidedOn: tx.today });
      continue;
    }
    if (row.predecessorId) followers.set(row.predecessorId, row);
    await tx.save(row, { areaCode: to, predecessorId: null });
  }
  return followers;
}

async function moveOnPost(
  tx: Tx,
  code: string,
  to: string | null,
  on: CivilDate,
  followers: ReadonlyMap<string, StationedAssignment>,
): Promise<void> {
  for (const row of await lockedIn(tx, code, ['ON_POST', 'ON_LEAVE'])) {
    const { state, leaveSince, leaveReason } = row;
    const day = laterOf(on, row.postedOn!);
    await tx.save(row, {
      state: 'ENDED',
      endedOn: day,
      endKind: 'AREA_MERGED',
      endReason: merged,
      leaveSince: null,
      leaveReason: null,
    });
    tellEnded(tx, row);
    if (to === null || (row.role === 'FIRST_SECRETARY' && !(await freeFor(tx, to, day)))) continue;
    const next = await tx.insert(StationedAssignment, {
      personId: row.personId,
      areaCode: to,
      role: row.role,
      senderUnitId: row.senderUnitId,
      senderOrgId: row.senderOrgId,
      tasks: row.tasks,
      plannedFrom: row.plannedFrom,
      plannedTo: row.plannedTo,
      nominatedOn: row.nominatedOn,
      decidedOn: row.decidedOn,
      state,
      leaveSince,
      leaveReason,
      postedOn: day,
      predecessorId: row.id,
    });
    tellPosted(tx, next);
    const follower = followers.get(row.id);
    if (follower) await tx.save(follower, { predecessorId: next.id });
  }
}

async function freeFor(tx: Tx, areaCode: string, on: CivilDate): Promise<boolean> {
  const taken = await tx.query(
    `SELECT FROM stationed_assignment WHERE area_code = $1 AND role = 'FIRST_SECRETARY' AND posted_on IS NOT NULL
       AND (ended_on IS NULL OR ended_on > $2)`,
    [areaCode, on],
  );
  return taken.length === 0;
}

async function lockedIn(tx: Tx, areaCode: string, state: readonly StationedState[]): Promise<StationedAssignment[]> {
  // A merger concerns every row of the village, whoever may see it.
  const found = await tx.unscoped.findAll(StationedAssignment, { areaCode, state });
  return tx.unscoped.lockAll(
    StationedAssignment,
    found.map(({ id }) => id),
  );
}
