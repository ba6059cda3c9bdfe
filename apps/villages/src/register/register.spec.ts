import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, economicOrgCode, people, twoTowns, type PersonName } from '../../seeds/two-towns';
import { villages } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const record = `mutation($input: RecordVillageInput!) { recordVillage(input: $input) { village {
  areaCode version households population farmland figuresBasis leadingTrade economicOrgName economicOrgUscc status validFrom class weak model } } }`;
const recordYear = `mutation($input: RecordVillageYearInput!) { recordVillageYear(input: $input) { villageYear { id year households population version } } }`;
const nominate = `mutation($input: NominateModelVillageInput!) { nominateModelVillage(input: $input) { village { modelNominations { id version state } } } }`;
const decide = `mutation($input: NameModelVillageInput!) { nameModelVillage(input: $input) { village { model version
  modelNominations { state decidedBy decisionReason endedReason } } } }`;
const facts = { households: 120, population: 480, farmland: 1234.5, leadingTrade: '苹果' };
const codesOf = async (actor: Actor, filter: object = {}, asOf?: string) =>
  (
    await service.data<{ villages: { nodes: { areaCode: string }[] } }>(
      actor,
      'query($filter: VillageFilter, $asOf: Date) { villages(filter: $filter, asOf: $asOf) { nodes { areaCode } } }',
      { filter, asOf },
    )
  ).villages.nodes.map(({ areaCode }) => areaCode);

