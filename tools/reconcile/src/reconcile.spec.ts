import { Pool } from 'pg';
import { migrated } from '../../city/fixtures/loaded-county';
import { services } from '../../compose-supergraph/services';
import { reconcile } from './reconcile';

jest.setTimeout(120_000);

describe('the reconciliation', () => {
  const databases = new Map<string, { url: string; drop(): Promise<void> }>();
  const names = services.map(({ name }) => name);
  const urlOf = (service: string): string => databases.get(service)?.url ?? '';
  const run = async (service: string, sql: string): Promise<void> => {
    const pool = new Pool({ connectionString: urlOf(service), max: 1 });
    await pool.query(sql);
    await pool.end();
  };
  const look = (patience = 0) => reconcile({ urlOf, services: names, patience });
  const areas = (differences: Awaited<ReturnType<typeof look>>['differences']) =>
    differences.map(({ comparison, key, owner, copy }) => ({
      by: comparison.copy.service,
      key,
      owner: owner !== null,
      copy: copy !== null,
    }));

  beforeAll(async () => {
    for (const service of services) databases.set(service.name, await migrated(service));
    await run(
      'organizations',
      `INSERT INTO area (code, name, level, valid_from) VALUES ('410800', '焦作市', 'CITY', '2000-01-01')`,
    );
    for (const copy of ['villages', 'grids', 'enterprises'])
      await run(copy, `INSERT INTO known_area (code, level, valid_from) VALUES ('410800', 'CITY', '2000-01-01')`);
  });
  afterAll(async () => {
    for (const { drop } of databases.values()) await drop();
  });

  it('finds nothing where every copy says what its owner says', async () => {
    const { compared, differences, undelivered } = await look();
    expect({ differences, undelivered }).toEqual({ differences: [], undelivered: [] });
    expect(compared.filter(({ facts }) => facts === 1)).toHaveLength(3);
  });

  it('names what a copy lacks, has otherwise, or has alone', async () => {
    await run('villages', `DELETE FROM known_area`);
    await run('grids', `UPDATE known_area SET valid_from = '2001-01-01'`);
    await run(
      'enterprises',
      `INSERT INTO known_area (code, level, valid_from) VALUES ('410900', 'CITY', '2000-01-01')`,
    );
    expect(areas((await look()).differences)).toEqual([
      { by: 'villages', key: '410800', owner: true, copy: false },
      { by: 'grids', key: '410800', owner: true, copy: true },
      { by: 'enterprises', key: '410900', owner: false, copy: true },
    ]);
  });

  it('takes what is on its way for no difference, when it arrives within the patience', async () => {
    await run('grids', `UPDATE known_area SET valid_from = '2000-01-01'`);
    await run('enterprises', `DELETE FROM known_area WHERE code = '410900'`);
    const looking = look(5_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await run('villages', `INSERT INTO known_area (code, level, valid_from) VALUES ('410800', 'CITY', '2000-01-01')`);
    expect((await looking).differences).toEqual([]);
  });

  it('tells of events that nobody published and that could not be applied', async () => {
    await run(
      'organizations',
      `INSERT INTO outbox (event_id, type, topic, key, aggregate_version, data, actor, correlation_id, data_class, occurred_at)
       VALUES (gen_random_uuid(), 'organizations.area.changed.v1', 'organizations.area', '410800', 1, '{}', 'tester', gen_random_uuid(), 'public', now())`,
    );
    expect((await look()).undelivered).toEqual([{ service: 'organizations', unpublished: 1, deadLetters: 0 }]);
  });
});
