import { testService, type TestService } from '@jishi/testing';
import { beginAgain, box, codes, gridsOf, idAt, people, riverTown, type PersonName } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let at: Awaited<ReturnType<typeof gridsOf>>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service);
  at = await gridsOf(service);
  await service.forget();
});
afterAll(() => service.close());

const reply = `grids { id version code name status households population validFrom boundaryVersion boundary { areaM2 } successors { code } endReason }`;
const texts = {
  merge: `mutation ($input: MergeGridsInput!) { mergeGrids(input: $input) { ${reply} } }`,
  split: `mutation ($input: SplitGridInput!) { splitGrid(input: $input) { ${reply} } }`,
  retire: `mutation ($input: RetireGridInput!) { retireGrid(input: $input) { ${reply} } }`,
} as const;
type Change = keyof typeof texts;
interface Changed {
  readonly id: string;
  readonly version: number;
  readonly code: string;
  readonly boundary: { readonly areaM2: number } | null;
}
const change = async (step: Change, input: object, actor = people.street): Promise<Changed[]> =>
  Object.values(await service.data<Record<string, { grids: Changed[] }>>(actor, texts[step], { input }))[0]!.grids;
const verdict = (step: Change, input: object, actor: (typeof people)[PersonName] = people.street) =>
  service.verdict(actor, texts[step], { input });
const seen = async (...ids: readonly string[]) =>
  (
    await service.database.pool.query<{ id: string; version: number }>(
      'SELECT id, version FROM grid WHERE id = ANY($1) ORDER BY id',
      [ids],
    )
  ).rows;
const shape = (gridCode: string, ring: readonly (readonly [number, number])[]) => ({
  gridCode,
  polygon: polygon(ring),
});
const polygon = (ring: readonly (readonly [number, number])[]) =>
  JSON.stringify({ type: 'Polygon', coordinates: [ring] });
const draw = () =>
  service.data(
    people.street,
    `mutation ($input: RedrawCommunityInput!) { redrawCommunity(input: $input) { movedBuildings } }`,
    {
      input: {
        areaCode: codes.riverside,
        validFrom: '2026-01-01',
        features: [
          shape(at.west.code, box(0, 0, 4, 4)),
          shape(at.east.code, box(4, 0, 8, 4)),
          shape(at.community.code, box(0, 0, 8, 4)),
        ],
      },
    },
  );
async function quarterIn(gridId: string | null, name = '锦绣花园', building: object | null = {}) {
  const { recordQuarter } = await service.data<{ recordQuarter: { quarter: { id: string } } }>(
    people.community,
    `mutation ($input: RecordQuarterInput!) { recordQuarter(input: $input) { quarter { id } } }`,
    { input: { name, kind: 'OLD', areaCode: codes.riverside, gridId } },
  );
  const { id } = recordQuarter.quarter;
  if (building)
    await service.data(
      people.community,
      `mutation ($input: RecordBuildingInput!) { recordBuilding(input: $input) { building { id } } }`,
      { input: { quarterId: id, no: '1', ...building } },
    );
  return id;
}
const homeOf = async (quarterId: string) => {
  const { quarter } = await service.data<{
    quarter: { grid: { code: string } | null; buildings: { grid: { code: string } }[] };
  }>(people.community, `{ quarter(id: "${quarterId}") { grid { code } buildings { grid { code } } } }`);
  return [quarter.grid?.code ?? null, ...quarter.buildings.map(({ grid }) => grid.code)];
};
const putOnDuty = (gridId: string, more: object = {}) =>
  service.data(
    people.community,
    `mutation ($input: AssignGridStaffInput!) { assignGridStaff(input: $input) { staff { id } } }`,
    {
      input: { gridId, personId: idAt(301), kind: 'FULL_TIME', roleCode: 'HEAD_1', from: '2026-01-01', ...more },
    },
  );
const onDuty = async (gridId: string, asOf: string) =>
  (
    await service.data<{ grid: { team: { person: { id: string } }[] } }>(
      people.community,
      `{ grid(id: "${gridId}") { team(asOf: "${asOf}") { person { id } } } }`,
    )
  ).grid.team.map(({ person }) => person.id);
const told = async () =>
  (await service.emitted())
    .filter(({ type }) => type.startsWith('grids.grid.'))
    .map(({ type, key }) => [type.replace('grids.grid.', ''), key]);

