import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, people, riverTown, type PersonName } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const fields = 'id version code name level tier special setting status validFrom households population';
const mutations = {
  define: `mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { ${fields} } } }`,
  change: `mutation ($input: ChangeGridInput!) { changeGrid(input: $input) { grid { ${fields} } } }`,
  activate: `mutation ($input: ActivateGridInput!) { activateGrid(input: $input) { grid { ${fields} } } }`,
  nameLevels: `mutation ($input: NameGridLevelsInput!) { nameGridLevels(input: $input) { gridLevels { no tier zh } } }`,
} as const;
type Mutation = keyof typeof mutations;
interface GridReply {
  readonly id: string;
  readonly version: number;
  readonly code: string;
}
type Actor = (typeof people)[PersonName];
const as = async (actor: Actor, mutation: Mutation, input: object): Promise<GridReply> => {
  const reply = await service.data<Record<string, { grid: GridReply }>>(actor, mutations[mutation], { input });
  return Object.values(reply)[0]!.grid;
};
const verdict = (actor: Actor, mutation: Mutation, input: object) =>
  service.verdict(actor, mutations[mutation], { input });
const define = (input: object, actor: Actor = people.politics) => as(actor, 'define', input);
const seen = ({ id, version }: GridReply) => ({ id, version });

/** The county, the street and the community as grids. */
async function upToCommunity() {
  const county = await define({ name: '区网格', level: 1, areaCode: codes.county });
  const street = await define({ name: '河滨街道网格', level: 2, areaCode: codes.street });
  const community = await define({ name: '滨河社区网格', level: 3, areaCode: codes.riverside });
  return { county, street, community };
}
const basic = { name: '滨河一网格', level: 4, areaCode: codes.riverside, households: 400, population: 1050 };

