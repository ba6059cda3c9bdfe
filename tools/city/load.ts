import { copyRows } from '@jishi/database';
import { rosterChanged } from '@jishi/event-contracts';
import { publishSnapshotOf } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { Pool, type PoolClient } from 'pg';
import { areaSnapshot } from '../../apps/organizations/src/areas';
import { organizationSnapshot } from '../../apps/organizations/src/register';
import { generateCity } from './city';
import { fillingsOfMembers, fillingsOfOrganizations } from './columns';
import type { Size } from './rows';

/** The databases hold something already, or were never migrated: nothing was written. */
export class NotLoadable extends Error {
  override readonly name = 'NotLoadable';
}

export interface LoadOptions {
  /** URLs of the owners' databases, migrated and empty. */
  readonly databases: { readonly organizations: string; readonly members: string };
  readonly size: Size;
  readonly seed: number;
  /** Terms, letters and ages are reckoned from this day. */
  readonly today: CivilDate;
  /** Told in Chinese what is being done, with the share that is done, 0 to 1. */
  readonly onProgress?: (step: string, share?: number) => void;
}

/** What was loaded, for a report. */
export interface Loaded {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Snapshot events written into the outboxes, which fill the projections. */
  readonly events: number;
  readonly milliseconds: { readonly generatedAndCopied: number; readonly published: number };
}

const titles: Record<string, string> = {
  area: '行政区划',
  public_unit: '单位',
  party_organization: '党组织',
  party_organization_history: '党组织沿革',
  organization_change: '设置调整',
  leading_body: '班子',
  term: '届次',
  post: '职务',
  person: '人员',
  member: '党员',
  member_history: '党员沿革',
  transfer: '组织关系接转',
};

/** How much of the whole each table is, measured on the city; only for the progress display. */
const weights: Record<string, number> = {
  leading_body: 8,
  term: 8,
  post: 12,
  person: 24,
  member: 20,
  member_history: 26,
  transfer: 6,
};

const rosterSnapshot = `
  SELECT r.org_id::text AS key,
    jsonb_build_object('orgId', r.org_id, 'full', r.full_members, 'probationary', r.probationary, 'total', r.total,
      'asOf', r.as_of) AS data,
    array_to_string(ARRAY[m.ancestor_1, m.ancestor_2, m.ancestor_3, m.ancestor_4, m.ancestor_5, m.ancestor_6, m.ancestor_7], '/')
      AS org_path,
    m.area_code
  FROM roster r
  JOIN LATERAL (SELECT * FROM member WHERE member.org_id = r.org_id LIMIT 1) m ON true
  ORDER BY r.org_id`;

/** The tables that must be empty, by service. */
const tablesOf = {
  organizations: ['area', 'public_unit', 'party_organization', 'organization_change', 'leading_body', 'term', 'post'],
  members: ['person', 'member', 'member_history', 'transfer', 'roster'],
} as const;

async function refuseUnlessEmpty(client: PoolClient, service: keyof typeof tablesOf): Promise<void> {
  for (const table of tablesOf[service]) {
    const { rows } = await client.query<{ present: boolean }>('SELECT to_regclass($1) IS NOT NULL AS present', [table]);
    if (!rows[0]?.present)
      throw new NotLoadable(`${service}: 没有表 ${table}，请先迁移 / there is no table ${table}, migrate first`);
    const { rowCount } = await client.query(`SELECT FROM "${table}" LIMIT 1`);
    if (rowCount)
      throw new NotLoadable(
        `${service}: 表 ${table} 已有数据，未写入 / ${table} has rows already, nothing was written`,
      );
  }
}

/**
 * Takes away what is quicker to make for all rows together than to keep up row by row: secondary indexes, exclusion constraints
 * and foreign keys of a table that is still empty. Returns the statements that put them back, by the same names.
 */
