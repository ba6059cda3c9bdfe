import type { Actor } from '@jishi/access';
import { publishSnapshot } from '@jishi/event-delivery';
import { profileOf } from '@jishi/indicators';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';
import { targetSnapshot } from './targets.snapshot';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const fields = `id version key profile comparator value unit dueOn validFrom validTo`;
const adopt = `mutation ($input: AdoptTargetProfileInput!) { adoptTargetProfile(input: $input) { targets { ${fields} } } }`;
const endProfile = `mutation ($input: EndTargetProfileInput!) { endTargetProfile(input: $input) { targets { ${fields} } } }`;
const set = `mutation ($input: SetTargetInput!) { setTarget(input: $input) { target { ${fields} } } }`;
const end = `mutation ($input: EndTargetInput!) { endTarget(input: $input) { target { ${fields} } } }`;

interface Target {
  readonly id: string;
  readonly version: number;
  readonly key: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}
const adopted = async (profile: string, more: object = {}, areaCode: string = codes.county): Promise<Target[]> =>
  (
    await service.data<{ adoptTargetProfile: { targets: Target[] } }>(people.co, adopt, {
      input: { areaCode, profile, ...more },
    })
  ).adoptTargetProfile.targets;
const byHand = {
  areaCode: codes.county,
  key: 'ent.coverage.enterprise',
  comparator: 'AT_LEAST',
  value: 80,
  document: '县委组织部年度目标',
};
const setByHand = async (more: object = {}): Promise<Target> =>
  (await service.data<{ setTarget: { target: Target } }>(people.co, set, { input: { ...byHand, ...more } })).setTarget
    .target;
const refused = (more: object, actor: Actor = people.co) =>
  service.verdict(actor, set, { input: { ...byHand, ...more } });
const inForce = async (areaCode: string, more: object = {}, actor: Actor = people.ts) =>
  (
    await service.data<{ targets: { nodes: object[] } }>(
      actor,
      `query ($areaCode: AreaCode!, $keyPrefix: String, $asOf: Date) {
         targets(areaCode: $areaCode, keyPrefix: $keyPrefix, asOf: $asOf, first: 100) {
           nodes { key value profile area { code } parameters { name label value } } } }`,
      { areaCode, ...more },
    )
  ).targets.nodes;
const history = async (key: string) =>
  (
    await service.data<{ targetHistory: { totalCount: number; nodes: Target[] } }>(
      people.ts,
      `query ($areaCode: AreaCode!, $key: String!) { targetHistory(areaCode: $areaCode, key: $key) {
         totalCount nodes { ${fields} } } }`,
      { areaCode: codes.county, key },
    )
  ).targetHistory.nodes;

