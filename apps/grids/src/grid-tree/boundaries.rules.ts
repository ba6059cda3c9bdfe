import { area } from '@turf/area';
import { difference } from '@turf/difference';
import { featureCollection, polygon } from '@turf/helpers';
import { intersect } from '@turf/intersect';
import { kinks } from '@turf/kinks';
import { union } from '@turf/union';
import type { Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';

type Shape = ReturnType<typeof polygon>;
type Region = NonNullable<ReturnType<typeof union>>;
/** Degrees east and north, WGS84. */
export type Position = readonly [number, number];
/** A closed ring: the last position repeats the first. */
export type Ring = readonly Position[];

/** A centimetre, less than anybody measures: neighbours who wrote the same corner with more digits meet again. */
const decimals = 7;
const mostPositions = 5_000;

const broken = (code: string, zh: string, en: string, params: Refusal['params'] = {}): Refusal => ({
  code,
  field: 'polygon',
  wording: { zh, en },
  params,
});

/**
 * A boundary as it is kept: one closed ring without crossings, counter-clockwise (RFC 7946), seven decimals. A clockwise ring is turned
 * round; everything else that is wrong is refused by name.
 */
export function ringOf(geometry: unknown, on: CivilDate): Ring | Refusal {
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  if (type !== 'Polygon' || !Array.isArray(coordinates))
    return broken('NOT_A_POLYGON', '边界应为GeoJSON多边形（Polygon）', 'The boundary should be a GeoJSON Polygon');
  if (coordinates.length !== 1)
    return broken(
      'NOT_ONE_RING',
      '边界只能有一条外环，不能有内部空洞',
      'The boundary has one outer ring and no holes in it',
    );
  const given: unknown = coordinates[0];
  if (!Array.isArray(given) || !given.every(isPosition))
    return broken(
      'POSITION_UNREADABLE',
      '坐标应为[经度, 纬度]两个数',
      'Every position is a pair of numbers: longitude, latitude',
    );
  if (given.length > mostPositions)
    return broken('TOO_MANY_POSITIONS', '边界不得超过{most}个点', 'A boundary has {most} positions at most', {
      most: mostPositions,
    });
  const outside = given.find((position) => !isOnMap(position, on));
  if (outside)
    return broken(
      'OUTSIDE_THE_MAP',
      '坐标{position}不在地图范围内；应为WGS84，先经度后纬度',
      'The position {position} is off the map; WGS84 is expected, longitude first',
      { position: outside.join(', ') },
    );
  const positions = given.map(rounded);
  if (positions.length < 4 || !same(positions[0]!, positions.at(-1)!))
    return broken(
      'RING_NOT_CLOSED',
      '边界没有闭合：至少4个点，末点应与首点相同',
      'The ring is not closed: it takes four positions at least, and the last repeats the first',
    );
  const ring = positions.filter((position, index) => index === 0 || !same(position, positions[index - 1]!));
  const crossing = ring.length < 4 ? undefined : kinks(shapeOf(ring)).features[0]?.geometry.coordinates;
  if (crossing)
    return broken(
      'BOUNDARY_CROSSES_ITSELF',
      '边界在{position}附近与自身相交',
      'The boundary crosses itself near {position}',
      {
        position: crossing
          .slice(0, 2)
          .map((degrees) => degrees.toFixed(5))
          .join(', '),
      },
    );
  if (ring.length < 4 || area(shapeOf(ring)) === 0)
    return broken('BOUNDARY_WITHOUT_AREA', '边界没有围成面积', 'The boundary encloses no area');
  return isClockwise(ring) ? ring.toReversed() : ring;
}

const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) && value.length >= 2 && value.slice(0, 2).every((each) => Number.isFinite(each));
const rounded = ([longitude, latitude]: Position): Position => [
  Number(longitude.toFixed(decimals)),
  Number(latitude.toFixed(decimals)),
];
const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

export function isOnMap([longitude, latitude]: Position, on: CivilDate): boolean {
  const [west, south, east, north] = ruleInForce('grid.map.extent', on).value as [number, number, number, number];
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}

/** Twice the signed area by the shoelace formula, below 0 for a clockwise ring. Degrees will do: only the sign counts. */
const isClockwise = (ring: Ring): boolean => {
  const [originX, originY] = ring[0]!;
  let sum = 0;
  for (let index = 1; index < ring.length; index += 1) {
    const [x1, y1] = ring[index - 1]!;
    const [x2, y2] = ring[index]!;
    sum += (x1 - originX) * (y2 - originY) - (x2 - originX) * (y1 - originY);
  }
  return sum < 0;
};

export const shapeOf = (ring: Ring): Shape => polygon([ring.map(([x, y]) => [x, y])]);
/** Square metres on the ellipsoid's sphere, two decimals. */
export const squareMetres = (ring: Ring): number => Number(area(shapeOf(ring)).toFixed(2));
export const geometryOf = (ring: Ring): { type: 'Polygon'; coordinates: [Ring] } => ({
  type: 'Polygon',
  coordinates: [ring],
});