describe('VIL-01 the register of villages', () => {
  it('VIL-01 a village is recorded with its economic organisation, changed, and told to the others', async () => {
    const input = {
      areaCode: codes.newVillage,
      ...facts,
      economicOrgName: '新村股份经济合作社',
      economicOrgUscc: economicOrgCode(77),
    };
    const { recordVillage } = await service.data<{ recordVillage: { village: { version: number } } }>(
      people.stranger,
      record,
      { input },
    );
    expect(recordVillage.village).toEqual({
      areaCode: codes.newVillage,
      version: 1,
      households: 120,
      population: 480,
      farmland: 1234.5,
      figuresBasis: 'RECORDED',
      leadingTrade: '苹果',
      economicOrgName: '新村股份经济合作社',
      economicOrgUscc: economicOrgCode(77),
      status: 'ACTIVE',
      validFrom: '2015-01-01',
      class: null,
      weak: false,
      model: false,
    });
    expect(await service.verdict(people.stranger, record, { input })).toBe('STALE_VERSION');
    expect(
      await service.data(people.stranger, record, { input: { ...input, version: 1, households: 121 } }),
    ).toMatchObject({ recordVillage: { village: { version: 2, households: 121 } } });
    expect((await service.emitted()).map(({ type, key }) => [type, key])).toEqual([
      ['villages.village.changed.v1', codes.newVillage],
      ['villages.village.changed.v1', codes.newVillage],
    ]);
  });

  it.each([
    ['an unknown code', { areaCode: '410823101299' }, 'AREA_UNKNOWN'],
    ['a community', { areaCode: codes.community }, 'AREA_IS_NO_VILLAGE'],
    ['a town', { areaCode: codes.east }, 'AREA_IS_NO_VILLAGE'],
    ['a wrong check digit', { economicOrgUscc: `${economicOrgCode(7).slice(0, 17)}?` }, 'CREDIT_CODE_CHARACTERS'],
    ['a code of market regulation', { economicOrgUscc: '91350100M000100Y43' }, 'USCC_NOT_OF_AGRICULTURE'],
    ['less than no land', { farmland: -1 }, 'FIGURE_NEGATIVE'],
  ])('VIL-01 refuses %s', async (_, wrong, code) => {
    const input = { areaCode: codes.newVillage, ...facts, ...wrong };
    expect(await service.verdict(people.co, record, { input })).toBe('NOT_ALLOWED');
    expect(await service.verdict(people.ag, record, { input })).toBe(code);
  });

  it('VIL-01 one credit code belongs to one village', async () => {
    const input = { ...facts, economicOrgUscc: economicOrgCode(5) };
    await service.data(people.ag, record, { input: { ...input, areaCode: codes.newVillage } });
    const again = { ...input, areaCode: codes.dazhuang, version: 1 };
    expect(await service.verdict(people.ag, record, { input: again })).toBe('USCC_TAKEN');
  });

  it('VIL-01 keeps statistics by year, corrects them, and takes none of a year that has not begun', async () => {
    const input = { areaCode: codes.dazhuang, year: 2025, households: 99, population: 400 };
    await service.data(people.vc, recordYear, { input });
    expect(await service.verdict(people.vc, recordYear, { input })).toBe('STALE_VERSION');
    await service.data(people.vc, recordYear, { input: { ...input, version: 1, households: 98 } });
    await service.data(people.vc, recordYear, { input: { ...input, year: 2024 } });
    expect(await service.verdict(people.vc, recordYear, { input: { ...input, year: 2027 } })).toBe('YEAR_NOT_BEGUN');
    expect(
      await service.data(people.ag, 'query($c: AreaCode!) { village(areaCode: $c) { years { year households } } }', {
        c: codes.dazhuang,
      }),
    ).toEqual({
      village: {
        years: [
          { year: 2025, households: 98 },
          { year: 2024, households: 99 },
        ],
      },
    });
  });

  it('VIL-01 lists by area code within the scope, by area and by title, page by page', async () => {
    const east = [codes.dazhuang, codes.xiaozhuang, codes.zhaozhuang, codes.qianzhuang];
    expect(await codesOf(people.ag)).toEqual([...east, codes.liuzhuang]);
    expect(await codesOf(people.ts)).toEqual(east);
    expect(await codesOf(people.tsHead)).toEqual(east);
    expect(await codesOf(people.vc)).toEqual([codes.dazhuang]);
    expect(await codesOf(people.ag, { areaCode: codes.west })).toEqual([codes.liuzhuang]);
    expect(await codesOf(people.ag, { areaCode: codes.city })).toHaveLength(5);
    expect(await codesOf(people.ag, { model: true })).toEqual([]);
    const page =
      'query($after: String) { villages(first: 3, after: $after) { totalCount nodes { areaCode area { code } } pageInfo { endCursor hasNextPage } } }';
    const first = await service.data<{ villages: { totalCount: number; pageInfo: { endCursor: string } } }>(
      people.ag,
      page,
    );
    expect(first.villages.totalCount).toBe(5);
    const { villages: second } = await service.data<{ villages: { nodes: object[] } }>(people.ag, page, {
      after: first.villages.pageInfo.endCursor,
    });
    expect(second.nodes).toMatchObject([{ areaCode: codes.qianzhuang }, { area: { code: codes.liuzhuang } }]);
  });

  it('VIL-01 an area knows its village, within the caller’s scope', async () => {
    const ask = `query($of: [_Any!]!) { _entities(representations: $of) { ... on Area { village { areaCode } } } }`;
    const of = [codes.dazhuang, codes.east, codes.liuzhuang].map((code) => ({ __typename: 'Area', code }));
    expect(await service.data(people.ts, ask, { of })).toEqual({
      _entities: [{ village: { areaCode: codes.dazhuang } }, { village: null }, { village: null }],
    });
  });
});

