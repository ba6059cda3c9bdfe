import { testService, type TestService } from '@jishi/testing';
import { people, riverTown } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
afterAll(() => service.close());

/** A city of 5,500 basic grids, 110 × 50 rectangles of 4 × 4 thousandths of a degree, seven to a community. */
const city = `
  WITH place AS (
    SELECT n, (n / 50) * 0.004 + 113.0 AS west, (n % 50) * 0.004 + 35.0 AS south,
      '410811' || lpad((1 + n / 350)::text, 3, '0') || lpad((1 + n / 7 % 50)::text, 3, '0') AS area, 1 + n % 7 AS serial
    FROM generate_series(0, 5499) AS n
  ), root AS (
    INSERT INTO grid (code, name, level, tier, setting, area_code, status, valid_from)
    VALUES ('410811000000000', '区', 1, 'COUNTY', 'URBAN', '410811', 'ACTIVE', '2020-01-01') RETURNING id
  ), basic AS (
    INSERT INTO grid (code, name, level, tier, setting, parent_id, area_code, status, valid_from, boundary_version)
    SELECT area || lpad(serial::text, 3, '0'), n::text, 4, 'BASIC', 'URBAN', root.id, area, 'ACTIVE', '2020-01-01', 1 FROM place, root
    RETURNING id, code, area_code, name
  ), history AS (
    INSERT INTO grid_history (grid_id, valid_from, code, name, level, tier, area_code, households, population, status)
    SELECT id, '2020-01-01', code, name, 4, 'BASIC', area_code, 400, 1000, 'ACTIVE' FROM basic
  )
  INSERT INTO grid_boundary (grid_id, area_code, version, valid_from, geojson, outline, bounds, area_m2)
  SELECT basic.id, basic.area_code, 1, '2020-01-01', '{}', polygon(box(point(west, south), point(west + 0.004, south + 0.004))),
    box(point(west, south), point(west + 0.004, south + 0.004)), 160000
  FROM basic JOIN place ON place.n = basic.name::integer`;

describe('GRD-02 point to grid in a city of 5,500 grids', () => {
  beforeAll(async () => {
    await service.database.pool.query(city);
    await service.database.pool.query('ANALYZE grid, grid_history, grid_boundary');
  });

  it('GRD-02 is answered from the index on the bounding boxes, for any point and in far less than five milliseconds', async () => {
    const explain = async (longitude: number, latitude: number) =>
      (
        await service.database.pool.query<{ 'QUERY PLAN': [{ 'Execution Time': number; Plan: object }] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON)
           SELECT g.id FROM grid_boundary b JOIN grid g ON g.id = b.grid_id JOIN grid_history h ON h.grid_id = g.id
           WHERE b.bounds @> box(point($1, $2), point($1, $2)) AND b.outline @> point($1, $2)
             AND b.valid_from <= $3 AND (b.valid_to IS NULL OR b.valid_to > $3)
             AND h.valid_from <= $3 AND (h.valid_to IS NULL OR h.valid_to > $3) AND h.tier = 'BASIC' AND h.status = 'ACTIVE'
           ORDER BY h.code LIMIT 1`,
          [longitude, latitude, '2026-06-15'],
        )
      ).rows[0]!['QUERY PLAN'][0];
    const times: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      const plan = await explain(113 + ((at * 37) % 440) / 1000 + 0.0011, 35 + ((at * 53) % 200) / 1000 + 0.0013);
      expect(JSON.stringify(plan.Plan)).toContain('grid_boundary_by_bounds');
      times.push(plan['Execution Time']);
    }
    const [median] = times.sort((a, b) => a - b).slice(50);
    expect(median).toBeLessThan(5);
  });

  it('GRD-02 every place of the mosaic lies in exactly one grid, corners and edges too', async () => {
    const gridAt = async (longitude: number, latitude: number) =>
      (
        await service.data<{ gridAt: { name: string } | null }>(
          people.politics,
          `query ($x: Float!, $y: Float!) { gridAt(longitude: $x, latitude: $y) { name } }`,
          { x: Number(longitude.toFixed(7)), y: Number(latitude.toFixed(7)) },
        )
      ).gridAt?.name;
    for (let column = 0; column < 110; column += 13)
      for (let row = 0; row < 50; row += 7)
        for (const [x, y] of [
          [0.002, 0.002],
          [0.0039, 0.0001],
        ] as const)
          expect(await gridAt(113 + column * 0.004 + x, 35 + row * 0.004 + y)).toBe(String(column * 50 + row));
    // A corner of four grids, and an edge of two: the lowest code, here of the first in the order of the mosaic.
    expect(await gridAt(113.004, 35.004)).toBe('0');
    expect(await gridAt(113.002, 35.004)).toBe('0');
    expect(await gridAt(112.99, 35.004)).toBeUndefined();
  });
});
