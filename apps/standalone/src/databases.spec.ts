import { connected } from '@jishi/embedded-postgres';
import { county, type County } from '../fixtures/county';
import { services } from './services';

let databases: County;
beforeAll(async () => {
  databases = await county();
}, 400_000);
afterAll(() => databases?.drop());

// Decision 0008: PostgreSQL may lose entries of a GiST index that statements read.
it.each(services.map(({ name }) => name))(
  '%s: no index of an exclusion constraint can be read by a column',
  async (name) => {
    const { rows } = await connected(databases.urlOf(name), (client) =>
      client.query(
        `SELECT c.conname, EXISTS (SELECT FROM unnest(i.indkey) AS no WHERE no <> 0) AS of_columns
         FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid WHERE c.contype = 'x'`,
      ),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ of_columns }) => of_columns)).toEqual([]);
  },
);
