import { addDays } from '@jishi/periods';
import { area as squareMetres } from '@turf/area';
import { polygon } from '@turf/helpers';
import type { City } from './city';
import { by, trail, type Cell, type Filling, type Together } from './columns';
import { boxesOf, plotsIn, ringOf, type Ring } from './geography';
import { GRID_CASES, GRIDS_SINCE, levels, type GridRow, type Tier } from './grid-cases';
import { fillingsOfMatters } from './matters';
import { fillingsOfProperty, fillingsOfQuarters, providersOf, quartersOf } from './quarters';
import { chance, idOf, idOfCode } from './random';
import type { AreaRow } from './rows';

const gridId = (code: string): string => idOfCode('grid', code);

/** How many basic grids a place has: 300 to 500 households in town, 1.2 to 2 per village (rules.md §6.1, §10). */
function basicGridsOf(area: AreaRow, seed: number): number {
  const luck = chance(seed, 'grids', area.code);
  return area.kind === 'COMMUNITY' ? luck.pick([8, 8, 9, 10, 9]) : luck.pick([1, 2, 2, 2, 3]);
}

/** The whole tree, superiors first; places that were merged keep their grids for history. */
export function gridsOf(city: City): GridRow[] {
  const boxes = boxesOf(city.areas);
  const names = new Map(city.areas.map(({ code, name }) => [code, name]));
  const rows: GridRow[] = [];
  for (const area of city.areas) {
    const box = boxes.get(area.code);
    if (area.level === 'CITY' || !box) continue;
    const tier: Tier = area.level;
    const living = area.validTo === null;
    const basic = tier === 'GRASSROOTS' ? basicGridsOf(area, city.seed) : 0;
    const urban = area.kind === 'COMMUNITY' || area.kind === 'STREET' || tier === 'COUNTY';
    const luck = chance(city.seed, 'grid-households', area.code);
    const households = Array.from({ length: basic }, () => (urban ? luck.between(300, 500) : luck.between(90, 300)));
    const since = area.validFrom > GRIDS_SINCE ? area.validFrom : GRIDS_SINCE;
    const shared = {
      areaCode: area.code,
      urban,
      validFrom: since,
      validTo: area.validTo,
    };
    const whole = `${area.code.padEnd(12, '0')}000`;
    rows.push({
      ...shared,
      id: gridId(whole),
      code: whole,
      name: `${area.name}网格`,
      tier,
      parentId: tier === 'COUNTY' ? null : gridId(`${(area.parentCode ?? '').padEnd(12, '0')}000`),
      households: households.reduce((sum, count) => sum + count, 0),
      successorIds: area.replacedBy.map((code) => gridId(`${code}000`)),
      ring: living ? ringOf(box) : null,
    });
    const plots = living && basic > 0 ? plotsIn(box, basic, area.code) : [];
    for (let number = 1; number <= basic; number += 1) {
      const code = `${area.code}${String(number).padStart(3, '0')}`;
      rows.push({
        ...shared,
        id: gridId(code),
        code,
        name: `${names.get(area.code) ?? ''}第${number}网格`,
        tier: 'BASIC',
        parentId: gridId(whole),
        households: households[number - 1] ?? 0,
        successorIds: area.replacedBy.map((successor) => gridId(`${successor}001`)),
        ring: plots[number - 1] ?? null,
      });
    }
  }
  return rows;
}

const shapeOf = (ring: Ring) => polygon([ring.map(([longitude, latitude]) => [longitude, latitude])]);
const outlineOf = (ring: Ring): string =>
  `(${ring
    .slice(0, -1)
    .map(([longitude, latitude]) => `(${longitude},${latitude})`)
    .join(',')})`;
function boundsOf(ring: Ring): string {
  const longitudes = ring.map(([longitude]) => longitude);
  const latitudes = ring.map(([, latitude]) => latitude);
  return `(${Math.max(...longitudes)},${Math.max(...latitudes)}),(${Math.min(...longitudes)},${Math.min(...latitudes)})`;
}

