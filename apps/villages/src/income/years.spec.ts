import type { CivilDate } from '@jishi/periods';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { booksOf, type Entry, type Year } from '../../seeds/books';
import { beginAgain, codes, people, twoTowns, type PersonName } from '../../seeds/two-towns';
import { villages } from '../service';
import { openRunningYears } from './years.records';

let service: TestService;
const { act, verdict, seen, approve, yearNow, ready, sign, closed } = booksOf(() => service);
beforeAll(async () => {
  service = await testService(villages, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const historyOf = async (year: number, areaCode: string = codes.dazhuang) =>
  (
    await service.data<{
      annualIncome: {
        history: {
          step: string;
          by: string;
          reason: string | null;
          revision: number | null;
          before: object | null;
          after: object | null;
        }[];
      };
    }>(
      people.ag,
      `query($areaCode: AreaCode!, $year: Int!) { annualIncome(areaCode: $areaCode, year: $year) { history {
         step by reason quarter revision before { total operating operatingSurplus } after { total operating operatingSurplus } } } }`,
      { areaCode, year },
    )
  ).annualIncome.history;
const closes = async () =>
  (await service.emitted()).filter(({ type }) => type === 'villages.income.year-closed.v1').map(({ data }) => data);
const town = (year: Year) => ({ ...seen(year), side: 'TOWN' });
const agriculture = (year: Year) => ({ ...seen(year), side: 'AGRICULTURE' });

describe('VIL-02 closing a year', () => {
  it('VIL-02 is done by two signatures, locks the entries and tells the three figures apart', async () => {
    const year = await ready(2025, { OPERATION: 60_000, GRANT: 30_000 }, { expense: 15_000 });
    const first = await act<Year>(people.ts, 'signIncomeYear', town(year));
    expect(first).toMatchObject({ state: 'OPEN', provisional: true, closed: null });
    expect(await closes()).toEqual([]);
    const done = await act<Year>(people.ag, 'signIncomeYear', agriculture(first));
    expect(done).toMatchObject({
      state: 'CLOSED',
      provisional: false,
      total: '90000.00',
      operating: '60000.00',
      operatingSurplus: '45000.00',
      closed: { total: '90000.00', operating: '60000.00', operatingSurplus: '45000.00', revision: 0, on: '2026-01-10' },
    });
    expect(await closes()).toEqual([
      {
        yearId: year.id,
        areaCode: codes.dazhuang,
        year: 2025,
        total: 9_000_000,
        operating: 6_000_000,
        operatingSurplus: 4_500_000,
        revision: 0,
      },
    ]);
    expect((await historyOf(2025)).map(({ step, by }) => [step, by])).toEqual([
      ['OPENED', 'county-bookkeeper'],
      ['EXPENSES_STATED', 'county-bookkeeper'],
      ['CASH_CHECKED', 'county-accountant'],
      ['SIGNED_BY_TOWN', 'east-town'],
      ['SIGNED_BY_AGRICULTURE', 'county-agriculture'],
      ['CLOSED', 'county-agriculture'],
    ]);
    const { incomeEntries } = await service.data<{ incomeEntries: { nodes: { state: string }[] } }>(
      people.vc,
      '{ incomeEntries { nodes { state } } }',
    );
    expect(incomeEntries.nodes.map(({ state }) => state)).toEqual(['LOCKED', 'LOCKED']);
  });

  it('VIL-02 the published example closes with the figures of the accounts', async () => {
    await ready(2025, { OPERATION: 680_000, CONTRACT: 350_000, INVESTMENT: 50_000, GRANT: 300_000, OTHER: 420_000 });
    const { version } = await yearNow(2025);
    const stated = await act<Year>(people.vc, 'stateVillageExpenses', {
      areaCode: codes.dazhuang,
      year: 2025,
      version,
      operatingExpense: '450000.00',
      managementExpense: '350000.00',
      otherExpense: '450000.00',
    });
    expect(await sign(stated)).toMatchObject({
      total: '1800000.00',
      operating: '1080000.00',
      operatingSurplus: '280000.00',
      netSurplus: '550000.00',
    });
  });

  it('VIL-02 is refused before the year is over, with unfinished entries, without expenses or an even cash count', async () => {
    service.on('2025-12-31' as CivilDate);
    const opened = await act<Year>(people.vc, 'openIncomeYear', { areaCode: codes.dazhuang, year: 2025 });
    expect(await verdict(people.ts, 'signIncomeYear', town(opened))).toBe('YEAR_NOT_OVER');
    service.on('2026-01-05' as CivilDate);
    const draft = await act<Entry>(people.vc, 'enterIncome', {
      areaCode: codes.dazhuang,
      period: '2025-12',
      kind: 'LEASE',
      amount: '10.00',
    });
    expect(await verdict(people.ts, 'signIncomeYear', town(await yearNow(2025)))).toBe('ENTRIES_UNFINISHED');
    await act(people.vc, 'discardIncome', seen(draft));
    expect(await verdict(people.ts, 'signIncomeYear', town(await yearNow(2025)))).toBe('EXPENSES_MISSING');
    const input = { areaCode: codes.dazhuang, year: 2025, operatingExpense: '0.00', managementExpense: '0.00' };
    expect(await verdict(people.vc, 'stateVillageExpenses', { ...input, operatingExpense: '-1.00' })).toBe(
      'EXPENSE_NEGATIVE',
    );
    const stated = await act<Year>(people.vc, 'stateVillageExpenses', input);
    // Without the version that he saw, nobody writes over what another has stated since.
    expect(await verdict(people.ts, 'stateVillageExpenses', input)).toBe('STALE_VERSION');
    expect(await verdict(people.ts, 'signIncomeYear', town(stated))).toBe('CASH_NOT_CHECKED');
    const uneven = await act<Year>(people.ts, 'checkVillageCash', {
      ...seen(stated),
      counted: '90.00',
      booked: '100.00',
    });
    expect(await verdict(people.ts, 'signIncomeYear', town(uneven))).toBe('CASH_DIFFERS');
    const even = await act<Year>(people.ts, 'checkVillageCash', {
      ...seen(uneven),
      counted: '100.00',
      booked: '100.00',
    });
    expect(await sign(even)).toMatchObject({ state: 'CLOSED', closed: { total: '0.00', operatingSurplus: '0.00' } });
  });

  it('VIL-02 the same person does not sign for both sides, and no side twice', async () => {
    const year = await ready(2025, { LEASE: 10 });
    const first = await act<Year>(people.ts0, 'signIncomeYear', town(year));
    expect(await verdict(people.tsHead, 'signIncomeYear', town(first))).toBe('SIGNED_ALREADY');
    const both = { ...people.ts0, grants: [...people.ts0.grants, ...people.ag.grants] };
    expect(await verdict(both, 'signIncomeYear', agriculture(first))).toBe('SIGNS_FOR_BOTH');
    await act(people.ag, 'signIncomeYear', agriculture(first));
    expect(await verdict(people.secondAg, 'signIncomeYear', agriculture(await yearNow(2025)))).toBe(
      'STEP_NOT_POSSIBLE',
    );
    expect(await verdict(people.secondAg, 'signIncomeYear', agriculture(first))).toBe('STALE_VERSION');
    expect(await closes()).toHaveLength(1);
  });

  it('VIL-02 what changes after the first signature has to be signed anew', async () => {
    const year = await ready(2025, { LEASE: 10 });
    await act<Year>(people.ts, 'signIncomeYear', town(year));
    const late = { areaCode: codes.dazhuang, period: '2025-11', kind: 'LEASE', amount: '5.00', proof: '凭证' };
    await approve(await act<Entry>(people.vc, 'enterIncome', late));
    expect((await historyOf(2025)).at(-1)).toMatchObject({ step: 'SIGNATURE_VOID' });
    const again = await act<Year>(people.ag, 'signIncomeYear', agriculture(await yearNow(2025)));
    expect(again.state).toBe('OPEN');
    expect(await act<Year>(people.ts, 'signIncomeYear', town(again))).toMatchObject({
      state: 'CLOSED',
      total: '15.00',
    });
  });

  it('VIL-02 two people closing at once: one closes, the other is told that somebody was faster', async () => {
    const year = await ready(2025, { LEASE: 10 });
    const first = await act<Year>(people.ts, 'signIncomeYear', town(year));
    const at = await Promise.all(
      [people.ag, people.secondAg, people.ag, people.secondAg].map((who) =>
        verdict(who, 'signIncomeYear', agriculture(first)),
      ),
    );
    expect(at.sort()).toEqual(['STALE_VERSION', 'STALE_VERSION', 'STALE_VERSION', 'allowed']);
    expect(await closes()).toHaveLength(1);
    expect((await historyOf(2025)).filter(({ step }) => step === 'CLOSED')).toHaveLength(1);
  });

  it('VIL-02 town and agriculture signing the same version at once: one signs, the other looks again and closes', async () => {
    const year = await ready(2025, { LEASE: 10 });
    const at = await Promise.all([
      verdict(people.ts, 'signIncomeYear', town(year)),
      verdict(people.ag, 'signIncomeYear', agriculture(year)),
    ]);
    expect(at.sort()).toEqual(['STALE_VERSION', 'allowed']);
    const half = await yearNow(2025);
    expect(half.state).toBe('OPEN');
    const ends = await Promise.all([
      verdict(people.ts, 'signIncomeYear', town(half)),
      verdict(people.ag, 'signIncomeYear', agriculture(half)),
    ]);
    expect(ends.filter((each) => each === 'allowed')).toHaveLength(1);
    expect(await yearNow(2025)).toMatchObject({ state: 'CLOSED', total: '10.00' });
    expect(await closes()).toHaveLength(1);
  });

  it('VIL-02 an entry approved while the year is being closed is in the figures, or keeps it open', async () => {
    const year = await ready(2025, { LEASE: 10 });
    const first = await act<Year>(people.ts, 'signIncomeYear', town(year));
    const late = { areaCode: codes.dazhuang, period: '2025-11', kind: 'LEASE', amount: '5.00', proof: '凭证' };
    const [entered, signed] = await Promise.all([
      verdict(people.vc, 'enterIncome', late),
      verdict(people.ag, 'signIncomeYear', agriculture(first)),
    ]);
    expect([
      ['allowed', 'ENTRIES_UNFINISHED'],
      ['INCOME_YEAR_CLOSED', 'allowed'],
    ]).toContainEqual([entered, signed]);
  });
});

describe('VIL-02 correcting a closed year', () => {
  it('VIL-02 takes a reason, counter-entries and two signatures; history keeps from, to, who and why', async () => {
    await closed(2025, { OPERATION: 100_000 });
    const { incomeEntries } = await service.data<{ incomeEntries: { nodes: [Entry] } }>(
      people.vc,
      '{ incomeEntries { nodes { id version state amount } } }',
    );
    const [entry] = incomeEntries.nodes;
    const correction = { entryId: entry.id, period: '2025-03', amount: '40000.00', proof: '更正单' };
    expect(await verdict(people.vc, 'reverseIncome', correction)).toBe('INCOME_YEAR_CLOSED');
    service.on('2026-05-06' as CivilDate);
    const year = await yearNow(2025);
    expect(await verdict(people.co, 'reviseIncomeYear', { ...seen(year), reason: ' ' })).toBe('INVALID_INPUT');
    const open = await act<Year>(people.co, 'reviseIncomeYear', { ...seen(year), reason: '重复入账' });
    expect(open).toMatchObject({ state: 'REVISED', provisional: true, closed: { total: '100000.00' } });
    expect(await verdict(people.ag, 'reviseIncomeYear', { ...seen(open), reason: '再次' })).toBe('STEP_NOT_POSSIBLE');
    await approve(await act<Entry>(people.vc, 'reverseIncome', correction));
    // Until it is closed again, others read what the last close said.
    expect(await yearNow(2025)).toMatchObject({ total: '60000.00', closed: { total: '100000.00', revision: 0 } });
    const again = await sign(await yearNow(2025));
    expect(again).toMatchObject({ state: 'CLOSED', closed: { total: '60000.00', revision: 1 } });
    expect((await historyOf(2025)).slice(-4)).toMatchObject([
      { step: 'REVISED', by: 'county-organisation-department', reason: '重复入账' },
      { step: 'SIGNED_BY_TOWN', by: 'county-accountant' },
      { step: 'SIGNED_BY_AGRICULTURE', by: 'county-agriculture' },
      {
        step: 'CLOSED',
        by: 'county-agriculture',
        reason: '重复入账',
        revision: 1,
        before: { total: '100000.00', operating: '100000.00', operatingSurplus: '100000.00' },
        after: { total: '60000.00', operating: '60000.00', operatingSurplus: '60000.00' },
      },
    ]);
    expect((await closes()).map(({ total, revision }) => [total, revision])).toEqual([
      [10_000_000, 0],
      [6_000_000, 1],
    ]);
  });

  it('VIL-02 a mistake found later may also be corrected by a counter-entry in the open year', async () => {
    await closed(2025, { OPERATION: 100_000 });
    const { incomeEntries } = await service.data<{ incomeEntries: { nodes: [Entry] } }>(
      people.vc,
      '{ incomeEntries { nodes { id version } } }',
    );
    const [{ id: entryId }] = incomeEntries.nodes;
    await approve(await act<Entry>(people.vc, 'reverseIncome', { entryId, period: '2026-01', proof: '更正单' }));
    expect(await yearNow(2026)).toMatchObject({ total: '-100000.00', state: 'OPEN' });
    expect(await yearNow(2025)).toMatchObject({ state: 'CLOSED', total: '100000.00' });
  });

  it('VIL-02 two people opening a closed year at once: one does', async () => {
    const year = await closed(2025, { OPERATION: 100 });
    const at = await Promise.all(
      [people.co, people.ag].map((who) => verdict(who, 'reviseIncomeYear', { ...seen(year), reason: '核对' })),
    );
    expect(at.sort()).toEqual(['STALE_VERSION', 'allowed']);
    expect((await historyOf(2025)).filter(({ step }) => step === 'REVISED')).toHaveLength(1);
  });
});

describe('VIL-02 years of many villages', () => {
  it('VIL-02 the running year begins by the clock, once', async () => {
    expect(await service.asSystem(openRunningYears)).toBe(6);
    expect(await service.asSystem(openRunningYears)).toBe(0);
    expect(await yearNow(2026, codes.liuzhuang)).toMatchObject({ state: 'OPEN', total: '0.00' });
    expect(await historyOf(2026, codes.liuzhuang)).toMatchObject([{ step: 'OPENED' }]);
  });

  it('VIL-02 a year not closed by the end of January is overdue, and listed', async () => {
    await closed(2025, { LEASE: 10 });
    await act(people.ag0, 'openIncomeYear', { areaCode: codes.liuzhuang, year: 2025 });
    const overdue = async () =>
      (
        await service.data<{ annualIncomes: { nodes: object[] } }>(
          people.ag,
          '{ annualIncomes(filter: { overdue: true }) { nodes { areaCode year dueOn overdue } } }',
        )
      ).annualIncomes.nodes;
    service.on('2026-01-31' as CivilDate);
    expect(await overdue()).toEqual([]);
    service.on('2026-02-01' as CivilDate);
    expect(await overdue()).toEqual([{ areaCode: codes.liuzhuang, year: 2025, dueOn: '2026-01-31', overdue: true }]);
  });

  it('VIL-02 towns and counties have the sums of their villages, within the scope of who asks', async () => {
    await closed(2025, { LEASE: 100, GRANT: 50 }, { expense: 30 });
    await closed(2025, { OPERATION: 1_000 }, { areaCode: codes.xiaozhuang });
    await ready(2025, { CONTRACT: 7 }, { areaCode: codes.liuzhuang });
    const ask = `query($areaCode: AreaCode!, $level: IncomeSummaryLevel!) { incomeSummaries(areaCode: $areaCode, year: 2025, level: $level) {
      areaCode villages closedVillages provisional total operating operatingSurplus closedTotal closedOperatingSurplus } }`;
    const east = {
      areaCode: codes.east,
      villages: 2,
      closedVillages: 2,
      provisional: false,
      total: '1150.00',
      operating: '1100.00',
      operatingSurplus: '1070.00',
      closedTotal: '1150.00',
      closedOperatingSurplus: '1070.00',
    };
    const west = {
      areaCode: codes.west,
      villages: 1,
      closedVillages: 0,
      provisional: true,
      total: '7.00',
      operating: '7.00',
      operatingSurplus: '7.00',
      closedTotal: '0.00',
      closedOperatingSurplus: '0.00',
    };
    expect(await service.data(people.ag, ask, { areaCode: codes.county, level: 'TOWN' })).toEqual({
      incomeSummaries: [east, west],
    });
    expect(await service.data(people.ts, ask, { areaCode: codes.county, level: 'TOWN' })).toEqual({
      incomeSummaries: [east],
    });
    expect(await service.data(people.ag, ask, { areaCode: codes.city, level: 'COUNTY' })).toMatchObject({
      incomeSummaries: [{ areaCode: codes.county, villages: 3, total: '1157.00' }],
    });
    const of = [codes.county, codes.west, codes.newVillage].map((code) => ({ __typename: 'Area', code }));
    expect(
      await service.data(
        people.ag,
        `query($of: [_Any!]!) { _entities(representations: $of) { ... on Area { incomeSummary(year: 2025) { total byKind { kind amount } } } } }`,
        { of },
      ),
    ).toMatchObject({
      _entities: [
        { incomeSummary: { total: '1157.00' } },
        { incomeSummary: { total: '7.00' } },
        { incomeSummary: null },
      ],
    });
  });

  it('VIL-02 the newest years of villages come in one statement each', async () => {
    await closed(2024, { LEASE: 4 });
    await closed(2025, { LEASE: 5 });
    const before = service.database.statements();
    const { villages: page } = await service.data<{ villages: { nodes: object[] } }>(
      people.ag,
      '{ villages { nodes { areaCode annualIncomes(first: 2) { year total } annualIncome(year: 2024) { total } } } }',
    );
    expect(page.nodes[0]).toEqual({
      areaCode: codes.dazhuang,
      annualIncomes: [
        { year: 2025, total: '5.00' },
        { year: 2024, total: '4.00' },
      ],
      annualIncome: { total: '4.00' },
    });
    expect(service.database.statements() - before).toBeLessThanOrEqual(4);
  });
});

describe('VIL-02 who does what with a year', () => {
  const all = (verdicts: Readonly<Partial<Record<PersonName, string>>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([name, expected]) => [name, [people[name as PersonName], expected] as const]),
    );
  const [yes, no, none] = ['allowed', 'NOT_ALLOWED', 'NOT_FOUND'];
  const afresh = async (prepare: () => Promise<Year>) => {
    await beginAgain(service);
    return prepare();
  };

  accessTable(
    'VIL-02 open and state expenses',
    async () => ({ areaCode: codes.dazhuang, year: 2025 }),
    async (actor, input) => {
      const stated = { ...input, operatingExpense: '1.00', managementExpense: '1.00' };
      const both = [
        await verdict(actor, 'openIncomeYear', input),
        await verdict(actor, 'stateVillageExpenses', stated),
      ];
      return [...new Set(both)].join();
    },
    all({ vc: yes, ts: yes, ag: no, co: no, vcNext: none, stranger: none, auditor: no, nobody: no }),
  );
  accessTable(
    'VIL-02 count cash',
    () => afresh(() => ready(2025, {})),
    (actor, year) => verdict(actor, 'checkVillageCash', { ...seen(year), counted: '1.00', booked: '1.00' }),
    all({ ts: yes, tsHead: yes, vc: no, ag: no, co: no, stranger: none, nobody: no }),
  );
  accessTable(
    'VIL-02 close a quarter',
    () => afresh(() => ready(2025, {})),
    (actor, year) => verdict(actor, 'closeIncomeQuarter', { ...seen(year), quarter: 1 }),
    all({ ts: yes, vc: no, ag: no, co: no, stranger: none, nobody: no }),
  );
  accessTable(
    'VIL-02 sign for the town',
    () => afresh(() => ready(2025, {})),
    (actor, year) => verdict(actor, 'signIncomeYear', town(year)),
    all({ ts: yes, tsHead: yes, vc: no, ag: no, co: no, stranger: none, otherAg: none, auditor: no, nobody: no }),
  );
  accessTable(
    'VIL-02 sign for agriculture',
    () => afresh(() => ready(2025, {})),
    (actor, year) => verdict(actor, 'signIncomeYear', agriculture(year)),
    all({ ag: yes, ts: no, vc: no, co: no, stranger: none, otherAg: none, auditor: no, nobody: no }),
  );
  accessTable(
    'VIL-02 revise',
    () => afresh(() => closed(2025, {})),
    (actor, year) => verdict(actor, 'reviseIncomeYear', { ...seen(year), reason: '核对' }),
    all({ co: yes, ag: yes, ts: no, vc: no, otherAg: none, auditor: no, nobody: no }),
  );
});
