import { areaChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, gridsOf, idAt, people, riverTown } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let at: Awaited<ReturnType<typeof gridsOf>>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service);
  at = await gridsOf(service);
  for (const areaCode of [codes.riverside, codes.garden])
    await service.data(
      people.civil,
      `mutation ($input: RecordCommunityInput!) { recordCommunity(input: $input) { community { areaCode } } }`,
      { input: { areaCode, households: areaCode === codes.riverside ? 700 : 350, serviceStations: 1 } },
    );
  await service.data(
    people.civil,
    `mutation ($input: RecordCommunityYearInput!) { recordCommunityYear(input: $input) { communityYear { year } } }`,
    { input: { areaCode: codes.riverside, year: 2025, permanentUrbanResidents: 1850, source: '统计年鉴' } },
  );
  await service.data(
    people.community,
    `mutation ($input: AssignGridStaffInput!) { assignGridStaff(input: $input) { staff { id } } }`,
    { input: { gridId: at.west.id, personId: idAt(301), kind: 'FULL_TIME', from: '2026-01-01' } },
  );
  await service.data(
    people.community,
    `mutation ($input: RecordQuarterInput!) { recordQuarter(input: $input) { quarter { id } } }`,
    {
      input: {
        name: '锦绣花园',
        kind: 'OLD',
        areaCode: codes.riverside,
        gridId: at.west.id,
        households: 300,
        validFrom: '2025-01-01',
      },
    },
  );
  await service.forget();
});
afterAll(() => service.close());

const replaced = (code: string, by: readonly string[], on = '2026-06-01') =>
  areaChanged({
    code,
    name: '某社区',
    level: 'GRASSROOTS',
    parentCode: codes.street,
    kind: 'COMMUNITY',
    validFrom: '2020-01-01',
    validTo: on,
    replacedBy: [...by],
  });
const gridsIn = async (areaCode: string, asOf?: string) =>
  (
    await service.data<{ grids: { nodes: { code: string; name: string; households: number }[] } }>(
      people.street,
      `query ($areaCode: AreaCode!, $asOf: Date) { grids(filter: { areaCode: $areaCode }, asOf: $asOf) { nodes { code name households } } }`,
      { areaCode, asOf },
    )
  ).grids.nodes.map(({ code, name, households }) => `${code.slice(-6)} ${name} ${households}`);
const teamsIn = async (areaCode: string, asOf: string) =>
  (
    await service.data<{ gridTeams: { complete: { denominator: number }; householdsPerWorker: object } }>(
      people.street,
      `query ($areaCode: AreaCode!, $asOf: Date) { gridTeams(areaCode: $areaCode, asOf: $asOf) {
         complete { numerator denominator } householdsPerWorker { numerator denominator } } }`,
      { areaCode, asOf },
    )
  ).gridTeams;
const everything = async () =>
  Promise.all(
    ['community', 'community_year', 'grid', 'grid_history', 'quarter', 'quarter_place', 'grid_staff'].map(
      async (table) => (await service.database.pool.query(`SELECT * FROM ${table} t ORDER BY t::text`)).rows,
    ),
  );

