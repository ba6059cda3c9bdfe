import { testService, type TestService } from '@jishi/testing';
import { beginAgain, box, codes, gridsOf, people, riverTown, type PersonName } from '../../seeds/river-town';
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

const redraw = /* GraphQL */ `
  mutation ($input: RedrawCommunityInput!) {
    redrawCommunity(input: $input) {
      movedBuildings
      grids {
        code
        boundary {
          version
          validFrom
          areaM2
          geojson
        }
      }
    }
  }
`;
const importMap = /* GraphQL */ `
  mutation ($input: ImportGridMapInput!) {
    importGridMap(input: $input) {
      written
      movedBuildings
      reasons {
        code
        message
      }
      features {
        index
        code
        outcome
        reasons {
          code
          message
          field
        }
      }
    }
  }
`;
type Positions = readonly (readonly [number, number])[];
const shape = (gridCode: string, ring: Positions) => ({
  gridCode,
  polygon: JSON.stringify({ type: 'Polygon', coordinates: [ring] }),
});
const [west, east, whole] = [box(0, 0, 4, 4), box(4, 0, 8, 4), box(0, 0, 8, 4)];
const both = () => [shape(at.west.code, west), shape(at.east.code, east)];
const drawn = (features: object[], more: object = {}) => ({ input: { areaCode: codes.riverside, features, ...more } });
const file = (features: readonly object[]) => JSON.stringify({ type: 'FeatureCollection', features });
const feature = (code: string, ring: Positions, more: object = {}) => ({
  type: 'Feature',
  properties: { code, ...more },
  geometry: { type: 'Polygon', coordinates: [ring] },
});
const mapOf = async (areaCode: string, asOf?: string) =>
  (
    await service.data<{ gridMap: { features: number; geojson: string } }>(
      people.street,
      `query ($areaCode: AreaCode!, $asOf: Date) { gridMap(areaCode: $areaCode, asOf: $asOf) { features geojson } }`,
      { areaCode, asOf },
    )
  ).gridMap;
const gridAt = async ([longitude, latitude]: readonly [number, number], asOf?: string, actor = people.street) =>
  (
    await service.data<{ gridAt: { code: string } | null }>(
      actor,
      `query ($longitude: Float!, $latitude: Float!, $asOf: Date) { gridAt(longitude: $longitude, latitude: $latitude, asOf: $asOf) { code } }`,
      { longitude, latitude, asOf },
    )
  ).gridAt?.code ?? null;
const point = (x: number, y: number) => [113.2 + x / 1000, 35.2 + y / 1000] as const;

