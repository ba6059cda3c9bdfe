import { Client } from 'pg';
import { systemCode } from './start-error';

/** A name as an SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Runs work on one connection of its own and closes it whatever happens. */
export async function connected<R>(url: string, work: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks between two statements reports here; the next statement then fails with the reason.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Error codes of PostgreSQL for a database that another session made at the same moment. */
const existsAlready = new Set(['42P04', '23505']);

/**
 * Creates a database if there is none of that name; true when it was created. It is UTF-8 with PostgreSQL's own C.UTF-8
 * rules, so that Chinese search by trigrams and the order of rows are the same on every machine.
 * @param url any database of the cluster, with the right to create databases
 */
export function ensureDatabase(url: string, name: string): Promise<boolean> {
  return connected(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return false;
    try {
      await client.query(
        `CREATE DATABASE ${quoted(name)} TEMPLATE template0 ENCODING 'UTF8'
           LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'`,
      );
      return true;
    } catch (error) {
      if (existsAlready.has(systemCode(error))) return false;
      throw error;
    }
  });
}