describe('X-22 adopting a plan', () => {
  it('X-22 loads every target of the plan for the area and tells each', async () => {
    const targets = await adopted('county-2023');
    expect(targets).toHaveLength(profileOf('county-2023')!.targets.length);
    expect(targets.find(({ key }) => key === 'vil.income.mean')).toMatchObject({
      profile: 'county-2023',
      comparator: 'AT_LEAST',
      value: 200_000,
      unit: '元',
      dueOn: '2024-12-31',
      validFrom: '2026-06-15',
      validTo: null,
    });
    const told = await service.emitted();
    expect(told).toHaveLength(targets.length);
    expect(told.find(({ data }) => data.key === 'vil.income.floor')).toMatchObject({
      type: 'organizations.target.changed.v1',
      version: 1,
      data: { areaCode: codes.county, value: 0, parameters: { measure: 'TOTAL', floor: 100_000 }, validTo: null },
    });
  });

  it('X-22 adopting it again changes nothing and is refused; another plan stands beside it', async () => {
    await adopted('county-2023');
    await service.forget();
    expect(await service.verdict(people.co, adopt, { input: { areaCode: codes.county, profile: 'county-2023' } })).toBe(
      'PROFILE_IN_FORCE',
    );
    expect(await service.emitted()).toEqual([]);
    await adopted('district-2022');
    expect(await inForce(codes.county, { keyPrefix: 'vil.income.floor' })).toEqual([
      expect.objectContaining({
        profile: 'county-2023',
        parameters: [
          { name: 'floor', label: '标准线（元）', value: '100000' },
          { name: 'measure', label: '收入口径', value: 'TOTAL' },
        ],
      }),
      expect.objectContaining({ profile: 'district-2022' }),
    ]);
  });

  it('X-22 may be written down for the years in which the plan held, where nothing was set before', async () => {
    await adopted('zone-2020', { validFrom: '2020-01-01' });
    expect(await inForce(codes.county, { keyPrefix: 'vil.shell', asOf: '2019-12-31' })).toEqual([]);
    expect(await inForce(codes.county, { keyPrefix: 'vil.shell', asOf: '2020-01-01' })).toHaveLength(1);
  });

  it('P12 what the plan says differently by now begins on the day and ends the old one, which keeps its days', async () => {
    await adopted('county-2023', { validFrom: '2023-01-01' });
    await service.database.pool.query(
      `UPDATE indicator_target SET value = 150000 WHERE key = 'vil.income.mean'`, // as an older edition of the plan had it
    );
    await service.forget();
    expect(
      await service.verdict(people.co, adopt, {
        input: { areaCode: codes.county, profile: 'county-2023', validFrom: '2026-06-14' },
      }),
    ).toBe('TARGET_DAYS_PASSED');
    expect(await adopted('county-2023', { validFrom: '2026-07-01' })).toHaveLength(1);
    expect(await history('vil.income.mean')).toMatchObject([
      { value: 200_000, validFrom: '2026-07-01', validTo: null },
      { value: 150_000, validFrom: '2023-01-01', validTo: '2026-07-01' },
    ]);
    expect((await service.emitted()).map(({ data }) => [data.value, data.validTo])).toEqual([
      [150_000, '2026-07-01'],
      [200_000, null],
    ]);
  });

  it('X-22 ends as a whole, and what was set by hand stays', async () => {
    await setByHand();
    const count = (await adopted('county-2023')).length;
    const { endTargetProfile } = await service.data<{ endTargetProfile: { targets: Target[] } }>(
      people.co,
      endProfile,
      {
        input: { areaCode: codes.county, profile: 'county-2023', on: '2027-01-01' },
      },
    );
    expect(endTargetProfile.targets).toHaveLength(count);
    expect(await inForce(codes.county, { asOf: '2027-01-01' })).toMatchObject([{ key: byHand.key, profile: null }]);
    expect(
      await service.verdict(people.co, endProfile, { input: { areaCode: codes.county, profile: 'county-2023' } }),
    ).toBe('PROFILE_NOT_IN_FORCE');
  });

  it('X-22 refuses a plan that does not exist and an area out of use', async () => {
    expect(await service.verdict(people.co, adopt, { input: { areaCode: codes.county, profile: 'nowhere' } })).toBe(
      'INVALID_INPUT',
    );
    await service.database.pool.query(`UPDATE area SET valid_to = '2026-01-01' WHERE code = $1`, [codes.liuzhuang]);
    expect(
      await service.verdict(people.co, adopt, { input: { areaCode: codes.liuzhuang, profile: 'county-2023' } }),
    ).toBe('INVALID_INPUT');
  });
});

