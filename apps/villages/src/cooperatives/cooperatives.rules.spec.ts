import { DomainError } from '@jishi/errors';
import { creditCodeFrom } from '@jishi/identifiers';
import { system } from '@jishi/lifecycles';
import type { CooperativeState } from './cooperatives.entities';
import { cooperativeSteps, leadOf, refuseYear, stateByIncome, type CooperativeFacts } from './cooperatives.rules';

const facts: CooperativeFacts = {
  today: '2026-06-15',
  state: 'PLANNED',
  kind: 'FARMER_COOP',
  memberCount: 5,
  farmerCount: 4,
  registeredOn: null,
  activeSince: null,
};
const uscc = creditCodeFrom('9', '3', '410823', 'MA4X1000');
const complete = { uscc, on: '2026-06-15', reason: '成员大会决议' } as const;

/** The state after a step, or the code of the refusal. */
function after(step: (typeof cooperativeSteps.steps)[number], given: Partial<CooperativeFacts>): string {
  try {
    const may = step === 'fallDormant' || step === 'resume' ? system : () => true;
    return cooperativeSteps.take(step, { ...facts, ...complete, ...given }, may).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

describe('VIL-13 the steps of a cooperative', () => {
  const states: CooperativeState[] = ['PLANNED', 'REGISTERED', 'ACTIVE', 'DORMANT', 'DISSOLVED'];
  const no = 'STEP_NOT_POSSIBLE';
  it.each([
    ['register', ['REGISTERED', no, no, no, no]],
    ['activate', [no, 'ACTIVE', no, no, no]],
    ['fallDormant', [no, no, 'DORMANT', no, no]],
    ['resume', [no, no, no, 'ACTIVE', no]],
    ['dissolve', ['DISSOLVED', 'DISSOLVED', 'DISSOLVED', 'DISSOLVED', no]],
  ] as const)('VIL-13 %s leads only where the table says', (step, expected) => {
    expect(states.map((state) => after(step, { state }))).toEqual(expected);
  });

  it.each([
    ['register', 'it has four members', { memberCount: 4, farmerCount: 4 }, 'TOO_FEW_MEMBERS'],
    ['register', 'three of five are farmers', { farmerCount: 3 }, 'TOO_FEW_FARMERS'],
    ['register', 'four of five are farmers', {}, 'REGISTERED'],
    ['register', 'seventy-nine of a hundred are farmers', { memberCount: 100, farmerCount: 79 }, 'TOO_FEW_FARMERS'],
    ['register', 'a farm firm has two members', { kind: 'FARM_FIRM', memberCount: 2, farmerCount: 0 }, 'REGISTERED'],
    ['register', 'the code is too short', { uscc: '93' }, 'CREDIT_CODE_LENGTH'],
    [
      'register',
      'the last character is wrong',
      { uscc: uscc.slice(0, 17) + (uscc.endsWith('0') ? '1' : '0') },
      'CREDIT_CODE_CHECK_CHARACTER',
    ],
    [
      'register',
      'the code is an enterprise’s',
      { uscc: creditCodeFrom('9', '1', '410823', 'MA4X1000') },
      'USCC_NOT_OF_COOPERATIVE',
    ],
    [
      'register',
      'a farm firm has the code of an enterprise',
      { kind: 'FARM_FIRM', uscc: creditCodeFrom('9', '1', '410823', 'MA4X1000') },
      'REGISTERED',
    ],
    ['register', 'it is registered tomorrow', { on: '2026-06-16' }, 'DAY_IN_THE_FUTURE'],
    [
      'activate',
      'it begins before it is registered',
      { state: 'REGISTERED', registeredOn: '2026-06-16' },
      'BEFORE_IT_BEGAN',
    ],
    ['dissolve', 'no reason is given', { reason: ' ' }, 'INVALID_INPUT'],
  ] as const)('VIL-13 %s when %s', (step, _, given, expected) => {
    expect(after(step, given)).toBe(expected);
  });

  const active = { state: 'ACTIVE', activeSince: '2023-05-01' } as const;
  const earned = (...years: (readonly [number, number])[]) => years.map(([year, income]) => ({ year, income }));
  it.each([
    ['it earned last year', earned([2025, 1]), '2026-06-15', 'ACTIVE'],
    ['last year is reported as nothing', earned([2024, 1], [2025, 0]), '2026-01-10', 'DORMANT'],
    ['last year is not reported yet and need not be', earned([2024, 1]), '2026-03-31', 'ACTIVE'],
    ['last year is not reported in time', earned([2024, 1]), '2026-04-01', 'DORMANT'],
    ['it never reported since 2023', [], '2026-06-15', 'DORMANT'],
  ] as const)('VIL-13 by its income, when %s', (_, years, today, expected) => {
    expect(stateByIncome(active, years, today)).toBe(expected);
  });

  it('VIL-13 a young one has time, and one that earns again is at work again', () => {
    expect(stateByIncome({ state: 'ACTIVE', activeSince: '2025-02-01' }, earned([2025, 0]), '2026-06-15')).toBe(
      'ACTIVE',
    );
    expect(stateByIncome({ ...active, state: 'DORMANT' }, earned([2025, 9]), '2026-06-15')).toBe('ACTIVE');
    expect(stateByIncome({ state: 'REGISTERED', activeSince: null }, [], '2026-06-15')).toBe('REGISTERED');
  });

  it('VIL-13 a branch leads while it stands and a member of it sits on the board', () => {
    expect(leadOf('b', { seats: 1, organizationStands: true })).toEqual({ ledByOrgId: 'b', leadGap: null });
    expect(leadOf('b', { seats: 0, organizationStands: true })).toEqual({ ledByOrgId: null, leadGap: 'NO_SEAT' });
    expect(leadOf('b', { seats: 1, organizationStands: false })).toEqual({
      ledByOrgId: null,
      leadGap: 'ORGANIZATION_DISSOLVED',
    });
    expect(leadOf(null, { seats: 0, organizationStands: false })).toEqual({ ledByOrgId: null, leadGap: null });
  });

  it.each([
    ['it is not over', { year: 2026 }, 'YEAR_NOT_OVER'],
    ['it is before the registration', { year: 2022 }, 'YEAR_BEFORE_REGISTRATION'],
    ['the collective gets more than all', { collectiveDividend: 3 }, 'DIVIDEND_PARTS_DO_NOT_FIT'],
    ['the income is below 0', { income: -1 }, 'DIVIDEND_PARTS_DO_NOT_FIT'],
    ['all is well', {}, undefined],
  ])('VIL-13 a year when %s', (_, more, expected) => {
    const year = { year: 2025, income: 10, dividend: 2, collectiveDividend: 1, ...more };
    expect(refuseYear(year, { registeredOn: '2023-05-01' }, '2026-06-15')?.code).toBe(expected);
  });
});