describe('VIL-08 model villages', () => {
  const nominated = async () => {
    const input = { areaCode: codes.dazhuang, reason: '产业兴旺' };
    const { nominateModelVillage } = await service.data<{
      nominateModelVillage: { village: { modelNominations: { id: string; version: number }[] } };
    }>(people.ts, nominate, { input });
    const [{ id, version }] = nominateModelVillage.village.modelNominations as [{ id: string; version: number }];
    return { nominationId: id, version };
  };

  it('VIL-08 a village is nominated by its town, named by the organisation department, and loses the title with a reason', async () => {
    const nomination = await nominated();
    expect(await service.verdict(people.ts, nominate, { input: { areaCode: codes.dazhuang, reason: '再次' } })).toBe(
      'MODEL_NOMINATION_OPEN',
    );
    service.on('2026-03-01' as CivilDate);
    expect(await service.verdict(people.co, decide, { input: { ...nomination, step: 'END', reason: '无' } })).toBe(
      'STEP_NOT_POSSIBLE',
    );
    expect(await service.data(people.co, decide, { input: { ...nomination, step: 'NAME' } })).toMatchObject({
      nameModelVillage: { village: { model: true, modelNominations: [{ state: 'NAMED' }] } },
    });
    expect(await codesOf(people.ag, { model: true })).toEqual([codes.dazhuang]);
    service.on('2026-05-01' as CivilDate);
    expect(await service.verdict(people.co, decide, { input: { ...nomination, version: 2, step: 'END' } })).toBe(
      'INVALID_INPUT',
    );
    await service.data(people.co, decide, { input: { ...nomination, version: 2, step: 'END', reason: '降级' } });
    expect(await codesOf(people.ag, { model: true })).toEqual([]);
    expect(await codesOf(people.ag, { model: true }, '2026-02-28')).toEqual([]);
    expect(await codesOf(people.ag, { model: true }, '2026-04-30')).toEqual([codes.dazhuang]);
    expect((await service.emitted()).map(({ data }) => data['model'])).toEqual([true, false]);
  });

  it('VIL-08 a nomination that was declined leaves the way free for another', async () => {
    const nomination = await nominated();
    const input = { ...nomination, step: 'DECLINE', reason: '条件不足' };
    await service.data(people.co, decide, { input });
    await nominated();
    expect(await codesOf(people.ag, { model: true })).toEqual([]);
  });

  const all = (verdicts: Readonly<Partial<Record<PersonName, string>>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([name, verdict]) => [name, [people[name as PersonName], verdict] as const]),
    );
  accessTable(
    'VIL-01 who may change a village',
    async () => ({ areaCode: codes.dazhuang, version: 1, ...facts }),
    async (actor, input) => {
      await beginAgain(service);
      return service.verdict(actor, record, { input });
    },
    all({
      vc: 'allowed',
      ts: 'allowed',
      tsHead: 'allowed',
      ag: 'allowed',
      otherAg: 'NOT_ALLOWED',
      vcNext: 'NOT_ALLOWED',
      stranger: 'NOT_ALLOWED',
      co: 'NOT_ALLOWED',
      un: 'NOT_ALLOWED',
      auditor: 'NOT_ALLOWED',
      nobody: 'NOT_ALLOWED',
    }),
  );
  accessTable(
    'VIL-01 who may record statistics',
    async () => ({ areaCode: codes.dazhuang, year: 2025, households: 1, population: 1 }),
    async (actor, input) => service.verdict(actor, recordYear, { input }),
    all({
      vc: 'allowed',
      ts: 'allowed',
      ag: 'allowed',
      vcNext: 'NOT_FOUND',
      stranger: 'NOT_FOUND',
      co: 'NOT_ALLOWED',
      auditor: 'NOT_ALLOWED',
      nobody: 'NOT_ALLOWED',
    }),
  );
  accessTable(
    'VIL-08 who may nominate',
    async () => ({ areaCode: codes.dazhuang, reason: '理由' }),
    (actor, input) => service.verdict(actor, nominate, { input }),
    all({
      ts: 'allowed',
      tsHead: 'allowed',
      stranger: 'NOT_FOUND',
      vc: 'NOT_ALLOWED',
      ag: 'NOT_ALLOWED',
      co: 'NOT_ALLOWED',
      nobody: 'NOT_ALLOWED',
    }),
  );
  accessTable(
    'VIL-08 who may name',
    async () => ({ ...(await nominated()), step: 'NAME' }),
    (actor, input) => service.verdict(actor, decide, { input }),
    all({
      co: 'allowed',
      ts: 'NOT_ALLOWED',
      ag: 'NOT_ALLOWED',
      vc: 'NOT_ALLOWED',
      otherAg: 'NOT_ALLOWED',
      auditor: 'NOT_ALLOWED',
      nobody: 'NOT_ALLOWED',
    }),
  );
});
