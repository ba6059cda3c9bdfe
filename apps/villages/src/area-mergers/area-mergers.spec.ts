import { areaChanged } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import { booksOf, type Entry } from '../../seeds/books';
import { beginAgain, codes, people, twoTowns } from '../../seeds/two-towns';
import { villages } from '../service';
import { mergeAreas, mergeByClock } from './area-mergers.consumers';

// What a consumer has heard outlives the rows that a test begins with: each test has a service of its own.
let service: TestService;
const { act, verdict, seen, approve, yearNow, ready, closed } = booksOf(() => service);
beforeEach(async () => {
  service = await testService(villages, twoTowns);
  await beginAgain(service);
}, 120_000);
afterEach(() => service.close());

const newVillage = '410823100240';
const area = (code: string, validFrom: string, validTo: string | null, replacedBy: string[] = []) =>
  areaChanged({
    code,
    name: '某村',
    level: 'GRASSROOTS',
    parentCode: codes.east,
    kind: 'VILLAGE',
    validFrom,
    validTo,
    replacedBy,
  });
const merged = (on: string) => [
  area(newVillage, on, null),
  area(codes.dazhuang, '2015-01-01', on, [newVillage]),
  area(codes.xiaozhuang, '2015-01-01', on, [newVillage]),
];
const villageNow = async (areaCode: string) =>
  (
    await service.data<{ village: Record<string, unknown> }>(
      people.ag,
      `query($c: AreaCode!) { village(areaCode: $c) { status mergedOn households population farmland figuresBasis class
         replacedBy { code } predecessors { areaCode } } }`,
      { c: areaCode },
    )
  ).village;
const listed = async (asOf?: string) =>
  (
    await service.data<{ villages: { nodes: { areaCode: string }[] } }>(
      people.ts,
      'query($d: Date) { villages(asOf: $d) { nodes { areaCode } } }',
      { d: asOf },
    )
  ).villages.nodes.map(({ areaCode }) => areaCode);
const figures = (year: number) =>
  service.data(
    people.ag,
    `query($a: AreaCode!, $y: Int!) { villageIndicators(areaCode: $a, year: $y) { key villages closedVillages ratio { numerator denominator } sum mean } }`,
    { a: codes.east, y: year },
  );

