import { DomainError } from '@jishi/errors';
import { system } from '@jishi/lifecycles';
import type { PlanMeasure, PlanState } from './plans.entities';
import { overdue, planSteps, reached, refuseGoals, type PlanFacts } from './plans.rules';

const measure: PlanMeasure = {
  no: 1,
  content: '建冷库',
  responsible: '村党支部',
  dueOn: '2026-06-01',
  doneOn: null,
  result: null,
};
const facts: PlanFacts = {
  today: '2026-06-15',
  state: 'DRAFT',
  lastYear: 2026,
  lifting: false,
  measures: [measure],
  anotherRuns: false,
};
const complete = {
  reason: '补充测算',
  decidedOn: '2026-06-15',
  document: '村决〔2026〕1号',
  evaluation: '达到目标',
} as const;

/** The state after a step, or the code of the refusal. */
function after(step: (typeof planSteps.steps)[number], given: Partial<PlanFacts>): string {
  try {
    const may = step === 'supersede' || step === 'endWithVillage' ? system : () => true;
    return planSteps.take(step, { ...facts, ...complete, ...given }, may).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

describe('VIL-09 the steps of a plan', () => {
  const states: PlanState[] = [
    'DRAFT',
    'VILLAGE_REVIEWED',
    'TOWN_CHECKED',
    'APPROVED',
    'RUNNING',
    'EVALUATED',
    'SUPERSEDED',
  ];
  const no = 'STEP_NOT_POSSIBLE';
  //                    DRAFT              REVIEWED        CHECKED     APPROVED      RUNNING       EVALUATED     SUPERSEDED
  it.each([
    ['change', ['DRAFT', no, no, no, no, no, no]],
    ['review', ['VILLAGE_REVIEWED', no, no, no, no, no, no]],
    ['check', [no, 'TOWN_CHECKED', no, no, no, no, no]],
    ['return', [no, 'DRAFT', 'DRAFT', no, no, no, no]],
    ['approve', [no, no, 'APPROVED', no, no, no, no]],
    ['start', [no, no, no, 'RUNNING', no, no, no]],
    ['recordResult', [no, no, no, no, 'RUNNING', no, no]],
    ['evaluate', [no, no, no, no, 'EVALUATED', no, no]],
    ['supersede', [no, no, no, no, no, 'SUPERSEDED', no]],
    ['endWithVillage', [no, no, no, 'SUPERSEDED', 'SUPERSEDED', 'SUPERSEDED', no]],
  ] as const)('VIL-09 %s leads only where the table says', (step, expected) => {
    expect(states.map((state) => after(step, { state }))).toEqual(expected);
  });

  it.each([
    ['review', 'no document is named', { document: ' ' }, 'INVALID_INPUT'],
    ['review', 'the village decides tomorrow', { decidedOn: '2026-06-16' }, 'DAY_IN_THE_FUTURE'],
    ['check', 'its years are over', { state: 'VILLAGE_REVIEWED', lastYear: 2025 }, 'PLAN_YEARS_OVER'],
    ['approve', 'its years are over', { state: 'TOWN_CHECKED', lastYear: 2025 }, 'PLAN_YEARS_OVER'],
    ['approve', 'another plan runs', { state: 'TOWN_CHECKED', anotherRuns: true }, 'ANOTHER_PLAN_VALID'],
    ['return', 'no reason is given', { state: 'TOWN_CHECKED', reason: '' }, 'INVALID_INPUT'],
    ['recordResult', 'there is no such measure', { state: 'RUNNING', measure: null }, 'MEASURE_UNKNOWN'],
    ['recordResult', 'it was done tomorrow', { state: 'RUNNING', doneOn: '2026-06-16' }, 'DAY_IN_THE_FUTURE'],
    ['evaluate', 'nothing is concluded', { state: 'RUNNING', evaluation: ' ' }, 'INVALID_INPUT'],
    ['evaluate', 'a weak village has no results', { state: 'RUNNING', lifting: true }, 'MEASURES_WITHOUT_RESULT'],
  ] as const)('VIL-09 %s when %s', (step, _, given, expected) => {
    expect(after(step, given)).toBe(expected);
  });

  it('VIL-09 another village is evaluated without results too, with a warning', () => {
    const { warnings } = planSteps.take('evaluate', { ...facts, ...complete, state: 'RUNNING' }, () => true);
    expect(warnings).toMatchObject([{ code: 'MEASURES_WITHOUT_RESULT', params: { numbers: '1' } }]);
  });

  it.each([
    ['there are none', [], 'GOALS_MISSING'],
    ['one is of the base year', [{ year: 2025, total: 2, operating: 1 }], 'GOALS_BEFORE_BASE'],
    [
      'a year is left out',
      [
        { year: 2026, total: 2, operating: 1 },
        { year: 2028, total: 2, operating: 1 },
      ],
      'GOAL_YEARS_NOT_IN_A_ROW',
    ],
    [
      'a year stands twice',
      [
        { year: 2026, total: 2, operating: 1 },
        { year: 2026, total: 2, operating: 1 },
      ],
      'GOAL_YEARS_NOT_IN_A_ROW',
    ],
    ['operating is more than the total', [{ year: 2026, total: 1, operating: 2 }], 'GOAL_PARTS_DO_NOT_FIT'],
    ['operating is below 0', [{ year: 2026, total: 1, operating: -1 }], 'GOAL_PARTS_DO_NOT_FIT'],
    [
      'they fit',
      [
        { year: 2027, total: 2, operating: 2 },
        { year: 2026, total: 2, operating: 0 },
      ],
      undefined,
    ],
  ])('VIL-09 goals when %s', (_, goals, expected) => {
    expect(refuseGoals(goals, 2025)?.code).toBe(expected);
  });

  it('VIL-09 a measure is late from the day after it was due; actual ÷ goal has four decimals', () => {
    expect(overdue([measure], '2026-06-01')).toBe(false);
    expect(overdue([measure], '2026-06-02')).toBe(true);
    expect(overdue([{ ...measure, doneOn: '2026-06-10' }], '2026-06-15')).toBe(false);
    expect([reached(2, 3), reached(null, 3), reached(1, 0)]).toEqual([0.6667, null, null]);
  });
});