describe('GRD-01 merging grids', () => {
  it('GRD-01 into one of them: boundary, households, quarters, team and grids below go over, and the past stays', async () => {
    await draw();
    const quarter = await quarterIn(at.east.id);
    await putOnDuty(at.east.id);
    const { defineGrid } = await service.data<{ defineGrid: { grid: { id: string } } }>(
      people.street,
      `mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { id } } }`,
      { input: { name: '1号楼', level: 5, areaCode: codes.riverside, parentId: at.east.id, validFrom: '2026-02-01' } },
    );
    await service.forget();
    const [merged] = await change('merge', {
      grids: await seen(at.west.id, at.east.id),
      intoId: at.west.id,
      on: '2026-06-10',
    });
    expect(merged).toMatchObject({
      code: at.west.code,
      status: 'ACTIVE',
      households: 700,
      population: 1850,
      boundaryVersion: 2,
    });
    expect(merged!.boundary!.areaM2).toBeGreaterThan(320_000);
    expect(await homeOf(quarter)).toEqual([at.west.code, at.west.code]);
    expect([
      await onDuty(at.east.id, '2026-06-09'),
      await onDuty(at.west.id, '2026-06-10'),
      await onDuty(at.east.id, '2026-06-10'),
    ]).toEqual([[idAt(301)], [idAt(301)], []]);
    const { east, building, before } = await service.data<Record<string, object>>(
      people.street,
      `{ east: grid(id: "${at.east.id}") { status validTo successors { code } boundary { version } }
         building: grid(id: "${defineGrid.grid.id}") { parent { code } }
         before: grids(filter: { basic: true, areaCode: "${codes.riverside}" }, asOf: "2026-06-09") { nodes { code households } } }`,
    );
    expect(east).toEqual({
      status: 'MERGED',
      validTo: '2026-06-10',
      successors: [{ code: at.west.code }],
      boundary: null,
    });
    expect(building).toEqual({ parent: { code: at.west.code } });
    expect(before).toEqual({
      nodes: [
        { code: at.west.code, households: 400 },
        { code: at.east.code, households: 300 },
        { code: at.planned.code, households: 0 },
      ],
    });
    expect(await told()).toEqual([
      ['retired.v1', at.east.id],
      ['defined.v1', at.west.id],
      ['defined.v1', defineGrid.grid.id],
    ]);
    expect((await service.emitted())[0]).toMatchObject({ data: { successorIds: [at.west.id], on: '2026-06-10' } });
  });

  it('GRD-05 whoever goes off duty on a day ahead serves until then in the grid that took over', async () => {
    await putOnDuty(at.west.id);
    await putOnDuty(at.east.id, { personId: idAt(302), roleCode: 'HEAD_2' });
    await putOnDuty(at.west.id, { personId: idAt(302), roleCode: 'HEAD_2' });
    const { rows } = await service.database.pool.query<{ id: string }>('SELECT id FROM grid_staff');
    for (const { id } of rows)
      await service.data(
        people.community,
        `mutation ($input: EndGridStaffInput!) { endGridStaff(input: $input) { staff { id } } }`,
        { input: { id, version: 1, on: '2026-06-30' } },
      );
    await change('merge', { grids: await seen(at.west.id, at.east.id), intoId: at.east.id });
    expect(await onDuty(at.west.id, '2026-06-15')).toEqual([]);
    expect(await onDuty(at.west.id, '2026-06-14')).toEqual([idAt(301), idAt(302)]);
    expect(await onDuty(at.east.id, '2026-06-30')).toEqual([idAt(301), idAt(302)]);
    expect(await onDuty(at.east.id, '2026-07-01')).toEqual([]);
  });

  it('GRD-01 into a new one with a code that was never used, drawn or not', async () => {
    const [fresh] = await change('merge', { grids: await seen(at.west.id, at.east.id), name: '滨河网格' });
    expect(fresh).toMatchObject({ code: `${codes.riverside}004`, name: '滨河网格', households: 700, boundary: null });
    expect(await verdict('merge', { grids: await seen(at.west.id, at.east.id), name: '再合并' })).toBe(
      'STEP_NOT_POSSIBLE',
    );
  });

  it('GRD-01 refuses what does not lie side by side', async () => {
    const both = await seen(at.west.id, at.east.id);
    expect(await verdict('merge', { grids: both.slice(0, 1), name: '甲' })).toBe('TOO_FEW_GRIDS');
    expect(await verdict('merge', { grids: both })).toBe('NAME_MISSING');
    expect(await verdict('merge', { grids: both, intoId: at.garden.id })).toBe('NOT_ONE_OF_THE_GRIDS');
    expect(await verdict('merge', { grids: await seen(at.west.id, at.garden.id), name: '甲' })).toBe(
      'NOT_UNDER_ONE_GRID',
    );
    expect(await verdict('merge', { grids: await seen(at.west.id, at.community.id), name: '甲' })).toBe(
      'FOLLOWS_THE_AREA',
    );
    expect(await verdict('merge', { grids: await seen(at.west.id, at.planned.id), name: '甲' })).toBe(
      'STEP_NOT_POSSIBLE',
    );
    expect(await verdict('merge', { grids: both, name: '甲', on: '2024-12-31' })).toBe('BEFORE_LAST_CHANGE');
    expect(await verdict('merge', { grids: both, name: '甲', on: '2026-06-16' })).toBe('IN_THE_FUTURE');
    await draw();
    const three = await service.data<{ defineGrid: { grid: { id: string } } }>(
      people.street,
      `mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { id } } }`,
      { input: { name: '没画的', level: 4, areaCode: codes.riverside } },
    );
    expect(await verdict('merge', { grids: await seen(at.west.id, three.defineGrid.grid.id), name: '甲' })).toBe(
      'BOUNDARY_MISSING',
    );
    expect(await told()).toHaveLength(4);
  });

  it('GRD-01 two who merge the same grids at the same moment: one succeeds, the other is told', async () => {
    const both = await seen(at.west.id, at.east.id);
    const verdicts = await Promise.all([
      verdict('merge', { grids: both, intoId: at.west.id }),
      verdict('merge', { grids: both, intoId: at.east.id }),
    ]);
    expect(verdicts.sort()).toEqual(['STALE_VERSION', 'allowed']);
  });
});