describe('VIL-01 villages merge (P11)', () => {
  it('VIL-01 the old villages keep their history, the successor begins with their figures added up', async () => {
    service.on('2026-03-01' as CivilDate);
    await service.receive(...merged('2026-03-01'));
    expect(await villageNow(codes.dazhuang)).toMatchObject({
      status: 'MERGED',
      mergedOn: '2026-03-01',
      households: 100,
      replacedBy: [{ code: newVillage }],
    });
    expect(await villageNow(newVillage)).toMatchObject({
      status: 'ACTIVE',
      households: 210,
      population: 840,
      farmland: 2100,
      figuresBasis: 'SUMMED',
      predecessors: [{ areaCode: codes.dazhuang }, { areaCode: codes.xiaozhuang }],
    });
    expect(await listed()).toEqual([codes.zhaozhuang, codes.qianzhuang, newVillage]);
    expect(await listed('2026-02-28')).toEqual([codes.dazhuang, codes.xiaozhuang, codes.zhaozhuang, codes.qianzhuang]);
    const dayBefore = await service.data(
      people.ag,
      'query($c: AreaCode!) { village(areaCode: $c, asOf: "2026-02-28") { status mergedOn replacedBy { code } } }',
      { c: codes.dazhuang },
    );
    expect(dayBefore).toEqual({ village: { status: 'ACTIVE', mergedOn: null, replacedBy: [] } });
    expect(
      (await service.emitted())
        .filter(({ type }) => type === 'villages.village.changed.v1')
        .map(({ key, data }) => [key, data['status'], data['replacedBy']]),
    ).toEqual([
      [codes.dazhuang, 'MERGED', [newVillage]],
      [newVillage, 'ACTIVE', []],
      [codes.xiaozhuang, 'MERGED', [newVillage]],
      [newVillage, 'ACTIVE', []],
    ]);
    expect(await yearNow(2026, newVillage)).toMatchObject({ state: 'OPEN' });
    const input = { areaCode: codes.dazhuang, version: 2, households: 1, population: 1, farmland: 1 };
    const record = 'mutation($input: RecordVillageInput!) { recordVillage(input: $input) { village { areaCode } } }';
    expect(await service.verdict(people.ag, record, { input })).toBe('VILLAGE_MERGED');
  });

  it('VIL-01 hears of a merger twice, late or before the successor is known, with the same result', async () => {
    service.on('2026-03-01' as CivilDate);
    const [successor, first, second] = merged('2026-03-01') as [
      ReturnType<typeof area>,
      ReturnType<typeof area>,
      ReturnType<typeof area>,
    ];
    await expect(service.receive(first)).rejects.toMatchObject({ code: '55P03' });
    await service.receive(successor, second, first);
    const before = [await villageNow(newVillage), await villageNow(codes.dazhuang), await service.emitted()];
    expect(new Set(await service.receive(first, second, successor))).toEqual(new Set(['repeated']));
    await service.asSystem((tx) =>
      mergeAreas.handlers[first.type]!(tx, { data: first.data } as Parameters<(typeof mergeAreas.handlers)[string]>[1]),
    );
    expect([await villageNow(newVillage), await villageNow(codes.dazhuang), await service.emitted()]).toEqual(before);
  });

  it('VIL-01 a merger announced before its day is done by the clock of that day', async () => {
    await service.receive(...merged('2026-03-01'));
    expect(await villageNow(codes.dazhuang)).toMatchObject({ status: 'ACTIVE' });
    service.on('2026-02-28' as CivilDate);
    await service.asSystem(mergeByClock);
    expect(await villageNow(codes.dazhuang)).toMatchObject({ status: 'ACTIVE' });
    service.on('2026-03-01' as CivilDate);
    await service.asSystem(mergeByClock);
    await service.asSystem(mergeByClock);
    expect(await villageNow(newVillage)).toMatchObject({ households: 210, status: 'ACTIVE' });
  });

  it('VIL-01 a village that was divided leaves the figures to be recorded; one that joined a community has no successor here', async () => {
    service.on('2026-03-01' as CivilDate);
    const other = '410823100241';
    await service.receive(
      area(newVillage, '2026-03-01', null),
      area(other, '2026-03-01', null),
      area(codes.dazhuang, '2015-01-01', '2026-03-01', [newVillage, other]),
      areaChanged({ ...area(codes.community, '2015-01-01', null).data, kind: 'COMMUNITY' } as never),
      area(codes.xiaozhuang, '2015-01-01', '2026-03-01', [codes.community]),
    );
    for (const code of [newVillage, other]) expect(await villageNow(code)).toMatchObject({ households: null });
    expect(await villageNow(codes.xiaozhuang)).toMatchObject({
      status: 'MERGED',
      replacedBy: [{ code: codes.community }],
    });
    expect(await villageNow(codes.community)).toBeNull();
  });

  it('VIL-02 months before the merger stay with the old village, months after it belong to the successor', async () => {
    const old = await approve(
      await act<Entry>(people.ag0, 'enterIncome', {
        ...{ areaCode: codes.dazhuang, period: '2026-01', kind: 'LEASE', amount: '100.00', proof: '合同' },
      }),
    );
    service.on('2026-03-02' as CivilDate);
    await service.receive(...merged('2026-03-01'));
    const enter = (areaCode: string, period: string) =>
      verdict(people.ag0, 'enterIncome', { areaCode, period, kind: 'LEASE', amount: '1.00', proof: '合同' });
    expect(await enter(codes.dazhuang, '2026-02')).toBe('allowed');
    expect(await enter(codes.dazhuang, '2026-03')).toBe('VILLAGE_MERGED');
    expect(await enter(newVillage, '2026-02')).toBe('VILLAGE_NOT_YET');
    expect(await enter(newVillage, '2026-03')).toBe('allowed');
    const reversal = { entryId: old.id, period: '2026-03', proof: '更正单' };
    expect(await verdict(people.ag0, 'reverseIncome', reversal)).toBe('VILLAGE_MERGED');
    expect(await verdict(people.ag0, 'reverseIncome', { ...reversal, areaCode: codes.zhaozhuang })).toBe(
      'NOT_THE_SUCCESSOR',
    );
    expect(await verdict(people.ag0, 'reverseIncome', { ...reversal, areaCode: newVillage })).toBe('allowed');
  });

  it('VIL-06 last year’s figures do not change, and the year of the merger counts every village once', async () => {
    await closed(2025, { LEASE: 60_000 });
    await closed(2025, { LEASE: 20_000 }, { areaCode: codes.xiaozhuang });
    const before = await figures(2025);
    service.on('2026-03-02' as CivilDate);
    await service.receive(...merged('2026-03-01'));
    expect(await figures(2025)).toEqual(before);

    const part = async (areaCode: string, period: string, amount: string) =>
      approve(await act<Entry>(people.ag0, 'enterIncome', { areaCode, period, kind: 'LEASE', amount, proof: '合同' }));
    await part(codes.dazhuang, '2026-01', '40000.00');
    await part(codes.xiaozhuang, '2026-02', '5000.00');
    const books = { expense: 0, on: '2027-01-10' };
    const successor = await ready(2026, {}, { ...books, areaCode: newVillage });
    expect(await verdict(people.ts0, 'signIncomeYear', { ...seen(successor), side: 'TOWN' })).toBe('PREDECESSORS_OPEN');
    for (const areaCode of [codes.dazhuang, codes.xiaozhuang]) await closed(2026, {}, { ...books, areaCode });
    await part(newVillage, '2026-09', '20000.00');
    await closed(2026, {}, { ...books, areaCode: newVillage });
    expect(await yearNow(2026, newVillage)).toMatchObject({ closed: { total: '20000.00' } });
    const { villageFigures } = await service.data<{ villageFigures: { nodes: object[] } }>(
      people.ag,
      `{ villageFigures(areaCode: "${codes.east}", year: 2026, filter: { closed: true }) { nodes { areaCode total combined } } }`,
    );
    expect(villageFigures.nodes).toEqual([{ areaCode: newVillage, total: '65000.00', combined: true }]);
    expect(await villageNow(newVillage)).toMatchObject({ class: 'REACHED' });
    const { villageIndicators } = (await figures(2026)) as {
      villageIndicators: { key: string; sum: string | null; villages: number }[];
    };
    expect(villageIndicators.find(({ key }) => key === 'vil.income.mean')).toMatchObject({
      sum: '65000.00',
      villages: 3,
    });
    expect(await figures(2025)).toEqual(before);
  });

  it('VIL-03 the part of a year before a merger is no year: it judges nobody but the successor', async () => {
    await closed(2025, { LEASE: 80_000 });
    const asBefore = await villageNow(codes.dazhuang);
    service.on('2026-02-11' as CivilDate);
    await service.receive(...merged('2026-02-10'));
    const judgements = async () =>
      (await service.emitted())
        .filter(({ type }) => type === 'villages.classification.changed.v1')
        .map(({ key, data }) => [key, data['year'], data['to']]);
    const before = await judgements();
    await approve(
      await act<Entry>(people.ag0, 'enterIncome', {
        ...{ areaCode: codes.dazhuang, period: '2026-01', kind: 'LEASE', amount: '6000.00', proof: '合同' },
      }),
    );
    await closed(2026, {}, { on: '2026-02-20' });
    expect(await judgements()).toEqual(before);
    expect(await villageNow(codes.dazhuang)).toMatchObject({ class: asBefore['class'] });
    const { village } = await service.data<{ village: { classifications: { year: number }[] } }>(
      people.ag,
      `{ village(areaCode: "${codes.dazhuang}") { classifications { year } } }`,
    );
    expect(village.classifications.map(({ year }) => year)).toEqual([2025]);
  });

  it('VIL-02 no year is opened in which there was no such village', async () => {
    service.on('2027-01-05' as CivilDate);
    await service.receive(...merged('2026-02-10'));
    const open = (areaCode: string, year: number) => verdict(people.ag0, 'openIncomeYear', { areaCode, year });
    const expenses = { operatingExpense: '0.00', managementExpense: '0.00' };
    const state = (areaCode: string, year: number) =>
      verdict(people.ag0, 'stateVillageExpenses', { areaCode, year, ...expenses });
    expect(await open(codes.dazhuang, 2027)).toBe('VILLAGE_MERGED');
    expect(await state(codes.dazhuang, 2027)).toBe('VILLAGE_MERGED');
    expect(await open(newVillage, 2025)).toBe('VILLAGE_NOT_YET');
    expect(await state(newVillage, 2025)).toBe('VILLAGE_NOT_YET');
    expect(await open(codes.dazhuang, 2026)).toBe('allowed');
    expect(await open(newVillage, 2026)).toBe('allowed');
  });

  it('VIL-02 the old village closes its part of the year as soon as the merger is done', async () => {
    service.on('2026-03-02' as CivilDate);
    await service.receive(...merged('2026-03-01'));
    expect(await closed(2026, {}, { on: '2026-03-05' })).toMatchObject({ state: 'CLOSED' });
  });
});