/** The tables of grids, in the order of their foreign keys. */
export function fillingsOfGrids(city: City): (Filling | Together)[] {
  const grids = gridsOf(city);
  const providers = providersOf(city);
  const quarters = quartersOf(city, grids, providers);
  const year = Number(city.today.slice(0, 4));
  const communities = city.areas.filter(({ kind }) => kind === 'COMMUNITY');
  const householdsOf = new Map(
    grids.filter(({ tier }) => tier === 'GRASSROOTS').map(({ areaCode, households }) => [areaCode, households]),
  );
  const facts = (row: GridRow): Cell[] => [
    ...[row.code, row.name, levels[row.tier], row.tier, row.parentId, row.areaCode, row.households],
    ...[Math.round(row.households * (row.urban ? 2.6 : 3.4)), row.validTo ? 'MERGED' : 'ACTIVE'],
    ...[row.validFrom, row.validTo],
  ];
  const factColumns = [
    ...['code', 'name', 'level', 'tier', 'parent_id', 'area_code', 'households', 'population', 'status'],
    ...['valid_from', 'valid_to'],
  ];
  const drawn = grids.filter(({ ring }) => ring !== null);
  return [
    {
      table: 'community',
      title: '社区',
      columns: ['area_code', 'households', 'area_m2', 'service_hotline', 'service_stations', 'valid_from', ...trail],
      rows: () =>
        communities.map(({ code, validFrom }) => [
          ...[code, householdsOf.get(code) ?? 0, (householdsOf.get(code) ?? 0) * 310],
          ...[`0391-${7200000 + (Number(code.slice(-6)) % 90000)}`, 1, validFrom, ...by],
        ]),
    },
    {
      table: 'community_year',
      title: '社区年度统计',
      columns: ['id', 'area_code', 'year', 'permanent_urban_residents', 'source', ...trail],
      rows: () =>
        communities.flatMap(({ code }) =>
          [year - 2, year - 1].map((each) => [
            ...[idOfCode('community-year', `${code} ${each}`), code, each],
            ...[Math.round((householdsOf.get(code) ?? 0) * 2.6), `${each}年人口变动抽样调查`, ...by],
          ]),
        ),
    },
    {
      table: 'grid',
      title: '网格',
      columns: [...['id', 'setting', 'networks', 'successor_ids', 'boundary_version', ...factColumns, ...trail]],
      rows: () =>
        grids.map((row) => [
          ...[row.id, row.urban ? 'URBAN' : 'RURAL', ['PARTY', 'GOVERNANCE', 'CIVIL', 'EMERGENCY'], row.successorIds],
          ...[row.ring ? 1 : 0, ...facts(row), ...by],
        ]),
    },
    {
      table: 'grid_history',
      title: '网格沿革',
      columns: ['grid_id', ...factColumns],
      rows: () => grids.map((row) => [row.id, ...facts(row)].map((cell) => (cell === 'MERGED' ? 'ACTIVE' : cell))),
    },
    {
      table: 'grid_boundary',
      title: '网格边界',
      columns: [
        'grid_id',
        'area_code',
        'version',
        'valid_from',
        'geojson',
        'outline',
        'bounds',
        'area_m2',
        'created_by',
      ],
      rows: () =>
        drawn.map(({ id, areaCode, validFrom, ring }) => {
          const line = ring ?? [];
          const { geometry } = shapeOf(line);
          return [
            ...[id, areaCode, 1, validFrom, JSON.stringify(geometry), outlineOf(line), boundsOf(line)],
            ...[squareMetres(geometry).toFixed(2), 'system:city'],
          ];
        }),
    },
    ...fillingsOfQuarters(city, quarters),
    ...fillingsOfProperty(city, quarters, providers),
    fillingOfStaff(city, grids),
    ...fillingsOfMatters(city, grids),
  ];
}

/** Codes of the preset catalogue: 四长五员一民警. */
const TEAM = [
  ...['HEAD_1', 'HEAD_2', 'HEAD_3', 'HEAD_4'],
  ...['MEMBER_1', 'MEMBER_2', 'MEMBER_3', 'MEMBER_4', 'MEMBER_5', 'OFFICER'],
];

/** A full-time worker in nearly every grid of a community, a part-time one in villages; whole teams in some. */
function fillingOfStaff(city: City, grids: readonly GridRow[]): Filling {
  return {
    table: 'grid_staff',
    title: '网格队伍',
    columns: ['id', 'grid_id', 'area_code', 'person_id', 'kind', 'role_code', 'from_on', ...trail],
    *rows() {
      let ordinal = 0;
      const nextOf = new Map<string, number>();
      for (const grid of grids) {
        if (grid.tier !== 'BASIC' || grid.validTo !== null) continue;
        const persons = city.personsIn(grid.areaCode);
        if (persons.length === 0) continue;
        const luck = chance(city.seed, 'staff', grid.code);
        const next = (): string => {
          const at = nextOf.get(grid.areaCode) ?? 0;
          nextOf.set(grid.areaCode, at + 1);
          return persons[at % persons.length] ?? '';
        };
        const worker = grid.code === GRID_CASES.grid || !luck.happens(0.05);
        const whole = grid.code === GRID_CASES.grid || luck.happens(0.12);
        const from = addDays(city.today, -luck.between(100, 1500));
        const row = (kind: string, role: string | null, person: string): Cell[] => {
          ordinal += 1;
          return [idOf('grid-staff', ordinal, city.seed), grid.id, grid.areaCode, person, kind, role, from, ...by];
        };
        const roles = whole ? TEAM : TEAM.filter(() => luck.happens(0.3));
        const head = next();
        if (worker) yield row(grid.urban ? 'FULL_TIME' : 'PART_TIME', roles.includes('HEAD_1') ? 'HEAD_1' : null, head);
        // One person may hold several roles.
        for (const role of roles)
          if (role !== 'HEAD_1' || !worker) yield row('PART_TIME', role, luck.happens(0.3) ? head : next());
      }
    },
  };
}
