import { targetChanged } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import { booksOf, type Entry, type Year } from '../../seeds/books';
import { beginAgain, codes, idAt, people, twoTowns } from '../../seeds/two-towns';
import { villages } from '../service';
import { followTargets } from './classification.consumers';
import { judgeByClock } from './classification.service';

let service: TestService;
const { act, verdict, seen, approve, yearNow, ready, sign, closed } = booksOf(() => service);
beforeAll(async () => {
  service = await testService(villages, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

type Target = Parameters<typeof targetChanged>[0];
/** Every test has targets of its own: what a consumer has heard outlives the rows that a test begins with. */
let targets = 1_000;
const target = (key: string, parameters: Target['parameters'], more: Partial<Target> = {}) =>
  targetChanged({
    targetId: idAt((targets += 1)),
    key,
    areaCode: codes.county,
    profile: 'county-2023',
    comparator: 'AT_MOST',
    value: 0,
    unit: '个',
    parameters,
    dueOn: null,
    validFrom: '2020-01-01',
    validTo: null,
    ...more,
  });
const floor = (yuan: number, measure = 'TOTAL', more: Partial<Target> = {}, parameters: object = {}) =>
  target('vil.income.floor', { measure, floor: yuan, ...parameters }, more);
const shell = () => target('vil.shell', { measure: 'TOTAL', floor: 0 });

const villageNow = async (areaCode: string = codes.dazhuang, asOf?: string) =>
  (
    await service.data<{ village: { class: string | null; weak: boolean; classYear: number | null } | null }>(
      people.ag,
      'query($c: AreaCode!, $d: Date) { village(areaCode: $c, asOf: $d) { class weak classYear } }',
      { c: areaCode, d: asOf },
    )
  ).village;
const judgements = async (areaCode: string = codes.dazhuang) =>
  (
    await service.data<{ village: { classifications: Record<string, unknown>[] } }>(
      people.ag,
      `query($c: AreaCode!) { village(areaCode: $c) { classifications {
         year class weak measure value threshold cause profile targetId rulesOn judgedOn yearsAtFloor yearsNeeded citation { rule document } } } }`,
      { c: areaCode },
    )
  ).village.classifications;
const changes = async () =>
  (await service.emitted())
    .filter(({ type }) => type === 'villages.classification.changed.v1')
    .map(({ data }) => [data['year'], data['from'], data['to'], data['weak']]);
const listed = async (filter: object, asOf?: string) =>
  (
    await service.data<{ villages: { nodes: { areaCode: string }[] } }>(
      people.ag,
      'query($f: VillageFilter, $d: Date) { villages(filter: $f, asOf: $d) { nodes { areaCode } } }',
      { f: filter, d: asOf },
    )
  ).villages.nodes.map(({ areaCode }) => areaCode);

describe('VIL-03 classes follow the closed years', () => {
  it('VIL-03 a close below the floor makes a weak village, the next one above it clears it, and both are told', async () => {
    await service.receive(floor(50_000), shell());
    await closed(2024, { OPERATION: 30_000 });
    expect(await villageNow()).toEqual({ class: 'WEAK', weak: true, classYear: 2024 });
    expect(await listed({ weak: true })).toEqual([codes.dazhuang]);
    expect(await listed({ classes: ['WEAK'], belowTotal: '50000.00' })).toEqual([codes.dazhuang]);
    await closed(2025, { OPERATION: 80_000 });
    expect(await villageNow()).toEqual({ class: 'REACHED', weak: false, classYear: 2025 });
    expect(await changes()).toEqual([
      [2024, null, 'WEAK', true],
      [2025, 'WEAK', 'REACHED', false],
    ]);
    expect(await judgements()).toMatchObject([
      { year: 2025, class: 'REACHED', measure: 'OPERATING', value: '80000.00', threshold: '50000.00' },
      {
        year: 2024,
        class: 'WEAK',
        measure: 'TOTAL',
        value: '30000.00',
        threshold: '50000.00',
        cause: 'CLOSE',
        profile: 'county-2023',
        citation: { rule: 'vil.income.floor' },
        rulesOn: '2025-01-10',
        judgedOn: '2025-01-10',
      },
    ]);
    expect(await listed({ weak: true })).toEqual([]);
    expect(await listed({ weak: true }, '2025-06-01')).toEqual([codes.dazhuang]);
    expect(await listed({ classes: ['WEAK'], belowTotal: '50000.00' }, '2025-06-01')).toEqual([codes.dazhuang]);
    expect(await villageNow(codes.dazhuang, '2025-06-01')).toMatchObject({ class: 'WEAK', classYear: 2024 });
    expect(await villageNow(codes.dazhuang, '2024-06-01')).toMatchObject({ class: null, weak: false });
  });

  it('VIL-03 a one-off grant does not clear a village where the plan counts operating income (P4)', async () => {
    await service.receive(floor(50_000, 'OPERATING'), shell());
    await closed(2024, { OPERATION: 30_000 });
    await closed(2025, { OPERATION: 30_000, GRANT: 500_000 });
    expect(await villageNow()).toEqual({ class: 'WEAK', weak: true, classYear: 2025 });
    expect(await judgements()).toMatchObject([{ year: 2025, measure: 'OPERATING', value: '30000.00' }, { year: 2024 }]);
    expect(await changes()).toEqual([[2024, null, 'WEAK', true]]);
  });

  it('VIL-07 without a target the rule set judges by the surplus', async () => {
    await closed(2025, { OPERATION: 60_000, GRANT: 90_000 }, { expense: 60_000 });
    expect(await judgements()).toMatchObject([
      {
        class: 'SHELL',
        measure: 'OPERATING_SURPLUS',
        value: '0.00',
        threshold: '0.00',
        profile: null,
        targetId: null,
        citation: { rule: 'vil.class.shell' },
      },
    ]);
  });

  it('VIL-03 clearing takes two years in a row where the plan says so', async () => {
    await service.receive(floor(50_000, 'TOTAL', {}, { clearYears: 2 }), shell());
    await closed(2023, { OPERATION: 10_000 });
    await closed(2024, { OPERATION: 60_000 });
    expect(await villageNow()).toMatchObject({ class: 'WEAK', weak: true, classYear: 2024 });
    await closed(2025, { OPERATION: 60_000 });
    expect(await villageNow()).toMatchObject({ class: 'REACHED', weak: false });
    expect((await judgements()).map(({ yearsAtFloor }) => yearsAtFloor)).toEqual([2, 1, 0]);
  });

  it('VIL-03 a revised year is judged anew by the rules of its close, and the judgement before stays', async () => {
    const first = floor(50_000);
    await service.receive(first, shell());
    await closed(2025, { OPERATION: 60_000 });
    const stricter = floor(90_000, 'TOTAL', { validFrom: '2026-06-01' });
    service.on('2026-03-01' as CivilDate);
    await service.receive(stricter);
    const open = await act<Year>(people.ag, 'reviseIncomeYear', { ...seen(await yearNow(2025)), reason: '漏记' });
    const { areaCode, period } = { areaCode: codes.dazhuang, period: '2025-12' };
    const more = { areaCode, period, kind: 'LEASE', amount: '10000.00', proof: '合同' };
    await approve(await act<Entry>(people.vc, 'enterIncome', more));
    expect(open.state).toBe('REVISED');
    await sign(await yearNow(2025));
    expect(await judgements()).toMatchObject([
      { class: 'REACHED', value: '70000.00', cause: 'REVISION', rulesOn: '2026-01-10', judgedOn: '2026-03-01' },
      { class: 'REACHED', value: '60000.00', cause: 'CLOSE', judgedOn: '2026-01-10' },
    ]);
    expect(await changes()).toEqual([[2025, null, 'REACHED', false]]);
  });

  it('VIL-03 an older year closed late is judged and leaves the class of the newest year', async () => {
    await service.receive(floor(50_000), shell());
    await closed(2025, { OPERATION: 300_000 });
    await closed(2024, { OPERATION: 10_000 }, { on: '2026-02-01' });
    expect(await villageNow()).toMatchObject({ class: 'GOOD', classYear: 2025 });
    expect((await judgements()).map((one) => [one['year'], one['class']])).toEqual([
      [2025, 'GOOD'],
      [2024, 'WEAK'],
    ]);
  });

  it('VIL-08 two people closing at once leave one judgement', async () => {
    const year = await ready(2025, { OPERATION: 2_000_000 });
    const half = await act<Year>(people.ts, 'signIncomeYear', { ...seen(year), side: 'TOWN' });
    await Promise.all(
      [people.ag, people.secondAg].map((who) => verdict(who, 'signIncomeYear', { ...seen(half), side: 'AGRICULTURE' })),
    );
    expect((await judgements()).map((one) => one['class'])).toEqual(['STAR']);
    expect(await changes()).toEqual([[2025, null, 'STAR', false]]);
  });
});

describe('VIL-04 a changed target judges from its first day on (P12)', () => {
  it('VIL-04 judges anew, keeps the judgement before, and hears it twice and late with the same result', async () => {
    await service.receive(floor(50_000), shell());
    await closed(2025, { OPERATION: 70_000 });
    service.on('2026-03-01' as CivilDate);
    const second = floor(100_000);
    const lowered = targetChanged({ ...second.data, parameters: { measure: 'TOTAL', floor: 60_000 } } as Target);
    await service.receive(second);
    const expected = [
      { class: 'WEAK', threshold: '100000.00', cause: 'TARGET', rulesOn: '2026-03-01', judgedOn: '2026-03-01' },
      { class: 'REACHED', cause: 'CLOSE', judgedOn: '2026-01-10' },
    ];
    expect(await judgements()).toMatchObject(expected);
    expect(await changes()).toEqual([
      [2025, null, 'REACHED', false],
      [2025, 'REACHED', 'WEAK', true],
    ]);
    expect(new Set(await service.receive(second))).toEqual(new Set(['repeated']));
    expect(await judgements()).toHaveLength(2);
    await service.receive(lowered);
    expect(await villageNow()).toMatchObject({ class: 'REACHED', weak: false });
    await service.receive(second, lowered);
    expect(await judgements()).toHaveLength(3);
    expect(await villageNow(codes.dazhuang, '2026-02-28')).toMatchObject({ class: 'REACHED', weak: false });
  });

  it('VIL-04 a target that begins later waits for the clock of its day, and one that ends gives the old rule back', async () => {
    await service.receive(floor(50_000), shell());
    await closed(2025, { OPERATION: 70_000 });
    await service.asSystem(judgeByClock);
    const later = floor(100_000, 'TOTAL', { validFrom: '2026-04-01', validTo: '2026-07-01' });
    await service.receive(later);
    expect(await judgements()).toHaveLength(1);
    service.on('2026-03-31' as CivilDate);
    await service.asSystem(judgeByClock);
    expect(await villageNow()).toMatchObject({ class: 'REACHED' });
    // The clock of the very day was missed.
    service.on('2026-04-03' as CivilDate);
    await service.asSystem(judgeByClock);
    expect(await villageNow()).toMatchObject({ class: 'WEAK' });
    await service.asSystem(judgeByClock);
    expect(await judgements()).toHaveLength(2);
    service.on('2026-07-01' as CivilDate);
    await service.asSystem(judgeByClock);
    expect(await villageNow()).toMatchObject({ class: 'REACHED', weak: false });
    expect((await judgements()).map(({ cause }) => cause)).toEqual(['TARGET', 'TARGET', 'CLOSE']);
  });

  it('VIL-04 waits until the copy of the targets has heard of it', async () => {
    const { type, key, data } = floor(100_000);
    const event = {
      ...{ specversion: '1.0' as const, id: idAt(9_999), source: '/organizations', type, time: '2026-02-10T00:00:00Z' },
      ...{ partitionkey: key, aggregateversion: 1, dataclass: 'public' as const, actor: 'test', data },
    };
    await expect(service.asSystem((tx) => followTargets.handlers[type]!(tx, event))).rejects.toMatchObject({
      code: '55P03',
    });
  });

  it('VIL-04 judges the villages of its area only, and no figure of another kind', async () => {
    await closed(2025, { OPERATION: 70_000 });
    await closed(2025, { OPERATION: 70_000 }, { areaCode: codes.liuzhuang });
    await service.receive(
      floor(100_000, 'TOTAL', { areaCode: codes.west }),
      target('vil.plan', {}),
      target('vil.income.mean', { measure: 'TOTAL' }, { comparator: 'AT_LEAST', value: 200_000 }),
    );
    expect(await judgements()).toHaveLength(1);
    expect(await villageNow(codes.liuzhuang)).toMatchObject({ class: 'WEAK', weak: true });
  });
});

describe('VIL-03 the pace of the running year', () => {
  const behind = async () =>
    (
      await service.data<{ villagesBehindPace: { nodes: { areaCode: string; paceBelowTarget: boolean }[] } }>(
        people.ag,
        '{ villagesBehindPace { totalCount nodes { areaCode paceBelowTarget } } }',
      )
    ).villagesBehindPace.nodes;

  it('VIL-03 at half-year, less than half of the floor is behind; grants count where total income counts', async () => {
    await service.receive(floor(50_000));
    const take = async (areaCode: string, kind: string, amount: string, period = '2026-02') =>
      approve(await act<Entry>(people.ag0, 'enterIncome', { areaCode, period, kind, amount, proof: '凭证' }));
    await take(codes.dazhuang, 'OPERATION', '24999.99');
    await take(codes.xiaozhuang, 'OPERATION', '20000.00');
    await take(codes.xiaozhuang, 'GRANT', '5000.00');
    service.on('2026-06-30' as CivilDate);
    expect(await behind()).toEqual([]);
    service.on('2026-07-01' as CivilDate);
    expect(await behind()).toEqual([{ areaCode: codes.dazhuang, paceBelowTarget: true }]);
    expect(
      await service.data(
        people.ag,
        `{ annualIncome(areaCode: "${codes.xiaozhuang}", year: 2026) { paceBelowTarget } }`,
      ),
    ).toEqual({ annualIncome: { paceBelowTarget: false } });
    // What July brings counts when the third quarter is over.
    await take(codes.dazhuang, 'OPERATION', '20000.00', '2026-07');
    expect(await behind()).toHaveLength(1);
    service.on('2026-10-01' as CivilDate);
    expect(await behind()).toMatchObject([{ areaCode: codes.xiaozhuang }]);
  });

  it('VIL-03 grants do not help where the floor counts operating income', async () => {
    await service.receive(floor(50_000, 'OPERATING'));
    const input = { areaCode: codes.dazhuang, period: '2026-01', kind: 'GRANT', amount: '90000.00', proof: '凭证' };
    await approve(await act<Entry>(people.ag0, 'enterIncome', input));
    service.on('2026-07-10' as CivilDate);
    expect(await behind()).toMatchObject([{ areaCode: codes.dazhuang }]);
  });
});
