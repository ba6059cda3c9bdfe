import { DomainError } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { refuseContract, refuseMode, type ModeChange, type ModeFacts } from './modes.rules';
import { providerSteps, totalOf, yearsBelowUpTo, type LeftQuarter, type ProviderFacts } from './providers.rules';

const today = '2026-06-15' as CivilDate;

describe('GRD-21 a change of mode', () => {
  const facts: ModeFacts = {
    today,
    quarterId: 'quarter',
    current: { mode: 'OWNERS', providerId: null, validFrom: '2026-01-01' },
    provider: { state: 'SERVING', barredUntil: null },
    contract: { quarterId: 'quarter', providerId: 'firm', startsOn: '2026-03-01', endsOn: '2026-12-31', endedOn: null },
  };
  const company: ModeChange = { mode: 'COMPANY', from: '2026-03-01', providerId: 'firm', contractId: 'contract' };
  const ended = { ...facts.contract!, endedOn: '2026-05-31' as CivilDate };
  it.each<[string, Partial<ModeChange>, Partial<ModeFacts>, string | undefined]>([
    ['on the first day of the contract', {}, {}, undefined],
    ['today', { from: today }, {}, undefined],
    ['tomorrow', { from: '2026-06-16' }, {}, 'MODE_IN_THE_FUTURE'],
    [
      'on the first day of the present mode',
      { mode: 'UNIT', from: '2026-01-01', providerId: null, contractId: null },
      {},
      undefined,
    ],
    ['the day before that', { from: '2025-12-31' }, {}, 'MODE_BEFORE_LAST_CHANGE'],
    ['when nothing was recorded before', { from: '2026-03-01' }, { current: null }, undefined],
    ['the day before the contract', { from: '2026-02-28' }, {}, 'CONTRACT_DOES_NOT_FIT'],
    ['on the last day of a contract ended early', { from: '2026-05-31' }, { contract: ended }, undefined],
    ['the day after it', { from: '2026-06-01' }, { contract: ended }, 'CONTRACT_DOES_NOT_FIT'],
    ['with a warned company', {}, { provider: { state: 'WARNED', barredUntil: null } }, 'PROVIDER_NOT_SERVING'],
    ['on the last day of a ban', {}, { provider: { state: 'BARRED', barredUntil: today } }, 'PROVIDER_BARRED'],
    ['without a contract', { contractId: null }, {}, 'CONTRACT_MISSING'],
    ['to the owners with a company', { mode: 'UNIT' }, {}, 'PROVIDER_NOT_EXPECTED'],
    ['to what it is', { mode: 'OWNERS', providerId: null, contractId: null }, {}, 'MODE_UNCHANGED'],
  ])('GRD-21 %s', (_, change, more, code) => {
    const refusal = refuseMode({ ...company, ...change }, { ...facts, ...more });
    expect(refusal ? refusal.code : undefined).toBe(code);
  });
});

describe('GRD-21 a contract', () => {
  it.each([
    ['ADMITTED', false, undefined],
    ['SERVING', false, undefined],
    ['APPLIED', false, 'PROVIDER_NOT_CONTRACTABLE'],
    ['WARNED', false, 'PROVIDER_NOT_CONTRACTABLE'],
    ['WARNED', true, undefined],
    ['CORRECTING', true, undefined],
    ['EXITING', true, undefined],
    ['EXITED', true, 'PROVIDER_NOT_CONTRACTABLE'],
  ] as const)('GRD-21 of a company %s that manages the quarter: %s', (state, manages, code) => {
    const provider = { state, barredUntil: null };
    const refusal = refuseContract({ today, startsOn: today, endsOn: today, provider, manages });
    expect(refusal ? refusal.code : undefined).toBe(code);
  });
});

describe('GRD-26 the total of a year', () => {
  it.each([
    [{ community: 90, owners: 80, housing: 70 }, [40, 30, 30], 81],
    [{ community: 100, owners: 0, housing: 0 }, [1, 1, 1], 33.33],
    [{ community: 59.99, owners: 60, housing: 60 }, [40, 30, 30], 60],
  ])('GRD-26 %j by %j is %s', (parts, weights, total) => expect(totalOf(parts, weights)).toBe(total));

  it.each([
    [2026, true, [2025, 2024], 3],
    [2026, true, [2024], 1],
    [2026, false, [2025], 0],
    [2026, true, [], 1],
  ])('GRD-26 in %s below: %s, before in %j, years in a row: %s', (year, below, earlier, years) =>
    expect(yearsBelowUpTo(year, below, new Set(earlier))).toBe(years),
  );
});

describe('GRD-26 the exit of a company', () => {
  const quarter: LeftQuarter = {
    quarterId: 'q',
    name: '东苑',
    since: '2025-01-01',
    coveredTo: '2026-06-14',
    handedOver: { on: today, keys: true, accounts: true },
    successor: { mode: 'OWNERS', providerId: null, from: today },
  };
  const facts: ProviderFacts & { readonly state: 'EXITING' } = {
    id: 'firm',
    today,
    state: 'EXITING',
    barredUntil: null,
    correctBy: null,
    entityClosed: false,
    exitDue: false,
    on: today,
    quarters: [quarter],
  };
  it.each<[string, Partial<LeftQuarter>, string | undefined]>([
    ['with everything in order', {}, undefined],
    ['with a contract that ended a day too early', { coveredTo: '2026-06-13' }, 'DAY_UNCOVERED'],
    ['without any contract', { coveredTo: null }, 'DAY_UNCOVERED'],
    ['forgotten by the plan', { successor: null }, 'QUARTER_WITHOUT_SUCCESSOR'],
    ['without a hand-over', { handedOver: null }, 'NOT_HANDED_OVER'],
    ['without the keys', { handedOver: { on: today, keys: false, accounts: true } }, 'NOT_HANDED_OVER'],
  ])('GRD-26 a quarter %s', (_, change, code) => {
    const attempt = () =>
      providerSteps.take('exit', { ...facts, quarters: [quarter, { ...quarter, ...change }] }, () => true);
    try {
      expect(attempt().to).toBe('EXITED');
      expect(code).toBeUndefined();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      expect(error.refusal.code).toBe(code);
    }
  });
});
