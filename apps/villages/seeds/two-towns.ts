import type { Actor, Grant, Role } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { creditCodeFrom } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';

/** Readable ids: the last digits count. */
export const idAt = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A county with two towns: four villages and a community in the east, one village in the west; and a village of another county. */
export const codes = {
  city: '410800',
  county: '410823',
  east: '410823100',
  west: '410823101',
  dazhuang: '410823100200',
  xiaozhuang: '410823100201',
  zhaozhuang: '410823100202',
  qianzhuang: '410823100203',
  community: '410823100001',
  liuzhuang: '410823101200',
  /** In use, and not recorded as a village yet. */
  newVillage: '410823101201',
  otherCounty: '410825',
  otherTown: '410825100',
  farVillage: '410825100200',
} as const;

/** The committee of the town, of a village, and that village's branch. */
export const orgs = { county: idAt(2), east: idAt(10), dazhuang: idAt(11) } as const;

/** Cooperatives whose dividends the villages book. */
export const cooperatives = { dazhuang: idAt(500), xiaozhuang: idAt(501) } as const;

const founded = '2015-01-01' as CivilDate;
const areas: readonly [string, string, string | null, string | null][] = [
  [codes.city, 'CITY', null, null],
  [codes.county, 'COUNTY', null, codes.city],
  [codes.otherCounty, 'COUNTY', null, codes.city],
  [codes.east, 'TOWN', 'TOWN', codes.county],
  [codes.west, 'TOWN', 'TOWN', codes.county],
  [codes.otherTown, 'TOWN', 'TOWN', codes.otherCounty],
  ...[codes.dazhuang, codes.xiaozhuang, codes.zhaozhuang, codes.qianzhuang].map(
    (code) => [code, 'GRASSROOTS', 'VILLAGE', codes.east] as [string, string, string, string],
  ),
  [codes.community, 'GRASSROOTS', 'COMMUNITY', codes.east],
  [codes.liuzhuang, 'GRASSROOTS', 'VILLAGE', codes.west],
  [codes.newVillage, 'GRASSROOTS', 'VILLAGE', codes.west],
  [codes.farVillage, 'GRASSROOTS', 'VILLAGE', codes.otherTown],
];
export const villageCodes = [
  codes.dazhuang,
  codes.xiaozhuang,
  codes.zhaozhuang,
  codes.qianzhuang,
  codes.liuzhuang,
  codes.farVillage,
] as const;

/** A credit code of a collective economic organisation of a village, with sound check digits. */
export const economicOrgCode = (number: number): string =>
  creditCodeFrom('N', '2', codes.county, String(number).padStart(8, '0'));

async function addOrganization(
  tx: Tx,
  id: string,
  path: readonly string[],
  kind: string,
  host: readonly [string, string],
) {
  await tx.query(
    `INSERT INTO known_organization (id, code, kind, board, status, set_up_way, superior_id, depth, area_code, host_kind, host_id,
       ancestor_1, ancestor_2, ancestor_3)
     VALUES ($1, $2, $3, 'VILLAGES_COMMUNITIES', 'ACTIVE', 'SINGLE', $4, $5, $6, $7, $6, $8, $9, $10)`,
    [
      id,
      `ORG${id.slice(-3)}`,
      kind,
      path.at(-2) ?? null,
      path.length,
      host[1],
      host[0],
      path[0] ?? null,
      path[1] ?? null,
      path[2] ?? null,
    ],
  );
}

