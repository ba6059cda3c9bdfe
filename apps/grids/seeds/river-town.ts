import type { Role } from '@jishi/access';
import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';

/** Readable ids: the last digits count. */
export const idAt = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A county with a street of two communities and a town with two villages and a community. */
export const codes = {
  city: '410800',
  county: '410811',
  otherCounty: '410823',
  street: '410811001',
  town: '410811100',
  riverside: '410811001001',
  garden: '410811001002',
  /** A code that is known but not yet in use by anything: what communities are merged into. */
  united: '410811001003',
  northVillage: '410811100201',
  southVillage: '410811100202',
} as const;

type AreaRow = readonly [string, 'CITY' | 'COUNTY' | 'TOWN' | 'GRASSROOTS', string | null, string | null];
const areas: readonly AreaRow[] = [
  [codes.city, 'CITY', null, null],
  [codes.county, 'COUNTY', codes.city, null],
  [codes.otherCounty, 'COUNTY', codes.city, null],
  [codes.street, 'TOWN', codes.county, 'STREET'],
  [codes.town, 'TOWN', codes.county, 'TOWN'],
  [codes.riverside, 'GRASSROOTS', codes.street, 'COMMUNITY'],
  [codes.garden, 'GRASSROOTS', codes.street, 'COMMUNITY'],
  [codes.united, 'GRASSROOTS', codes.street, 'COMMUNITY'],
  [codes.northVillage, 'GRASSROOTS', codes.town, 'VILLAGE'],
  [codes.southVillage, 'GRASSROOTS', codes.town, 'VILLAGE'],
];

/** Who acts in the tests: a role at an area. */
const at = (account: string, role: Role, area: string) => asActor(account, { role, area });
export const people = {
  /** 街道党工委 */
  street: at('street', 'TS', codes.street),
  /** 镇党委 */
  town: at('town', 'TS', codes.town),
  /** 社区党组织 */
  community: at('community', 'VC', codes.riverside),
  /** 区委组织部 */
  office: at('office', 'CO', codes.county),
  /** 区委政法委 */
  politics: at('politics', 'PL', codes.county),
  /** 民政局 */
  civil: at('civil', 'CA', codes.county),
  /** 住建局 */
  housing: at('housing', 'HO', codes.county),
  /** 网格员 */
  worker: at('worker', 'GW', codes.riverside),
  /** 另一县政法委 */
  stranger: at('stranger', 'PL', codes.otherCounty),
  auditor: at('auditor', 'AUD', codes.city),
  nobody: asActor('nobody'),
} as const;
export type PersonName = keyof typeof people;

const began = '2020-01-01' as CivilDate;

/** The areas alone, as the register of areas has told them. */
export const riverTown: Seed = {
  name: 'river-town',
  on: '2026-06-15' as CivilDate,
  async load(tx: Tx) {
    for (const [code, level, parent, kind] of areas)
      await tx.query(
        `INSERT INTO known_area (code, level, kind, parent_code, valid_from, replaced_by) VALUES ($1, $2, $3, $4, $5, '{}')`,
        [code, level, kind, parent, began],
      );
  },
};

const owned = [
  'staff_training',
  'grid_staff',
  'grid_role',
  'building',
  'quarter',
  'grid_boundary',
  'grid_history',
  'grid',
  'grid_level',
  'community_year',
  'community',
  'known_target',
];

/** Empties what a test wrote and puts the clock back. */
export async function beginAgain(service: TestService): Promise<void> {
  await service.database.pool.query(`TRUNCATE ${owned.join(', ')} CASCADE`);
  await service.database.pool.query(`UPDATE known_area SET valid_to = NULL, replaced_by = '{}'`);
  service.on('2026-06-15' as CivilDate);
  await service.forget();
}

interface GridSeen {
  readonly id: string;
  readonly code: string;
  readonly version: number;
}

/** The grids of a county down to the basic ones: two active and a planned one in 滨河社区, one in 花园社区. */
export async function gridsOf(service: TestService) {
  const define = async (name: string, level: number, areaCode: string, more: object = {}): Promise<GridSeen> =>
    (
      await service.data<{ defineGrid: { grid: GridSeen } }>(
        people.politics,
        `mutation ($input: DefineGridInput!) { defineGrid(input: $input) { grid { id code version } } }`,
        { input: { name, level, areaCode, validFrom: '2025-01-01', ...more } },
      )
    ).defineGrid.grid;
  const county = await define('区网格', 1, codes.county);
  const street = await define('滨河街道网格', 2, codes.street);
  const community = await define('滨河社区网格', 3, codes.riverside);
  const west = await define('滨河西网格', 4, codes.riverside, { households: 400, population: 1050 });
  const east = await define('滨河东网格', 4, codes.riverside, { households: 300, population: 800 });
  const planned = await define('滨河北网格', 4, codes.riverside, { planned: true });
  await define('花园社区网格', 3, codes.garden);
  const garden = await define('花园一网格', 4, codes.garden, { households: 350, population: 900 });
  return { county, street, community, west, east, planned, garden };
}

/** A rectangle near 焦作, counter-clockwise and closed: corners in thousandths of a degree from 113.2 E, 35.2 N. */
export function box(west: number, south: number, east: number, north: number): (readonly [number, number])[] {
  const at = (x: number, y: number) =>
    [Number((113.2 + x / 1000).toFixed(7)), Number((35.2 + y / 1000).toFixed(7))] as const;
  return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)];
}