describe('X-22 targets by hand', () => {
  it('P12 a target ends on the day on which the next begins; no day has two and no past day changes', async () => {
    const first = await setByHand();
    service.on('2026-08-01');
    const second = await setByHand({ value: 85, validFrom: '2026-09-01' });
    expect(await history(byHand.key)).toMatchObject([
      { id: second.id, value: 85, validFrom: '2026-09-01', validTo: null },
      { id: first.id, value: 80, validFrom: '2026-06-15', validTo: '2026-09-01', version: 2 },
    ]);
    expect(await refused({ value: 90, validFrom: '2026-08-31' })).toBe('TARGET_BEFORE_LAST_ONE');
    service.on('2026-10-01');
    expect(await refused({ value: 90, validFrom: '2026-09-30' })).toBe('TARGET_DAYS_PASSED');
    expect(await inForce(codes.county, { asOf: '2026-08-31' })).toMatchObject([{ value: 80 }]);
  });

  it('X-22 on the day it begins a target can still be set right, and leaves no trace in the judging', async () => {
    await setByHand({ value: 8 });
    await setByHand({ value: 80 });
    expect(await history(byHand.key)).toMatchObject([{ value: 80, validFrom: '2026-06-15', validTo: null }]);
    expect((await service.emitted()).map(({ data }) => [data.value, data.validFrom, data.validTo])).toEqual([
      [8, '2026-06-15', null],
      [8, '2026-06-15', '2026-06-15'],
      [80, '2026-06-15', null],
    ]);
  });

  it('X-22 two floors of one figure hold at once; one of a plan is replaced by naming it', async () => {
    const floor = (yuan: string) => ({
      key: 'vil.income.floor',
      comparator: 'AT_MOST',
      value: 0,
      parameters: [
        { name: 'measure', value: 'TOTAL' },
        { name: 'floor', value: yuan },
      ],
    });
    await setByHand(floor('50000'));
    await setByHand(floor('80000'));
    const [planned] = (await adopted('county-2023')).filter(({ key }) => key === 'vil.income.floor');
    expect(await inForce(codes.county, { keyPrefix: 'vil.income.floor' })).toHaveLength(3);
    const replacing = { ...floor('120000'), replaces: planned!.id, version: planned!.version };
    expect(await refused({ replaces: planned!.id })).toBe('INVALID_INPUT'); // another figure
    expect(await refused({ ...replacing, version: 9 })).toBe('STALE_VERSION');
    await setByHand({ ...replacing, validFrom: '2026-07-01' });
    expect(await refused({ ...replacing, version: undefined, validFrom: '2026-08-01' })).toBe('TARGET_ENDED');
    const floors = async (asOf: string) =>
      (await inForce(codes.county, { keyPrefix: 'vil.income.floor', asOf })).map(
        (target) => (target as { parameters: { value: string }[] }).parameters[0]!.value,
      );
    expect((await floors('2026-06-30')).sort()).toEqual(['100000', '50000', '80000']);
    expect((await floors('2026-07-01')).sort()).toEqual(['120000', '50000', '80000']);
  });

  it.each([
    ['an unknown figure', { key: 'vil.nothing' }, 'INDICATOR_UNKNOWN', 'key'],
    ['no value', { value: null }, 'INVALID_INPUT', 'value'],
    ['a value below 0', { value: -1 }, 'INVALID_INPUT', 'value'],
    ['a value where it only rises', { comparator: 'RISE' }, 'INVALID_INPUT', 'value'],
    ['no document', { document: ' ' }, 'INVALID_INPUT', 'document'],
    ['a day due before it begins', { dueOn: '2026-06-14' }, 'INVALID_INPUT', 'dueOn'],
    ['an unknown parameter', { parameters: [{ name: 'colour', value: 'red' }] }, 'INVALID_INPUT', 'parameters'],
    ['a floor that is no number', { parameters: [{ name: 'floor', value: '五万' }] }, 'INVALID_INPUT', 'parameters'],
    ['a measure nobody knows', { parameters: [{ name: 'measure', value: 'NET' }] }, 'INVALID_INPUT', 'parameters'],
  ])('X-22 refuses %s and names the field', async (_, more, code, field) => {
    const { errors } = await service.ask(people.co, set, { input: { ...byHand, ...more } });
    expect(errors).toMatchObject([{ extensions: { code, field } }]);
    expect(await service.emitted()).toEqual([]);
  });

  it.each([
    ['a floor of income without a measure', 'vil.income.floor', [['floor', '50000']], false],
    ['a mean of operating income', 'vil.income.mean', [['measure', 'OPERATING']], false],
    ['a share by total income', 'vil.operating.share', [['measure', 'TOTAL']], false],
    ['a floor of the surplus', 'vil.income.floor', [['measure', 'OPERATING_SURPLUS']], true],
    [
      'two years to clear',
      'vil.income.floor',
      [
        ['measure', 'TOTAL'],
        ['clearYears', '2'],
      ],
      true,
    ],
    [
      'no year to clear',
      'vil.income.floor',
      [
        ['measure', 'TOTAL'],
        ['clearYears', '0'],
      ],
      false,
    ],
    [
      'a year and a half',
      'vil.income.floor',
      [
        ['measure', 'TOTAL'],
        ['clearYears', '1.5'],
      ],
      false,
    ],
  ])('VIL-03 a target names the measure of its figure: %s', async (_, key, given, allowed) => {
    const parameters = given.map(([name, value]) => ({ name, value }));
    const { errors } = await service.ask(people.co, set, { input: { ...byHand, key, parameters } });
    expect(errors ?? []).toMatchObject(allowed ? [] : [{ extensions: { code: 'INVALID_INPUT', field: 'parameters' } }]);
  });

  it('X-22 ends on a day of today or later, once', async () => {
    const { id, version } = await setByHand();
    const ending = (on: string, more: object = {}) => service.verdict(people.co, end, { input: { id, on, ...more } });
    expect(await ending('2026-06-14')).toBe('TARGET_DAYS_PASSED');
    expect(await ending('2026-07-01', { version: version + 1 })).toBe('STALE_VERSION');
    expect(await ending('2026-07-01', { version })).toBe('allowed');
    expect(await ending('2026-08-01')).toBe('TARGET_ENDED');
    expect(await refused({ validFrom: '2026-06-30' })).toBe('TARGET_BEFORE_LAST_ONE');
    expect(await refused({ validFrom: '2026-07-01' })).toBe('allowed');
  });

  it('X-22 two who set the same target at once come one after the other', async () => {
    const verdicts = await Promise.all([81, 82, 83].map((value) => refused({ value })));
    expect(verdicts).toEqual(['allowed', 'allowed', 'allowed']);
    expect(await history(byHand.key)).toHaveLength(1);
  });

  it('X-22 the database itself keeps two targets of one place apart', async () => {
    await setByHand();
    const twice = service.database.pool.query(
      `INSERT INTO indicator_target (key, area_code, facet, comparator, value, unit, document, valid_from)
       SELECT key, area_code, facet, comparator, value, unit, document, '2026-01-01' FROM indicator_target`,
    );
    await expect(twice).rejects.toMatchObject({ constraint: 'indicator_target_one_at_a_time' });
  });
});

