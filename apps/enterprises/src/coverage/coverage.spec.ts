import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { dissolved, established, recorded } from '../../seeds/told';
import { actors, areas, firm, persons, twoTowns } from '../../seeds/two-towns';
import { expireTerms } from '../instructors/instructors.ending';
import { judgeByTheClock } from '../party-states/party-states.daily';
import { enterprises } from '../service';

let service: TestService;
let no = 0;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(() => service.on('2026-06-15'));
afterAll(() => service.close());

const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** A village of its own for every test, in the east town, so that its figures are its own too. */
async function freshVillage(town: string = areas.east): Promise<string> {
  no += 1;
  const code = `${town}${String(300 + no)}`;
  await service.asSystem((tx) =>
    tx.query(
      `INSERT INTO known_area (code, level, kind, parent_code, valid_from) VALUES ($1, 'GRASSROOTS', 'VILLAGE', $2, '2015-01-01')`,
      [code, town],
    ),
  );
  return code;
}
async function firmIn(areaCode: string, more: Parameters<typeof firm>[4] = {}): Promise<string> {
  no += 1;
  const id = idOf(5_000 + no);
  await service.asSystem((tx) => firm(tx, id, 5_000 + no, `覆盖公司${no}`, { areaCode, ...more }));
  return id;
}
const clock = () => judgeByTheClock({ today: service.today, transact: service.asSystem });

interface Share {
  numerator: number;
  denominator: number;
}
interface Seen {
  covered: Share;
  own: Share;
  registered: Share;
  qualified: Share;
  work: Share;
  entities: { nodes: { entity: { id: string } | null; reason: string; coveredBy: object[] }[]; totalCount: number };
}
const figures =
  'covered { numerator denominator } own { numerator denominator } registered { numerator denominator } qualified { numerator denominator } work { numerator denominator }';
const ask = `query($area: AreaCode!, $registrar: Registrar, $asOf: Date, $scope: String, $part: CoveragePart) {
  coverage(areaCode: $area, registrar: $registrar, asOf: $asOf, scopeRule: $scope) { ${figures}
    entities(part: $part, first: 100) { totalCount nodes { entity { id } reason coveredBy { organization { id } } } } } }`;
const coverage = async (area: string, more: object = {}, actor: Actor = actors.countyOrg): Promise<Seen> =>
  (await service.data<{ coverage: Seen }>(actor, ask, { area, registrar: 'MR', ...more })).coverage;
const of = ({ numerator, denominator }: Share): string => `${numerator}/${denominator}`;
const covered = async (area: string, more: object = {}) => of((await coverage(area, more)).covered);
const reasons = async (area: string, more: object = {}) =>
  Object.fromEntries((await coverage(area, more)).entities.nodes.map(({ entity, reason }) => [entity?.id, reason]));