describe('GRD-02 drawing a community', () => {
  it('GRD-02 replaces the boundaries together, by version, and tells the others', async () => {
    await service.data(people.street, redraw, drawn(both(), { validFrom: '2026-01-01' }));
    const moved = [shape(at.west.code, box(0, 0, 5, 4)), shape(at.east.code, box(5, 0, 8, 4))];
    const { redrawCommunity } = await service.data<{ redrawCommunity: { grids: object[] } }>(
      people.politics,
      redraw,
      drawn(moved),
    );
    expect(redrawCommunity.grids).toMatchObject([
      { code: at.west.code, boundary: { version: 2, validFrom: '2026-06-15', geojson: moved[0]!.polygon } },
      { code: at.east.code, boundary: { version: 2 } },
    ]);
    expect((await service.emitted()).map(({ type, key, data }) => [type, key, data.boundaryVersion])).toEqual([
      ['grids.grid.defined.v1', at.west.id, 1],
      ['grids.grid.defined.v1', at.east.id, 1],
      ['grids.grid.defined.v1', at.west.id, 2],
      ['grids.grid.defined.v1', at.east.id, 2],
    ]);
    const { grid } = await service.data<{ grid: object }>(
      people.street,
      `{ grid(id: "${at.west.id}") { boundaries { version validFrom validTo } before: boundary(asOf: "2026-06-14") { version } boundaryVersion } }`,
    );
    expect(grid).toEqual({
      boundaries: [
        { version: 2, validFrom: '2026-06-15', validTo: null },
        { version: 1, validFrom: '2026-01-01', validTo: '2026-06-15' },
      ],
      before: { version: 1 },
      boundaryVersion: 2,
    });
    expect([await gridAt(point(4.5, 2)), await gridAt(point(4.5, 2), '2026-06-14')]).toEqual([
      at.west.code,
      at.east.code,
    ]);
  });

  it('GRD-02 what did not change keeps its version; the same day may be drawn twice, an earlier one not', async () => {
    await service.data(people.street, redraw, drawn(both()));
    await service.forget();
    expect(await service.data(people.street, redraw, drawn(both()))).toMatchObject({ redrawCommunity: { grids: [] } });
    expect(await service.emitted()).toEqual([]);
    const again = [shape(at.west.code, box(0, 0, 3, 4)), shape(at.east.code, box(3, 0, 8, 4))];
    expect(await service.verdict(people.street, redraw, drawn(again, { validFrom: '2026-06-14' }))).toBe(
      'BEFORE_LAST_CHANGE',
    );
    expect(await service.verdict(people.street, redraw, drawn(again, { validFrom: '2026-06-16' }))).toBe(
      'IN_THE_FUTURE',
    );
    await service.data(people.street, redraw, drawn(again));
    expect(await gridAt(point(3.5, 2))).toBe(at.east.code);
  });

  it.each([
    [
      'an overlap',
      () => [shape(at.west.code, box(0, 0, 5, 4)), shape(at.east.code, east)],
      'BOUNDARIES_OVERLAP',
      'features.1.polygon',
    ],
    [
      'a hole within the community',
      () => [...both().slice(0, 1), shape(at.east.code, box(5, 0, 8, 4)), shape(at.community.code, whole)],
      'BOUNDARY_HOLE',
      'features',
    ],
    [
      'a grid beyond the community',
      () => [...both(), shape(at.community.code, box(0, 0, 7, 4))],
      'BOUNDARY_REACHES_OUT',
      'features.1.polygon',
    ],
    [
      'a bow tie',
      () => [shape(at.west.code, [west[0]!, west[2]!, west[1]!, west[3]!, west[0]!])],
      'BOUNDARY_CROSSES_ITSELF',
      'features.0.polygon',
    ],
    ['an unclosed ring', () => [shape(at.west.code, west.slice(0, -1))], 'RING_NOT_CLOSED', 'features.0.polygon'],
    ['no JSON', () => [{ gridCode: at.west.code, polygon: '{' }], 'NOT_A_POLYGON', 'features.0.polygon'],
    ['one of two grids', () => [shape(at.west.code, west)], 'GRID_LEFT_OUT', 'features'],
    ['a grid twice', () => [...both(), shape(at.west.code, west)], 'GRID_TWICE', 'features.2.gridCode'],
    ['another community’s grid', () => [...both(), shape(at.garden.code, west)], 'GRID_UNKNOWN', 'features.2.gridCode'],
  ])('GRD-02 refuses %s under its field, and writes nothing', async (_, features, code, field) => {
    const { errors } = await service.ask(people.street, redraw, drawn(features()));
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
    expect(await service.emitted()).toEqual([]);
    expect((await mapOf(codes.riverside)).features).toBe(0);
  });

  it('GRD-02 a clockwise ring is turned round', async () => {
    await service.data(
      people.street,
      redraw,
      drawn([shape(at.west.code, west.toReversed()), shape(at.east.code, east)]),
    );
    const { grid } = await service.data<{ grid: { boundary: { geojson: string } } }>(
      people.street,
      `{ grid(id: "${at.west.id}") { boundary { geojson } } }`,
    );
    expect(JSON.parse(grid.boundary.geojson)).toEqual({ type: 'Polygon', coordinates: [west] });
  });

  it('GRD-02 a planned grid is drawn beside the active ones without counting as an overlap or for look-ups', async () => {
    await service.data(people.street, redraw, drawn([...both(), shape(at.planned.code, box(3, 1, 5, 3))]));
    expect(await gridAt(point(3.5, 2))).toBe(at.west.code);
  });

  it('GRD-01 a planned grid that was drawn over others is not activated; one that lies beside them is', async () => {
    const activate = async () => {
      const { rows } = await service.database.pool.query<{ version: number }>(
        'SELECT version FROM grid WHERE id = $1',
        [at.planned.id],
      );
      return service.verdict(
        people.street,
        'mutation ($input: ActivateGridInput!) { activateGrid(input: $input) { grid { id } } }',
        { input: { id: at.planned.id, version: rows[0]!.version } },
      );
    };
    await service.data(people.street, redraw, drawn([...both(), shape(at.planned.code, box(3, 1, 5, 3))]));
    expect(await activate()).toBe('BOUNDARIES_OVERLAP');
    await service.data(people.street, redraw, drawn([shape(at.planned.code, box(8, 0, 10, 4))]));
    expect(await activate()).toBe('allowed');
    expect(await gridAt(point(9, 2))).toBe(at.planned.code);
    expect(await service.verdict(people.street, redraw, drawn(both()))).toBe('allowed');
  });

  it('GRD-02 no map is drawn for days on which one of its grids did not exist yet', async () => {
    const { defineGrid } = await service.data<{ defineGrid: { grid: { code: string } } }>(
      people.street,
      'mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { code } } }',
      { input: { name: '新片', level: 4, areaCode: codes.riverside, validFrom: '2026-06-10' } },
    );
    const three = [...both(), shape(defineGrid.grid.code, box(8, 0, 10, 4))];
    const from = (validFrom: string) => service.verdict(people.street, redraw, drawn(three, { validFrom }));
    expect(await from('2026-06-09')).toBe('BEFORE_LAST_CHANGE');
    expect(await from('2026-06-10')).toBe('allowed');
  });

  it('GRD-01 the boundary of a building’s grid lies inside its basic grid', async () => {
    const { defineGrid } = await service.data<{ defineGrid: { grid: { code: string } } }>(
      people.street,
      `mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { code } } }`,
      { input: { name: '1号楼', level: 5, areaCode: codes.riverside, parentId: at.west.id } },
    );
    const building = defineGrid.grid.code;
    expect(await service.verdict(people.street, redraw, drawn([...both(), shape(building, box(3, 1, 4.5, 2))]))).toBe(
      'BOUNDARY_REACHES_OUT',
    );
    expect(await service.verdict(people.street, redraw, drawn([...both(), shape(building, box(1, 1, 2, 2))]))).toBe(
      'allowed',
    );
    const narrower = [shape(at.west.code, box(0, 0, 1.5, 4)), shape(at.east.code, box(1.5, 0, 8, 4))];
    expect(await service.verdict(people.street, redraw, drawn(narrower))).toBe('BOUNDARY_REACHES_OUT');
  });

  it('GRD-01 buildings follow the map by their place, and none may be left outside it', async () => {
    await service.data(people.street, redraw, drawn(both()));
    const { recordQuarter } = await service.data<{ recordQuarter: { quarter: { id: string } } }>(
      people.community,
      `mutation ($input: RecordQuarterInput!) { recordQuarter(input: $input) { quarter { id } } }`,
      { input: { name: '锦绣花园', kind: 'COMMERCIAL', areaCode: codes.riverside } },
    );
    const quarterId = recordQuarter.quarter.id;
    const building = `mutation ($input: RecordBuildingInput!) { recordBuilding(input: $input) { building { grid { code } } } }`;
    const [longitude, latitude] = point(3.5, 2);
    const placed = { quarterId, no: '1', longitude, latitude };
    expect(await service.verdict(people.community, building, { input: { ...placed, gridId: at.east.id } })).toBe(
      'BUILDING_IN_ANOTHER_GRID',
    );
    expect(await service.data(people.community, building, { input: placed })).toEqual({
      recordBuilding: { building: { grid: { code: at.west.code } } },
    });
    const outside = { ...placed, no: '2', longitude: point(9, 2)[0] };
    expect(await service.verdict(people.community, building, { input: outside })).toBe('BUILDING_WITHOUT_GRID');
    expect(await service.verdict(people.community, building, { input: { ...outside, gridId: at.east.id } })).toBe(
      'PLACE_OUTSIDE_GRID',
    );
    expect(await service.verdict(people.community, building, { input: { ...outside, latitude: null } })).toBe(
      'OUTSIDE_THE_MAP',
    );
    const moved = [shape(at.west.code, box(0, 0, 3, 4)), shape(at.east.code, box(3, 0, 8, 4))];
    expect(await service.data(people.street, redraw, drawn(moved))).toMatchObject({
      redrawCommunity: { movedBuildings: 1 },
    });
    const { quarter } = await service.data<{ quarter: object }>(
      people.community,
      `{ quarter(id: "${quarterId}") { buildings { no grid { code } } } }`,
    );
    expect(quarter).toEqual({ buildings: [{ no: '1', grid: { code: at.east.code } }] });
    const away = [shape(at.west.code, box(0, 0, 3, 1)), shape(at.east.code, box(3, 0, 8, 1))];
    expect(await service.verdict(people.street, redraw, drawn(away))).toBe('BUILDING_OUTSIDE_GRIDS');
  });
});