describe('X-22 reading targets', () => {
  it('X-22 an area without a target of its own has that of the nearest area above', async () => {
    await service.data(people.cityCo, set, { input: { ...byHand, areaCode: codes.city, value: 70, key: 'vil.plan' } });
    await service.data(people.cityCo, set, { input: { ...byHand, areaCode: codes.city, value: 60 } });
    await setByHand();
    await setByHand({ areaCode: codes.east, value: 90 });
    const of = async (areaCode: string) =>
      (await inForce(areaCode)).map((target) => {
        const { key, value, area } = target as { key: string; value: number; area: { code: string } };
        return [key, value, area.code];
      });
    expect(await of(codes.dazhuang)).toEqual([
      [byHand.key, 90, codes.east],
      ['vil.plan', 70, codes.city],
    ]);
    expect(await of(codes.liuzhuang)).toEqual([
      [byHand.key, 80, codes.county],
      ['vil.plan', 70, codes.city],
    ]);
    expect(await of(codes.city)).toEqual([
      [byHand.key, 60, codes.city],
      ['vil.plan', 70, codes.city],
    ]);
  });

  it('X-22 lists page by page, by the beginning of the key', async () => {
    await adopted('county-2023');
    const page = async (after?: string) =>
      (
        await service.data<{
          targets: { totalCount: number; nodes: { key: string }[]; pageInfo: { endCursor: string } };
        }>(
          people.vc,
          `query ($after: String) { targets(areaCode: "${codes.dazhuang}", keyPrefix: "vil.", first: 4, after: $after) {
             totalCount nodes { key } pageInfo { endCursor } } }`,
          { after },
        )
      ).targets;
    const first = await page();
    const second = await page(first.pageInfo.endCursor);
    const keys = [...first.nodes, ...second.nodes].map(({ key }) => key);
    expect(first.totalCount).toBe(7);
    expect(keys).toHaveLength(7);
    expect(keys).toEqual([...keys].sort());
  });

  it('X-22 shows the plans with names, sections and readings', async () => {
    const { targetProfiles } = await service.data<{ targetProfiles: object[] }>(
      people.ts,
      '{ targetProfiles(keyPrefix: "ent.coverage.social") { key name document targets { name value unit citation { document article rule } note features } } }',
    );
    expect(targetProfiles).toHaveLength(6);
    expect(targetProfiles).toContainEqual({
      key: 'district-2022',
      name: '某区2022年基层党建全面提升工程',
      document: expect.stringContaining('全面提升工程'),
      targets: [
        {
          name: '社会组织党组织覆盖率',
          value: 100,
          unit: '%',
          citation: {
            document: expect.stringContaining('全面提升工程'),
            article: '二（五）2',
            rule: 'ent.coverage.social',
          },
          note: '符合条件的应建尽建',
          features: ['ENT-07'],
        },
      ],
    });
  });

  it('X-22 the snapshot says every target as its last event did, ended ones too', async () => {
    const first = await setByHand();
    await setByHand({ value: 85, validFrom: '2026-09-01' });
    await adopted('town-2017', { validFrom: '2017-12-01' });
    const live = new Map((await service.emitted()).map(({ key, data }) => [key, data]));
    expect(live.get(first.id)).toMatchObject({ validTo: '2026-09-01' });
    await service.forget();
    expect(await publishSnapshot(service.database, targetSnapshot)).toMatchObject({ written: live.size });
    expect(new Map((await service.emitted()).map(({ key, data }) => [key, data]))).toEqual(live);
  });

  it('P11 targets of a village that was merged away end with its code, and its successor goes on with them', async () => {
    await setByHand({ areaCode: codes.xiaozhuang, value: 50 });
    await setByHand({ areaCode: codes.xiaozhuang, value: 1, key: 'vil.graduate' });
    await setByHand({ areaCode: codes.dazhuang, value: 75 });
    await service.data(
      people.co,
      `mutation ($input: MergeAreasInput!) { mergeAreas(input: $input) { area { code } } }`,
      {
        input: { codes: [codes.xiaozhuang, codes.dazhuang], successor: { code: codes.dazhuang }, on: '2026-06-15' },
      },
    );
    const { rows } = await service.database.pool.query(
      `SELECT key, area_code AS area, value, valid_from AS "from", valid_to AS "to" FROM indicator_target ORDER BY area_code, key`,
    );
    expect(rows).toEqual([
      { key: byHand.key, area: codes.dazhuang, value: 75, from: '2026-06-15', to: null },
      { key: 'vil.graduate', area: codes.dazhuang, value: 1, from: '2026-06-15', to: null },
      { key: byHand.key, area: codes.xiaozhuang, value: 50, from: '2026-06-15', to: '2026-06-15' },
      { key: 'vil.graduate', area: codes.xiaozhuang, value: 1, from: '2026-06-15', to: '2026-06-15' },
    ]);
  });
});

