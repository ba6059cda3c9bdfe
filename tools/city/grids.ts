import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import { area as squareMetres } from '@turf/area';
import { polygon } from '@turf/helpers';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { boxesOf, plotsIn, ringOf, somewhereIn, type Ring } from './geography';
import { fillingsOfMatters } from './matters';
import { chance, idOf, idOfCode } from './random';
import type { AreaRow, FirmRow } from './rows';

/** Codes of places that demonstrations, questions and tests rely on (武陟县). */
export const GRID_CASES = {
  /** A basic grid of 建设社区 with its whole team. */
  grid: '410823001001001',
  /** The first property company of the county leaves; its quarters have successors from that day. */
  leavingProvider: 0,
} as const;

type Tier = 'COUNTY' | 'TOWN' | 'GRASSROOTS' | 'BASIC';
const levels: Record<Tier, number> = { COUNTY: 1, TOWN: 2, GRASSROOTS: 3, BASIC: 4 };
const GRIDS_SINCE: CivilDate = '2019-01-01';

/** A grid of the invented map. */
export interface GridRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly tier: Tier;
  readonly parentId: string | null;
  readonly areaCode: string;
  readonly urban: boolean;
  readonly households: number;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
  readonly successorIds: readonly string[];
  readonly ring: Ring | null;
}

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

/** A quarter of a community, with the way in which it is managed. */
interface Quarter {
  readonly id: string;
  readonly name: string;
  readonly kind: 'COMMERCIAL' | 'OLD' | 'UNIT_HOUSING' | 'SCATTERED';
  readonly areaCode: string;
  readonly grid: GridRow;
  readonly buildings: number;
  readonly perBuilding: number;
  readonly mode: 'NONE' | 'COMPANY' | 'OWNERS' | 'COMMUNITY_TRUST' | 'UNIT';
  readonly provider: Provider | null;
  /** The day on which the company before left, where one did. */
  readonly followed: { readonly provider: Provider; readonly on: CivilDate } | null;
}

interface Provider {
  readonly id: string;
  readonly firm: FirmRow;
  readonly county: string;
  readonly state: 'SERVING' | 'WARNED' | 'EXITED' | 'ADMITTED';
  readonly exitedOn: CivilDate | null;
}

function providersOf(city: City): Provider[] {
  const byCounty = new Map<string, number>();
  return city.firms
    .filter(({ formTags, uscc }) => formTags.includes('PROPERTY') && uscc !== null)
    .map((firm) => {
      const county = firm.areaCode.slice(0, 6);
      const number = byCounty.get(county) ?? 0;
      byCounty.set(county, number + 1);
      const state = number === GRID_CASES.leavingProvider ? 'EXITED' : number === 1 ? 'WARNED' : 'SERVING';
      const exitedOn = state === 'EXITED' ? addMonths(city.today, -3) : null;
      return { id: idOfCode('provider', firm.id), firm, county, state, exitedOn };
    });
}

const estates = ['锦绣', '阳光', '龙源', '沁园', '和谐', '翰林', '怀府', '东湖', '金地', '幸福'] as const;
const forms = ['花园', '小区', '家园', '苑', '新村'] as const;
const quarterKinds = ['COMMERCIAL', 'OLD', 'UNIT_HOUSING', 'SCATTERED'] as const;

