import { chance } from './random';
import type { AreaRow } from './rows';

/** Longitude and latitude, WGS 84. */
export type Position = readonly [number, number];
/** A closed ring of positions, counter-clockwise, the first repeated at the end. */
export type Ring = readonly Position[];

/** West, south, east, north. */
type Box = readonly [number, number, number, number];

/** Roughly where 焦作 lies; what is inside is invented, as the published list of areas has no boundaries. */
const CITY_BOX: Box = [112.7, 34.85, 113.65, 35.5];

/** Six decimals: a tenth of a metre. Shared corners are rounded the same way, so neighbours meet exactly. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Cuts a box into so many boxes, as square as they come, row by row from the south-west. */
function cut([west, south, east, north]: Box, count: number): Box[] {
  const rows = Math.max(1, Math.round(Math.sqrt(count * ((north - south) / (east - west)))));
  const boxes: Box[] = [];
  for (let row = 0; row < rows; row += 1) {
    const columns = Math.floor((count * (row + 1)) / rows) - Math.floor((count * row) / rows);
    const bottom = south + ((north - south) * row) / rows;
    const top = south + ((north - south) * (row + 1)) / rows;
    for (let column = 0; column < columns; column += 1)
      boxes.push([
        west + ((east - west) * column) / columns,
        bottom,
        west + ((east - west) * (column + 1)) / columns,
        top,
      ]);
  }
  return boxes;
}

/** Where every area lies: counties in the city, towns in their county, villages and communities in their town. */
export function boxesOf(areas: readonly AreaRow[]): ReadonlyMap<string, Box> {
  const children = new Map<string, string[]>();
  for (const { code, parentCode } of areas)
    if (parentCode) children.set(parentCode, [...(children.get(parentCode) ?? []), code]);
  const boxes = new Map<string, Box>();
  const place = (code: string, box: Box): void => {
    boxes.set(code, box);
    const below = (children.get(code) ?? []).sort();
    cut(box, Math.max(1, below.length)).forEach((part, at) => below[at] && place(below[at], part));
  };
  for (const { code, parentCode } of areas) if (!parentCode) place(code, CITY_BOX);
  return boxes;
}

/**
 * Tiles a box with so many four-sided plots: inner corners are moved a little by chance, and neighbours share them, so that the
 * plots neither overlap nor leave a hole. Given from west to east and north to south, as grids are numbered.
 */
export function plotsIn([west, south, east, north]: Box, count: number, ...label: (string | number)[]): Ring[] {
  const luck = chance('plots', ...label);
  const height = rowsOf(count, Math.max(1, Math.floor(Math.sqrt(count))));
  const width = count / height;
  const corner = (column: number, row: number): Position => {
    const inner = column > 0 && column < width && row > 0 && row < height;
    const stray = (): number => (inner ? (luck.next() - 0.5) * 0.4 : 0);
    return [
      rounded(west + ((east - west) * (column + stray())) / width),
      rounded(south + ((north - south) * (row + stray())) / height),
    ];
  };
  const corners = Array.from({ length: height + 1 }, (_, row) =>
    Array.from({ length: width + 1 }, (_each, column) => corner(column, row)),
  );
  const at = (column: number, row: number): Position => corners[row]?.[column] ?? [0, 0];
  const plots: Ring[] = [];
  for (let row = height - 1; row >= 0; row -= 1)
    for (let column = 0; column < width; column += 1)
      plots.push([at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1), at(column, row)]);
  return plots;
}

/** The largest number of rows, at most so many, into which a count divides evenly. */
function rowsOf(count: number, most: number): number {
  for (let rows = most; rows > 1; rows -= 1) if (count % rows === 0) return rows;
  return 1;
}

/** The ring around a box, through every corner of its plots that lies on it. */
export const ringOf = ([west, south, east, north]: Box): Ring => [
  [rounded(west), rounded(south)],
  [rounded(east), rounded(south)],
  [rounded(east), rounded(north)],
  [rounded(west), rounded(north)],
  [rounded(west), rounded(south)],
];

/** A place inside a ring of four sides. */
export function somewhereIn(ring: Ring, across: number, up: number): Position {
  const [a, b, c, d] = ring as readonly [Position, Position, Position, Position];
  const between = (from: Position, to: Position, share: number): Position => [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
  ];
  const u = 0.1 + 0.8 * across;
  const v = 0.1 + 0.8 * up;
  const [longitude, latitude] = between(between(a, b, u), between(d, c, u), v);
  return [rounded(longitude), rounded(latitude)];
}
