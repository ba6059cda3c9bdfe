/**
 * One fact on both sides: each statement gives `key` and `facts` as text, one row per fact. What the owner says is so; what the
 * copy says follows from events alone.
 */
export interface Comparison {
  readonly zh: string;
  readonly en: string;
  readonly owner: Side;
  readonly copy: Side;
}
export interface Side {
  readonly service: string;
  readonly sql: string;
}

const ancestors = Array.from({ length: 7 }, (_, at) => `ancestor_${at + 1}`).join(', ');
const facts = (...columns: readonly string[]): string =>
  `concat_ws('|', ${columns.map((column) => `coalesce((${column})::text, '-')`).join(', ')})`;

const tree = (table: string): string => `
  SELECT id::text AS key, ${facts('code', 'kind', 'board', 'set_up_way', 'status', 'superior_id', 'depth', `ARRAY[${ancestors}]`, 'area_code', 'host_kind', 'host_id', 'closed_on', 'merged_into_id')} AS facts
  FROM ${table}`;

/** Where every organisation stood on the first days of this year and of the last ones. */
const treeOfOldDays = (table: string): string => `
  SELECT h.org_id || ' ' || day AS key, ${facts('h.kind', 'h.status', 'h.superior_id', 'h.area_code')} AS facts
  FROM ${table} h, (SELECT (date_trunc('year', now()) - make_interval(years => back))::date AS day FROM generate_series(0, 2) back) days
  WHERE h.valid_from <= day AND (h.valid_to IS NULL OR h.valid_to > day)`;

const copiesOf = (services: readonly string[], one: (service: string) => Comparison): Comparison[] => services.map(one);

const organizations = (sql: string): Side => ({ service: 'organizations', sql });
const followers = ['members', 'villages', 'grids', 'enterprises'] as const;