describe('GRD-01 dividing a grid', () => {
  const halves = (more: object = {}) => [
    { name: '滨河西一', households: 150, population: 400, polygon: polygon(box(0, 0, 4, 2)), ...more },
    { name: '滨河西二', households: 250, population: 650, polygon: polygon(box(0, 2, 4, 4)) },
  ];
  const input = async (parts: object[]) => ({ ...(await seen(at.west.id))[0], parts });

  it('GRD-01 the parts fill the old boundary; quarters go where they are told, buildings by their place, the team goes off duty', async () => {
    await draw();
    const quarter = await quarterIn(at.west.id, '锦绣花园', { longitude: 113.201, latitude: 35.203 });
    await putOnDuty(at.west.id);
    expect(await verdict('split', await input(halves()))).toBe('QUARTERS_WITHOUT_GRID');
    const [first, second] = await change('split', await input(halves({ quarterIds: [quarter] })));
    expect(first).toMatchObject({
      code: `${codes.riverside}004`,
      households: 150,
      boundaryVersion: 1,
      status: 'ACTIVE',
    });
    expect(await homeOf(quarter)).toEqual([first!.code, second!.code]);
    expect([
      await onDuty(at.west.id, '2026-06-14'),
      await onDuty(at.west.id, '2026-06-15'),
      await onDuty(first!.id, '2026-06-15'),
    ]).toEqual([[idAt(301)], [], []]);
    const { grid } = await service.data<{ grid: object }>(
      people.street,
      `{ grid(id: "${at.west.id}") { status successors { code } } }`,
    );
    expect(grid).toEqual({ status: 'SPLIT', successors: [{ code: first!.code }, { code: second!.code }] });
  });

  it('GRD-01 parts that overlap, leave a hole, or are not drawn are refused', async () => {
    await draw();
    const [first, second] = halves() as [object, object];
    expect(await verdict('split', await input([first, { ...second, polygon: polygon(box(0, 1, 4, 4)) }]))).toBe(
      'BOUNDARIES_OVERLAP',
    );
    expect(await verdict('split', await input([first, { ...second, polygon: polygon(box(0, 3, 4, 4)) }]))).toBe(
      'BOUNDARY_HOLE',
    );
    expect(await verdict('split', await input([first, { ...second, polygon: polygon(box(0, 2, 5, 4)) }]))).toBe(
      'BOUNDARY_REACHES_OUT',
    );
    expect(await verdict('split', await input([first, { ...second, polygon: null }]))).toBe('BOUNDARY_MISSING');
    expect(await verdict('split', await input([first, { ...second, polygon: '{}' }]))).toBe('NOT_A_POLYGON');
    expect(await verdict('split', await input([first]))).toBe('TOO_FEW_PARTS');
    const [community] = await seen(at.community.id);
    expect(await verdict('split', { ...community, parts: halves() })).toBe('ONLY_BASIC_GRIDS_DIVIDE');
    expect(await verdict('split', { ...(await seen(at.planned.id))[0], parts: halves() })).toBe('STEP_NOT_POSSIBLE');
  });
});