/** A boundary on the map of a community. */
export interface Drawn {
  readonly code: string;
  readonly ring: Ring;
}
/** What is wrong with a map, and with which grid; null when it is the community as a whole. */
export interface Fault {
  readonly code: string | null;
  readonly refusal: Refusal;
}

/**
 * Full coverage and no overlap (rules.md §6.1, model.md §6.3, 1): the basic grids of a community neither overlap nor leave holes, and,
 * where the community's own boundary is drawn, fill exactly that. Tolerance: so many square metres for each grid.
 */
export function faultsOf(basics: readonly Drawn[], community: Ring | null, on: CivilDate): Fault[] {
  const rule = ruleInForce('grid.boundary.tolerance', on);
  const each = rule.value;
  const tolerance = each * basics.length;
  const cited = (refusal: Refusal): Refusal => ({ ...refusal, citation: citationOf(rule) });
  const shapes = basics.map(({ code, ring }) => ({ code, shape: shapeOf(ring), box: boxOf(ring) }));

  const overlaps = pairsOf(shapes)
    .filter(([a, b]) => touch(a.box, b.box))
    .map(([a, b]) => ({ a: a.code, b: b.code, metres: metresOf(intersect(featureCollection([a.shape, b.shape]))) }))
    .filter(({ metres }) => metres > 0)
    .sort((one, other) => other.metres - one.metres);
  const faults: Fault[] = [];
  if (overlaps.reduce((sum, { metres }) => sum + metres, 0) > tolerance)
    for (const { a, b, metres } of overlaps.filter((overlap, index) => index === 0 || overlap.metres > each))
      faults.push({
        code: b,
        refusal: cited(
          broken(
            'BOUNDARIES_OVERLAP',
            '网格{a}与{b}重叠{metres}平方米',
            'The grids {a} and {b} overlap by {metres} square metres',
            { a, b, metres: metres.toFixed(1) },
          ),
        ),
      });
  if (shapes.length === 0) return faults;

  const whole = unionOf(shapes.map(({ shape }) => shape));
  const outline = community && shapeOf(community);
  const missing = outline ? metresOf(difference(featureCollection([outline, whole]))) : holesIn(whole);
  if (missing > tolerance)
    faults.push({
      code: null,
      refusal: cited(
        broken(
          'BOUNDARY_HOLE',
          '基础网格之间有{metres}平方米没有被任何网格覆盖',
          '{metres} square metres between the basic grids are covered by none',
          { metres: missing.toFixed(1) },
        ),
      ),
    });
  if (outline && metresOf(difference(featureCollection([whole, outline]))) > tolerance)
    for (const { code, shape } of shapes) {
      const beyond = metresOf(difference(featureCollection([shape, outline])));
      if (beyond > each) faults.push({ code, refusal: cited(reachesBeyond(code, beyond)) });
    }
  return faults;
}

/** The boundary of a building's grid lies inside that of its basic grid. */
export function reachesOut({ code, ring }: Drawn, container: Ring, on: CivilDate): Refusal | null {
  const beyond = metresOf(difference(featureCollection([shapeOf(ring), shapeOf(container)])));
  return beyond > ruleInForce('grid.boundary.tolerance', on).value ? reachesBeyond(code, beyond) : null;
}

const reachesBeyond = (code: string, metres: number): Refusal =>
  broken(
    'BOUNDARY_REACHES_OUT',
    '网格{code}有{metres}平方米超出上级网格的边界',
    'The grid {code} reaches {metres} square metres beyond the grid above it',
    { code, metres: metres.toFixed(1) },
  );

const metresOf = (region: Region | null): number => (region === null ? 0 : area(region));
const unionOf = (shapes: readonly Shape[]): Region =>
  (shapes.length === 1 ? shapes[0]! : union(featureCollection([...shapes])))!;

/** The inner rings of a region: what its parts enclose without covering it. */
const holesIn = ({ geometry }: Region): number =>
  (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)
    .flatMap((rings) => rings.slice(1))
    .reduce((sum, ring) => sum + area(polygon([ring])), 0);

/** The outline of several boundaries together; null when they do not hang together in one piece without holes. */
export function mergedRing(rings: readonly Ring[], on: CivilDate): Ring | null {
  const whole = unionOf(rings.map(shapeOf));
  if (whole.geometry.type !== 'Polygon') return null;
  const tolerance = ruleInForce('grid.boundary.tolerance', on).value * rings.length;
  if (holesIn(whole) > tolerance) return null;
  const ring = ringOf({ type: 'Polygon', coordinates: [whole.geometry.coordinates[0]] }, on);
  return 'code' in ring ? null : ring;
}

type Box = readonly [number, number, number, number];
const boxOf = (ring: Ring): Box => {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};
const touch = (a: Box, b: Box): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