describe('GRD-01, GRD-16 areas merge (P11)', () => {
  it('GRD-01 grids belong to the successor with its codes from the day on, and the days before keep theirs', async () => {
    await service.receive(replaced(codes.riverside, [codes.united]), replaced(codes.garden, [codes.united]));
    expect(await gridsIn(codes.united)).toEqual([
      '003000 滨河社区网格 0',
      '003001 滨河西网格 400',
      '003002 滨河东网格 300',
      '003003 滨河北网格 0',
      '003004 花园一网格 350',
    ]);
    expect(await gridsIn(codes.riverside)).toEqual([]);
    expect(await gridsIn(codes.riverside, '2026-05-31')).toEqual([
      '001000 滨河社区网格 0',
      '001001 滨河西网格 400',
      '001002 滨河东网格 300',
      '001003 滨河北网格 0',
    ]);
    expect(await gridsIn(codes.garden, '2026-05-31')).toEqual(['002000 花园社区网格 0', '002001 花园一网格 350']);
    const { grid } = await service.data<{ grid: object }>(
      people.street,
      `{ grid(id: "${at.garden.id}") { code area { code } parent { name } team { id } } }`,
    );
    expect(grid).toEqual({
      code: `${codes.united}004`,
      area: { code: codes.united },
      parent: { name: '滨河社区网格' },
      team: [],
    });
  });

  it('GRD-16 the community ends with its successor named; last year’s residents keep the old code; households go over', async () => {
    await service.receive(replaced(codes.riverside, [codes.united]), replaced(codes.garden, [codes.united]));
    const { old, now } = await service.data<Record<string, object>>(
      people.street,
      `{ old: community(areaCode: "${codes.riverside}") { status validTo replacedBy { code } households years { year permanentUrbanResidents } }
         now: community(areaCode: "${codes.united}") { status validFrom households serviceStations years { year } quarters { name } } }`,
    );
    expect(old).toEqual({
      status: 'MERGED',
      validTo: '2026-06-01',
      replacedBy: [{ code: codes.united }],
      households: 700,
      years: [{ year: 2025, permanentUrbanResidents: 1850 }],
    });
    expect(now).toEqual({
      status: 'ACTIVE',
      validFrom: '2026-06-01',
      households: 1050,
      serviceStations: 2,
      years: [],
      quarters: [{ name: '锦绣花园' }],
    });
    const listedOn = async (asOf: string) =>
      (
        await service.data<{ communities: { nodes: { areaCode: string }[] } }>(
          people.street,
          `{ communities(asOf: "${asOf}") { nodes { areaCode } } }`,
        )
      ).communities.nodes.map(({ areaCode }) => areaCode);
    expect(await listedOn('2026-05-31')).toEqual([codes.riverside, codes.garden]);
    expect(await listedOn('2026-06-01')).toEqual([codes.united]);
    const text = `mutation ($input: RecordCommunityInput!) { recordCommunity(input: $input) { community { areaCode } } }`;
    expect(
      await service.verdict(people.civil, text, { input: { areaCode: codes.riverside, version: 2, households: 1 } }),
    ).toBe('COMMUNITY_MERGED');
  });

  it('GRD-05 the figures of days before the merger do not change', async () => {
    const before = await teamsIn(codes.riverside, '2026-05-31');
    expect(before).toMatchObject({
      complete: { denominator: 2 },
      householdsPerWorker: { numerator: 700, denominator: 1 },
    });
    await service.receive(replaced(codes.riverside, [codes.united]));
    expect(await teamsIn(codes.riverside, '2026-05-31')).toEqual(before);
    expect(await teamsIn(codes.riverside, '2026-06-01')).toMatchObject({ complete: { denominator: 0 } });
    expect(await teamsIn(codes.united, '2026-06-01')).toEqual(before);
  });

  it('GRD-01 into a community that stays: its own grid takes over, codes give way, and the others are told', async () => {
    await service.receive(replaced(codes.garden, [codes.riverside]));
    expect(await gridsIn(codes.riverside)).toEqual([
      '001000 滨河社区网格 0',
      '001001 滨河西网格 400',
      '001002 滨河东网格 300',
      '001003 滨河北网格 0',
      '001004 花园一网格 350',
    ]);
    expect(await gridsIn(codes.riverside, '2026-05-31')).toHaveLength(4);
    const told = (await service.emitted()).map(({ type, key }) => [type.replace('grids.', ''), key]);
    expect(told).toEqual([
      ['community.changed.v1', codes.garden],
      ['community.changed.v1', codes.riverside],
      ['grid.defined.v1', at.garden.id],
      ['grid.retired.v1', expect.any(String)],
      ['grid.defined.v1', at.community.id],
    ]);
  });

  it('GRD-01 hears a merger twice and late with the same result', async () => {
    const event = replaced(codes.riverside, [codes.united]);
    await service.receive(event);
    const once = await everything();
    const toldOnce = (await service.emitted()).length;
    await service.receive(event);
    await service.receive(replaced(codes.riverside, [codes.united]));
    expect(await everything()).toEqual(once);
    expect(await service.emitted()).toHaveLength(toldOnce);
  });

  it('GRD-01 a change that was written after the day of the merger moves with it', async () => {
    const text = `mutation ($input: ChangeGridInput!) { changeGrid(input: $input) { grid { id } } }`;
    await service.data(people.street, text, {
      input: { id: at.west.id, version: at.west.version, name: '滨河新西网格', households: 450, on: '2026-06-10' },
    });
    await service.receive(replaced(codes.riverside, [codes.united]));
    expect((await gridsIn(codes.united, '2026-06-05'))[1]).toBe('003001 滨河西网格 400');
    expect((await gridsIn(codes.united))[1]).toBe('003001 滨河新西网格 450');
    expect((await gridsIn(codes.riverside, '2026-05-31'))[1]).toBe('001001 滨河西网格 400');
    expect(await gridsIn(codes.riverside, '2026-06-05')).toEqual([]);
  });

  it('GRD-20 quarters move with their community, and of two with one name the newcomer carries its old code', async () => {
    const text = `mutation ($input: RecordQuarterInput!) { recordQuarter(input: $input) { quarter { id } } }`;
    await service.data(people.street, text, { input: { name: '锦绣花园', kind: 'OLD', areaCode: codes.garden } });
    await service.receive(replaced(codes.riverside, [codes.garden]));
    const { community } = await service.data<{ community: { quarters: { name: string }[] } }>(
      people.street,
      `{ community(areaCode: "${codes.garden}") { quarters { name } } }`,
    );
    expect(community.quarters.map(({ name }) => name).sort()).toEqual(['锦绣花园', `锦绣花园（${codes.riverside}）`]);
    const places = await service.database.pool.query(
      `SELECT p.area_code, p.valid_from, p.valid_to FROM quarter_place p JOIN quarter q ON q.id = p.quarter_id WHERE q.name LIKE '%（%' ORDER BY p.valid_from`,
    );
    expect(places.rows).toEqual([
      { area_code: codes.riverside, valid_from: '2025-01-01', valid_to: '2026-06-01' },
      { area_code: codes.garden, valid_from: '2026-06-01', valid_to: null },
    ]);
  });

  it('GRD-16 divided among several, the community ends and the office says which grid goes where', async () => {
    await service.receive(replaced(codes.riverside, [codes.garden, codes.united]));
    expect(await gridsIn(codes.riverside)).toHaveLength(4);
    const { community } = await service.data<{ community: object }>(
      people.street,
      `{ community(areaCode: "${codes.riverside}") { status replacedBy { code } } }`,
    );
    expect(community).toEqual({ status: 'MERGED', replacedBy: [{ code: codes.garden }, { code: codes.united }] });
  });

  it('GRD-16 waits for a successor that was not told of yet, and passes over what is no merger', async () => {
    await expect(service.receive(replaced(codes.riverside, ['410811001044']))).rejects.toThrow('not told of yet');
    await service.receive(replaced(codes.street.padEnd(12, '9'), []));
    expect(await service.emitted()).toEqual([]);
  });
});
