import { DomainError } from '@jishi/errors';
import type { StationedState } from './stationed.entities';
import { daysToEnd, nominationWarnings, stationedSteps, vacantTooLong, type StationedFacts } from './stationed.rules';

const facts: StationedFacts = {
  today: '2026-06-15',
  state: 'ON_POST',
  role: 'FIRST_SECRETARY',
  plannedTo: '2026-06-15',
  decidedOn: '2024-05-01',
  postedOn: '2024-06-01',
  leaveSince: null,
  villageOccupied: false,
  personOccupied: false,
};
const complete = {
  on: '2026-06-15',
  reason: '工作需要',
  evaluation: '焦组考〔2026〕3号',
  successorPlan: '由县档案馆另派',
  successorBy: '2026-07-15',
} as const;

/** The state after a step, or the code of the refusal. */
function after(step: (typeof stationedSteps.steps)[number], given: Partial<StationedFacts>): string {
  try {
    return stationedSteps.take(step, { ...facts, ...complete, ...given }, () => true).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

describe('VIL-19 the steps of an assignment', () => {
  const states: StationedState[] = ['NOMINATED', 'APPROVED', 'REJECTED', 'ON_POST', 'ON_LEAVE', 'ENDED', 'RECALLED'];
  const no = 'STEP_NOT_POSSIBLE';
  //             NOMINATED   APPROVED    REJECTED ON_POST  ON_LEAVE  ENDED RECALLED
  it.each([
    ['approve', ['APPROVED', no, no, no, no, no, no]],
    ['reject', ['REJECTED', 'REJECTED', no, no, no, no, no]],
    ['post', [no, 'ON_POST', no, no, no, no, no]],
    ['leave', [no, no, no, 'ON_LEAVE', no, no, no]],
    ['return', [no, no, no, no, 'ON_POST', no, no]],
    ['end', [no, no, no, 'ENDED', 'ENDED', no, no]],
    ['recall', [no, no, no, 'RECALLED', 'RECALLED', no, no]],
  ] as const)('VIL-19 %s leads only where the table says', (step, expected) => {
    expect(states.map((state) => after(step, { state, endKind: 'TERM' }))).toEqual(expected);
  });

  it.each([
    ['reject', 'no reason is given', { state: 'NOMINATED', reason: ' ' }, 'INVALID_INPUT'],
    [
      'post',
      'another first secretary is on post',
      { state: 'APPROVED', villageOccupied: true },
      'FIRST_SECRETARY_ON_POST',
    ],
    ['post', 'the person is stationed elsewhere', { state: 'APPROVED', personOccupied: true }, 'PERSON_ON_POST'],
    ['post', 'the day is tomorrow', { state: 'APPROVED', on: '2026-06-16' }, 'DAY_IN_THE_FUTURE'],
    ['post', 'the day is before the approval', { state: 'APPROVED', on: '2024-04-30' }, 'BEFORE_APPROVAL'],
    ['leave', 'no reason is given', { reason: '' }, 'INVALID_INPUT'],
    ['leave', 'the day is before the post', { on: '2024-05-31' }, 'BEFORE_IT_BEGAN'],
    [
      'return',
      'the day is before the leave',
      { state: 'ON_LEAVE', leaveSince: '2026-06-10', on: '2026-06-09' },
      'BEFORE_IT_BEGAN',
    ],
    ['end', 'the term is over', { endKind: 'TERM', reason: null }, 'ENDED'],
    ['end', 'the term runs one day more', { endKind: 'TERM', plannedTo: '2026-06-16' }, 'TERM_NOT_OVER'],
    ['end', 'an earlier end is not explained', { endKind: 'PROMOTED', reason: ' ' }, 'REASON_MISSING'],
    ['end', 'somebody says the area was merged', { endKind: 'AREA_MERGED' }, 'ENDS_WITH_ITS_AREA'],
    ['recall', 'nothing stands behind it', { evaluation: '' }, 'INVALID_INPUT'],
    ['recall', 'there is no plan for a successor', { successorPlan: ' ' }, 'INVALID_INPUT'],
    ['recall', 'the successor comes on the thirtieth day', {}, 'RECALLED'],
    ['recall', 'the successor comes on the thirty-first day', { successorBy: '2026-07-16' }, 'SUCCESSOR_TOO_LATE'],
    ['recall', 'nobody says when the successor comes', { successorBy: null }, 'SUCCESSOR_TOO_LATE'],
    ['recall', 'a member of the team needs no day', { role: 'TEAM_MEMBER', successorBy: null }, 'RECALLED'],
  ] as const)('VIL-19 %s when %s', (step, _, given, expected) => {
    expect(after(step, given as Partial<StationedFacts>)).toBe(expected);
  });

  it('VIL-19 warns of a term under two years and of a first secretary whom the register does not show as a full member', () => {
    const given = {
      role: 'FIRST_SECRETARY',
      plannedFrom: '2026-07-01',
      plannedTo: '2028-07-01',
      fullMember: true,
    } as const;
    const codes = (more: object) => nominationWarnings({ ...given, ...more }, '2026-06-15').map(({ code }) => code);
    expect(codes({})).toEqual([]);
    expect(codes({ plannedTo: '2028-06-30' })).toEqual(['TERM_SHORT']);
    expect(codes({ fullMember: false })).toEqual(['NOT_A_FULL_MEMBER']);
    expect(codes({ role: 'TEAM_MEMBER', fullMember: false })).toEqual([]);
  });

  it('VIL-19 counts the days to the end only on post, and calls a vacancy too long from the thirty-first day', () => {
    expect(daysToEnd({ state: 'ON_LEAVE', plannedTo: '2026-08-14' }, '2026-06-15')).toBe(60);
    expect(daysToEnd({ state: 'ENDED', plannedTo: '2026-08-14' }, '2026-06-15')).toBeNull();
    expect([30, 31].map((days) => vacantTooLong(days, '2026-06-15'))).toEqual([false, true]);
  });
});