export const twoTowns: Seed = {
  name: 'two-towns',
  on: '2026-02-10' as CivilDate,
  async load(tx) {
    for (const [code, level, kind, parent] of areas)
      await tx.query(
        `INSERT INTO known_area (code, level, kind, parent_code, valid_from) VALUES ($1, $2, $3, $4, $5)`,
        [code, level, kind, parent, founded],
      );
    await addOrganization(tx, orgs.county, [orgs.county], 'COMMITTEE', ['AREA', codes.county]);
    await addOrganization(tx, orgs.east, [orgs.county, orgs.east], 'COMMITTEE', ['AREA', codes.east]);
    await addOrganization(tx, orgs.dazhuang, [orgs.county, orgs.east, orgs.dazhuang], 'BRANCH', [
      'VILLAGE',
      codes.dazhuang,
    ]);
    for (const [index, code] of villageCodes.entries())
      await tx.query(
        `INSERT INTO village (area_code, households, population, farmland, leading_trade, valid_from)
         VALUES ($1, $2, $3, $4, '小麦', $5)`,
        [code, 100 + index * 10, 400 + index * 40, 1000 + index * 100, founded],
      );
    for (const [id, code] of [
      [cooperatives.dazhuang, codes.dazhuang],
      [cooperatives.xiaozhuang, codes.xiaozhuang],
    ])
      await tx.query(
        `INSERT INTO cooperative (id, area_code, name, kind, member_count, farmer_count, collective_stake, state)
         VALUES ($1, $2, '种植专业合作社', 'FARMER_COOP', 10, 10, 2000, 'PLANNED')`,
        [id, code],
      );
  },
};

/** Every table of the service that a test may write, children first. */
const tables = [
  'village_class',
  'classification_clock',
  'annual_income_step',
  'income_entry',
  'annual_income',
  'model_village',
  'village_year',
  'cooperative',
  'village',
  'known_target',
  'known_area',
];
const restoring = new WeakMap<TestService, string>();

/** Brings a service of the seed back to its beginning, in one statement: much faster than a new database for every test. */
export async function beginAgain(service: TestService): Promise<void> {
  const { pool } = service.database;
  if (!restoring.has(service)) {
    const { rows } = await pool.query<{ table: string; columns: string }>(
      `SELECT table_name AS table, string_agg(quote_ident(column_name), ', ') AS columns FROM information_schema.columns
       WHERE table_name = ANY($1) AND table_schema = current_schema() AND is_generated = 'NEVER' GROUP BY table_name`,
      [tables],
    );
    const columnsOf = new Map(rows.map(({ table, columns }) => [table, columns]));
    await pool.query(
      ['CREATE SCHEMA beginning', ...tables.map((table) => `CREATE TABLE beginning.${table} AS TABLE ${table}`)].join(
        ';',
      ),
    );
    const copied = tables
      .toReversed()
      .map(
        (table) =>
          `INSERT INTO ${table} (${columnsOf.get(table)}) SELECT ${columnsOf.get(table)} FROM beginning.${table}`,
      );
    restoring.set(service, [`TRUNCATE ${tables.join(', ')} CASCADE`, ...copied].join(';'));
  }
  service.on(twoTowns.on);
  await pool.query(restoring.get(service)!);
  await service.forget();
}

const at = (role: Role, area: string): Grant => ({ role, area });

/** The people of the specs, by post. `stranger` holds the same post as `ts` in the other town. */
export const people = {
  co: asActor('county-organisation-department', at('CO', codes.county)),
  ag: asActor('county-agriculture', at('AG', codes.county)),
  secondAg: asActor('county-agriculture-second', at('AG', codes.county)),
  otherAg: asActor('other-county-agriculture', at('AG', codes.otherCounty)),
  ts: asActor('east-town', at('TS', codes.east)),
  tsHead: asActor('east-town-head', { role: 'TS', organizationId: orgs.east }),
  vc: asActor('dazhuang-secretary', { role: 'VC', organizationId: orgs.dazhuang }),
  vcNext: asActor('xiaozhuang-secretary', at('VC', codes.xiaozhuang)),
  /** Keepers of books of every village of the county: an author and a town's accountant. */
  ag0: asActor('county-bookkeeper', at('VC', codes.county)),
  ts0: asActor('county-accountant', at('TS', codes.county)),
  stranger: asActor('west-town', at('TS', codes.west)),
  un: asActor('sending-unit', at('UN', codes.county)),
  br: asActor('dazhuang-branch', at('BR', codes.dazhuang)),
  auditor: asActor('auditor', { role: 'AUD', area: codes.county }),
  nobody: asActor('nobody'),
} as const satisfies Record<string, Actor>;
export type PersonName = keyof typeof people;