describe('GRD-01 the grid tree', () => {
  it('GRD-01 grids stand under each other level by level, with codes from their areas', async () => {
    const { community } = await upToCommunity();
    const first = await define(basic, people.street);
    const second = await define({ ...basic, name: '滨河二网格' }, people.street);
    const park = await define({ ...basic, name: '滨河公园', special: true }, people.street);
    const building = await define(
      { name: '3号楼', level: 5, areaCode: codes.riverside, parentId: first.id },
      people.street,
    );
    expect([community, first, second, park, building].map(({ code }) => code.slice(-3))).toEqual([
      '000',
      '001',
      '002',
      '900',
      '003',
    ]);
    expect(
      await service.data(
        people.street,
        `{ grid(code: "${first.code}") { tier setting parent { code } area { code } children { name }
        levelName { zh } networks boundaryVersion boundary { version } parentOfStreet: parent { parent { code parent { code } } } } }`,
      ),
    ).toEqual({
      grid: {
        tier: 'BASIC',
        setting: 'URBAN',
        parent: { code: `${codes.riverside}000` },
        area: { code: codes.riverside },
        children: [{ name: '3号楼' }],
        levelName: { zh: '基础网格（小区、片区）' },
        networks: [],
        boundaryVersion: 0,
        boundary: null,
        // The county's own grid lies above the street's scope.
        parentOfStreet: { parent: { code: '410811001000000', parent: null } },
      },
    });
    expect((await service.emitted()).map(({ type, data }) => [type, data.level, data.special]).slice(3)).toEqual([
      ['grids.grid.defined.v1', 4, false],
      ['grids.grid.defined.v1', 4, false],
      ['grids.grid.defined.v1', 4, true],
      ['grids.grid.defined.v1', 5, false],
    ]);
  });

  it('GRD-01 a village has grids too, and they are rural', async () => {
    await define({ name: '区网格', level: 1, areaCode: codes.county });
    await define({ name: '镇网格', level: 2, areaCode: codes.town });
    await define({ name: '北村网格', level: 3, areaCode: codes.northVillage }, people.town);
    const grid = await define({ name: '北村一组', level: 4, areaCode: codes.northVillage }, people.town);
    expect(grid).toMatchObject({ code: `${codes.northVillage}001`, setting: 'RURAL' });
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.politics,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Area { grids(level: 4) { code } } ... on Village { grids(level: 4) { code } } } }`,
      {
        of: [
          { __typename: 'Area', code: codes.county },
          { __typename: 'Area', code: codes.street },
          { __typename: 'Village', areaCode: codes.northVillage },
        ],
      },
    );
    expect(_entities).toEqual([{ grids: [{ code: grid.code }] }, { grids: [] }, { grids: [{ code: grid.code }] }]);
  });

  it.each([
    [{ level: 6 }, 'LEVEL_UNKNOWN'],
    [{ areaCode: codes.street }, 'AREA_DOES_NOT_FIT_LEVEL'],
    [{ areaCode: codes.garden }, 'PARENT_MISSING'],
    [{ areaCode: '410811001077' }, 'AREA_UNKNOWN'],
    [{ level: 5 }, 'PARENT_MISSING'],
    [{ level: 3 }, 'GRID_CODE_TAKEN'],
    [{ level: 5, special: true }, 'SPECIAL_ONLY_WHEN_BASIC'],
    [{ code: `${codes.riverside}900` }, 'GRID_CODE_DOES_NOT_FIT'],
    [{ code: `${codes.garden}001` }, 'GRID_CODE_DOES_NOT_FIT'],
    [{ name: ' ' }, 'NAME_MISSING'],
    [{ households: -1 }, 'HOUSEHOLDS_BELOW_ZERO'],
    [{ population: -1 }, 'POPULATION_BELOW_ZERO'],
    [{ validFrom: '2026-06-16' }, 'IN_THE_FUTURE'],
    [{ organizationId: idAt(77) }, 'ORGANIZATION_UNKNOWN'],
  ])('GRD-01 refuses %j as %s', async (wrong, code) => {
    await upToCommunity();
    expect(await verdict(people.politics, 'define', { ...basic, ...wrong })).toBe(code);
  });

  it('GRD-01 a parent of another level or another community is refused', async () => {
    const { street, community } = await upToCommunity();
    await define({ name: '花园社区网格', level: 3, areaCode: codes.garden });
    expect(await verdict(people.politics, 'define', { ...basic, parentId: street.id })).toBe('PARENT_OF_ANOTHER_LEVEL');
    expect(await verdict(people.politics, 'define', { ...basic, areaCode: codes.garden, parentId: community.id })).toBe(
      'PARENT_OF_ANOTHER_AREA',
    );
  });

  it('GRD-01 two who define at the same moment get two codes', async () => {
    await upToCommunity();
    const defined = await Promise.all(
      Array.from({ length: 4 }, (_, index) => define({ ...basic, name: `网格${index}` }, people.street)),
    );
    expect(defined.map(({ code }) => code.slice(-3)).sort()).toEqual(['001', '002', '003', '004']);
  });

  it('GRD-01 the next code is proposed, a code of the office is checked, and no code is used twice', async () => {
    await upToCommunity();
    const next = async (special = false) =>
      (
        await service.data<{ nextGridCode: string }>(
          people.street,
          `{ nextGridCode(areaCode: "${codes.riverside}", level: 4, special: ${special}) }`,
        )
      ).nextGridCode;
    expect([await next(), await next(true)]).toEqual([`${codes.riverside}001`, `${codes.riverside}900`]);
    await define({ ...basic, code: `${codes.riverside}012` });
    expect(await next()).toBe(`${codes.riverside}013`);
    expect(await verdict(people.politics, 'define', { ...basic, code: `${codes.riverside}012` })).toBe(
      'GRID_CODE_TAKEN',
    );
  });

  it('GRD-01 the target of an area says how many levels there are, and the nearest names count', async () => {
    await service.database.pool.query(
      `INSERT INTO known_target (id, key, area_code, profile, comparator, value, unit, parameters, valid_from)
       VALUES (uuidv7(), 'grd.levels', $1, 'zone-2020', 'EXACTLY', 3, 'levels', '{}', '2020-01-01')`,
      [codes.county],
    );
    const levels = async (areaCode: string) =>
      (
        await service.data<{ gridLevels: { no: number; tier: string; zh: string }[] }>(
          people.politics,
          `{ gridLevels(areaCode: "${areaCode}") { no tier zh } }`,
        )
      ).gridLevels.map(({ tier, zh }) => `${tier} ${zh}`);
    expect(await levels(codes.riverside)).toEqual([
      'TOWN 街道（乡镇）网格',
      'GRASSROOTS 社区（村）网格',
      'BASIC 楼栋网格',
    ]);
    expect(await levels(codes.otherCounty)).toHaveLength(5);
    const names = [{ no: 3, zh: '楼院', en: 'courtyard' }];
    await service.data(people.politics, mutations.nameLevels, { input: { areaCode: codes.county, names } });
    await service.data(people.street, mutations.nameLevels, {
      input: { areaCode: codes.street, names: [{ no: 3, zh: '楼组', en: 'group of buildings' }] },
    });
    expect((await levels(codes.riverside))[2]).toBe('BASIC 楼组');
    expect((await levels(codes.town))[2]).toBe('BASIC 楼院');
    expect(
      await verdict(people.politics, 'nameLevels', { areaCode: codes.county, names: [{ no: 4, zh: '楼', en: 'x' }] }),
    ).toBe('LEVEL_UNKNOWN');
    expect(await verdict(people.street, 'nameLevels', { areaCode: codes.riverside, names })).toBe(
      'LEVELS_NAMED_TOO_LOW',
    );
    await define({ name: '街道', level: 1, areaCode: codes.street }, people.street);
    await define({ name: '社区', level: 2, areaCode: codes.riverside }, people.street);
    expect(await define({ ...basic, level: 3 }, people.street)).toMatchObject({ tier: 'BASIC', level: 3 });
  });

  it('GRD-01 a planned grid is activated once, under an active one', async () => {
    await define({ name: '区网格', level: 1, areaCode: codes.county });
    await define({ name: '街道网格', level: 2, areaCode: codes.street });
    const community = await define({ name: '社区网格', level: 3, areaCode: codes.riverside, planned: true });
    expect(await verdict(people.street, 'define', basic)).toBe('PARENT_NOT_ACTIVE');
    const planned = await define({ ...basic, planned: true });
    expect(await verdict(people.street, 'activate', seen(planned))).toBe('PARENT_NOT_ACTIVE');
    await as(people.street, 'activate', seen(community));
    expect(await as(people.street, 'activate', seen(planned))).toMatchObject({ status: 'ACTIVE', version: 2 });
    expect(await verdict(people.street, 'activate', { id: planned.id, version: 2 })).toBe('STEP_NOT_POSSIBLE');
    const { grid } = await service.data<{ grid: { actions: { step: string; allowed: boolean }[] } }>(
      people.street,
      `{ grid(id: "${community.id}") { actions { step allowed } } }`,
    );
    expect(grid.actions).toEqual([
      { step: 'activate', allowed: false },
      { step: 'merge', allowed: false },
      { step: 'split', allowed: false },
      { step: 'retire', allowed: false },
    ]);
  });

  it('GRD-01 a change holds from its day, and the list of an earlier day tells what was', async () => {
    await upToCommunity();
    const grid = await define({ ...basic, validFrom: '2025-01-01' });
    const changed = {
      ...seen(grid),
      name: '滨河南网格',
      households: 450,
      population: 1200,
      networks: ['PARTY', 'CIVIL'],
    };
    expect(await verdict(people.street, 'change', { ...changed, on: '2024-12-31' })).toBe('BEFORE_LAST_CHANGE');
    expect(await verdict(people.street, 'change', { ...changed, on: '2026-06-16' })).toBe('IN_THE_FUTURE');
    await as(people.street, 'change', { ...changed, on: '2026-01-01' });
    expect(await verdict(people.street, 'change', changed)).toBe('STALE_VERSION');
    const listed = async (asOf?: string) =>
      (
        await service.data<{ grids: { nodes: object[]; totalCount: number } }>(
          people.street,
          `query ($asOf: Date) { grids(filter: { basic: true }, asOf: $asOf) { totalCount nodes { name households } } }`,
          { asOf },
        )
      ).grids;
    expect(await listed()).toEqual({ totalCount: 1, nodes: [{ name: '滨河南网格', households: 450 }] });
    expect(await listed('2025-12-31')).toEqual({ totalCount: 1, nodes: [{ name: '滨河一网格', households: 400 }] });
    expect(await listed('2024-12-31')).toEqual({ totalCount: 0, nodes: [] });
  });

  it('GRD-01 a Party organisation in charge is one of the register, and finds its grids', async () => {
    await upToCommunity();
    await service.database.pool.query(
      `INSERT INTO known_organization (id, code, kind, status, depth, ancestor_1, area_code)
       VALUES ($1, 'ORG1', 'GROUP', 'ACTIVE', 1, $1, $3), ($2, 'ORG2', 'GROUP', 'DISSOLVED', 1, $2, $3) ON CONFLICT DO NOTHING`,
      [idAt(500), idAt(501), codes.riverside],
    );
    expect(await verdict(people.street, 'define', { ...basic, organizationId: idAt(501) })).toBe(
      'ORGANIZATION_UNKNOWN',
    );
    const grid = await define({ ...basic, organizationId: idAt(500) });
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.street,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on PartyOrganization { responsibleGrids { code responsibleOrganization { id } } } ... on Grid { name } } }`,
      {
        of: [
          { __typename: 'PartyOrganization', id: idAt(500) },
          { __typename: 'Grid', code: grid.code },
          { __typename: 'Grid', id: grid.id },
        ],
      },
    );
    expect(_entities).toEqual([
      { responsibleGrids: [{ code: grid.code, responsibleOrganization: { id: idAt(500) } }] },
      { name: basic.name },
      { name: basic.name },
    ]);
    const without = await service.data(
      people.street,
      `{ grids(filter: { withoutOrganization: true, basic: true }) { totalCount } }`,
    );
    expect(without).toEqual({ grids: { totalCount: 0 } });
  });
});

describe('GRD-01 who may define, change and activate a grid, and name levels', () => {
  //        define         change         activate       name levels of the street
  it.each([
    ['street', 'allowed', 'allowed', 'allowed', 'allowed'],
    ['politics', 'allowed', 'allowed', 'allowed', 'allowed'],
    ['community', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['office', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['civil', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['town', 'NOT_ALLOWED', 'NOT_FOUND', 'NOT_FOUND', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['stranger', 'NOT_ALLOWED', 'NOT_FOUND', 'NOT_FOUND', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ] as const)('GRD-01 %s', async (who, ...expected) => {
    await upToCommunity();
    const [grid, planned] = [await define(basic), await define({ ...basic, planned: true })];
    expect([
      await verdict(people[who], 'define', basic),
      await verdict(people[who], 'change', { ...seen(grid), name: '改名' }),
      await verdict(people[who], 'activate', seen(planned)),
      await verdict(people[who], 'nameLevels', { areaCode: codes.street, names: [{ no: 4, zh: '片区', en: 'plot' }] }),
    ]).toEqual(expected);
  });
});
