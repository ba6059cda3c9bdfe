import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';

/** Readable ids: the last digits count. */
export const idAt = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A county with two towns; in the east town three villages and a community, in the west town one village. */
export const codes = {
  city: '410800',
  county: '410823',
  east: '410823100',
  west: '410823101',
  dazhuang: '410823100200',
  xiaozhuang: '410823100201',
  wangzhuang: '410823100202',
  community: '410823100001',
  liuzhuang: '410823101200',
  outside: '410825100200',
} as const;

export const orgs = {
  city: idAt(1),
  county: idAt(2),
  organs: idAt(3),
  archive: idAt(4),
  archiveBranch: idAt(5),
  east: idAt(10),
  dazhuang: idAt(11),
  dazhuangFirst: idAt(12),
  dazhuangSecond: idAt(13),
  xiaozhuang: idAt(14),
  west: idAt(20),
  liuzhuang: idAt(21),
} as const;

export const units = { archive: idAt(900), bureau: idAt(901), closed: idAt(902) } as const;

/** Members by their persons: the first two in 大庄's first branch, the third in its second, the fourth in 小庄, the fifth at the archive. */
export const persons = {
  chen: idAt(501),
  li: idAt(502),
  zhao: idAt(503),
  sun: idAt(504),
  zhou: idAt(505),
  wu: idAt(506),
  villager: idAt(507),
} as const;
export const memberOf = (person: string): string => person.replace('0000000005', '0000000006');

const areas: readonly [string, string, string | null, string | null][] = [
  [codes.city, 'CITY', null, null],
  [codes.county, 'COUNTY', null, codes.city],
  ['410825', 'COUNTY', null, codes.city],
  [codes.east, 'TOWN', 'TOWN', codes.county],
  [codes.west, 'TOWN', 'TOWN', codes.county],
  ['410825100', 'TOWN', 'TOWN', '410825'],
  [codes.dazhuang, 'GRASSROOTS', 'VILLAGE', codes.east],
  [codes.xiaozhuang, 'GRASSROOTS', 'VILLAGE', codes.east],
  [codes.wangzhuang, 'GRASSROOTS', 'VILLAGE', codes.east],
  [codes.community, 'GRASSROOTS', 'COMMUNITY', codes.east],
  [codes.liuzhuang, 'GRASSROOTS', 'VILLAGE', codes.west],
  [codes.outside, 'GRASSROOTS', 'VILLAGE', '410825100'],
];

type Organization = readonly [keyof typeof orgs, readonly (keyof typeof orgs)[], string, string, string, string];
const tree: readonly Organization[] = [
  ['city', [], 'COMMITTEE', 'AREA', codes.city, codes.city],
  ['county', ['city'], 'COMMITTEE', 'AREA', codes.county, codes.county],
  ['organs', ['city', 'county'], 'WORK_COMMITTEE', 'UNIT', idAt(990), codes.county],
  ['archive', ['city', 'county', 'organs'], 'GENERAL_BRANCH', 'UNIT', units.archive, codes.county],
  ['archiveBranch', ['city', 'county', 'organs', 'archive'], 'BRANCH', 'UNIT', units.archive, codes.county],
  ['east', ['city', 'county'], 'COMMITTEE', 'AREA', codes.east, codes.east],
  ['dazhuang', ['city', 'county', 'east'], 'GENERAL_BRANCH', 'VILLAGE', codes.dazhuang, codes.dazhuang],
  ['dazhuangFirst', ['city', 'county', 'east', 'dazhuang'], 'BRANCH', 'VILLAGE', codes.dazhuang, codes.dazhuang],
  ['dazhuangSecond', ['city', 'county', 'east', 'dazhuang'], 'BRANCH', 'VILLAGE', codes.dazhuang, codes.dazhuang],
  ['xiaozhuang', ['city', 'county', 'east'], 'BRANCH', 'VILLAGE', codes.xiaozhuang, codes.xiaozhuang],
  ['west', ['city', 'county'], 'COMMITTEE', 'AREA', codes.west, codes.west],
  ['liuzhuang', ['city', 'county', 'west'], 'BRANCH', 'VILLAGE', codes.liuzhuang, codes.liuzhuang],
];