describe('GRD-02 files', () => {
  it('GRD-02 a file that was written and is read again comes out the same', async () => {
    const text = file([
      feature(at.community.code, whole, { name: '滨河社区网格', level: 3 }),
      feature(at.west.code, west, { name: '滨河西网格', level: 4 }),
      feature(at.east.code, east, { name: '滨河东网格', level: 4 }),
    ]);
    const input = { areaCode: codes.riverside, geojson: text };
    expect(await service.data(people.street, importMap, { input: { ...input, dryRun: true } })).toMatchObject({
      importGridMap: { written: false, features: [{ outcome: 'DRAWN' }, { outcome: 'DRAWN' }, { outcome: 'DRAWN' }] },
    });
    expect(await mapOf(codes.riverside)).toEqual({ features: 0, geojson: file([]) });
    expect(await service.data(people.street, importMap, { input })).toMatchObject({ importGridMap: { written: true } });
    expect(await mapOf(codes.riverside)).toEqual({ features: 3, geojson: text });
    const again = { ...input, areaCode: codes.street, geojson: (await mapOf(codes.street)).geojson };
    expect(await service.data(people.street, importMap, { input: again })).toMatchObject({
      importGridMap: {
        written: true,
        features: [{ outcome: 'UNCHANGED' }, { outcome: 'UNCHANGED' }, { outcome: 'UNCHANGED' }],
      },
    });
    expect(await mapOf(codes.street)).toEqual({ features: 3, geojson: text });
  });

  it('GRD-02 tells of every feature what is wrong, and writes nothing', async () => {
    const geojson = file([
      feature(at.west.code, west, { name: '滨河东网格' }),
      feature(at.east.code, east.slice(0, -1)),
      feature(`${codes.riverside}777`, east),
      feature(at.east.code, east, { level: 3 }),
      { type: 'Feature', properties: {}, geometry: null },
    ]);
    const { importGridMap } = await service.data<{ importGridMap: { written: boolean; features: object[] } }>(
      people.street,
      importMap,
      { input: { areaCode: codes.riverside, geojson } },
    );
    expect(importGridMap.written).toBe(false);
    expect(importGridMap.features).toMatchObject([
      { outcome: 'REFUSED', reasons: [{ code: 'NAME_DIFFERS', field: 'name' }] },
      { outcome: 'REFUSED', reasons: [{ code: 'RING_NOT_CLOSED' }] },
      { outcome: 'REFUSED', code: `${codes.riverside}777`, reasons: [{ code: 'GRID_UNKNOWN' }] },
      { outcome: 'REFUSED', reasons: [{ code: 'GRID_TWICE' }] },
      { outcome: 'REFUSED', code: '', reasons: [{ code: 'GRID_UNKNOWN' }] },
    ]);
    expect((await mapOf(codes.riverside)).features).toBe(0);
  });

  it('GRD-02 an overlap names both grids and the square metres; a hole says how large it is', async () => {
    const reasonsOf = async (...features: object[]) => {
      const reply = await service.data<{
        importGridMap: { reasons: { message: string }[]; features: { reasons: { message: string }[] }[] };
      }>(people.street, importMap, { input: { areaCode: codes.riverside, geojson: file(features), dryRun: true } });
      const { reasons, features: each } = reply.importGridMap;
      return [...reasons, ...each.flatMap((one) => one.reasons)].map(({ message }) => message);
    };
    expect(await reasonsOf(feature(at.west.code, west), feature(at.east.code, box(3, 0, 8, 4)))).toEqual([
      expect.stringMatching(new RegExp(`^网格${at.west.code}与${at.east.code}重叠40\\d{3}\\.\\d平方米$`)),
    ]);
    expect(
      await reasonsOf(
        feature(at.west.code, west),
        feature(at.east.code, box(5, 0, 8, 4)),
        feature(at.community.code, whole),
      ),
    ).toEqual([expect.stringMatching(/^基础网格之间有40\d{3}\.\d平方米没有被任何网格覆盖$/)]);
  });

  it.each([
    [{ geojson: '{' }, 'GEOJSON_UNREADABLE'],
    [{ geojson: '{"type":"Feature"}' }, 'GEOJSON_UNREADABLE'],
    [{ areaCode: codes.county, geojson: file([]) }, 'AREA_TOO_LARGE'],
  ])('GRD-02 refuses %j as %s', async (input, code) => {
    expect(await service.verdict(people.politics, importMap, { input: { areaCode: codes.riverside, ...input } })).toBe(
      code,
    );
  });
});

