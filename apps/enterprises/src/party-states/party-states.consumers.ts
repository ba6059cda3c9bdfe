import type { Tx } from '@jishi/database';
import {
  memberConfirmed,
  memberLeft,
  memberReclassified,
  memberRecorded,
  memberRestored,
  memberSuspended,
  memberTransferred,
  organizationDissolved,
  organizationEstablished,
  organizationRecorded,
} from '@jishi/event-contracts';
import { consumer, type CloudEvent } from '@jishi/event-delivery';
import { memberKnownAfter } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { cover, uncover } from './party-states.coverers';
import { countMembers, judgeCounted, type CountedFacts } from './party-states.members';

/** ENT-07, P2: which organisations cover which entities. One that is only being prepared covers nobody; one that is closing still does. */
export const followOrganisations = consumer(
  'enterprises.organised',
  {
    [organizationEstablished.type]: (tx, event) => {
      const { establishedOn, activeFrom, ...told } = organizationEstablished.parse(event.data);
      return cover(tx, told, (activeFrom ?? establishedOn) as CivilDate, null);
    },
    [organizationDissolved.type]: (tx, event) => {
      const { orgId, dissolvedOn } = organizationDissolved.parse(event.data);
      return uncover(tx, orgId, dissolvedOn as CivilDate);
    },
    [organizationRecorded.type]: (tx, event) => {
      const { history, closedOn, ...told } = organizationRecorded.parse(event.data);
      const since = history.find(({ status }) => status === 'ACTIVE' || status === 'CLOSING');
      return cover(tx, told, (since?.validFrom ?? null) as CivilDate | null, closedOn as CivilDate | null);
    },
  },
  { start: 'snapshot' },
);

const recount = async (tx: Tx, event: CloudEvent): Promise<readonly string[]> => [
  ...(await countMembers(tx, [await memberKnownAfter(tx, event)])).keys(),
];

const recorded = (event: CloudEvent): CountedFacts & { readonly event: CloudEvent } => {
  const { memberId, status, workHost } = memberRecorded.parse(event.data);
  return { event, id: memberId, status, workHostKind: workHost?.kind ?? null, workHostId: workHost?.id ?? null };
};

/**
 * ENT-06, P2: how many full members work in each entity. A record says it by itself; of the other events the copy of the register
 * says it, and the event when to look.
 */
export const followMembers = consumer(
  'enterprises.party-states',
  Object.fromEntries(
    [memberConfirmed, memberSuspended, memberRestored, memberLeft, memberTransferred, memberReclassified].map(
      ({ type }) => [type, recount],
    ),
  ),
  {
    ordering: 'latest-wins',
    start: 'snapshot',
    afterwards: judgeCounted,
    together: {
      [memberRecorded.type]: async (tx, events) => {
        const changed = await countMembers(tx, events.map(recorded));
        return new Map([...changed].map(([entityId, { event }]) => [entityId, event]));
      },
    },
  },
);
