import type { CivilDate } from '@jishi/periods';
import { faultsOf, geometryOf, mergedRing, ringOf, squareMetres, type Position, type Ring } from './boundaries.rules';
import { codeDoesNotFit, parentDoesNotFit, proposedCode } from './grid-tree.rules';
import { nearest, presetLevels } from './levels.rules';

const on = '2026-06-15' as CivilDate;
const area = '410811001001';

describe('GRD-01 codes of grids', () => {
  it.each([
    ['BASIC', false, [], '410811001001001'],
    ['BASIC', false, ['001', '002', '900'], '410811001001003'],
    ['BASIC', true, ['001'], '410811001001900'],
    ['BASIC', true, ['900', '904'], '410811001001905'],
    ['BUILDING', false, ['001'], '410811001001002'],
    ['GRASSROOTS', false, [], '410811001001000'],
  ] as const)('GRD-01 %s, special %s, after %j: %s', (tier, special, used, code) => {
    expect(
      proposedCode(
        area,
        { tier },
        special,
        used.map((serial) => `${area}${serial}`),
        on,
      ),
    ).toBe(code);
  });

  it('GRD-01 a county and a street are filled with zeros to 12 digits', () => {
    expect(proposedCode('410811', { tier: 'COUNTY' }, false, [], on)).toBe('410811000000000');
    expect(proposedCode('410811001', { tier: 'TOWN' }, false, [], on)).toBe('410811001000000');
  });

  it('GRD-01 gaps are filled only when the last serial is used, and then the serials are used up', () => {
    const upTo = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => `${area}${String(first + index).padStart(3, '0')}`);
    const all = upTo(1, 899);
    expect(
      proposedCode(
        area,
        { tier: 'BASIC' },
        false,
        all.filter((code) => !code.endsWith('017')),
        on,
      ),
    ).toBe(`${area}017`);
    expect(proposedCode(area, { tier: 'BASIC' }, false, all, on)).toMatchObject({ code: 'SERIALS_USED_UP' });
    expect(proposedCode(area, { tier: 'BASIC' }, true, upTo(900, 999), on)).toMatchObject({ code: 'SERIALS_USED_UP' });
  });

  it.each([
    ['410811001001001', 'BASIC', false, true],
    ['410811001001899', 'BASIC', false, true],
    ['410811001001900', 'BASIC', false, false],
    ['410811001001900', 'BASIC', true, true],
    ['410811001001899', 'BASIC', true, false],
    ['410811001001000', 'BASIC', false, false],
    ['410811001001000', 'GRASSROOTS', false, true],
    ['410811001002001', 'BASIC', false, false],
    ['41081100100101', 'BASIC', false, false],
    ['41081100100100A', 'BASIC', false, false],
  ] as const)('GRD-01 %s for %s, special %s: fits %s', (code, tier, special, fits) => {
    expect(codeDoesNotFit(code, area, { tier }, special, on)).toEqual(
      fits ? false : expect.objectContaining({ code: 'GRID_CODE_DOES_NOT_FIT' }),
    );
  });
});