describe('GRD-02 point to grid', () => {
  beforeEach(() => service.data(people.street, redraw, drawn(both())));

  it('GRD-02 a point lies in one grid, a point on a shared edge in the one with the lowest code, outside in none', async () => {
    expect(await gridAt(point(2, 2))).toBe(at.west.code);
    expect(await gridAt(point(6, 2))).toBe(at.east.code);
    expect(await gridAt([113.204, 35.202])).toBe(at.west.code);
    expect(await gridAt([113.204, 35.2])).toBe(at.west.code);
    expect(await gridAt([113.208, 35.204])).toBe(at.east.code);
    expect(await gridAt(point(8.1, 2))).toBeNull();
    expect(await gridAt(point(2, 2), '2026-06-14')).toBeNull();
    expect(await gridAt(point(2, 2), undefined, people.town)).toBeNull();
  });
});

describe('GRD-02 who may draw', () => {
  it.each([
    ['street', 'allowed'],
    ['politics', 'allowed'],
    ['community', 'NOT_ALLOWED'],
    ['office', 'NOT_ALLOWED'],
    ['civil', 'NOT_ALLOWED'],
    ['housing', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED'],
    ['town', 'NOT_ALLOWED'],
    ['stranger', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('GRD-02 %s: %s', async (who: PersonName, expected) => {
    expect(await service.verdict(people[who], redraw, drawn(both()))).toBe(expected);
    const geojson = file([feature(at.west.code, west), feature(at.east.code, east)]);
    expect(await service.verdict(people[who], importMap, { input: { areaCode: codes.riverside, geojson } })).toBe(
      expected,
    );
  });
});