describe('ENT-07 coverage', () => {
  it('ENT-07 a joint branch of three firms adds three, a second one over one of them nothing, each end takes its own', async () => {
    const village = await freshVillage();
    const firms = [await firmIn(village), await firmIn(village), await firmIn(village), await firmIn(village)];
    expect(await covered(village)).toBe('0/4');
    await service.receive(established(no, firms.slice(0, 3)));
    expect(await covered(village)).toBe('3/4');
    await service.receive(established(no + 10_000, [firms[0]!, await firmIn(await freshVillage())]));
    expect(await covered(village)).toBe('3/4');
    await service.receive(established(no + 20_000, [firms[0]!]));
    const seen = await coverage(village);
    expect([of(seen.covered), of(seen.own)]).toEqual(['3/4', '1/4']);
    expect(seen.entities.totalCount).toBe(4);
    expect(seen.entities.nodes[0]?.coveredBy).toHaveLength(3);
    expect(await reasons(village)).toEqual({
      [firms[0]!]: 'OWN_ORGANISATION',
      [firms[1]!]: 'JOINT_ORGANISATION',
      [firms[2]!]: 'JOINT_ORGANISATION',
      [firms[3]!]: 'NO_ORGANISATION',
    });
    expect(Object.keys(await reasons(village, { part: 'UNCOVERED' }))).toEqual([firms[3]]);
    expect(Object.keys(await reasons(village, { part: 'NUMERATOR' }))).toEqual(firms.slice(0, 3));

    service.on('2026-06-20');
    const end = dissolved(no - 1, firms[0]!, '2026-06-20');
    await service.receive(dissolved(no + 20_000, firms[0]!, '2026-06-20'));
    expect(await covered(village)).toBe('3/4');
    const joint = (
      await service.database.pool.query<{ org_id: string }>(
        'SELECT org_id FROM entity_organization WHERE entity_id = $1',
        [firms[1]],
      )
    ).rows[0]!.org_id;
    await service.receive({ ...end, key: joint, data: { ...end.data, orgId: joint } });
    expect(await covered(village)).toBe('1/4');
    await clock();
    expect(await covered(village, { asOf: '2026-06-19' })).toBe('3/4');
    expect(await covered(village, { asOf: '2026-06-14' })).toBe('0/4');
  });

  it('ENT-07 enterprises and social organisations are counted apart', async () => {
    const village = await freshVillage();
    const [school, company] = [
      await firmIn(village, { registrar: 'CA', kind: 'PRIVATE_SCHOOL' }),
      await firmIn(village),
    ];
    await service.receive(established(no, [school], '2026-06-15', { host: { kind: 'SOCIAL_ORG', id: school } }));
    expect(await covered(village)).toBe('0/1');
    expect(await covered(village, { registrar: 'CA' })).toBe('1/1');
    expect(await covered(village, { registrar: null })).toBe('1/2');
    expect(await reasons(village, { registrar: null })).toEqual({
      [school]: 'OWN_ORGANISATION',
      [company]: 'NO_ORGANISATION',
    });
  });

  it('ENT-07 the scope says who stands below the line, and why the others do not', async () => {
    const village = await freshVillage();
    const [large, small, shell, idle] = [
      await firmIn(village, { employees: 100 }),
      await firmIn(village, { employees: 99 }),
      await firmIn(village, { operating: 'SHELL', employees: 300 }),
      await firmIn(village, { operating: 'IDLE' }),
    ];
    await service.receive(recorded(no * 10, small), established(no, [shell]));
    expect(await covered(village)).toBe('0/2');
    expect(await covered(village, { scope: 'REGISTERED' })).toBe('1/4');
    expect(of((await coverage(village)).registered)).toBe('1/4');
    expect(await covered(village, { scope: 'WITH_MEMBERS' })).toBe('0/1');
    expect(await covered(village, { scope: 'STAFF_MINIMUM' })).toBe('0/1');
    expect(await reasons(village, { scope: 'STAFF_MINIMUM' })).toEqual({
      [large]: 'NO_ORGANISATION',
      [small]: 'TOO_FEW_STAFF',
      [shell]: 'NOT_OPERATING',
      [idle]: 'NOT_OPERATING',
    });
    expect((await reasons(village, { scope: 'WITH_MEMBERS' }))[large]).toBe('NO_MEMBERS');
    expect(Object.keys(await reasons(village, { part: 'OUTSIDE' }))).toEqual([shell, idle]);
    const rules = await service.data(
      actors.townEast,
      '{ scopeRules { key name operating employeesAtLeast fullMembersAtLeast } }',
    );
    expect(rules).toEqual({
      scopeRules: [
        { key: 'OPERATING', name: '实体运营', operating: ['OPEN'], employeesAtLeast: null, fullMembersAtLeast: null },
        { key: 'REGISTERED', name: '全部登记', operating: null, employeesAtLeast: null, fullMembersAtLeast: null },
        {
          key: 'WITH_MEMBERS',
          name: '实体运营且有正式党员',
          operating: ['OPEN'],
          employeesAtLeast: null,
          fullMembersAtLeast: 1,
        },
        {
          key: 'STAFF_MINIMUM',
          name: '实体运营且职工达到规定人数',
          operating: ['OPEN'],
          employeesAtLeast: 100,
          fullMembersAtLeast: null,
        },
      ],
    });
  });

  it('ENT-07 a past day is counted by what was so then: state, bounds, organisation, registration', async () => {
    service.on('2026-02-01');
    const village = await freshVillage();
    const [stopped, closed] = [await firmIn(village), await firmIn(village)];
    await clock();
    service.on('2026-03-01');
    await service.receive(established(no, [stopped], '2026-03-01'));
    service.on('2026-04-01');
    const versionOf = async (id: string) =>
      (await service.database.pool.query<{ version: number }>('SELECT version FROM entity WHERE id = $1', [id]))
        .rows[0]!.version;
    await service.data(
      actors.marketCounty,
      'mutation($input: ChangeEntityInput!) { changeEntity(input: $input) { entity { id } } }',
      { input: { id: stopped, version: await versionOf(stopped), operating: 'IDLE' } },
    );
    await service.data(
      actors.marketCounty,
      'mutation($input: CloseEntityInput!) { closeEntity(input: $input) { entity { id } } }',
      { input: { id: closed, version: await versionOf(closed), on: '2026-04-01', reason: '注销' } },
    );
    service.on('2026-06-15');
    const days = ['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01', undefined];
    const shares = [];
    for (const asOf of days) shares.push(await covered(village, { asOf }));
    expect(shares).toEqual(['0/2', '1/2', '1/2', '0/0', '0/0']);
    const { qualified } = await coverage(village, { asOf: '2026-03-31' });
    expect([of(qualified), of((await coverage(village)).qualified)]).toEqual(['1/1', '0/1']);
  });

  it('ENT-07 areas that merge do not change the figures of the days before (P11)', async () => {
    service.on('2026-02-01');
    const [gone, heir] = [await freshVillage(), await freshVillage()];
    const firms = [await firmIn(gone), await firmIn(gone)];
    await service.receive(established(no, [firms[0]!], '2026-02-01'));
    await clock();
    service.on('2026-06-15');
    await service.receive(
      areaChanged({
        code: gone,
        name: '并入村',
        level: 'GRASSROOTS',
        parentCode: areas.east,
        kind: 'VILLAGE',
        validFrom: '2015-01-01',
        validTo: '2026-05-01',
        replacedBy: [heir],
      }),
    );
    const shares = async (asOf?: string) => [await covered(gone, { asOf }), await covered(heir, { asOf })];
    expect(await shares('2026-04-30')).toEqual(['1/2', '0/0']);
    expect(await shares('2026-05-01')).toEqual(['0/0', '1/2']);
    expect(await shares()).toEqual(['0/0', '1/2']);
  });
});

