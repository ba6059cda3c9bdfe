import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { somewhereIn } from './geography';
import { GRID_CASES, GRIDS_SINCE, type GridRow } from './grid-cases';
import { fillingsOfEvaluations } from './evaluations';
import { chance, idOfCode } from './random';
import type { FirmRow } from './rows';

/** A quarter of a community, with the way in which it is managed. */
export interface Quarter {
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

export interface Provider {
  readonly id: string;
  readonly firm: FirmRow;
  readonly county: string;
  readonly state: 'SERVING' | 'WARNED' | 'EXITED' | 'ADMITTED';
  readonly exitedOn: CivilDate | null;
}

/** The property companies of every county; the first has left, the second was warned. */
export function providersOf(city: City): Provider[] {
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

/** The quarters of every community. */
export function quartersOf(city: City, grids: readonly GridRow[], providers: readonly Provider[]): Quarter[] {
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

/** Quarters with their buildings. */
export function fillingsOfQuarters(city: City, quarters: readonly Quarter[]): Filling[] {
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
      // in which community a quarter was on any day
      table: 'quarter_place',
      title: '小区所在社区',
      columns: ['quarter_id', 'area_code', 'valid_from'],
      rows: () => quarters.map(({ id, areaCode }) => [id, areaCode, GRIDS_SINCE]),
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

/** Property companies, their contracts, and who manages which quarter from when to when. */
export function fillingsOfProperty(
  city: City,
  quarters: readonly Quarter[],
  providers: readonly Provider[],
): Filling[] {
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
    ...fillingsOfEvaluations(city, quarters, providers),
  ];
}
