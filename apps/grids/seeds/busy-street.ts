import type { Role } from '@jishi/access';
import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';
import { codes, idAt, people as neighbours, riverTown } from './river-town';

export { codes, idAt as idOf };

/** Party organisations: the street's, and those of three units. */
export const orgs = {
  city: idAt(1),
  county: idAt(2),
  street: idAt(3),
  cityManagement: idAt(4),
  water: idAt(5),
  police: idAt(6),
} as const;

/** Units of the county that handle matters; the last two have no Party organisation, one of them a department's code. */
export const units = {
  cityManagement: idAt(101),
  water: idAt(102),
  police: idAt(103),
  market: idAt(104),
  nobody: idAt(105),
  closed: idAt(106),
} as const;

export const grids = { first: idAt(201), second: idAt(202), north: idAt(203), retired: idAt(204) } as const;

const unit = (account: string, organizationId: string) => asActor(account, { role: 'UN', organizationId });
const at = (account: string, role: Role, area: string) => asActor(account, { role, area });
export const people = {
  ...neighbours,
  /** 街道党工委，以组织授权 */
  committee: asActor('committee', { role: 'TS', organizationId: orgs.street }),
  cityManagement: unit('city-management', orgs.cityManagement),
  water: unit('water', orgs.water),
  police: unit('police', orgs.police),
  /** 市场监管局，只有部门和区域 */
  market: at('market', 'MR', codes.county),
  otherStreet: at('other-street', 'TS', codes.town),
  otherCommunity: at('other-community', 'VC', codes.garden),
  cityPolitics: at('city-politics', 'PL', '4108'),
} as const;
export type PersonName = keyof typeof people;

/** A square of about 220 metres around each of these points. */
export const places = {
  first: { longitude: 113.2, latitude: 35.2 },
  second: { longitude: 113.21, latitude: 35.2 },
  nowhere: { longitude: 120, latitude: 30 },
} as const;

const organizations: readonly (readonly [string, string | null, string, string, string])[] = [
  [orgs.city, null, codes.city, 'AREA', codes.city],
  [orgs.county, orgs.city, codes.county, 'AREA', codes.county],
  [orgs.street, orgs.county, codes.street, 'AREA', codes.street],
  [orgs.cityManagement, orgs.county, codes.county, 'UNIT', units.cityManagement],
  [orgs.water, orgs.county, codes.county, 'UNIT', units.water],
  [orgs.police, orgs.street, codes.street, 'UNIT', units.police],
];

