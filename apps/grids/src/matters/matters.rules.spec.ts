import { DomainError } from '@jishi/errors';
import { system } from '@jishi/lifecycles';
import { matterStates, type LegState, type MatterState } from './matters.entities';
import type { MatterFacts } from './matters.guards';
import { matterSteps, stateOfParts, wordsOf, type MatterStep } from './matters.rules';

const facts: MatterFacts = {
  state: 'REPORTED',
  today: '2026-06-15',
  level: 'COMMUNITY',
  reopened: 0,
  handledByUnits: false,
  limitPassed: false,
  daysAsked: 8,
  binding: false,
  returnedBefore: false,
  minutesSinceDispatch: 0,
  suspensions: 0,
  reason: '理由',
  note: '说明',
  answer: '已清理',
  evidence: ['photo:1'],
  until: '2026-06-30',
};
/** What makes a step possible besides its state. */
const fitting: Partial<Record<MatterStep, Partial<MatterFacts>>> = {
  triage: { toLevel: 'DEPARTMENT' },
  sendDown: { toLevel: 'COMMUNITY' },
  suspend: { suspensionAsked: true },
  declineSuspension: { suspensionAsked: true },
  decideClosed: { reopened: 2 },
  decideAgain: { reopened: 2 },
  merge: { target: { itself: false, open: true, sameType: true } },
};

