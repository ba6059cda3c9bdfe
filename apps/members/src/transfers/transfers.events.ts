import type { CivilDate } from '@jishi/periods';
import type { Transfer } from './transfers.entities';

/** What every event of a transfer says. */
export const toldOf = ({ id, memberId, fromOrgId, toOrgId, state }: Transfer, on: CivilDate) => ({
  transferId: id,
  memberId,
  fromOrgId,
  toOrgId,
  state,
  on,
});

/** What is told of a member who now belongs elsewhere. */
export const moveOf = (transfer: Transfer, effectiveOn: CivilDate) => ({
  memberId: transfer.memberId!,
  personId: transfer.personId,
  fromOrgId: transfer.fromOrgId,
  toOrgId: transfer.toOrgId,
  scope: transfer.scope,
  reason: transfer.reason,
  effectiveOn,
});