const members: readonly [string, string, string][] = [
  [persons.chen, orgs.dazhuangFirst, 'FULL'],
  [persons.li, orgs.dazhuangFirst, 'FULL'],
  [persons.zhao, orgs.dazhuangSecond, 'FULL'],
  [persons.sun, orgs.xiaozhuang, 'PROBATIONARY'],
  [persons.zhou, orgs.archiveBranch, 'FULL'],
  [persons.wu, orgs.archiveBranch, 'FULL'],
];

/** What the other services have told villages by 15 June 2026, and the villages themselves. */
export const villageWork: Seed = {
  name: 'village-work',
  on: '2026-06-15' as CivilDate,
  async load(tx) {
    for (const [code, level, kind, parent] of areas)
      await tx.query(
        `INSERT INTO known_area (code, level, kind, parent_code, valid_from) VALUES ($1, $2, $3, $4, '2010-01-01')`,
        [code, level, kind, parent],
      );
    for (const code of [codes.dazhuang, codes.xiaozhuang, codes.wangzhuang, codes.liuzhuang, codes.outside])
      await tx.query(`INSERT INTO village (area_code, valid_from) VALUES ($1, '2010-01-01')`, [code]);
    for (const one of tree) await organization(tx, one);
    for (const [id, status] of [
      [units.archive, 'ACTIVE'],
      [units.bureau, 'ACTIVE'],
      [units.closed, 'CLOSED'],
    ])
      await tx.query(`INSERT INTO known_unit (id, kind, area_code, status) VALUES ($1, 'ORGAN', $2, $3)`, [
        id,
        codes.county,
        status,
      ]);
    for (const [person, org, status] of members)
      await tx.query(
        `INSERT INTO known_member (id, person_id, org_id, status, member_class) VALUES ($1, $2, $3, $4, 'RURAL')`,
        [memberOf(person), person, org, status],
      );
  },
};

async function organization(tx: Tx, [name, above, kind, hostKind, hostId, area]: Organization): Promise<void> {
  const path = [...above, name].map((one) => orgs[one]);
  await tx.query(
    `INSERT INTO known_organization (id, code, kind, board, set_up_way, status, superior_id, depth, ancestor_1, ancestor_2,
       ancestor_3, ancestor_4, ancestor_5, host_kind, host_id, area_code, established_on)
     VALUES ($1, $2, $3, 'VILLAGES_COMMUNITIES', 'SINGLE', 'ACTIVE', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '2010-01-01')`,
    [
      orgs[name],
      name,
      kind,
      path.at(-2) ?? null,
      path.length,
      ...Array.from({ length: 5 }, (_, index) => path[index] ?? null),
      hostKind,
      hostId,
      area,
    ],
  );
}

/** Everybody who may or may not do something: by an area, or by the organisation that stands for it or sends. */
export const people = {
  city: asActor('city', { role: 'CO', area: '4108' }),
  county: asActor('county', { role: 'CO', organizationId: orgs.county }),
  town: asActor('town', { role: 'TS', organizationId: orgs.east }),
  otherTown: asActor('other-town', { role: 'TS', area: codes.west }),
  village: asActor('village', { role: 'VC', area: codes.dazhuang }),
  otherVillage: asActor('other-village', { role: 'VC', area: codes.xiaozhuang }),
  agriculture: asActor('agriculture', { role: 'AG', area: codes.county }),
  archive: asActor('archive', { role: 'UN', organizationId: orgs.archive }),
  otherCounty: asActor('other-county', { role: 'CO', area: '410825' }),
  branch: asActor('branch', { role: 'BR', organizationId: orgs.dazhuangFirst }),
  nobody: asActor('nobody'),
  auditor: asActor('auditor', { role: 'AUD', organizationId: orgs.city }),
} as const;
export type Person = keyof typeof people;

/** Empties what the slices have written and goes back to the first day, for tests that share a service. */
export async function beginAgain(service: TestService, ...tables: readonly string[]): Promise<void> {
  service.on('2026-06-15');
  await service.database.pool.query(
    `UPDATE known_area SET valid_to = NULL, replaced_by = '{}' WHERE valid_to IS NOT NULL;
     UPDATE village SET status = 'ACTIVE', merged_on = NULL, replaced_by = '{}' WHERE status = 'MERGED'`,
  );
  await service.database.pool.query(`TRUNCATE ${tables.join(', ')} CASCADE`);
  await service.forget();
}
