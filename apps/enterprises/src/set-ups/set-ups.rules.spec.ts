import { system } from '@jishi/lifecycles';
import type { Operating } from '../entities';
import { refusePlan, setUpSteps, warningsOf, type Candidate, type Plan, type SetUpFacts } from './set-ups.rules';

const firm = (id: string, fullMembers: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  operating: 'OPEN' as Operating,
  fullMembers,
  orgCount: 0,
  townCode: '410811101',
  tradeSection: 'G',
  formTags: [],
  ...more,
});
const plan: Plan = { today: '2026-06-15', way: 'SINGLE', dueOn: '2026-12-31', candidates: [firm('甲', 3)] };
const three = [firm('甲', 1), firm('乙', 1), firm('丙', 1)];

describe('ENT-05 which organisation may be set up where', () => {
  it.each<[string, Partial<Plan>, string | undefined]>([
    ['one by itself with three members', {}, undefined],
    ['one by itself with two', { candidates: [firm('甲', 2)] }, 'MEMBERS_TOO_FEW'],
    ['one by itself in two firms', { candidates: [firm('甲', 3), firm('乙', 3)] }, 'ONE_ENTITY_ONLY'],
    ['a joint one of three with one each', { way: 'JOINT', candidates: three }, undefined],
    ['a joint one of two with one each', { way: 'JOINT', candidates: three.slice(1) }, 'MEMBERS_TOO_FEW'],
    ['a joint one of one', { way: 'JOINT', candidates: [firm('甲', 2)] }, 'PARTNERS_MISSING'],
    [
      'a joint one with a firm of three',
      { way: 'JOINT', candidates: [firm('甲', 3), firm('乙', 1)] },
      'JOINT_HOST_TOO_LARGE',
    ],
    ['a trade one with a firm of three', { way: 'TRADE', candidates: [firm('甲', 3), firm('乙', 1)] }, undefined],
    [
      'a trade one of two trades',
      { way: 'TRADE', candidates: [firm('甲', 2), firm('乙', 1, { tradeSection: 'I' })] },
      'TRADES_DIFFER',
    ],
    [
      'a trade one of couriers of two trades',
      {
        way: 'TRADE',
        candidates: [
          firm('甲', 2, { formTags: ['COURIER'] }),
          firm('乙', 1, { tradeSection: 'I', formTags: ['COURIER'] }),
        ],
      },
      undefined,
    ],
    [
      'a trade one of firms whose trade nobody recorded',
      { way: 'TRADE', candidates: [firm('甲', 2, { tradeSection: null }), firm('乙', 1, { tradeSection: null })] },
      'TRADES_DIFFER',
    ],
    [
      'a regional one over two towns',
      { way: 'REGIONAL', candidates: [firm('甲', 2), firm('乙', 1, { townCode: '410811102' })] },
      'REGIONS_DIFFER',
    ],
    ['one in a firm that stopped', { candidates: [firm('甲', 3, { operating: 'IDLE' })] }, 'ENTITY_NOT_OPERATING'],
    ['one where there is one', { candidates: [firm('甲', 3, { orgCount: 1 })] }, 'HAS_ORGANISATION'],
    ['one due yesterday', { dueOn: '2026-06-14' }, 'DUE_IN_THE_PAST'],
    ['one due today', { dueOn: '2026-06-15' }, undefined],
  ])('ENT-05 %s', (_, more, expected) => {
    expect(refusePlan({ ...plan, ...more })?.code).toBe(expected);
  });

  it('ENT-05 more than five partners are a warning', () => {
    const partners = (count: number) => Array.from({ length: count }, (_, index) => firm(String(index), 1));
    expect(warningsOf({ ...plan, way: 'JOINT', candidates: partners(5) })).toEqual([]);
    expect(warningsOf({ ...plan, way: 'JOINT', candidates: partners(6) })).toMatchObject([
      { code: 'MANY_JOINT_HOSTS' },
    ]);
  });
});

describe('ENT-06 the life of a task', () => {
  const facts: SetUpFacts = { state: 'OPENED', today: '2026-06-15', fullMembers: 3, uncovered: 1 };
  const may = () => true;
  const verdict = (
    step: Parameters<typeof setUpSteps.take>[0],
    more: Partial<SetUpFacts>,
    by: Parameters<typeof setUpSteps.take>[2] = may,
  ) => {
    try {
      return setUpSteps.take(step, { ...facts, ...more }, by).to;
    } catch (error) {
      return (error as { refusal: { code: string } }).refusal.code;
    }
  };

  it.each<[Parameters<typeof setUpSteps.take>[0], Partial<SetUpFacts>, string]>([
    ['startSetUpTask', {}, 'IN_PROGRESS'],
    ['startSetUpTask', { state: 'WAITING' }, 'IN_PROGRESS'],
    ['startSetUpTask', { state: 'REPORTED' }, 'STEP_NOT_POSSIBLE'],
    ['blockSetUpTask', { blocker: 'OWNER' }, 'WAITING'],
    ['blockSetUpTask', {}, 'INVALID_INPUT'],
    ['reportSetUpTask', {}, 'STEP_NOT_POSSIBLE'],
    ['reportSetUpTask', { state: 'IN_PROGRESS' }, 'REPORTED'],
    ['reportSetUpTask', { state: 'WAITING' }, 'REPORTED'],
    ['reportSetUpTask', { state: 'IN_PROGRESS', fullMembers: 2 }, 'MEMBERS_TOO_FEW'],
    ['dropSetUpTask', { reason: '企业外迁' }, 'DROPPED'],
    ['dropSetUpTask', { reason: ' ' }, 'INVALID_INPUT'],
    ['complete', { uncovered: 0 }, 'NOT_ALLOWED'],
    ['fallAway', { reason: '注销' }, 'NOT_ALLOWED'],
  ])('ENT-06 a person takes %s with %j', (step, more, expected) => {
    expect(verdict(step, more)).toBe(expected);
  });

  it.each<[Partial<SetUpFacts>, string]>([
    [{ uncovered: 0 }, 'DONE'],
    [{ state: 'REPORTED', uncovered: 0 }, 'DONE'],
    [{ uncovered: 1 }, 'ORGANISATION_NOT_ACTIVE'],
    [{ state: 'DROPPED', uncovered: 0 }, 'STEP_NOT_POSSIBLE'],
  ])('ENT-06 the organisation completes it with %j', (more, expected) => {
    expect(verdict('complete', more, system)).toBe(expected);
  });

  it.each(['DONE', 'DROPPED'] as const)('ENT-06 nothing leads out of %s', (state) => {
    expect(setUpSteps.isFinal(state)).toBe(true);
    for (const step of setUpSteps.steps)
      expect(verdict(step, { state, uncovered: 0, reason: '理由', blocker: 'OTHER' }, system)).toBe(
        'STEP_NOT_POSSIBLE',
      );
  });
});