/** The state after a step, or the code of the refusal. */
function after(step: MatterStep, given: Partial<MatterFacts>): string {
  try {
    const may = step === 'resumeByClock' ? system : () => true;
    return matterSteps.take(step, { ...facts, ...fitting[step], ...given }, may).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

/** Every allowed step by state; what is not listed here is forbidden. */
const table: Record<MatterState, Partial<Record<MatterStep, MatterState>>> = {
  REPORTED: { accept: 'ACCEPTED', reject: 'REJECTED', merge: 'MERGED', void: 'VOID' },
  REJECTED: {},
  ACCEPTED: { take: 'SELF_HANDLING', escalate: 'ESCALATED', merge: 'MERGED', void: 'VOID' },
  SELF_HANDLING: { finish: 'RESOLVED', escalate: 'ESCALATED', merge: 'MERGED', void: 'VOID' },
  ESCALATED: { triage: 'TRIAGED', sendDown: 'ACCEPTED', merge: 'MERGED', void: 'VOID' },
  TRIAGED: { dispatch: 'DISPATCHED', sendDown: 'ACCEPTED', merge: 'MERGED', void: 'VOID' },
  DISPATCHED: { start: 'WORKING', refuse: 'TRIAGED', return: 'TRIAGED', void: 'VOID' },
  WORKING: {
    resolve: 'RESOLVED',
    return: 'TRIAGED',
    askSuspension: 'WORKING',
    suspend: 'SUSPENDED',
    declineSuspension: 'WORKING',
    void: 'VOID',
  },
  SUSPENDED: { resume: 'WORKING', resumeByClock: 'WORKING', void: 'VOID' },
  RESOLVED: { ask: 'FEEDBACK', void: 'VOID' },
  FEEDBACK: { close: 'CLOSED', reopen: 'REOPENED', decideClosed: 'CLOSED', decideAgain: 'TRIAGED', void: 'VOID' },
  REOPENED: { take: 'SELF_HANDLING', start: 'WORKING', void: 'VOID' },
  CLOSED: {},
  MERGED: {},
  VOID: {},
};

describe('GRD-09 the steps of a matter', () => {
  it.each(matterStates.flatMap((state) => matterSteps.steps.map((step) => [state, step] as const)))(
    'GRD-09 from %s: %s',
    (state, step) => {
      expect(after(step, { state })).toBe(table[state][step] ?? 'STEP_NOT_POSSIBLE');
    },
  );

  it('GRD-09 every state and step has its words, and only ended matters are final', () => {
    expect(matterStates.filter((state) => matterSteps.isFinal(state))).toEqual([
      'REJECTED',
      'CLOSED',
      'MERGED',
      'VOID',
    ]);
    for (const step of matterSteps.steps) expect(wordsOf(step).zh.length).toBeGreaterThan(0);
  });

  const needed: readonly (readonly [MatterStep, MatterState, Partial<MatterFacts>])[] = [
    ['reject', 'REPORTED', { reason: null }],
    ['reject', 'REPORTED', { note: ' ' }],
    ['escalate', 'ACCEPTED', { note: '' }],
    ['sendDown', 'TRIAGED', { reason: '' }],
    ['refuse', 'DISPATCHED', { reason: '' }],
    ['return', 'WORKING', { reason: '' }],
    ['askSuspension', 'WORKING', { reason: '' }],
    ['askSuspension', 'WORKING', { until: null }],
    ['declineSuspension', 'WORKING', { reason: '' }],
    ['finish', 'SELF_HANDLING', { answer: '' }],
    ['resolve', 'WORKING', { answer: ' ' }],
    ['ask', 'RESOLVED', { note: '' }],
    ['close', 'FEEDBACK', { answer: null }],
    ['reopen', 'FEEDBACK', { reason: '' }],
    ['decideClosed', 'FEEDBACK', { reason: '' }],
    ['decideAgain', 'FEEDBACK', { reason: '' }],
    ['void', 'REPORTED', { reason: '' }],
  ];
  it.each(needed)('GRD-09 %s from %s needs what it needs', (step, state, given) => {
    expect(after(step, { state, ...given })).toBe('INVALID_INPUT');
  });

  const guards: readonly (readonly [string, MatterStep, MatterState, Partial<MatterFacts>, string])[] = [
    ['the street solves it', 'take', 'ACCEPTED', { level: 'STREET' }, 'LEVEL_TOO_HIGH'],
    ['a department solves it', 'take', 'ACCEPTED', { level: 'DEPARTMENT' }, 'LEVEL_TOO_HIGH'],
    ['the grid solves it', 'take', 'ACCEPTED', { level: 'GRID' }, 'SELF_HANDLING'],
    ['units handled it before', 'take', 'REOPENED', { handledByUnits: true }, 'HANDLED_BY_UNITS'],
    ['it is graded for the community', 'triage', 'ESCALATED', { toLevel: 'COMMUNITY' }, 'LEVEL_NOT_ABOVE'],
    ['no unit answers to the department', 'triage', 'ESCALATED', { ownerFound: false }, 'OWNER_MISSING'],
    ['it is sent down to the street', 'sendDown', 'TRIAGED', { toLevel: 'STREET' }, 'LEVEL_NOT_BELOW'],
    [
      'its type is not admitted',
      'sendDown',
      'TRIAGED',
      { gate: { code: 'TYPE_NOT_ADMITTED', wording: { zh: '', en: '' } } },
      'TYPE_NOT_ADMITTED',
    ],
    ['it was refused once', 'refuse', 'DISPATCHED', { binding: true }, 'DISPATCH_BINDS'],
    ['4 working hours have passed to the minute', 'return', 'WORKING', { minutesSinceDispatch: 240 }, 'TRIAGED'],
    ['more than 4 working hours have passed', 'return', 'WORKING', { minutesSinceDispatch: 240.5 }, 'RETURN_TOO_LATE'],
    ['the unit returned it before', 'return', 'DISPATCHED', { returnedBefore: true }, 'RETURNED_BEFORE'],
    ['it was suspended once', 'askSuspension', 'WORKING', { suspensions: 1 }, 'WORKING'],
    ['it was suspended twice', 'askSuspension', 'WORKING', { suspensions: 2 }, 'SUSPENDED_TOO_OFTEN'],
    ['one is asked for already', 'askSuspension', 'WORKING', { suspensionAsked: true }, 'SUSPENSION_ASKED_ALREADY'],
    ['its limit has passed', 'askSuspension', 'WORKING', { limitPassed: true }, 'LIMIT_PASSED'],
    ['it would end today', 'askSuspension', 'WORKING', { until: '2026-06-15' }, 'UNTIL_NOT_AHEAD'],
    ['nobody asked', 'suspend', 'WORKING', { suspensionAsked: false }, 'SUSPENSION_NOT_ASKED'],
    ['its limit passed meanwhile', 'suspend', 'WORKING', { limitPassed: true }, 'LIMIT_PASSED'],
    ['nobody asked', 'declineSuspension', 'WORKING', { suspensionAsked: false }, 'SUSPENSION_NOT_ASKED'],
    ['its day has not come', 'resumeByClock', 'SUSPENDED', { suspensionUntil: '2026-06-16' }, 'SUSPENSION_STILL_HOLDS'],
    ['its day has come', 'resumeByClock', 'SUSPENDED', { suspensionUntil: '2026-06-15' }, 'WORKING'],
    ['there is no evidence', 'finish', 'SELF_HANDLING', { evidence: [] }, 'EVIDENCE_MISSING'],
    ['there is no evidence', 'resolve', 'WORKING', { evidence: [] }, 'EVIDENCE_MISSING'],
    ['the reporter is silent for 7 days', 'close', 'FEEDBACK', { daysAsked: 7 }, 'FEEDBACK_OUTSTANDING'],
    ['7 days of silence are over', 'close', 'FEEDBACK', { daysAsked: 8 }, 'CLOSED'],
    ['it was rated at once', 'close', 'FEEDBACK', { daysAsked: 0, rating: 5 }, 'CLOSED'],
    ['it was rated 0', 'close', 'FEEDBACK', { daysAsked: 0, rating: 0 }, 'RATING_OUT_OF_RANGE'],
    ['it was rated 6', 'close', 'FEEDBACK', { daysAsked: 9, rating: 6 }, 'RATING_OUT_OF_RANGE'],
    ['it was reopened once', 'reopen', 'FEEDBACK', { reopened: 1 }, 'REOPENED'],
    ['it was reopened twice', 'reopen', 'FEEDBACK', { reopened: 2 }, 'REOPENED_TOO_OFTEN'],
    ['reopenings are left', 'decideClosed', 'FEEDBACK', { reopened: 1 }, 'REOPENINGS_LEFT'],
    ['reopenings are left', 'decideAgain', 'FEEDBACK', { reopened: 0 }, 'REOPENINGS_LEFT'],
    [
      'the target has ended',
      'merge',
      'TRIAGED',
      { target: { itself: false, open: false, sameType: true } },
      'TARGET_NOT_OPEN',
    ],
    [
      'it would end in itself',
      'merge',
      'TRIAGED',
      { target: { itself: true, open: true, sameType: true } },
      'MERGED_INTO_ITSELF',
    ],
  ];
  it.each(guards)('GRD-09 when %s: %s', (_, step, state, given, expected) => {
    expect(after(step, { state, ...given })).toBe(expected);
  });

  it('GRD-09 warns when two matters of different types are put together', () => {
    const target = { itself: false, open: true, sameType: false };
    const { warnings } = matterSteps.take('merge', { ...facts, state: 'TRIAGED', target }, () => true);
    expect(warnings).toMatchObject([{ code: 'TARGET_OF_ANOTHER_TYPE' }]);
  });

  it('GRD-09 nobody but the clock ends a suspension by its day', () => {
    expect(() => matterSteps.take('resumeByClock', { ...facts, state: 'SUSPENDED' }, () => true)).toThrow(DomainError);
  });
});

describe('GRD-09 a joint dispatch', () => {
  const cases: readonly (readonly [readonly LegState[], MatterState])[] = [
    [['DISPATCHED'], 'DISPATCHED'],
    [['WORKING'], 'WORKING'],
    [['SUSPENDED'], 'SUSPENDED'],
    [['TRIAGED'], 'TRIAGED'],
    [['RESOLVED'], 'RESOLVED'],
    [['REOPENED'], 'REOPENED'],
    [['DISPATCHED', 'DISPATCHED'], 'DISPATCHED'],
    [['DISPATCHED', 'WORKING'], 'WORKING'],
    [['DISPATCHED', 'RESOLVED'], 'WORKING'],
    [['DISPATCHED', 'TRIAGED'], 'DISPATCHED'],
    [['WORKING', 'SUSPENDED'], 'WORKING'],
    [['SUSPENDED', 'SUSPENDED'], 'SUSPENDED'],
    [['SUSPENDED', 'RESOLVED'], 'SUSPENDED'],
    [['WORKING', 'RESOLVED'], 'WORKING'],
    [['WORKING', 'TRIAGED'], 'WORKING'],
    [['RESOLVED', 'TRIAGED'], 'TRIAGED'],
    [['TRIAGED', 'TRIAGED'], 'TRIAGED'],
    [['RESOLVED', 'RESOLVED', 'RESOLVED'], 'RESOLVED'],
    [['REOPENED', 'REOPENED'], 'REOPENED'],
    [['REOPENED', 'WORKING'], 'WORKING'],
  ];
  it.each(cases)('GRD-09 with parts %j is %s', (parts, state) => {
    expect(stateOfParts(parts)).toBe(state);
    expect(stateOfParts([...parts].reverse())).toBe(state);
  });
});
