import {
  transferArrived,
  transferCancelled,
  transferClosed,
  transferExpired,
  transferIssued,
  transferOpened,
  transferRefused,
} from '@jishi/event-contracts';
import type { Snapshot, Told } from '@jishi/event-delivery';

/** The day of the last step, where no column of its own names it. */
const lastStep = `(t.updated_at AT TIME ZONE 'Asia/Shanghai')::date`;

const inState = (state: string, contract: Told['contract'], on: string): Told => ({
  contract,
  when: `t.state = '${state}'`,
  data: `jsonb_build_object('transferId', t.id, 'memberId', t.member_id, 'fromOrgId', t.from_org_id, 'toOrgId', t.to_org_id,
    'state', t.state, 'on', ${on})`,
});

/** Every transfer by the event of its state. */
export const transferSnapshot: Snapshot = {
  told: [
    inState('DRAFT', transferOpened, 't.opened_on'),
    inState('ISSUED', transferIssued, 't.issued_on'),
    inState('ARRIVED', transferArrived, `coalesce(t.arrived_on, ${lastStep})`),
    inState('CLOSED', transferClosed, `coalesce(t.slip_on, ${lastStep})`),
    inState('EXPIRED', transferExpired, lastStep),
    inState('REFUSED', transferRefused, lastStep),
    inState('CANCELLED', transferCancelled, lastStep),
  ],
  from: 'transfer t',
  key: 't.id',
};
