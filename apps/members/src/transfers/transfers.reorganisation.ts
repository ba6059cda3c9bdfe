import { consumer } from '@jishi/event-delivery';
import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import {
  memberTransferred,
  organizationClosing,
  organizationEstablished,
  transferCancelled,
  transferClosed,
} from '@jishi/event-contracts';
import { organizationKnownAfter, organizationKnownByNow } from '@jishi/known-register';
import { Member, moveMember, openStatuses } from '../membership';
import { countRosters, tellIfEmpty } from '../rosters';
import { Transfer } from './transfers.entities';
import { moveOf, toldOf } from './transfers.events';
import { receiverRefused } from './transfers.rules';

interface Plan {
  readonly fromOrgId: string;
  readonly toOrgId: string;
  /** Only these; everybody when absent. */
  readonly memberIds?: readonly string[];
  readonly batchId: string;
}

/** Branches that are closed or split: their members move by the approved plan, one transfer each, closed at once (P1, P3). */
export const followReorganisations = consumer('members.reorganisations', {
  [organizationClosing.type]: async (tx, event) => {
    const { orgId, memberPlan } = organizationClosing.parse(event.data);
    // From here on nobody is received any more, so nobody comes in behind the last who leaves.
    const { status } = await organizationKnownAfter(tx, event);
    if (status !== 'CLOSING') return; // withdrawn meanwhile
    const { toOrgId } = memberPlan;
    // Without a plan every member is asked, and moves by a transfer of his own.
    const moved = toOrgId === null ? 0 : await moveByPlan(tx, { fromOrgId: orgId, toOrgId, batchId: event.id });
    if (moved === 0) await tellIfEmpty(tx, orgId);
  },
  [organizationEstablished.type]: async (tx, event) => {
    const { orgId, transfersIn } = organizationEstablished.parse(event.data);
    if (!transfersIn) return;
    await organizationKnownAfter(tx, event);
    await moveByPlan(tx, { ...transfersIn, toOrgId: orgId, batchId: event.id });
  },
});

async function moveByPlan(tx: Tx, { fromOrgId, toOrgId, memberIds, batchId }: Plan): Promise<number> {
  const receiver = await organizationKnownByNow(tx, toOrgId);
  // The approved change is the authority over every member of the branch.
  const attached = await tx.unscoped.findAll(Member, { orgId: fromOrgId, status: openStatuses });
  const ids = attached.map(({ id }) => id).filter((id) => memberIds?.includes(id) ?? true);
  // Committees and general branches merge too; nobody is attached to them, so nobody needs a branch to go to.
  if (ids.length === 0) return 0;
  const refused = receiverRefused(receiver, fromOrgId);
  if (refused) throw ruleBroken(refused);

  for (const member of await tx.unscoped.lockAll(Member, ids)) {
    await cancelUnderWay(tx, member);
    const transfer = await tx.insert(Transfer, {
      personId: member.personId,
      memberId: member.id,
      scope: 'INSIDE',
      fromOrgId,
      toOrgId,
      reason: 'REORGANISATION',
      state: 'CLOSED',
      openedOn: tx.today,
      issuedOn: tx.today,
      validDays: 1,
      validUntil: tx.today,
      arrivedOn: tx.today,
      slipOn: tx.today,
      batchId,
    });
    await moveMember(tx, member, receiver, transfer.id);
    tx.emit(memberTransferred(moveOf(transfer, tx.today)));
    tx.emit(transferClosed(toldOf(transfer, tx.today)));
  }
  await countRosters(tx, [fromOrgId, toOrgId]);
  return ids.length;
}

/** The reorganisation goes before a transfer that had not arrived; it can be opened anew from the new branch. */
async function cancelUnderWay(tx: Tx, { personId }: Member): Promise<void> {
  // The approved change covers the member's open transfer too.
  const underWay = await tx.unscoped.find(Transfer, { personId, state: ['DRAFT', 'ISSUED'] });
  if (!underWay) return;
  const transfer = await tx.unscoped.lock(Transfer, underWay.id);
  await tx.save(transfer, { state: 'CANCELLED' });
  tx.emit(transferCancelled(toldOf(transfer, tx.today)));
}
