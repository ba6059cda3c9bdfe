import type { Actor, Grant, Role } from '@jishi/access';
import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';
import { Area, type AreaKind, type AreaLevel } from '../src/areas';
import { addOrganization, PartyOrganization, type Board, type HostKind, type OrganizationKind } from '../src/register';

/** Readable ids: the last digits count. */
export const idAt = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A county with two towns, three villages, a community and a unit; everything founded on 1 January 2020. */
export const orgs = {
  city: idAt(1),
  county: idAt(2),
  organs: idAt(3),
  office: idAt(4),
  east: idAt(10),
  dazhuang: idAt(11),
  dazhuangFirst: idAt(12),
  dazhuangSecond: idAt(13),
  dazhuangGroup: idAt(14),
  xiaozhuang: idAt(15),
  community: idAt(16),
  west: idAt(20),
  liuzhuang: idAt(21),
} as const;
export type OrgName = keyof typeof orgs;

export const codes = {
  city: '410800',
  county: '410823',
  east: '410823100',
  west: '410823101',
  dazhuang: '410823100200',
  xiaozhuang: '410823100201',
  community: '410823100001',
  liuzhuang: '410823101200',
} as const;

const founded = '2020-01-01' as CivilDate;

const areas: readonly [string, string, AreaLevel, string | null, AreaKind | null][] = [
  [codes.city, '焦作市', 'CITY', null, null],
  [codes.county, '武陟县', 'COUNTY', codes.city, null],
  [codes.east, '东镇', 'TOWN', codes.county, 'TOWN'],
  [codes.west, '西镇', 'TOWN', codes.county, 'TOWN'],
  [codes.dazhuang, '大庄村', 'GRASSROOTS', codes.east, 'VILLAGE'],
  [codes.xiaozhuang, '小庄村', 'GRASSROOTS', codes.east, 'VILLAGE'],
  [codes.community, '东关社区', 'GRASSROOTS', codes.east, 'COMMUNITY'],
  [codes.liuzhuang, '刘庄村', 'GRASSROOTS', codes.west, 'VILLAGE'],
];

type Row = readonly [OrgName, OrgName | null, OrganizationKind, string, Board, HostKind, string, string];
const tree: readonly Row[] = [
  ['city', null, 'COMMITTEE', '中共焦作市委', 'ORGANS', 'AREA', codes.city, codes.city],
  ['county', 'city', 'COMMITTEE', '中共武陟县委', 'ORGANS', 'AREA', codes.county, codes.county],
  ['organs', 'county', 'WORK_COMMITTEE', '县直机关工委', 'ORGANS', 'AREA', codes.county, codes.county],
  ['office', 'organs', 'BRANCH', '县档案馆党支部', 'ORGANS', 'UNIT', idAt(900), codes.county],
  ['east', 'county', 'COMMITTEE', '东镇党委', 'VILLAGES_COMMUNITIES', 'AREA', codes.east, codes.east],
  [
    'dazhuang',
    'east',
    'GENERAL_BRANCH',
    '大庄村党总支',
    'VILLAGES_COMMUNITIES',
    'VILLAGE',
    codes.dazhuang,
    codes.dazhuang,
  ],
  [
    'dazhuangFirst',
    'dazhuang',
    'BRANCH',
    '大庄村第一党支部',
    'VILLAGES_COMMUNITIES',
    'VILLAGE',
    codes.dazhuang,
    codes.dazhuang,
  ],
  [
    'dazhuangSecond',
    'dazhuang',
    'BRANCH',
    '大庄村第二党支部',
    'VILLAGES_COMMUNITIES',
    'VILLAGE',
    codes.dazhuang,
    codes.dazhuang,
  ],
  [
    'dazhuangGroup',
    'dazhuangFirst',
    'GROUP',
    '大庄村第一党小组',
    'VILLAGES_COMMUNITIES',
    'VILLAGE',
    codes.dazhuang,
    codes.dazhuang,
  ],
  [
    'xiaozhuang',
    'east',
    'BRANCH',
    '小庄村党支部',
    'VILLAGES_COMMUNITIES',
    'VILLAGE',
    codes.xiaozhuang,
    codes.xiaozhuang,
  ],
  [
    'community',
    'east',
    'BRANCH',
    '东关社区党支部',
    'VILLAGES_COMMUNITIES',
    'COMMUNITY',
    codes.community,
    codes.community,
  ],
  ['west', 'county', 'COMMITTEE', '西镇党委', 'VILLAGES_COMMUNITIES', 'AREA', codes.west, codes.west],
  ['liuzhuang', 'west', 'BRANCH', '刘庄村党支部', 'VILLAGES_COMMUNITIES', 'VILLAGE', codes.liuzhuang, codes.liuzhuang],
];

/** The code that an organisation of the seed has. */
export const codeOf = (name: OrgName): string => `O-${orgs[name].slice(-4)}`;

export const twoTowns: Seed = {
  name: 'two-towns',
  on: '2026-06-15' as CivilDate,
  async load(tx: Tx) {
    for (const [code, name, level, parentCode, kind] of areas)
      await tx.insert(Area, { code, name, level, parentCode, kind, validFrom: founded });
    const rows = new Map<OrgName, PartyOrganization>();
    for (const [name, superior, kind, title, board, hostKind, hostId, areaCode] of tree) {
      const facts = {
        id: orgs[name],
        code: codeOf(name),
        name: title,
        kind,
        board,
        setUpWay: 'SINGLE' as const,
        flags: [],
        hostKind,
        hostId,
        areaCode,
        establishedOn: founded,
        approvalDocument: null,
        status: 'ACTIVE' as const,
      };
      rows.set(name, await addOrganization(tx, superior ? rows.get(superior)! : null, facts, founded, null));
    }
  },
};

const tables = [
  'indicator_target',
  'supervision_sample',
  'village_last_judged',
  'post',
  'term',
  'leading_body',
  'setting_issue',
  'known_roster',
  'organization_change',
  'organization_joint_host',
  'party_organization_history',
  'party_organization',
  'public_unit',
  'area',
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
    restoring.set(
      service,
      [
        ...tables.map((table) => `DELETE FROM ${table}`),
        ...tables
          .toReversed()
          .map(
            (table) =>
              `INSERT INTO ${table} (${columnsOf.get(table)}) SELECT ${columnsOf.get(table)} FROM beginning.${table}`,
          ),
      ].join(';'),
    );
  }
  service.on(twoTowns.on);
  await pool.query(restoring.get(service)!);
  await service.forget();
}

const at = (role: Role, name: OrgName): Grant => ({ role, organizationId: orgs[name] });

/** The people of the specs, by post. `stranger` holds the same post as `ts` in the other town. */
export const people = {
  co: asActor('county-organisation-department', at('CO', 'county')),
  cityCo: asActor('city-organisation-department', at('CO', 'city')),
  wc: asActor('organs-work-committee', at('WC', 'organs')),
  ts: asActor('east-town', at('TS', 'east')),
  tsByArea: asActor('east-town-by-area', { role: 'TS', area: codes.east }),
  vc: asActor('dazhuang-secretary', at('VC', 'dazhuang')),
  br: asActor('dazhuang-first-secretary', at('BR', 'dazhuangFirst')),
  stranger: asActor('west-town', at('TS', 'west')),
  strangeCo: asActor('organs-department', at('CO', 'organs')),
  auditor: asActor('auditor', { role: 'AUD', organizationId: orgs.city }),
  nobody: asActor('nobody'),
} as const satisfies Record<string, Actor>;