describe('ENT-06 ENT-08 qualified and work coverage', () => {
  it('ENT-06 organised by all that should be', async () => {
    const village = await freshVillage();
    const [built, should] = [await firmIn(village), await firmIn(village)];
    await firmIn(village);
    for (const id of [built, should])
      for (let index = 0; index < 3; index += 1) {
        no += 1;
        await service.receive(recorded(70_000 + no, id));
      }
    await service.receive(established(no, [built]));
    expect(of((await coverage(village)).qualified)).toBe('1/2');
  });

  it('ENT-08 an organisation, an instructor or a liaison is work; two of them count once', async () => {
    const village = await freshVillage();
    const [both, served] = [await firmIn(village), await firmIn(village), await firmIn(village)];
    await service.receive(established(no, [both]));
    for (const [id, kind, state, ended] of [
      [both, 'INSTRUCTOR', 'ACTIVE', null],
      [served, 'LIAISON', 'ENDED', '2026-06-10'],
    ] as const)
      await service.asSystem(async (tx) => {
        no += 1;
        const [instructor] = await tx.query<{ id: string }>(
          `INSERT INTO instructor (person_id, kind, area_code, since) VALUES ($1, $2, $3, '2026-01-01') RETURNING id`,
          [idOf(9_000 + no), kind, village],
        );
        await tx.query(
          `INSERT INTO instructor_assignment (instructor_id, entity_id, kind, person_id, area_code, state, proposed_on, started_on, ended_on)
           VALUES ($1, $2, $3, $4, $5, $6, '2026-05-01', '2026-05-02', $7)`,
          [instructor!.id, id, kind, persons.wang, village, state, ended],
        );
      });
    await clock();
    expect(of((await coverage(village)).work)).toBe('1/3');
    const past = async (asOf: string) => of((await coverage(village, { asOf })).work);
    expect([await past('2026-05-01'), await past('2026-06-09'), await past('2026-06-10')]).toEqual([
      '0/3',
      '2/3',
      '1/3',
    ]);
  });

  it('ENT-08 the last day of a term is served, also when it is looked at later', async () => {
    const village = await freshVillage();
    const served = await firmIn(village);
    await service.asSystem(async (tx) => {
      const [instructor] = await tx.query<{ id: string }>(
        `INSERT INTO instructor (person_id, kind, area_code, since) VALUES ($1, 'INSTRUCTOR', $2, '2026-01-01') RETURNING id`,
        [idOf(9_000 + no), village],
      );
      await tx.query(
        `INSERT INTO instructor_assignment (instructor_id, entity_id, kind, person_id, area_code, state, proposed_on, started_on, until)
         VALUES ($1, $2, 'INSTRUCTOR', $3, $4, 'ACTIVE', '2026-05-01', '2026-05-02', '2026-06-15')`,
        [instructor!.id, served, persons.wang, village],
      );
    });
    await clock();
    const work = async (asOf: string) => of((await coverage(village, { asOf })).work);
    expect(await work('2026-06-15')).toBe('1/1');
    service.on('2026-06-17');
    await expireTerms({ today: service.today, transact: service.asSystem });
    expect([await work('2026-06-15'), await work('2026-06-16')]).toEqual(['1/1', '0/1']);
  });
});

