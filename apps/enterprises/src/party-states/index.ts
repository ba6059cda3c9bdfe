import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followEntities } from '../entities';
import { followAssignments } from '../instructors';
import { followMembers, followOrganisations } from './party-states.consumers';
import { coverKept, judgeAll } from './party-states.coverers';
import { judgeByTheClock } from './party-states.daily';
import { EntityHistory, PartyStateChange } from './party-states.entities';
import { endHistory, keepHistory, moveHistory } from './party-states.history';
import { resolvers } from './party-states.resolvers';
import { judgePartyState, lockStanding } from './party-states.service';
import { partyStateSnapshot } from './party-states.snapshot';

export { EntityHistory, type CoverWay } from './party-states.entities';
export { followPartyStates, type PartyStateFollower } from './party-states.followers';
export { coversOfEntities } from './party-states.reads';
export { membersNeeded } from './party-states.rules';
export { judgePartyState, lockStanding } from './party-states.service';

followEntities({
  async changed(tx, { id, version }) {
    // What is recorded here begins with today; no figure of an earlier day changes.
    if (version === 1) await keepHistory(tx, [id], tx.today);
    await judgePartyState(tx, id);
  },
  async closed(tx, { id }, on) {
    await judgePartyState(tx, id);
    await endHistory(tx, id, on);
  },
  async merged(tx, merged, kept, on) {
    await lockStanding(tx, [merged.id, kept.id]);
    await coverKept(tx, merged.id, kept.id, on);
    await tx.query('UPDATE counted_member SET entity_id = $2 WHERE entity_id = $1', [merged.id, kept.id]);
    await judgePartyState(tx, merged.id);
    await endHistory(tx, merged.id, on);
    await judgePartyState(tx, kept.id);
  },
  areaMoved: moveHistory,
});

// ENT-09: who has got or lost an instructor.
followAssignments(judgeAll);

export const partyStates: Capability = {
  name: 'party-states',
  schema: join(__dirname, 'party-states.graphql'),
  resolvers,
  entities: [PartyStateChange, EntityHistory],
  snapshots: [partyStateSnapshot],
  consumers: [followOrganisations, followMembers],
  daily: judgeByTheClock,
};
