import type { CivilDate } from '@jishi/periods';
import fc from 'fast-check';
import type { Operating, PartyState } from '../entities';
import { changesOf, isBelow, passages, shouldBeBuilt, type PartyFacts } from './party-states.rules';

const plain: PartyFacts = {
  today: '2026-06-15',
  closed: false,
  operating: 'OPEN',
  fullMembers: 0,
  organisations: 0,
  ownOrganisation: false,
  hadOrganisation: false,
  belowSince: null,
  swept: false,
  instructed: false,
  taskMembers: null,
};
const organised = { organisations: 1, ownOrganisation: true, fullMembers: 5 };
const after = (state: PartyState, facts: Partial<PartyFacts>) =>
  [state, ...changesOf(state, { ...plain, ...facts }).map(({ to }) => to)].join(' → ');

describe('ENT-06 the states of an entity', () => {
  it.each<[string, PartyState, Partial<PartyFacts>, string]>([
    ['nothing is known', 'UNSWEPT', {}, 'UNSWEPT'],
    ['all eight items are dated', 'UNSWEPT', { swept: true }, 'UNSWEPT → SWEPT'],
    ['an instructor comes', 'SWEPT', { swept: true, instructed: true }, 'SWEPT → INSTRUCTED'],
    ['the instructor leaves', 'INSTRUCTED', { swept: true }, 'INSTRUCTED → SWEPT'],
    ['the second full member comes', 'SWEPT', { swept: true, fullMembers: 2 }, 'SWEPT'],
    ['the third full member comes', 'SWEPT', { swept: true, fullMembers: 3 }, 'SWEPT → QUALIFIED'],
    [
      'the third comes beside an instructor',
      'INSTRUCTED',
      { instructed: true, fullMembers: 3 },
      'INSTRUCTED → QUALIFIED',
    ],
    ['the third comes before any sweep', 'UNSWEPT', { fullMembers: 3 }, 'UNSWEPT → QUALIFIED'],
    [
      'the third comes to a firm that does not operate',
      'SWEPT',
      { swept: true, fullMembers: 3, operating: 'IDLE' },
      'SWEPT',
    ],
    ['one of the three goes', 'QUALIFIED', { swept: true, fullMembers: 2 }, 'QUALIFIED → SWEPT'],
    ['a task is opened', 'QUALIFIED', { fullMembers: 3, taskMembers: 3 }, 'QUALIFIED → SETTING_UP'],
    [
      'a joint task gathers three members',
      'SWEPT',
      { swept: true, fullMembers: 1, taskMembers: 3 },
      'SWEPT → QUALIFIED → SETTING_UP',
    ],
    ['the task is dropped', 'SETTING_UP', { fullMembers: 3 }, 'SETTING_UP → QUALIFIED'],
    ['a joint task is dropped', 'SETTING_UP', { swept: true, fullMembers: 1 }, 'SETTING_UP → QUALIFIED → SWEPT'],
    ['members go while a task is open', 'SETTING_UP', { fullMembers: 1, taskMembers: 1 }, 'SETTING_UP'],
    ['the organisation is active', 'SETTING_UP', { ...organised, taskMembers: 3 }, 'SETTING_UP → ORGANISED'],
    ['an organisation is active without a task', 'SWEPT', { ...organised, swept: true }, 'SWEPT → ORGANISED'],
    [
      'there are two members for 59 days',
      'ORGANISED',
      { ...organised, fullMembers: 2, belowSince: '2026-04-17' },
      'ORGANISED',
    ],
    [
      'there are two members for 60 days',
      'ORGANISED',
      { ...organised, fullMembers: 2, belowSince: '2026-04-16' },
      'ORGANISED → AT_RISK',
    ],
    [
      'a joint organisation has few members for long',
      'ORGANISED',
      { organisations: 1, fullMembers: 1, belowSince: '2026-01-01' },
      'ORGANISED',
    ],
    ['it stops operating', 'ORGANISED', { ...organised, operating: 'IDLE' }, 'ORGANISED → AT_RISK'],
    ['it operates again', 'AT_RISK', organised, 'AT_RISK → ORGANISED'],
    ['the organisation is dissolved', 'AT_RISK', { hadOrganisation: true }, 'AT_RISK → LAPSED'],
    [
      'the organisation is dissolved and three members still work there',
      'ORGANISED',
      { hadOrganisation: true, fullMembers: 3 },
      'ORGANISED → LAPSED → QUALIFIED',
    ],
    ['a lapsed one gets an instructor', 'LAPSED', { hadOrganisation: true, instructed: true }, 'LAPSED'],
    ['a lapsed one has three members again', 'LAPSED', { hadOrganisation: true, fullMembers: 3 }, 'LAPSED → QUALIFIED'],
    ['the registration ends', 'ORGANISED', { ...organised, closed: true, operating: 'CLOSED' }, 'ORGANISED → CLOSED'],
    ['anything happens after that', 'CLOSED', { ...organised, swept: true, taskMembers: 3 }, 'CLOSED'],
  ])('ENT-06 when %s', (_, state, facts, expected) => {
    expect(after(state, facts)).toBe(expected);
  });

  it('ENT-06 nothing leads out of closed, nor from organised to anything but at risk, lapsed or closed', () => {
    const outOf = (state: PartyState) => [
      ...new Set(passages.filter(({ from }) => from.includes(state)).map(({ to }) => to)),
    ];
    expect(outOf('CLOSED')).toEqual([]);
    expect(outOf('ORGANISED').sort()).toEqual(['AT_RISK', 'CLOSED', 'LAPSED']);
    expect(outOf('AT_RISK').sort()).toEqual(['CLOSED', 'LAPSED', 'ORGANISED']);
    expect(outOf('LAPSED').sort()).toEqual(['CLOSED', 'ORGANISED', 'QUALIFIED']);
    expect(outOf('SETTING_UP').sort()).toEqual(['CLOSED', 'ORGANISED', 'QUALIFIED']);
  });

  const states: PartyState[] = [
    'UNSWEPT',
    'SWEPT',
    'INSTRUCTED',
    'QUALIFIED',
    'SETTING_UP',
    'ORGANISED',
    'AT_RISK',
    'LAPSED',
  ];
  const anyFacts = fc.record({
    today: fc.constant('2026-06-15' as CivilDate),
    closed: fc.boolean(),
    operating: fc.constantFrom<Operating>('OPEN', 'IDLE', 'SHELL', 'DUPLICATE', 'GONE'),
    fullMembers: fc.nat(5),
    organisations: fc.nat(2),
    ownOrganisation: fc.boolean(),
    hadOrganisation: fc.boolean(),
    belowSince: fc.constantFrom<CivilDate | null>(null, '2026-01-01', '2026-06-01'),
    swept: fc.boolean(),
    instructed: fc.boolean(),
    taskMembers: fc.option(fc.nat(5)),
  });

  it('ENT-06 whatever the facts, the changes end, and judging again changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), anyFacts, (state, facts) => {
        const changes = changesOf(state, facts);
        expect(changes.length).toBeLessThanOrEqual(4);
        expect(changesOf(changes.at(-1)?.to ?? state, facts)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('ENT-06 a state with an organisation never stands without one, and the list of those to be built never names one that has', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), anyFacts, (state, facts) => {
        const now = changesOf(state, facts).at(-1)?.to ?? state;
        if (facts.closed) expect(now).toBe('CLOSED');
        else expect(['ORGANISED', 'AT_RISK'].includes(now)).toBe(facts.organisations > 0);
        if (shouldBeBuilt(facts)) expect(['QUALIFIED', 'SETTING_UP']).toContain(now);
        if (isBelow(facts)) expect(facts.fullMembers).toBeLessThan(3);
      }),
      { numRuns: 2_000 },
    );
  });
});