async function organizationsOf(tx: Tx): Promise<void> {
  const paths = new Map<string, string[]>();
  for (const [id, superior, area, hostKind, hostId] of organizations) {
    const path = [...(superior ? paths.get(superior)! : []), id];
    paths.set(id, path);
    await tx.query(
      `INSERT INTO known_organization (id, code, kind, status, superior_id, depth, area_code, host_kind, host_id,
         ancestor_1, ancestor_2, ancestor_3, ancestor_4)
       VALUES ($1, $2, 'COMMITTEE', 'ACTIVE', $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        `ORG${id.slice(-3)}`,
        superior,
        path.length,
        area,
        hostKind,
        hostId,
        ...[0, 1, 2, 3].map((level) => path[level]),
      ],
    );
  }
}

async function unitsOf(tx: Tx): Promise<void> {
  const rows: readonly (readonly [string, string | null, string, string])[] = [
    [units.cityManagement, 'CM', codes.county, 'ACTIVE'],
    [units.water, 'WA', codes.county, 'ACTIVE'],
    [units.police, null, codes.street, 'ACTIVE'],
    [units.market, 'MR', codes.county, 'ACTIVE'],
    [units.nobody, null, codes.county, 'ACTIVE'],
    [units.closed, null, codes.county, 'CLOSED'],
  ];
  for (const [id, department, area, status] of rows)
    await tx.query(
      `INSERT INTO known_unit (id, kind, department_code, area_code, status) VALUES ($1, 'ORGAN', $2, $3, $4)`,
      [id, department, area, status],
    );
}

/** A grid as it stands, below the community's; drawn when it has a place. */
async function gridOf(
  tx: Tx,
  id: string,
  areaCode: string,
  serial: string,
  place?: { longitude: number; latitude: number },
) {
  const status = id === grids.retired ? 'RETIRED' : 'ACTIVE';
  const tier = serial === '000' ? 'GRASSROOTS' : 'BASIC';
  const parent = idAt(900 + Number(areaCode.slice(-1)) + (areaCode.startsWith(codes.town) ? 50 : 0));
  await tx.query(
    `INSERT INTO grid (id, code, name, level, tier, setting, parent_id, area_code, status, valid_from, valid_to, boundary_version)
     VALUES ($1, $2, $2, $3, $4, 'URBAN', $5, $6, $7, '2024-01-01', $8, $9)`,
    [
      id,
      `${areaCode}${serial}`,
      tier === 'BASIC' ? 2 : 1,
      tier,
      tier === 'BASIC' ? parent : null,
      areaCode,
      status,
      status === 'ACTIVE' ? null : '2025-01-01',
      place ? 1 : 0,
    ],
  );
  await tx.query(
    `INSERT INTO grid_history (grid_id, valid_from, code, name, level, tier, parent_id, area_code, households, population, status)
     SELECT id, '2024-01-01', code, name, level, tier, parent_id, area_code, 0, 0, status FROM grid WHERE id = $1`,
    [id],
  );
  if (!place) return;
  const { longitude: x, latitude: y } = place;
  const corners = [
    [x - 0.001, y - 0.001],
    [x + 0.001, y - 0.001],
    [x + 0.001, y + 0.001],
    [x - 0.001, y + 0.001],
    [x - 0.001, y - 0.001],
  ];
  await tx.query(
    `INSERT INTO grid_boundary (grid_id, area_code, version, valid_from, geojson, outline, bounds, area_m2)
     VALUES ($1, $2, 1, '2024-01-01', $3, $4, box(point($5, $6), point($7, $8)), 40000)`,
    [
      id,
      areaCode,
      JSON.stringify({ type: 'Polygon', coordinates: [corners] }),
      `(${corners.map(([lon, lat]) => `(${lon},${lat})`).join(',')})`,
      x - 0.001,
      y - 0.001,
      x + 0.001,
      y + 0.001,
    ],
  );
}

const working = (amount: number) => ({ unit: 'WORKING_MINUTES', amount });
const days = (amount: number) => ({ unit: 'WORKING_DAYS', amount });
const natural = (amount: number) => ({ unit: 'NATURAL_HOURS', amount });

/** Limits of an ordinary matter: 30 minutes to accept, 2 days in the community, 4 hours to dispatch, 4 to answer, 8 to resolve. */
export const usualLimits = {
  accept: working(30),
  handle: days(2),
  triage: working(240),
  answer: working(240),
  resolve: working(480),
  feedback: days(3),
};
export const urgentLimits = {
  accept: natural(1),
  handle: natural(4),
  triage: natural(1),
  answer: natural(1),
  resolve: natural(24),
  feedback: natural(24),
};

interface TypeSeed {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly state?: string;
  readonly area?: string;
  readonly ownerUnitId?: string;
  readonly department?: string;
  readonly emergency?: boolean;
}

/** Rubbish is the grid's, a broken road the city management's, a leak an emergency; one type is suspended, one of another county. */
export const types = {
  rubbish: { code: '0301', name: '暴露垃圾', level: 'GRID', department: 'CM' },
  road: { code: '0901', name: '道路破损', level: 'DEPARTMENT', department: 'CM' },
  leak: { code: '0902', name: '供水管道爆裂', level: 'DEPARTMENT', ownerUnitId: units.water, emergency: true },
  noise: { code: '0101', name: '噪声扰民', level: 'STREET', ownerUnitId: units.police },
  suspended: { code: '0501', name: '入户发放宣传品', level: 'GRID', department: 'CM', state: 'SUSPENDED' },
  asked: { code: '0502', name: '代收材料', level: 'GRID', department: 'CM', state: 'REQUESTED' },
  elsewhere: { code: '0401', name: '违法搭建', level: 'COMMUNITY', department: 'CM', area: codes.otherCounty },
  citywide: { code: '0601', name: '独居老人求助', level: 'COMMUNITY', department: 'CM', area: codes.city },
} as const satisfies Record<string, TypeSeed>;

async function typeOf(tx: Tx, { code, name, level, state = 'ADMITTED', area = codes.county, ...more }: TypeSeed) {
  await tx.query(
    `INSERT INTO matter_type (code, area_code, edition, state, state_on) VALUES ($1, $2, 1, $3, '2024-01-01')`,
    [code, area, state],
  );
  await tx.query(
    `INSERT INTO matter_type_edition (code, edition, name, legal_basis, grid_duty, level, owner_unit_id, owner_department_code,
       emergency, limits, admitted_on) VALUES ($1, 1, $2, '城市管理办法', 'FIND', $3, $4, $5, $6, $7, '2024-01-01')`,
    [
      code,
      name,
      level,
      more.ownerUnitId ?? null,
      more.department ?? null,
      more.emergency ?? false,
      JSON.stringify(more.emergency ? urgentLimits : usualLimits),
    ],
  );
}

/** A street with two communities and their grids, the units that handle its matters, and the list of what may be given to grids. */
export const busyStreet: Seed = {
  name: 'busy-street',
  on: '2026-06-15' as CivilDate,
  async load(tx: Tx) {
    await riverTown.load(tx);
    await organizationsOf(tx);
    await unitsOf(tx);
    await gridOf(tx, idAt(901), codes.riverside, '000');
    await gridOf(tx, idAt(902), codes.garden, '000');
    await gridOf(tx, grids.first, codes.riverside, '001', places.first);
    await gridOf(tx, grids.second, codes.garden, '001', places.second);
    await gridOf(tx, grids.retired, codes.riverside, '002');
    for (const type of Object.values<TypeSeed>(types)) await typeOf(tx, type);
  },
};

/** Empties what a test wrote about matters and puts the clock back. */
export async function quietAgain(service: TestService): Promise<void> {
  await service.database.pool.query(
    'TRUNCATE matter_action, matter_step, matter_leg, matter, matter_book, office_day, office_hours, admission_request, idempotent_command CASCADE',
  );
  await service.database.pool.query(`DELETE FROM matter_type_edition WHERE code <> ALL($1) OR edition > 1`, [
    Object.values(types).map(({ code }) => code),
  ]);
  await service.database.pool.query(`DELETE FROM matter_type WHERE code <> ALL($1)`, [
    Object.values(types).map(({ code }) => code),
  ]);
  for (const type of Object.values<TypeSeed>(types))
    await service.database.pool.query(
      `UPDATE matter_type SET state = $2, edition = 1, version = 1, state_reason = NULL WHERE code = $1`,
      [type.code, type.state ?? 'ADMITTED'],
    );
  service.on('2026-06-15' as CivilDate);
  await service.forget();
}