describe('GRD-01 retiring a grid', () => {
  it('GRD-01 a grid on the map takes the boundaries of its neighbours with it', async () => {
    await draw();
    const quarter = await quarterIn(at.east.id);
    const [east] = await seen(at.east.id);
    const retire = { ...east, reason: '整体拆迁', successorIds: [at.west.id] };
    expect(await verdict('retire', retire)).toBe('MAP_MUST_FOLLOW');
    const features = [shape(at.west.code, box(0, 0, 8, 4))];
    expect(await verdict('retire', { ...retire, features: [shape(at.west.code, box(0, 0, 7, 4))] })).toBe(
      'BOUNDARY_HOLE',
    );
    expect(await verdict('retire', { ...retire, features, successorIds: [] })).toBe('QUARTERS_WITHOUT_GRID');
    expect(await verdict('retire', { ...retire, features, successorIds: [at.garden.id] })).toBe(
      'NOT_A_BASIC_GRID_HERE',
    );
    expect(await verdict('retire', { ...retire, features, successorIds: [at.east.id] })).toBe('INVALID_INPUT');
    const [ended] = await change('retire', { ...retire, features });
    expect(ended).toMatchObject({ status: 'RETIRED', endReason: '整体拆迁', successors: [{ code: at.west.code }] });
    expect(await homeOf(quarter)).toEqual([at.west.code, at.west.code]);
    const where = `{ gridAt(longitude: 113.206, latitude: 35.202) { code } }`;
    expect(await service.data(people.street, where)).toEqual({ gridAt: { code: at.west.code } });
  });

  it('GRD-01 a planned grid is given up with a reason; what has grids below it stays', async () => {
    const [planned] = await seen(at.planned.id);
    expect(await verdict('retire', { ...planned, reason: ' ' })).toBe('INVALID_INPUT');
    expect(await verdict('retire', { ...planned, reason: '规划取消' })).toBe('allowed');
    expect(await verdict('retire', { id: planned!.id, version: 2, reason: '再次' })).toBe('STEP_NOT_POSSIBLE');
    const [community] = await seen(at.community.id);
    expect(await verdict('retire', { ...community, reason: '撤销' })).toBe('GRIDS_LEFT_BELOW');
  });

  it('GRD-01 nothing is changed of a grid that has ended, and nobody goes on duty in it', async () => {
    const [planned] = await seen(at.planned.id);
    await change('retire', { ...planned, reason: '规划取消' });
    const text = `mutation ($input: ChangeGridInput!) { changeGrid(input: $input) { grid { id } } }`;
    expect(await service.verdict(people.street, text, { input: { id: at.planned.id, version: 2, name: '新' } })).toBe(
      'GRID_HAS_ENDED',
    );
    await expect(putOnDuty(at.planned.id)).rejects.toThrow('GRID_HAS_ENDED');
  });
});

describe('GRD-01 who may merge, divide and retire grids', () => {
  it.each([
    ['street', 'allowed', 'allowed', 'allowed'],
    ['politics', 'allowed', 'allowed', 'allowed'],
    ['community', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['office', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['civil', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['town', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
    ['stranger', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
    ['auditor', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ] as const)('GRD-01 %s', async (who: PersonName, ...expected) => {
    const [garden] = await seen(at.garden.id);
    const [planned] = await seen(at.planned.id);
    const both = await seen(at.west.id, at.east.id);
    expect([
      await verdict('merge', { grids: both, intoId: at.west.id }, people[who]),
      await verdict('split', { ...garden, parts: [{ name: '甲' }, { name: '乙' }] }, people[who]),
      await verdict('retire', { ...planned, reason: '规划取消' }, people[who]),
    ]).toEqual(expected);
  });
});
