import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { readRows, where, within, type Context, insideArea } from '@jishi/subgraph';
import { dayDoesNotFit, drawBoundary, Grid, lastDrawnOn, refuseIf, ringsOf, type Ring } from '../grid-tree';
import { mattersFollowMap } from '../matters';
import { rehomeBuildings } from '../quarters';
import { featuresOf, judgeMap, parsed, type Feature, type MapFault, type Place } from './grid-map.rules';

/** What drawing a map did, or would do. */
export interface Drawing {
  readonly faults: readonly MapFault[];
  /** Of each feature, in their order. */
  readonly outcomes: readonly ('DRAWN' | 'REDRAWN' | 'UNCHANGED' | 'REFUSED')[];
  readonly written: boolean;
  readonly drawnIds: readonly string[];
  readonly movedBuildings: number;
}

/** Judges a map of a community or street and, unless something is wrong with it or it is only a trial, draws it from a day on. */
export async function drawMap(
  tx: Tx,
  areaCode: string,
  features: readonly Feature[],
  validFrom: CivilDate,
  dryRun: boolean,
): Promise<Drawing> {
  must(tx.actor, 'grids:keep', { area: areaCode, ofArea: true }, tx.today);
  const open = await tx.query<{ id: string }>(
    `SELECT id FROM grid WHERE (area_code = $1 OR town_code = $1) AND status IN ('PLANNED', 'ACTIVE')`,
    [areaCode],
  );
  const grids = await tx.lockAll(
    Grid,
    open.map(({ id }) => id),
  );
  refuseIf(
    dayDoesNotFit(
      validFrom,
      tx.today,
      await lastDrawnOn(
        tx,
        grids.map(({ id }) => id),
      ),
      'validFrom',
    ),
  );
  const drawnCodes = new Set(features.map(({ code }) => code));
  for (const grid of grids)
    if (drawnCodes.has(grid.code)) refuseIf(dayDoesNotFit(validFrom, tx.today, grid.validFrom, 'validFrom'));
  const areas = [...new Set(grids.map((grid) => grid.areaCode))];
  const before = new Map<string, Ring>();
  for (const code of areas) for (const [grid, ring] of await ringsOf(tx, code, validFrom)) before.set(grid, ring);

  const { rings, faults } = judgeMap(features, grids, before, await placesIn(tx, areas), validFrom);
  const outcomes = features.map(({ code }, index) => {
    const ring = rings.get(code);
    if (!ring || faults.some((fault) => fault.index === index)) return 'REFUSED';
    const known = before.get(code);
    return known ? (same(known, ring) ? 'UNCHANGED' : 'REDRAWN') : 'DRAWN';
  });
  if (faults.length > 0 || dryRun) return { faults, outcomes, written: false, drawnIds: [], movedBuildings: 0 };

  const byCode = new Map(grids.map((grid) => [grid.code, grid]));
  const drawn = features.filter((_, index) => outcomes[index] !== 'UNCHANGED').map(({ code }) => byCode.get(code)!);
  for (const grid of drawn) await drawBoundary(tx, grid, rings.get(grid.code)!, validFrom);
  let movedBuildings = 0;
  for (const code of new Set(drawn.map((grid) => grid.areaCode))) {
    movedBuildings += await rehomeBuildings(tx, code, validFrom);
    await mattersFollowMap(tx, code);
  }
  return { faults, outcomes, written: true, drawnIds: drawn.map(({ id }) => id), movedBuildings };
}

const same = (a: Ring, b: Ring): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The buildings of these communities that have a place. */
const placesIn = (tx: Tx, areaCodes: readonly string[]): Promise<Place[]> =>
  tx.query<Place & object>(
    `SELECT b.no, q.name AS quarter, b.area_code AS "areaCode", b.longitude, b.latitude FROM building b
     JOIN quarter q ON q.id = b.quarter_id
     WHERE b.area_code = ANY($1) AND b.longitude IS NOT NULL AND (q.valid_to IS NULL OR q.valid_to > $2)`,
    [areaCodes, tx.today],
  );