function quartersOf(city: City, grids: readonly GridRow[], providers: readonly Provider[]): Quarter[] {
  const basic = new Map<string, GridRow[]>();
  for (const grid of grids)
    if (grid.tier === 'BASIC' && grid.validTo === null)
      basic.set(grid.areaCode, [...(basic.get(grid.areaCode) ?? []), grid]);
  const near = new Map<string, Provider[]>();
  for (const provider of providers) near.set(provider.county, [...(near.get(provider.county) ?? []), provider]);
  const rows: Quarter[] = [];
  for (const area of city.areas) {
    if (area.kind !== 'COMMUNITY' || area.validTo !== null) continue;
    const luck = chance(city.seed, 'quarters', area.code);
    const places = basic.get(area.code) ?? [];
    const companies = near.get(area.code.slice(0, 6)) ?? [];
    const serving = companies.filter(({ state }) => state !== 'EXITED');
    const leaving = companies.find(({ state }) => state === 'EXITED');
    const count = luck.between(4, 8);
    for (let number = 0; number < count; number += 1) {
      const grid = places[number % Math.max(1, places.length)];
      if (!grid) continue;
      const kind = quarterKinds[luck.weighted([5, 3, 1.5, 0.5])] ?? 'COMMERCIAL';
      const wanted = kind === 'COMMERCIAL' ? [0.3, 8, 0.8, 0.5, 0.2] : [1.3, 3, 1.5, 2, 1.5];
      const mode = (['NONE', 'COMPANY', 'OWNERS', 'COMMUNITY_TRUST', 'UNIT'] as const)[luck.weighted(wanted)] ?? 'NONE';
      const provider = mode === 'COMPANY' && serving.length > 0 ? luck.pick(serving) : null;
      const followed =
        leaving?.exitedOn && mode !== 'NONE' && luck.happens(0.18) ? { provider: leaving, on: leaving.exitedOn } : null;
      rows.push({
        id: idOfCode('quarter', `${area.code} ${number}`),
        name: `${estates[(number * 3 + luck.between(0, 1)) % estates.length] ?? ''}${luck.pick(forms)}${number >= estates.length ? number : ''}${['', '东区', '西区'][number % 3] ?? ''}`,
        kind,
        areaCode: area.code,
        grid,
        buildings: luck.between(3, 12),
        perBuilding: luck.between(18, 66),
        mode: mode === 'COMPANY' && !provider ? 'COMMUNITY_TRUST' : mode,
        provider,
        followed,
      });
    }
  }
  // Two quarters of a community may not share a name.
  const taken = new Set<string>();
  return rows.map((row) => {
    const name = taken.has(`${row.areaCode} ${row.name}`) ? `${row.name}${taken.size}` : row.name;
    taken.add(`${row.areaCode} ${name}`);
    return { ...row, name };
  });
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
export function fillingsOfGrids(city: City): Filling[] {
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

function fillingsOfQuarters(city: City, quarters: readonly Quarter[]): Filling[] {
  return [
    {
      table: 'quarter',
      title: '小区',
      columns: [
        ...['id', 'name', 'address', 'kind', 'area_code', 'grid_id', 'households', 'property_mode', 'provider_id'],
        ...['valid_from', ...trail],
      ],
      rows: () =>
        quarters.map((row) => [
          ...[row.id, row.name, null, row.kind, row.areaCode, row.grid.id, row.buildings * row.perBuilding],
          ...[row.mode, row.provider?.id ?? null, GRIDS_SINCE, ...by],
        ]),
    },
    {
      table: 'building',
      title: '楼栋',
      columns: [
        ...['id', 'quarter_id', 'no', 'area_code', 'floors', 'units', 'households', 'longitude', 'latitude'],
        ...['grid_id', ...trail],
      ],
      *rows() {
        for (const row of quarters) {
          const luck = chance(city.seed, 'buildings', row.id);
          for (let no = 1; no <= row.buildings; no += 1) {
            const at = row.grid.ring ? somewhereIn(row.grid.ring, luck.next(), luck.next()) : null;
            yield [
              ...[
                idOfCode('building', `${row.id} ${no}`),
                row.id,
                `${no}号楼`,
                row.areaCode,
                luck.pick([6, 6, 11, 18]),
              ],
              ...[luck.between(1, 4), row.perBuilding, at?.[0] ?? null, at?.[1] ?? null, row.grid.id, ...by],
            ];
          }
        }
      },
    },
  ];
}

function fillingsOfProperty(city: City, quarters: readonly Quarter[], providers: readonly Provider[]): Filling[] {
  const { today } = city;
  const began: CivilDate = '2022-01-01';
  const contractId = (quarter: Quarter, provider: Provider): string =>
    idOfCode('contract', `${quarter.id} ${provider.id}`);
  const modeId = (quarter: Quarter, first: boolean): string => idOfCode('mode', `${quarter.id} ${first ? 1 : 2}`);
  return [
    {
      table: 'property_provider',
      title: '物业企业',
      columns: [
        ...['id', 'uscc', 'area_code', 'state', 'applied_on', 'admission_no', 'admitted_on', 'exit_reason'],
        ...['exit_begun_on', 'exited_on', ...trail],
      ],
      rows: () =>
        providers.map(({ id, firm, county, state, exitedOn }, at) => [
          ...[id, firm.uscc, county, state, '2021-10-08', `${county}物准字2021第${at + 1}号`, '2021-11-20'],
          ...[exitedOn && '合同到期不再续签', exitedOn && addDays(exitedOn, -60), exitedOn, ...by],
        ]),
    },
    {
      table: 'property_contract',
      title: '物业合同',
      columns: ['id', 'quarter_id', 'provider_id', 'starts_on', 'ends_on', 'ended_on', 'fee', 'document', ...trail],
      rows: () =>
        quarters.flatMap((quarter) => {
          const { provider, followed } = quarter;
          const fee = 60 + (quarter.perBuilding % 9) * 10;
          const document = `物业服务合同-${quarter.id.slice(-6)}`;
          const rows: Cell[][] = [];
          if (followed)
            rows.push([
              ...[contractId(quarter, followed.provider), quarter.id, followed.provider.id, began],
              ...[addDays(followed.on, -1), null, fee, document, ...by],
            ]);
          if (provider)
            rows.push([
              ...[contractId(quarter, provider), quarter.id, provider.id, followed?.on ?? began],
              ...[addMonths(today, 14), null, fee, document, ...by],
            ]);
          return rows;
        }),
    },
    {
      table: 'quarter_mode',
      title: '小区物业管理方式',
      columns: [
        ...['id', 'quarter_id', 'mode', 'provider_id', 'contract_id', 'valid_from', 'valid_to', 'follows', ...trail],
      ],
      rows: () =>
        quarters.flatMap((quarter) => {
          const { provider, followed, mode } = quarter;
          const rows: Cell[][] = [];
          if (followed)
            rows.push([
              ...[modeId(quarter, true), quarter.id, 'COMPANY', followed.provider.id],
              ...[contractId(quarter, followed.provider), began, followed.on, null, ...by],
            ]);
          rows.push([
            ...[modeId(quarter, false), quarter.id, mode, provider?.id ?? null],
            ...[
              provider ? contractId(quarter, provider) : null,
              followed?.on ?? began,
              null,
              followed?.on ?? null,
              ...by,
            ],
          ]);
          return rows;
        }),
    },
    {
      table: 'property_alert',
      title: '无物业小区提醒',
      columns: ['quarter_id', 'opened_on', ...trail],
      rows: () => quarters.filter(({ mode }) => mode === 'NONE').map(({ id }) => [id, began, ...by]),
    },
    {
      table: 'property_handover',
      title: '物业移交',
      columns: ['mode_id', 'quarter_id', 'provider_id', 'on_date', 'keys', 'accounts', 'document', ...trail],
      rows: () =>
        quarters.flatMap((quarter) =>
          quarter.followed
            ? [
                [
                  ...[modeId(quarter, true), quarter.id, quarter.followed.provider.id, quarter.followed.on],
                  ...[true, true, '物业移交清单', ...by],
                ],
              ]
            : [],
        ),
    },
    {
      table: 'property_evaluation',
      title: '物业企业年度考核',
      columns: [
        ...[
          'provider_id',
          'year',
          'area_code',
          'community',
          'owners',
          'housing',
          'total',
          'score_limit',
          'years_below',
        ],
        ...['exit_due', 'closed_on', ...trail],
      ],
      rows: () =>
        providers.map(({ id, county, state, firm }) => {
          const year = Number(today.slice(0, 4)) - 1;
          const luck = chance(city.seed, 'evaluation', firm.id);
          const score = (): number => (state === 'WARNED' ? luck.between(48, 58) : luck.between(66, 96));
          const parts = [score(), score(), score()];
          const total = Math.round((parts.reduce((sum, each) => sum + each, 0) / 3) * 10) / 10;
          return [id, year, county, ...parts, total, 60, total < 60 ? 1 : 0, false, `${year + 1}-02-20`, ...by];
        }),
    },
  ];
}

/** Codes of the preset catalogue: 四长五员一民警. */
const TEAM = [
  ...['HEAD_1', 'HEAD_2', 'HEAD_3', 'HEAD_4'],
  ...['MEMBER_1', 'MEMBER_2', 'MEMBER_3', 'MEMBER_4', 'MEMBER_5', 'OFFICER_1'],
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