describe('ENT-07 many areas, targets, and who may', () => {
  it('ENT-07 all towns of a county and their county come in one statement for each level', async () => {
    const statements: string[] = [];
    const { pool } = service.database;
    const query = pool.query.bind(pool);
    const watch = jest.spyOn(pool, 'query').mockImplementation(((...args: Parameters<typeof query>) => {
      const [config] = args as unknown as [{ name?: string }];
      if (config?.name?.startsWith('coverage-counts')) statements.push(config.name);
      return query(...args);
    }) as typeof pool.query);
    const codes = [areas.county, areas.east, areas.west];
    const { _entities: found } = await service.data<{ _entities: { coverage: { covered: Share; own: Share } }[] }>(
      actors.countyOrg,
      `query($areas: [_Any!]!) { _entities(representations: $areas) { ... on Area { coverage(registrar: MR) { covered { numerator denominator } own { numerator denominator } } } } }`,
      { areas: codes.map((code) => ({ __typename: 'Area', code })) },
    );
    watch.mockRestore();
    expect(statements).toHaveLength(2);
    const [county, east, west] = found.map(({ coverage: { covered: share } }) => share);
    expect(county).toEqual({
      numerator: east!.numerator + west!.numerator,
      denominator: east!.denominator + west!.denominator,
    });
    expect(east!.denominator).toBeGreaterThan(0);
  });

  it('ENT-07 below an area stand its parts, and add up to it', async () => {
    await service.asSystem((tx) =>
      tx.query('UPDATE known_area SET parent_code = $2 WHERE code = ANY($1)', [[areas.east, areas.west], areas.county]),
    );
    const { coverage: county } = await service.data<{
      coverage: { covered: Share; below: { areaCode: string; covered: Share }[] };
    }>(
      actors.countyOrg,
      `query($area: AreaCode!) { coverage(areaCode: $area, registrar: MR) { covered { numerator denominator }
         below { areaCode covered { numerator denominator } } } }`,
      { area: areas.county },
    );
    expect(county.below.map(({ areaCode }) => areaCode)).toEqual([areas.east, areas.west]);
    expect(county.below.reduce((sum, { covered: share }) => sum + share.denominator, 0)).toBe(
      county.covered.denominator,
    );
  });

  it('ENT-07 stands beside the target of the nearest area, and that of those who should is judged by their share', async () => {
    const village = await freshVillage();
    await service.receive(established(no, [await firmIn(village)]));
    await firmIn(village);
    const judged = async () =>
      (
        await service.data<{ coverage: { judgements: object[] } }>(
          actors.countyOrg,
          `query($area: AreaCode!) { coverage(areaCode: $area, registrar: MR) { judgements { key value verdict why figure { numerator denominator } } } }`,
          { area: village },
        )
      ).coverage.judgements;
    expect(await judged()).toEqual([]);
    const target = (
      id: number,
      key: string,
      area: string,
      value: number,
      parameters: object = {},
      dueOn: string | null = null,
    ) =>
      service.asSystem((tx) =>
        tx.query(
          `INSERT INTO known_target (id, key, area_code, comparator, value, unit, parameters, due_on, valid_from)
           VALUES ($1, $2, $3, 'AT_LEAST', $4, '%', $5, $6, '2026-01-01')`,
          [idOf(8_000 + id), key, area, value, JSON.stringify(parameters), dueOn],
        ),
      );
    await target(1, 'ent.coverage.enterprise', areas.city, 10);
    await target(2, 'ent.coverage.enterprise', areas.county, 92, { scope: 'ALL' });
    await target(3, 'ent.coverage.enterprise', areas.county, 100, { scope: 'QUALIFYING' });
    await target(4, 'ent.work_coverage', areas.city, 50, {}, '2026-12-31');
    await target(5, 'ent.coverage.social', areas.county, 90);
    expect(await judged()).toEqual([
      {
        key: 'ent.coverage.enterprise',
        value: 92,
        verdict: 'NOT_REACHED',
        why: null,
        figure: { numerator: 1, denominator: 2 },
      },
      {
        key: 'ent.coverage.enterprise',
        value: 100,
        verdict: 'REACHED',
        why: null,
        figure: { numerator: 1, denominator: 1 },
      },
      {
        key: 'ent.work_coverage',
        value: 50,
        verdict: 'NOT_JUDGED',
        why: 'NOT_DUE',
        figure: { numerator: 1, denominator: 2 },
      },
    ]);
  });

  it.each<[keyof typeof actors, string]>([
    ['countyOrg', 'allowed'],
    ['cityOrg', 'allowed'],
    ['twoNewCounty', 'allowed'],
    ['marketCounty', 'allowed'],
    ['townEast', 'NOT_ALLOWED'],
    ['instructor', 'NOT_ALLOWED'],
    ['stranger', 'NOT_ALLOWED'],
    ['branch', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ])('ENT-07 %s asks for the county: %s', async (who, expected) => {
    expect(await service.verdict(actors[who], ask, { area: areas.county })).toBe(expected);
  });

  it('ENT-07 a town sees its own figures, and of another area none', async () => {
    const asked = `query($areas: [_Any!]!) { _entities(representations: $areas) { ... on Area { code coverage { areaCode } } } }`;
    const seen = await service.data(actors.townEast, asked, {
      areas: [areas.east, areas.west, areas.county].map((code) => ({ __typename: 'Area', code })),
    });
    expect(seen).toEqual({
      _entities: [
        { code: areas.east, coverage: { areaCode: areas.east } },
        { code: areas.west, coverage: null },
        { code: areas.county, coverage: null },
      ],
    });
  });

  it('ENT-07 a day to come and an unknown scope are refused under their fields', async () => {
    expect(await service.verdict(actors.countyOrg, ask, { area: areas.county, asOf: '2026-06-16' })).toBe(
      'IN_THE_FUTURE',
    );
    expect(await service.verdict(actors.countyOrg, ask, { area: areas.county, scope: '全部' })).toBe(
      'SCOPE_RULE_UNKNOWN',
    );
  });
});
