import type { CivilDate } from '@jishi/periods';
import { Pool } from 'pg';
import { services } from '../compose-supergraph/services';
import { WELL_KNOWN } from './cases';
import { generateCity } from './city';
import { organizationIdOf } from './demo-accounts';
import { migrated } from './fixtures/loaded-county';
import { databasesFor, loadCity, type Loaded } from './load';
import type { Owner } from './owners';
import { MEMBERS } from './sizes';

jest.setTimeout(240_000);

const today: CivilDate = '2026-11-21';

describe('loading the county', () => {
  type Name = Owner['service'];
  const databases = new Map<Name, { url: string; drop(): Promise<void> }>();
  const pools = new Map<Name, Pool>();
  let loaded: Loaded;
  const urls = () => databasesFor((name) => databases.get(name)?.url ?? '');
  const ask = async (of: Name, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    ((await pools.get(of)?.query(sql, values)) ?? { rows: [] }).rows as Record<string, unknown>[];
  const one = async (of: Name, sql: string, values: unknown[] = []): Promise<unknown> =>
    Object.values((await ask(of, sql, values))[0] ?? {})[0];

  beforeAll(async () => {
    for (const service of services) {
      const database = await migrated(service);
      databases.set(service.name as Name, database);
      pools.set(service.name as Name, new Pool({ connectionString: database.url, max: 2 }));
    }
    loaded = await loadCity({ databases: urls(), size: 'county', seed: 1, today });
  });
  afterAll(async () => {
    for (const pool of pools.values()) await pool.end();
    for (const { drop } of databases.values()) await drop();
  });

  it('writes every generated row', async () => {
    const city = generateCity({ size: 'county', seed: 1, today });
    const people = [...city.people()];
    const leadership = [...city.leadership()];
    const sum = <T>(parts: readonly T[], of: (part: T) => readonly unknown[]): number =>
      parts.reduce((all, part) => all + of(part).length, 0);
    expect(loaded.rows).toMatchObject({
      area: city.areas.length,
      party_organization: city.organizations.length,
      party_organization_history: sum(city.organizations, ({ history }) => history),
      post: sum(leadership, ({ posts }) => posts),
      person: sum(people, ({ persons }) => persons),
      member_history: sum(people, ({ periods }) => periods),
    });
    for (const [of, tables] of [
      ['organizations', ['area', 'party_organization', 'term', 'post', 'organization_change']],
      ['members', ['person', 'member', 'member_history', 'transfer', 'roster']],
    ] as const)
      for (const table of tables)
        expect(Number(await one(of, `SELECT count(*) FROM ${table}`))).toBe(loaded.rows[table]);
  });

  it('ORG-04 counts the rosters from the members, suspended ones apart', async () => {
    expect(Number(await one('members', 'SELECT sum(total + suspended) FROM roster'))).toBe(MEMBERS.county);
    expect(
      await one('members', 'SELECT total FROM roster WHERE org_id = $1', [organizationIdOf(WELL_KNOWN.oversizeByOne)]),
    ).toBe(51);
  });

  it('stamps members and persons with the path that the register has', async () => {
    const [branch] = await ask(
      'organizations',
      'SELECT ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, county_code, town_code FROM party_organization WHERE code = $1',
      [WELL_KNOWN.oversizeBranch],
    );
    for (const table of ['member', 'person']) {
      const stamps = await ask(
        'members',
        `SELECT DISTINCT ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, county_code, town_code FROM ${table} WHERE org_id = $1`,
        [organizationIdOf(WELL_KNOWN.oversizeBranch)],
      );
      expect(stamps).toEqual([branch]);
    }
  });

  it('leaves the projections to the events and writes one snapshot for each area, unit, target, organisation, member, roster and firm', async () => {
    expect(Number(await one('members', 'SELECT count(*) FROM known_organization'))).toBe(0);
    expect(Number(await one('organizations', 'SELECT count(*) FROM known_roster'))).toBe(0);
    expect(Number(await one('organizations', 'SELECT count(*) FROM setting_issue'))).toBe(0);
    const sum = (...tables: readonly string[]): number =>
      tables.reduce((all, table) => all + (loaded.rows[table] ?? Number.NaN), 0);
    const ofRegister = sum('area', 'public_unit', 'indicator_target', 'party_organization');
    expect(loaded.events).toBe(ofRegister + sum('member', 'roster', 'entity'));
    expect(Number(await one('organizations', 'SELECT count(*) FROM outbox WHERE snapshot'))).toBe(ofRegister);
    const rosters = await ask(
      'members',
      `SELECT org_path, area_code FROM outbox WHERE snapshot AND type = 'members.roster.changed.v1' AND key = $1`,
      [organizationIdOf(WELL_KNOWN.oversizeBranch)],
    );
    expect(rosters).toEqual([
      {
        org_path: expect.stringMatching(
          `^${organizationIdOf(WELL_KNOWN.city)}/.*${organizationIdOf(WELL_KNOWN.oversizeBranch)}$`,
        ),
        area_code: '410823001002',
      },
    ]);
  });

  it('puts every index and constraint back as the migrations made it', async () => {
    const catalogue = `
      SELECT conrelid::regclass::text AS place, conname AS name, pg_get_constraintdef(oid) AS definition, convalidated AS sound
      FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
      UNION ALL SELECT tablename, indexname, indexdef, true FROM pg_indexes WHERE schemaname = 'public'
      ORDER BY 1, 2, 3`;
    for (const service of services) {
      const of = service.name as Name;
      const fresh = await migrated(service);
      const pool = new Pool({ connectionString: fresh.url, max: 1 });
      expect(await ask(of, catalogue)).toEqual((await pool.query(catalogue)).rows);
      await pool.end();
      await fresh.drop();
    }
  });

  it('refuses databases that hold something, and leaves them as they are', async () => {
    const before = await one('members', 'SELECT count(*) FROM person');
    await expect(loadCity({ databases: urls(), size: 'county', seed: 2, today })).rejects.toThrow(
      'nothing was written',
    );
    expect(await one('members', 'SELECT count(*) FROM person')).toBe(before);
  });

  it('leaves nothing in any database when one of them fails', async () => {
    const fresh = new Map<Name, { url: string; drop(): Promise<void> }>();
    for (const service of services) fresh.set(service.name as Name, await migrated(service));
    const urlOf = (name: Name): string => fresh.get(name)?.url ?? '';
    const pool = new Pool({ connectionString: urlOf('members'), max: 1 });
    await pool.query(`ALTER TABLE person ADD CONSTRAINT nothing_goes CHECK (false)`);
    await expect(loadCity({ databases: databasesFor(urlOf), size: 'county', seed: 1, today })).rejects.toThrow(
      'nothing_goes',
    );
    expect((await pool.query('SELECT count(*)::integer AS count FROM person')).rows[0]).toEqual({ count: 0 });
    await pool.end();
    const other = new Pool({ connectionString: urlOf('organizations'), max: 1 });
    expect((await other.query('SELECT count(*)::integer AS count FROM area')).rows[0]).toEqual({ count: 0 });
    await other.end();
    for (const { drop } of fresh.values()) await drop();
  });
});
