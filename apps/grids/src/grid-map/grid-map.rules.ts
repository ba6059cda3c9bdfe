import inside from '@turf/boolean-point-in-polygon';
import { polygon } from '@turf/helpers';
import { invalidInput, type Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { faultsOf, reachesOut, ringOf, type GridStatus, type GridTier, type Ring } from '../grid-tree';

/** What somebody drew: which grid, and its polygon as GeoJSON; a file may also say name and level. */
export interface Feature {
  readonly code: string;
  readonly geometry: unknown;
  readonly name?: string;
  readonly level?: number;
}

/** A grid of the area that has not ended. */
export interface Known {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly level: number;
  readonly tier: GridTier;
  readonly status: GridStatus;
  readonly parentId: string | null;
  readonly areaCode: string;
}

export interface Place {
  readonly no: string;
  readonly quarter: string;
  readonly areaCode: string;
  readonly longitude: number;
  readonly latitude: number;
}

/** A fault of a map: of one feature, or of the map as a whole when `index` is null. */
export interface MapFault {
  readonly index: number | null;
  readonly refusal: Refusal;
}

export interface Judged {
  /** The ring of each feature that can be read, by code. */
  readonly rings: ReadonlyMap<string, Ring>;
  readonly faults: readonly MapFault[];
}

const mostCharacters = 8_000_000;
const mostFeatures = 2_000;

/** The features of a GeoJSON file; INVALID_INPUT when it is no such file. */
export function featuresOf(text: string): Feature[] {
  const unreadable = (zh: string, en: string) => invalidInput('geojson', { zh, en }, { code: 'GEOJSON_UNREADABLE' });
  if (text.length > mostCharacters)
    throw unreadable('文件过大，请按街道分别导入', 'The file is too large; import street by street');
  const { type, features } = (parsed(text) ?? {}) as { type?: unknown; features?: unknown };
  if (type !== 'FeatureCollection' || !Array.isArray(features))
    throw unreadable('文件应为GeoJSON要素集（FeatureCollection）', 'The file should be a GeoJSON FeatureCollection');
  if (features.length > mostFeatures)
    throw unreadable('要素过多，请按街道分别导入', 'There are too many features; import street by street');
  return features.map((feature: unknown) => {
    const { properties, geometry } = (feature ?? {}) as { properties?: Record<string, unknown>; geometry?: unknown };
    const { code, name, level } = properties ?? {};
    return {
      code: typeof code === 'string' || typeof code === 'number' ? String(code).trim() : '',
      geometry,
      ...(typeof name === 'string' && { name: name.trim() }),
      ...(level != null && { level: Number(level) }),
    };
  });
}

/** The value of a JSON text; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const refusal = (code: string, field: string, zh: string, en: string, params: Refusal['params'] = {}): Refusal => ({
  code,
  field,
  wording: { zh, en },
  params,
});

/**
 * Judges a map before anything is written (GRD-01, GRD-02): every feature by itself, and for each community that is drawn its basic
 * grids together: all there, no overlap, no hole, every building that has a place still in one of them. `before`: the boundaries
 * that hold now, which stay for what is not drawn.
 */
export function judgeMap(
  features: readonly Feature[],
  known: readonly Known[],
  before: ReadonlyMap<string, Ring>,
  places: readonly Place[],
  on: CivilDate,
): Judged {
  const faults: MapFault[] = [];
  const rings = new Map<string, Ring>();
  const byCode = new Map(known.map((grid) => [grid.code, grid]));
  const indexOf = new Map<string, number>();
  features.forEach((feature, index) => {
    const fault = faultOf(feature, byCode.get(feature.code), indexOf);
    if (fault) return void faults.push({ index, refusal: fault });
    indexOf.set(feature.code, index);
    const ring = ringOf(feature.geometry, on);
    if ('code' in ring) faults.push({ index, refusal: ring });
    else rings.set(feature.code, ring);
  });
  if (faults.length > 0) return { rings, faults };

  const now = new Map([...before, ...rings]);
  const drawnAreas = new Set(
    [...rings.keys()].map((code) => byCode.get(code)!.areaCode).filter((code) => code.length === 12),
  );
  for (const areaCode of drawnAreas) {
    const here = known.filter((grid) => grid.areaCode === areaCode);
    const basics = here.filter(({ tier, status }) => tier === 'BASIC' && status === 'ACTIVE');
    const drawn = basics.filter(({ code }) => rings.has(code));
    const touchesBasics = drawn.length > 0 || here.some(({ code, tier }) => tier === 'GRASSROOTS' && rings.has(code));
    for (const { code } of touchesBasics ? basics.filter((grid) => !now.has(grid.code)) : [])
      faults.push({
        index: null,
        refusal: refusal(
          'GRID_LEFT_OUT',
          'features',
          '网格{code}没有画出；一个村（社区）的基础网格应一并绘制',
          'The grid {code} is not drawn; the basic grids of a community are drawn together',
          { code },
        ),
      });
    const whole = here.find(({ tier }) => tier === 'GRASSROOTS');
    const map = basics.flatMap(({ code }) => (now.has(code) ? [{ code, ring: now.get(code)! }] : []));
    if (touchesBasics && map.length === basics.length)
      for (const fault of faultsOf(map, (whole && now.get(whole.code)) ?? null, on))
        faults.push({
          index: fault.code === null ? null : (indexOf.get(fault.code) ?? null),
          refusal: fault.refusal,
        });
    faults.push(...buildingsReachingOut(here, now, indexOf, on));
    if (touchesBasics && faults.length === 0) faults.push(...placesOutside(places, areaCode, map));
  }
  return { rings, faults };
}

function faultOf(
  { code, name, level }: Feature,
  grid: Known | undefined,
  seen: ReadonlyMap<string, number>,
): Refusal | undefined {
  if (!grid)
    return refusal(
      'GRID_UNKNOWN',
      'code',
      '网格“{code}”没有划定，或不在该区划内',
      'No grid {code} is defined in this area',
      { code },
    );
  if (seen.has(code))
    return refusal('GRID_TWICE', 'code', '网格{code}画了两次', 'The grid {code} is drawn twice', { code });
  if (level !== undefined && level !== grid.level)
    return refusal(
      'LEVEL_DIFFERS',
      'level',
      '网格{code}登记为第{known}级，文件中为第{level}级',
      'The grid {code} is of level {known}, the file says {level}',
      { code, known: grid.level, level: String(level) },
    );
  if (name !== undefined && name !== grid.name)
    return refusal(
      'NAME_DIFFERS',
      'name',
      '网格{code}登记的名称是“{known}”，文件中是“{name}”；请核对是否张冠李戴',
      'The grid {code} is called {known}, the file says {name}: is it the right one?',
      { code, known: grid.name, name },
    );
  return undefined;
}

function buildingsReachingOut(
  here: readonly Known[],
  now: ReadonlyMap<string, Ring>,
  indexOf: ReadonlyMap<string, number>,
  on: CivilDate,
): MapFault[] {
  const byId = new Map(here.map((grid) => [grid.id, grid]));
  return here.flatMap(({ code, tier, parentId }) => {
    const ring = tier === 'BUILDING' ? now.get(code) : undefined;
    const container = now.get(byId.get(parentId ?? '')?.code ?? '');
    const beyond = ring && container ? reachesOut({ code, ring }, container, on) : null;
    return beyond ? [{ index: indexOf.get(code) ?? null, refusal: beyond }] : [];
  });
}

function placesOutside(
  places: readonly Place[],
  areaCode: string,
  map: readonly { readonly ring: Ring }[],
): MapFault[] {
  const shapes = map.map(({ ring }) => polygon([ring.map(([x, y]) => [x, y])]));
  return places
    .filter((place) => place.areaCode === areaCode)
    .filter(({ longitude, latitude }) => !shapes.some((shape) => inside([longitude, latitude], shape)))
    .map(({ quarter, no }) => ({
      index: null,
      refusal: refusal(
        'BUILDING_OUTSIDE_GRIDS',
        'features',
        '{quarter}{no}号楼不在任何基础网格内；每栋楼属于且只属于一个基础网格',
        'The building {no} of {quarter} would lie in no basic grid; each lies in exactly one',
        { quarter, no },
      ),
    }));
}
