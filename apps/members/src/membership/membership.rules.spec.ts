import { DomainError } from '@jishi/errors';
import type { MemberStatus } from './membership.entities';
import { memberSteps, partyYears, suggestedClass, type MemberFacts } from './membership.rules';

const facts: MemberFacts = { state: 'FULL', today: '2026-03-01', joinedOn: '2025-03-01', suspendedOn: null };

function after(step: (typeof memberSteps.steps)[number], given: Partial<MemberFacts>): string {
  try {
    return memberSteps.take(step, { ...facts, ...given }, () => true).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

describe('MEM-01 status of a membership', () => {
  const states: MemberStatus[] = ['PROBATIONARY', 'FULL', 'SUSPENDED', 'LEFT', 'MOVED_OUT', 'DECEASED'];
  const no = 'STEP_NOT_POSSIBLE';

  //             PROBATIONARY  FULL         SUSPENDED    LEFT MOVED DECEASED
  it.each([
    ['confirm', { on: '2026-03-01' }, ['FULL', no, no, no, no, no]],
    ['suspend', { reason: 'SETTLED_ABROAD', since: '2020-01-01' }, [no, 'SUSPENDED', no, no, no, no]],
    ['restore', { reason: '已找到' }, [no, no, 'FULL', no, no, no]],
    ['leave', { reason: 'RESIGNED' }, [no, 'LEFT', 'LEFT', no, no, no]],
    ['moveOut', {}, ['MOVED_OUT', 'MOVED_OUT', 'MOVED_OUT', no, no, no]],
    ['decease', {}, ['DECEASED', 'DECEASED', 'DECEASED', no, no, no]],
  ] as const)('MEM-01 %s leads only where the rule says', (step, given, expected) => {
    expect(states.map((state) => after(step, { ...given, state }))).toEqual(expected);
  });

  it.each([
    [
      'confirm',
      'a day before the twelve months are over',
      { state: 'PROBATIONARY', on: '2026-02-28' },
      'PROBATION_NOT_OVER',
    ],
    ['confirm', 'a day that has not come', { state: 'PROBATIONARY', on: '2026-03-02' }, 'DATE_IN_FUTURE'],
    [
      'suspend',
      'contact lost for less than six months',
      { reason: 'LOST_CONTACT', since: '2025-09-02' },
      'CONTACT_NOT_LOST_LONG_ENOUGH',
    ],
    ['suspend', 'contact lost for six months', { reason: 'LOST_CONTACT', since: '2025-09-01' }, 'SUSPENDED'],
    [
      'suspend',
      'abroad for study for just five years',
      { reason: 'STUDY_ABROAD', since: '2021-03-01' },
      'NOT_ABROAD_LONG_ENOUGH',
    ],
    [
      'suspend',
      'abroad for study for more than five years',
      { reason: 'STUDY_ABROAD', since: '2021-02-28' },
      'SUSPENDED',
    ],
    ['suspend', 'settled abroad from tomorrow on', { reason: 'SETTLED_ABROAD', since: '2026-03-02' }, 'DATE_IN_FUTURE'],
    ['suspend', 'no day given', { reason: 'LOST_CONTACT' }, 'INVALID_INPUT'],
    ['leave', 'lapsed without a suspension', { reason: 'LAPSED' }, 'LAPSED_TOO_EARLY'],
    ['leave', 'lapsed two years after it', { state: 'SUSPENDED', reason: 'LAPSED', suspendedOn: '2024-03-01' }, 'LEFT'],
  ] as const)('MEM-01 %s: %s', (step, _, given, expected) => {
    expect(after(step, given as Partial<MemberFacts>)).toBe(expected);
  });

  it('MEM-01 years in the Party count from confirmation', () => {
    expect(partyYears(null, '2026-03-01')).toBeNull();
    expect(partyYears('2001-03-02', '2026-03-01')).toBe(24);
    expect(partyYears('2001-03-01', '2026-03-01')).toBe(25);
    expect(partyYears('2026-03-02', '2026-03-01')).toBeNull();
  });

  it.each([
    ['a village branch', { branchHostKind: 'VILLAGE' }, 'RURAL'],
    ['a man of sixty', { birthDate: '1966-03-01' }, 'RETIRED'],
    ['a man of fifty-nine with work', { birthDate: '1966-03-02', hasWork: true }, 'IN_POST'],
    ['a woman of fifty-five', { birthDate: '1971-03-01', gender: '2' }, 'RETIRED'],
    ['a young person without work in a community', { branchHostKind: 'COMMUNITY' }, 'COMMUNITY'],
  ] as const)('MEM-02 suggests for %s', (_, given, expected) => {
    const usual = {
      today: '2026-03-01',
      birthDate: '1990-01-01',
      gender: '1',
      hasWork: false,
      branchHostKind: 'UNIT',
    } as const;
    expect(suggestedClass({ ...usual, ...given })).toBe(expected);
  });
});