export interface RedrawCommunityInput {
  readonly areaCode: string;
  readonly validFrom?: CivilDate | null;
  readonly features: readonly { readonly gridCode: string; readonly polygon: string }[];
}

/** 重绘: replaces the boundaries of a community's grids together, from a day on (GRD-02). Refused with the first fault. */
export const redrawCommunity = (ctx: Context, input: RedrawCommunityInput): Promise<Drawing> =>
  ctx.transact(async (tx) => {
    if (input.areaCode.length !== 12)
      throw invalidInput(
        'areaCode',
        { zh: '请填写村（社区）的12位区划代码', en: 'Give the 12 digits of a community or village' },
        { code: 'NOT_A_COMMUNITY' },
      );
    const features = input.features.map(({ gridCode, polygon }) => ({
      code: gridCode.trim(),
      geometry: parsed(polygon),
    }));
    const drawing = await drawMap(tx, input.areaCode, features, input.validFrom ?? tx.today, false);
    const [fault] = drawing.faults;
    if (fault) throw ruleBroken(placed(fault));
    return drawing;
  });

/** A fault under the field of the form that is to be corrected. */
export const placed = ({ index, refusal }: MapFault): Refusal =>
  index === null
    ? { ...refusal, field: 'features' }
    : { ...refusal, field: `features.${index}.${refusal.field === 'code' ? 'gridCode' : 'polygon'}` };

export interface ImportGridMapInput {
  readonly areaCode: string;
  readonly geojson: string;
  readonly validFrom?: CivilDate | null;
  readonly dryRun?: boolean | null;
}

export interface Imported extends Drawing {
  readonly codes: readonly string[];
}

/** Reads a GeoJSON file for a community or street; tells of every feature what is wrong, and writes nothing if anything is (GRD-02). */
export const importGridMap = (ctx: Context, input: ImportGridMapInput): Promise<Imported> =>
  ctx.transact(async (tx) => {
    refuseTooLarge(input.areaCode);
    const features = featuresOf(input.geojson);
    const drawing = await drawMap(tx, input.areaCode, features, input.validFrom ?? tx.today, input.dryRun ?? false);
    return { ...drawing, codes: features.map(({ code }) => code) };
  });

function refuseTooLarge(areaCode: string): void {
  if (areaCode.length < 9)
    throw invalidInput(
      'areaCode',
      {
        zh: '电子地图按街道（乡镇）或村（社区）导入导出',
        en: 'Maps are read and written by street, town, community or village',
      },
      { code: 'AREA_TOO_LARGE' },
    );
}

interface DrawnRow {
  readonly code: string;
  readonly name: string;
  readonly level: number;
  readonly geometry: { readonly coordinates: unknown };
}

/** The map of a community or street as GeoJSON text, as it was on a day; drawn again from this text it comes out the same (GRD-02). */
export async function gridMap(ctx: Context, areaCode: string, asOf: CivilDate) {
  refuseTooLarge(areaCode);
  const rows = await readRows<DrawnRow & object>(
    ctx,
    'grid-map',
    `SELECT g.code, g.name, g.level, b.geojson AS geometry FROM grid g JOIN grid_boundary b ON b.grid_id = g.id
     WHERE {where} ORDER BY g.code LIMIT 2000`,
    within(ctx, Grid, 'g'),
    insideArea('g', areaCode),
    where('b.valid_from <= ? AND (b.valid_to IS NULL OR b.valid_to > ?)', asOf, asOf),
  );
  const features = rows.map(({ code, name, level, geometry }) => ({
    type: 'Feature',
    properties: { code, name, level },
    geometry: { type: 'Polygon', coordinates: geometry.coordinates },
  }));
  return {
    areaCode,
    asOf,
    features: features.length,
    geojson: JSON.stringify({ type: 'FeatureCollection', features }),
  };
}