const who = {
  'city organisation department': [people.cityCo, 'allowed'],
  'county organisation department': [people.co, 'allowed'],
  'organs’ organisation department': [people.strangeCo, 'NOT_ALLOWED'],
  town: [people.ts, 'NOT_ALLOWED'],
  village: [people.vc, 'NOT_ALLOWED'],
  branch: [people.br, 'NOT_ALLOWED'],
  auditor: [people.auditor, 'NOT_ALLOWED'],
  nobody: [people.nobody, 'NOT_ALLOWED'],
} as const;
const ofCounty = { areaCode: codes.county, profile: 'county-2023' };
accessTable(
  'X-22 who may adopt a plan for the county',
  () => Promise.resolve(ofCounty),
  (actor, input) => service.verdict(actor, adopt, { input }),
  who,
);
accessTable(
  'X-22 who may end a plan of the county',
  () => adopted('county-2023').then(() => ofCounty),
  (actor, input) => service.verdict(actor, endProfile, { input }),
  who,
);
accessTable(
  'X-22 who may set a target of the county',
  () => Promise.resolve({}),
  (actor, more) => refused(more, actor),
  who,
);
accessTable(
  'X-22 who may end a target of the county',
  () => setByHand(),
  (actor, { id }) => service.verdict(actor, end, { input: { id } }),
  who,
);
it('X-22 a county does not set the targets of its city', async () => {
  expect(await refused({ areaCode: codes.city })).toBe('NOT_ALLOWED');
  expect(await refused({ areaCode: codes.city }, people.cityCo)).toBe('allowed');
});