describe('GRD-01 levels', () => {
  it('GRD-01 the district has five levels, the zone three, and the lowest of three is the basic grid', () => {
    expect(presetLevels(5)!.map(({ tier }) => tier)).toEqual(['COUNTY', 'TOWN', 'GRASSROOTS', 'BASIC', 'BUILDING']);
    expect(presetLevels(3)!.map(({ no, tier, zh }) => [no, tier, zh])).toEqual([
      [1, 'TOWN', '街道（乡镇）网格'],
      [2, 'GRASSROOTS', '社区（村）网格'],
      [3, 'BASIC', '楼栋网格'],
    ]);
    expect(presetLevels(7)).toBeUndefined();
  });

  it('GRD-01 the nearest area that made a setting counts', () => {
    const settings = ['410800', '410811', '410811001', '410823'].map((areaCode) => ({ areaCode }));
    expect(nearest(settings, area)).toEqual([{ areaCode: '410811001' }]);
    expect(nearest(settings, '410811')).toEqual([{ areaCode: '410811' }]);
    expect(nearest(settings, '410802001')).toEqual([{ areaCode: '410800' }]);
    expect(nearest(settings, '410900')).toEqual([]);
  });

  it.each([
    [{ level: 4, tier: 'BASIC', areaCode: area }, { level: 3, areaCode: area, status: 'ACTIVE' }, false],
    [
      { level: 4, tier: 'BASIC', areaCode: area },
      { level: 2, areaCode: area, status: 'ACTIVE' },
      'PARENT_OF_ANOTHER_LEVEL',
    ],
    [
      { level: 4, tier: 'BASIC', areaCode: area },
      { level: 3, areaCode: '410811001002', status: 'ACTIVE' },
      'PARENT_OF_ANOTHER_AREA',
    ],
    [{ level: 3, tier: 'GRASSROOTS', areaCode: area }, { level: 2, areaCode: '410811001', status: 'PLANNED' }, false],
    [
      { level: 3, tier: 'GRASSROOTS', areaCode: area },
      { level: 2, areaCode: '410811002', status: 'ACTIVE' },
      'PARENT_OF_ANOTHER_AREA',
    ],
    [
      { level: 5, tier: 'BUILDING', areaCode: area },
      { level: 4, areaCode: area, status: 'MERGED' },
      'PARENT_HAS_ENDED',
    ],
  ] as const)('GRD-01 %j under %j: %s', (grid, parent, code) => {
    expect(parentDoesNotFit(grid, parent)).toEqual(code ? expect.objectContaining({ code }) : false);
  });
});

/** A rectangle of the real world near 焦作, counter-clockwise: corners in thousandths of a degree from 113.2 E, 35.2 N. */
const box = (west: number, south: number, east: number, north: number): Position[] => {
  const at = (x: number, y: number): Position => [
    Number((113.2 + x / 1000).toFixed(7)),
    Number((35.2 + y / 1000).toFixed(7)),
  ];
  return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)];
};
const codeOf = (geometry: unknown) => {
  const ring = ringOf(geometry, on);
  return 'code' in ring ? ring.code : 'fits';
};
const drawn = (...rings: Ring[]) => rings.map((ring, index) => ({ code: `${area}00${index + 1}`, ring }));
const faults = (rings: Ring[], community: Ring | null = null) =>
  faultsOf(drawn(...rings), community, on).map(({ code, refusal }) => [code?.slice(-3) ?? null, refusal.code]);

describe('GRD-02 a boundary as it is drawn', () => {
  const square = box(0, 0, 4, 4);

  it('GRD-02 keeps a counter-clockwise ring as it is and turns a clockwise one round', () => {
    expect(ringOf(geometryOf(square), on)).toEqual(square);
    expect(ringOf(geometryOf(square.toReversed()), on)).toEqual(square);
    // 4/1000 degrees are 364 m east and 445 m north here
    expect(squareMetres(square)).toBeGreaterThan(160_000);
    expect(squareMetres(square)).toBeLessThan(164_000);
  });

  it('GRD-02 rounds to seven decimals and drops repeated corners', () => {
    const [first, ...rest] = square;
    expect(ringOf(geometryOf([[113.20000000001, 35.19999999999], first!, ...rest]), on)).toEqual(square);
  });

  it.each([
    ['no polygon', { type: 'Point', coordinates: [113.2, 35.2] }, 'NOT_A_POLYGON'],
    ['nothing', null, 'NOT_A_POLYGON'],
    ['a polygon with a hole', { type: 'Polygon', coordinates: [square, box(1, 1, 2, 2)] }, 'NOT_ONE_RING'],
    ['an unclosed ring', geometryOf(square.slice(0, -1)), 'RING_NOT_CLOSED'],
    ['three positions', geometryOf([square[0]!, square[1]!, square[0]!]), 'RING_NOT_CLOSED'],
    ['latitude first', geometryOf(square.map(([x, y]): Position => [y, x])), 'OUTSIDE_THE_MAP'],
    ['text for numbers', { type: 'Polygon', coordinates: [[['113', '35']]] }, 'POSITION_UNREADABLE'],
    ['a bow tie', geometryOf([square[0]!, square[2]!, square[1]!, square[3]!, square[0]!]), 'BOUNDARY_CROSSES_ITSELF'],
    ['a line there and back', geometryOf([square[0]!, square[1]!, square[0]!, square[0]!]), 'BOUNDARY_WITHOUT_AREA'],
  ])('GRD-02 refuses %s', (_, geometry, code) => {
    expect(codeOf(geometry)).toBe(code);
  });
});