/** Everything that one service knows of another's facts. */
export const comparisons: readonly Comparison[] = [
  ...copiesOf(followers, (service) => ({
    zh: `${service}所知的党组织`,
    en: `organisations as ${service} knows them`,
    owner: organizations(tree('party_organization')),
    copy: { service, sql: tree('known_organization') },
  })),
  ...copiesOf(followers, (service) => ({
    zh: `${service}所知的党组织沿革`,
    en: `organisations of past days as ${service} knows them`,
    owner: organizations(treeOfOldDays('party_organization_history')),
    copy: { service, sql: treeOfOldDays('known_organization_history') },
  })),
  ...copiesOf(['villages', 'grids', 'enterprises'], (service) => ({
    zh: `${service}所知的行政区划`,
    en: `areas as ${service} knows them`,
    owner: organizations(
      `SELECT code AS key, ${facts('level', 'kind', 'parent_code', 'valid_from', 'valid_to', 'replaced_by')} AS facts FROM area`,
    ),
    copy: {
      service,
      sql: `SELECT code AS key, ${facts('level', 'kind', 'parent_code', 'valid_from', 'valid_to', 'replaced_by')} AS facts FROM known_area`,
    },
  })),
  ...copiesOf(['villages', 'grids', 'enterprises'], (service) => ({
    zh: `${service}所知的指标目标`,
    en: `targets as ${service} knows them`,
    owner: organizations(
      `SELECT id::text AS key, ${facts('key', 'area_code', 'profile', 'comparator', 'value::float8', 'unit', 'parameters::jsonb', 'due_on', 'valid_from', 'valid_to')} AS facts FROM indicator_target`,
    ),
    copy: {
      service,
      sql: `SELECT id::text AS key, ${facts('key', 'area_code', 'profile', 'comparator', 'value::float8', 'unit', 'parameters', 'due_on', 'valid_from', 'valid_to')} AS facts FROM known_target`,
    },
  })),
  ...copiesOf(['villages', 'grids'], (service) => ({
    zh: `${service}所知的单位`,
    en: `public units as ${service} knows them`,
    owner: organizations(
      `SELECT id::text AS key, ${facts('kind', 'department_code', 'area_code', 'status')} AS facts FROM public_unit`,
    ),
    copy: {
      service,
      sql: `SELECT id::text AS key, ${facts('kind', 'department_code', 'area_code', 'status')} AS facts FROM known_unit`,
    },
  })),
  ...copiesOf(['villages', 'enterprises'], (service) => ({
    zh: `${service}所知的党员`,
    en: `members as ${service} knows them`,
    owner: {
      service: 'members',
      sql: `SELECT m.id::text AS key, ${facts('m.person_id', 'm.org_id', 'm.status', 'm.member_class', 'p.work_host_kind', 'p.work_host_id')} AS facts
            FROM member m JOIN person p ON p.id = m.person_id`,
    },
    copy: {
      service,
      sql: `SELECT id::text AS key, ${facts('person_id', 'org_id', 'status', 'member_class', 'work_host_kind', 'work_host_id')} AS facts FROM known_member`,
    },
  })),
  {
    zh: 'organizations所知的支部人数',
    en: 'numbers of branches as organizations knows them',
    owner: {
      service: 'members',
      sql: `SELECT org_id::text AS key, ${facts(`count(*) FILTER (WHERE status = 'FULL')`, 'count(*)')} AS facts
            FROM member WHERE status IN ('FULL', 'PROBATIONARY') GROUP BY org_id`,
    },
    copy: organizations(
      `SELECT org_id::text AS key, ${facts('full_members', 'total')} AS facts FROM known_roster WHERE total > 0`,
    ),
  },
  {
    zh: 'enterprises统计的在企正式党员数',
    en: 'full members per firm as enterprises counts them',
    owner: {
      service: 'members',
      sql: `SELECT p.work_host_id AS key, count(*)::text AS facts FROM member m JOIN person p ON p.id = m.person_id
            WHERE m.status = 'FULL' AND p.work_host_kind IN ('ENTERPRISE', 'SOCIAL_ORG') GROUP BY p.work_host_id`,
    },
    copy: {
      service: 'enterprises',
      sql: `SELECT id::text AS key, full_members::text AS facts FROM entity WHERE full_members > 0`,
    },
  },
  {
    zh: 'enterprises所知的企业党组织',
    en: 'organisations of firms as enterprises knows them',
    owner: organizations(
      `SELECT h.host_id || ' ' || h.org_id AS key, 'open' AS facts
       FROM organization_host h JOIN party_organization o ON o.id = h.org_id
       WHERE h.host_kind IN ('ENTERPRISE', 'SOCIAL_ORG') AND h.valid_to IS NULL AND o.status IN ('ACTIVE', 'CLOSING')`,
    ),
    copy: {
      service: 'enterprises',
      sql: `SELECT entity_id || ' ' || org_id AS key, 'open' AS facts FROM entity_organization WHERE valid_to IS NULL`,
    },
  },
  {
    zh: 'grids所知的企业',
    en: 'firms as grids knows them',
    owner: {
      service: 'enterprises',
      sql: `SELECT id::text AS key, ${facts('uscc', `CASE WHEN operating IN ('CLOSED', 'DUPLICATE') THEN 'CLOSED' ELSE 'OPEN' END`)} AS facts FROM entity WHERE uscc IS NOT NULL`,
    },
    copy: {
      service: 'grids',
      sql: `SELECT entity_id::text AS key, ${facts('uscc', 'status')} AS facts FROM known_entity`,
    },
  },
  {
    zh: '督导抽查名单中的薄弱村',
    en: 'weak villages on the supervision sample list',
    owner: {
      service: 'villages',
      sql: `SELECT area_code AS key, 'open' AS facts FROM village WHERE weak AND status = 'ACTIVE'`,
    },
    copy: organizations(
      `SELECT area_code AS key, 'open' AS facts FROM supervision_sample WHERE closed_on IS NULL AND reason = 'WEAK_VILLAGE'`,
    ),
  },
];
