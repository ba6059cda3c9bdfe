import type { Grant } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { creditCodeFrom } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import { asActor, type Seed } from '@jishi/testing';
import { NonPublicEntity } from '../src/entities';

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A county with two towns, one of which has a village and a community, and a town of another county. */
export const areas = {
  city: '410800',
  county: '410811',
  east: '410811101',
  eastVillage: '410811101201',
  eastCommunity: '410811101001',
  west: '410811102',
  westCommunity: '410811102001',
  otherCounty: '410822',
  otherTown: '410822101',
} as const;

export const orgs = {
  city: id(1),
  county: id(2),
  east: id(3),
  west: id(4),
  eastVillage: id(5),
  other: id(6),
} as const;

export const firms = {
  software: id(101),
  courier: id(102),
  shop: id(103),
  west: id(104),
  school: id(105),
  far: id(106),
} as const;

/** Ids of persons; their names belong to the service members. */
export const persons = { wang: id(201), li: id(202), zhao: id(203) } as const;

/** A credit code that is valid: `no` tells one body from another. */
export const codeOf = (no: number, authority: '9' | '5' = '9', category = authority === '9' ? '1' : '2'): string =>
  creditCodeFrom(authority, category, '410811', `MA${String(no).padStart(6, '0')}`);

const grant = (role: Grant['role'], area: string): Grant => ({ role, area });

export const actors = {
  marketCounty: asActor('county-market', grant('MR', areas.county)),
  civilCounty: asActor('county-civil-affairs', grant('CA', areas.county)),
  twoNewCounty: asActor('county-two-new', grant('TN', areas.county)),
  countyOrg: asActor('county-org', { role: 'CO', organizationId: orgs.county }),
  cityOrg: asActor('city-org', grant('CO', '4108')),
  townEast: asActor('town-east', { role: 'TS', organizationId: orgs.east }),
  townWest: asActor('town-west', grant('TS', areas.west)),
  village: asActor('village-secretary', grant('VC', areas.eastVillage)),
  branch: asActor('branch-secretary', { role: 'BR', organizationId: orgs.eastVillage }),
  instructor: asActor('enterprise-instructor', grant('IN', areas.east)),
  stranger: asActor('other-town', grant('TS', areas.otherTown)),
  nobody: asActor('nobody'),
  auditor: asActor('auditor', { role: 'AUD', organizationId: orgs.city }),
} as const;

/** Five entities of the county and one of another: a software firm, a courier firm and a shop in the east, a firm and a school in the west. */
export const twoTowns: Seed = {
  name: 'two towns of firms',
  on: '2026-06-15' as CivilDate,
  async load(tx) {
    for (const [code, level, kind] of [
      [areas.city, 'CITY', null],
      [areas.county, 'COUNTY', null],
      [areas.otherCounty, 'COUNTY', null],
      [areas.east, 'TOWN', 'TOWN'],
      [areas.west, 'TOWN', 'TOWN'],
      [areas.otherTown, 'TOWN', 'TOWN'],
      [areas.eastVillage, 'GRASSROOTS', 'VILLAGE'],
      [areas.eastCommunity, 'GRASSROOTS', 'COMMUNITY'],
      [areas.westCommunity, 'GRASSROOTS', 'COMMUNITY'],
    ] as const)
      await tx.query(`INSERT INTO known_area (code, level, kind, valid_from) VALUES ($1, $2, $3, '2015-01-01')`, [
        code,
        level,
        kind,
      ]);
    for (const [orgId, superior, depth, area, path] of [
      [orgs.city, null, 1, areas.city, [orgs.city]],
      [orgs.county, orgs.city, 2, areas.county, [orgs.city, orgs.county]],
      [orgs.east, orgs.county, 3, areas.east, [orgs.city, orgs.county, orgs.east]],
      [orgs.west, orgs.county, 3, areas.west, [orgs.city, orgs.county, orgs.west]],
      [orgs.eastVillage, orgs.east, 4, areas.eastVillage, [orgs.city, orgs.county, orgs.east, orgs.eastVillage]],
    ] as const)
      await tx.query(
        `INSERT INTO known_organization (id, code, kind, status, superior_id, depth, ancestor_1, ancestor_2, ancestor_3, ancestor_4,
           host_kind, host_id, area_code, established_on)
         VALUES ($1::uuid, 'ORG' || right($1::text, 3), 'COMMITTEE', 'ACTIVE', $2, $3, $4, $5, $6, $7, 'AREA', $8, $8, '2015-07-01')`,
        [orgId, superior, depth, path[0], path[1] ?? null, path[2] ?? null, path[3] ?? null, area],
      );
    for (const [entityId, no, name, more] of [
      [firms.software, 1, '东镇软件有限公司', { areaCode: areas.eastCommunity, tradeCode: 'I651', employees: 103 }],
      [firms.courier, 2, '东镇快递服务部', { areaCode: areas.eastCommunity, formTags: ['COURIER'], employees: 20 }],
      [firms.shop, 3, '小庄百货店', { areaCode: areas.eastVillage, kind: 'SOLE_TRADER', employees: 2 }],
      [firms.west, 4, '西镇机械有限公司', { areaCode: areas.westCommunity, tradeCode: 'C34', employees: 60 }],
      [firms.school, 5, '西镇育才学校', { areaCode: areas.westCommunity, kind: 'PRIVATE_SCHOOL', registrar: 'CA' }],
      [firms.far, 6, '远方贸易公司', { areaCode: areas.otherTown }],
    ] as const)
      await firm(tx, entityId, no, name, more as Partial<NonPublicEntity>);
  },
};

/** An entity as the registrar would have recorded it, without telling anybody. */
export const firm = (tx: Tx, entityId: string, no: number, name: string, more: Partial<NonPublicEntity> = {}) =>
  tx.insert(NonPublicEntity, {
    id: entityId,
    registrar: 'MR',
    kind: 'COMPANY',
    name,
    uscc: codeOf(no, more.registrar === 'CA' ? '5' : '9'),
    areaCode: areas.eastCommunity,
    employees: 0,
    operating: 'OPEN',
    registeredOn: '2020-01-01' as CivilDate,
    formTags: [],
    ...more,
  });