describe('GRD-01 the basic grids of a community', () => {
  const [west, east] = [box(0, 0, 4, 4), box(4, 0, 8, 4)];
  const community = box(0, 0, 8, 4);

  it('GRD-01 two that share an edge neither overlap nor leave a hole', () => {
    expect(faults([west, east])).toEqual([]);
    expect(faults([west, east], community)).toEqual([]);
  });

  it('GRD-01 an overlap names both grids and the square metres', () => {
    const [fault] = faultsOf(drawn(west, box(3, 0, 8, 4)), community, on);
    expect(fault).toMatchObject({
      code: `${area}002`,
      refusal: { code: 'BOUNDARIES_OVERLAP', params: { a: `${area}001`, b: `${area}002` } },
    });
    expect(Number(fault!.refusal.params!.metres)).toBeCloseTo(squareMetres(box(3, 0, 4, 4)), -1);
  });

  it('GRD-01 a strip of less than the tolerance is no overlap and no hole', () => {
    const thin = 0.001; // a tenth of a metre east, 445 m long: 40 m²
    expect(faults([west, box(4 - thin / 100, 0, 8, 4)], community)).toEqual([]);
    expect(faults([west, box(4 - thin, 0, 8, 4)], community)).toEqual([['002', 'BOUNDARIES_OVERLAP']]);
    expect(faults([west, box(4 + thin, 0, 8, 4)], community)).toEqual([[null, 'BOUNDARY_HOLE']]);
  });

  it('GRD-01 a hole inside is found with and without the boundary of the community', () => {
    const ringOfFour = [box(0, 0, 9, 3), box(0, 6, 9, 9), box(0, 3, 3, 6), box(6, 3, 9, 6)];
    expect(faults(ringOfFour)).toEqual([[null, 'BOUNDARY_HOLE']]);
    expect(faults(ringOfFour, box(0, 0, 9, 9))).toEqual([[null, 'BOUNDARY_HOLE']]);
    const [fault] = faultsOf(drawn(...ringOfFour), null, on);
    expect(Number(fault!.refusal.params!.metres)).toBeCloseTo(squareMetres(box(3, 3, 6, 6)), -1);
  });

  it('GRD-01 a corner of the community that no grid covers is a hole, and what lies beyond it reaches out', () => {
    expect(faults([west, box(4, 0, 8, 3)], community)).toEqual([[null, 'BOUNDARY_HOLE']]);
    expect(faults([west, box(4, 0, 8, 5)], community)).toEqual([['002', 'BOUNDARY_REACHES_OUT']]);
  });

  it('GRD-01 one within another overlaps with it as a whole', () => {
    expect(faults([community, box(1, 1, 2, 2)])).toEqual([['002', 'BOUNDARIES_OVERLAP']]);
  });

  it('GRD-01 boundaries that hang together merge into one ring; apart or around a hole they do not', () => {
    expect(squareMetres(mergedRing([west, east], on)!)).toBeCloseTo(squareMetres(community), 0);
    expect(mergedRing([west, box(5, 0, 8, 4)], on)).toBeNull();
    expect(mergedRing([box(0, 0, 9, 3), box(0, 6, 9, 9), box(0, 3, 3, 6), box(6, 3, 9, 6)], on)).toBeNull();
  });
});
