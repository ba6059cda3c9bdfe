import { changeApproved, changeEffective, changeRejected, changeSubmitted } from '@jishi/event-contracts';
import type { Snapshot, Told } from '@jishi/event-delivery';

const inState = (state: string, contract: Told['contract']): Told => ({
  contract,
  when: `c.state = '${state}'`,
  data: `jsonb_build_object('changeId', c.id, 'kind', c.kind, 'orgIds', to_jsonb(c.org_ids), 'effectiveOn', c.effective_on)`,
});

/** Every change that left its drafter, by the event of its state. */
export const changeSnapshot: Snapshot = {
  told: [
    inState('SUBMITTED', changeSubmitted),
    inState('APPROVED', changeApproved),
    inState('EFFECTIVE', changeEffective),
    inState('REJECTED', changeRejected),
  ],
  from: 'organization_change c',
  key: 'c.id',
};
