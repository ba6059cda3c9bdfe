import { DomainError } from '@jishi/errors';
import type { TimeLimit } from '@jishi/periods';
import { type AdmissionState, type MatterTypeState } from './matter-types.entities';
import {
  admissionSteps,
  categories,
  categoryOf,
  checkLimits,
  digitsOf,
  notAdmitted,
  typeSteps,
  limitedSteps,
  type MatterLimits,
} from './matter-types.rules';

const codeOf = (work: () => string | void): string => {
  try {
    return work() ?? 'allowed';
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
};
const no = 'STEP_NOT_POSSIBLE';

describe('GRD-07 the steps of a type', () => {
  const states: MatterTypeState[] = ['REQUESTED', 'REVIEWED', 'ADMITTED', 'SUSPENDED', 'REMOVED', 'REFUSED'];
  //          REQUESTED   REVIEWED    ADMITTED     SUSPENDED   REMOVED      REFUSED
  it.each([
    ['request', [no, no, no, no, 'REQUESTED', 'REQUESTED']],
    ['review', ['REVIEWED', no, no, no, no, no]],
    ['admit', [no, 'ADMITTED', no, no, no, no]],
    ['refuse', ['REFUSED', 'REFUSED', no, no, no, no]],
    ['suspend', [no, no, 'SUSPENDED', no, no, no]],
    ['resume', [no, no, no, 'ADMITTED', no, no]],
    ['remove', [no, no, no, 'REMOVED', no, no]],
  ] as const)('GRD-07 %s leads only where the table says', (step, expected) => {
    expect(states.map((state) => codeOf(() => typeSteps.take(step, { state, reason: '理由' }, () => true).to))).toEqual(
      expected,
    );
  });

  it.each(['suspend', 'refuse', 'remove'] as const)('GRD-07 to %s needs a reason', (step) => {
    const state = { suspend: 'ADMITTED', refuse: 'REVIEWED', remove: 'SUSPENDED' }[step] as MatterTypeState;
    expect(codeOf(() => typeSteps.take(step, { state, reason: ' ' }, () => true).to)).toBe('INVALID_INPUT');
  });
});

describe('GRD-07 the steps of a request', () => {
  const states: AdmissionState[] = ['REQUESTED', 'REVIEWED', 'ADMITTED', 'REFUSED', 'WITHDRAWN'];
  const facts = { today: '2026-06-15', departmentsHeard: 1, opinion: '可行', reason: '理由' } as const;
  it.each([
    ['review', ['REVIEWED', no, no, no, no]],
    ['admit', [no, 'ADMITTED', no, no, no]],
    ['refuse', ['REFUSED', 'REFUSED', no, no, no]],
    ['withdraw', ['WITHDRAWN', 'WITHDRAWN', no, no, no]],
  ] as const)('GRD-07 %s leads only where the table says', (step, expected) => {
    expect(states.map((state) => codeOf(() => admissionSteps.take(step, { ...facts, state }, () => true).to))).toEqual(
      expected,
    );
  });

  it.each([
    ['another department was heard', {}, 'allowed'],
    ['nobody else was heard', { departmentsHeard: 0 }, 'NO_OTHER_DEPARTMENT_HEARD'],
    ['nothing was said', { opinion: '' }, 'INVALID_INPUT'],
  ])('GRD-07 a review when %s', (_, given, expected) => {
    const review = () => void admissionSteps.take('review', { ...facts, state: 'REQUESTED', ...given }, () => true);
    expect(codeOf(review)).toBe(expected);
  });
});

describe('GRD-07 the gate', () => {
  const type = { state: 'ADMITTED' as MatterTypeState, name: '暴露垃圾', areaCode: '410811' };
  it.each([
    ['of the county whose list it stands on', type, '410811001001', false],
    ['of a city whose list it stands on', { ...type, areaCode: '410800' }, '410823001001', false],
    ['of another county', type, '410823001001', true],
    ['that is suspended', { ...type, state: 'SUSPENDED' as const }, '410811001001', true],
    ['that is asked for', { ...type, state: 'REQUESTED' as const }, '410811001001', true],
    ['that is reviewed', { ...type, state: 'REVIEWED' as const }, '410811001001', true],
    ['that was removed', { ...type, state: 'REMOVED' as const }, '410811001001', true],
    ['that was refused', { ...type, state: 'REFUSED' as const }, '410811001001', true],
    ['that nobody knows', undefined, '410811001001', true],
  ])('GRD-07 a matter %s', (_, given, place, refused) => {
    const refusal = notAdmitted('0301', given, place);
    expect(refusal !== false).toBe(refused);
    if (refusal) {
      expect(refusal).toMatchObject({ code: 'TYPE_NOT_ADMITTED', field: 'typeCode', citation: { rule: 'GRD-07' } });
      expect(refusal.wording.zh).toMatch(/^自动回复/);
    }
  });

  it('GRD-07 the first two digits of a code are its category, and nothing else is one', () => {
    expect(categoryOf('0301')).toBe('ENVIRONMENT');
    expect(['0001', '1101', '030', '03011', 'ab01'].map(categoryOf)).toEqual([null, null, null, null, null]);
    for (const [digits, category] of Object.entries(categories)) expect(digitsOf(category)).toBe(digits);
  });

  it('GRD-07 limits are at least one, and an emergency never stops at closing time', () => {
    const all = (unit: TimeLimit['unit'], amount: number) =>
      Object.fromEntries(limitedSteps.map((step) => [step, { unit, amount }])) as MatterLimits;
    expect(codeOf(() => checkLimits(all('WORKING_MINUTES', 1), false))).toBe('allowed');
    expect(codeOf(() => checkLimits(all('WORKING_DAYS', 0), false))).toBe('INVALID_INPUT');
    expect(codeOf(() => checkLimits(all('NATURAL_HOURS', 2), true))).toBe('allowed');
    expect(codeOf(() => checkLimits(all('WORKING_DAYS', 2), true))).toBe('EMERGENCY_IN_NATURAL_HOURS');
  });
});
