import { addDays, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { Operating, PartyState } from '../entities';

/** What decides about the state of an entity; all of it follows from what others have written down. */
export interface PartyFacts {
  readonly today: CivilDate;
  /** Its registration has ended, or it was a duplicate. */
  readonly closed: boolean;
  readonly operating: Operating;
  /** Full members who work here. */
  readonly fullMembers: number;
  /** Active organisations that cover it, joint ones included. */
  readonly organisations: number;
  /** One of them is its own and nobody else's. */
  readonly ownOrganisation: boolean;
  /** It had an organisation that was dissolved. */
  readonly hadOrganisation: boolean;
  /** Since when its own organisation has had too few full members. */
  readonly belowSince: CivilDate | null;
  /** All eight items are dated: somebody looked at four of them, the registers answer the others. */
  readonly swept: boolean;
  readonly instructed: boolean;
  /** A set-up task is open, and how many full members all its entities have together; null when there is none. */
  readonly taskMembers: number | null;
}

export type StateCause =
  | 'SWEPT'
  | 'INSTRUCTOR_ASSIGNED'
  | 'INSTRUCTOR_LEFT'
  | 'MEMBERS_REACHED'
  | 'MEMBERS_FELL'
  | 'TASK_OPENED'
  | 'TASK_DROPPED'
  | 'ORGANISATION_ACTIVE'
  | 'ORGANISATION_DISSOLVED'
  | 'TOO_FEW_MEMBERS'
  | 'STOPPED_OPERATING'
  | 'FIXED'
  | 'REGISTRATION_ENDED';

/** 应建: full members from which an entity should have an organisation. */
export const membersNeeded = (on: CivilDate): number => ruleInForce('ent.set-up.full-members', on).value;

const reached = ({ fullMembers, operating, today }: PartyFacts): boolean =>
  operating === 'OPEN' && fullMembers >= membersNeeded(today);

/** Should have an organisation and has none (应建未建). */
export const shouldBeBuilt = (facts: PartyFacts): boolean =>
  !facts.closed && facts.organisations === 0 && reached(facts);

/** Alone, or with the others of its task, it has the members that an organisation needs. */
const qualified = (facts: PartyFacts): boolean =>
  reached(facts) || (facts.taskMembers !== null && facts.taskMembers >= membersNeeded(facts.today));

/** Its own organisation has fewer full members than it needs; joint ones are excepted. */
export const isBelow = ({ closed, ownOrganisation, fullMembers, today }: PartyFacts): boolean =>
  !closed && ownOrganisation && fullMembers < membersNeeded(today);

const tooFewForLong = ({ ownOrganisation, belowSince, today }: PartyFacts): boolean =>
  ownOrganisation && belowSince !== null && addDays(belowSince, ruleInForce('ent.at-risk.days', today).value) <= today;

const idle = ({ operating }: PartyFacts): boolean => operating === 'IDLE';

interface Passage {
  readonly from: readonly PartyState[];
  readonly to: PartyState;
  readonly cause: StateCause;
  readonly when: (facts: PartyFacts) => boolean;
}

const withoutOrganisation: readonly PartyState[] = [
  'UNSWEPT',
  'SWEPT',
  'INSTRUCTED',
  'QUALIFIED',
  'SETTING_UP',
  'LAPSED',
];
/** What it is when nothing else is to be said. */
const ground = (
  to: 'LAPSED' | 'INSTRUCTED' | 'SWEPT' | 'UNSWEPT',
  { hadOrganisation, instructed, swept }: PartyFacts,
) => to === (hadOrganisation ? 'LAPSED' : instructed ? 'INSTRUCTED' : swept ? 'SWEPT' : 'UNSWEPT');

/**
 * The states of an entity (model.md §7.2): which fact leads from which state to which. The first passage that holds is taken, then the
 * next one from there, until none holds. A stronger fact does not wait for a weaker one: a firm that nobody has swept and that has
 * three members is one that should have an organisation. Nothing leads out of CLOSED.
 */
export const passages: readonly Passage[] = [
  {
    from: [...withoutOrganisation, 'ORGANISED', 'AT_RISK'],
    to: 'CLOSED',
    cause: 'REGISTRATION_ENDED',
    when: ({ closed }) => closed,
  },
  {
    from: withoutOrganisation,
    to: 'ORGANISED',
    cause: 'ORGANISATION_ACTIVE',
    when: ({ organisations }) => organisations > 0,
  },
  {
    from: ['ORGANISED', 'AT_RISK'],
    to: 'LAPSED',
    cause: 'ORGANISATION_DISSOLVED',
    when: ({ organisations }) => organisations === 0,
  },
  { from: ['ORGANISED'], to: 'AT_RISK', cause: 'TOO_FEW_MEMBERS', when: tooFewForLong },
  { from: ['ORGANISED'], to: 'AT_RISK', cause: 'STOPPED_OPERATING', when: idle },
  {
    from: ['AT_RISK'],
    to: 'ORGANISED',
    cause: 'FIXED',
    when: (facts) => !tooFewForLong(facts) && !idle(facts),
  },
  { from: ['UNSWEPT', 'SWEPT', 'INSTRUCTED', 'LAPSED'], to: 'QUALIFIED', cause: 'MEMBERS_REACHED', when: qualified },
  { from: ['QUALIFIED'], to: 'SETTING_UP', cause: 'TASK_OPENED', when: ({ taskMembers }) => taskMembers !== null },
  { from: ['SETTING_UP'], to: 'QUALIFIED', cause: 'TASK_DROPPED', when: ({ taskMembers }) => taskMembers === null },
  ...(['LAPSED', 'INSTRUCTED', 'SWEPT', 'UNSWEPT'] as const).map((to) => ({
    from: ['QUALIFIED'] as const,
    to,
    cause: 'MEMBERS_FELL' as const,
    when: (facts: PartyFacts) => !qualified(facts) && ground(to, facts),
  })),
  { from: ['UNSWEPT'], to: 'SWEPT', cause: 'SWEPT', when: ({ swept }) => swept },
  { from: ['UNSWEPT', 'SWEPT'], to: 'INSTRUCTED', cause: 'INSTRUCTOR_ASSIGNED', when: ({ instructed }) => instructed },
  {
    from: ['INSTRUCTED'],
    to: 'SWEPT',
    cause: 'INSTRUCTOR_LEFT',
    when: ({ instructed, swept }) => !instructed && swept,
  },
  { from: ['INSTRUCTED'], to: 'UNSWEPT', cause: 'INSTRUCTOR_LEFT', when: ({ instructed }) => !instructed },
];

export interface StateChange {
  readonly from: PartyState;
  readonly to: PartyState;
  readonly cause: StateCause;
}

/** Every change that the facts ask for, one after the other; none when the state is what the facts say. */
export function changesOf(state: PartyState, facts: PartyFacts): StateChange[] {
  const changes: StateChange[] = [];
  for (let now = state; ;) {
    const next = passages.find(({ from, when }) => from.includes(now) && when(facts));
    if (!next) return changes;
    if (changes.length > passages.length)
      throw new Error(`the facts lead in a circle from ${state}: ${changes.map(({ to }) => to).join(' → ')}`);
    changes.push({ from: now, to: next.to, cause: next.cause });
    now = next.to;
  }
}