async function setAside(client: PoolClient, table: string): Promise<string[]> {
  const constraints = await client.query<{ name: string; definition: string }>(
    `SELECT quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = $1::regclass AND contype IN ('x', 'f') ORDER BY contype DESC, conname`,
    [table],
  );
  const indexes = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
     ORDER BY indexrelid`,
    [table],
  );
  for (const { name } of constraints.rows) await client.query(`ALTER TABLE "${table}" DROP CONSTRAINT ${name}`);
  for (const { name } of indexes.rows) await client.query(`DROP INDEX ${name}`);
  return [
    ...indexes.rows.map(({ definition }) => definition),
    ...constraints.rows.map(({ name, definition }) => `ALTER TABLE "${table}" ADD CONSTRAINT ${name} ${definition}`),
  ];
}

/**
 * Loads a generated city into the tables of the two owners by COPY and has them publish what is so, which fills the projections
 * of the others. Both databases are written in one transaction each, and neither is committed before both are complete: a
 * failure leaves nothing half-written. Throws NotLoadable when a database is not empty.
 */
export async function loadCity({
  databases,
  size,
  seed,
  today,
  onProgress = () => undefined,
}: LoadOptions): Promise<Loaded> {
  const pools = {
    organizations: new Pool({ connectionString: databases.organizations, max: 1 }),
    members: new Pool({ connectionString: databases.members, max: 1 }),
  };
  const begun = performance.now();
  const rows: Record<string, number> = {};
  try {
    const organizations = await pools.organizations.connect();
    const members = await pools.members.connect();
    try {
      await refuseUnlessEmpty(organizations, 'organizations');
      await refuseUnlessEmpty(members, 'members');
      onProgress('生成区划和党组织', 0);
      const city = generateCity({ size, seed, today });
      const work = [
        { client: organizations, fillings: fillingsOfOrganizations(city) },
        { client: members, fillings: fillingsOfMembers(city) },
      ];
      for (const { client } of work) {
        await client.query('BEGIN');
        await client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
      }
      const whole = work.flatMap(({ fillings }) => fillings).reduce((sum, { table }) => sum + (weights[table] ?? 1), 0);
      let done = 0;
      // Both at once: one database builds its indexes while rows for the other are being made.
      await Promise.all(
        work.map(async ({ client, fillings }) => {
          for (const { table, columns, rows: generated } of fillings) {
            onProgress(`写入${titles[table] ?? table}`, done / whole);
            const putBack = await setAside(client, table);
            rows[table] = await copyRows(client, table, columns, generated());
            for (const statement of putBack) await client.query(statement);
            await client.query(`ANALYZE "${table}"`);
            done += weights[table] ?? 1;
          }
        }),
      );
      onProgress('统计支部党员人数', done / whole);
      const counted = await members.query(
        `INSERT INTO roster (org_id, full_members, probationary, total, suspended, as_of)
         SELECT org_id, count(*) FILTER (WHERE status = 'FULL'), count(*) FILTER (WHERE status = 'PROBATIONARY'),
           count(*) FILTER (WHERE status IN ('FULL', 'PROBATIONARY')), count(*) FILTER (WHERE status = 'SUSPENDED'), $1
         FROM member GROUP BY org_id`,
        [today],
      );
      rows.roster = counted.rowCount ?? 0;
      await members.query('COMMIT');
      await organizations.query('COMMIT');
    } finally {
      // Ends what was not committed; a connection that broke has ended it already.
      for (const client of [organizations, members]) client.release(true);
    }
    const copied = performance.now();
    onProgress('发布快照事件', 1);
    const events =
      (await publishSnapshotOf({ pool: pools.organizations }, areaSnapshot.contract, areaSnapshot.select)) +
      (await publishSnapshotOf(
        { pool: pools.organizations },
        organizationSnapshot.contract,
        organizationSnapshot.select,
      )) +
      (await publishSnapshotOf({ pool: pools.members }, rosterChanged, rosterSnapshot));
    const milliseconds = {
      generatedAndCopied: Math.round(copied - begun),
      published: Math.round(performance.now() - copied),
    };
    return { rows, events, milliseconds };
  } finally {
    await pools.organizations.end();
    await pools.members.end();
  }
}
