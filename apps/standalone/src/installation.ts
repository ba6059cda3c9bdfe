import { resolve, join } from 'node:path';
import { developmentKeys, type KeyPair } from '@jishi/access';
import { startPostgres, type Postgres } from '@jishi/embedded-postgres';
import { keysBroken } from './trouble';

/** The data folder brought to life: PostgreSQL with a database per service and one for the event log, and the keys. */
export interface Installation {
  readonly folder: string;
  readonly postgres: Postgres;
  urlOf(name: string): string;
  readonly busUrl: string;
  readonly userKeys: KeyPair;
  readonly subgraphKeys: KeyPair;
  readonly keysFolder: string;
}

/** @throws StartError with words for the operator: busy port, other version, full disk, folder that cannot be written. */
export async function openInstallation(dataFolder: string, log: (line: string) => void): Promise<Installation> {
  const folder = resolve(dataFolder);
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), log });
  try {
    const keysFolder = join(folder, 'keys');
    return {
      folder,
      postgres,
      urlOf: (name) => postgres.url(name),
      busUrl: postgres.url('bus'),
      keysFolder,
      ...keysIn(keysFolder),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function keysIn(folder: string): Pick<Installation, 'userKeys' | 'subgraphKeys'> {
  try {
    return { userKeys: developmentKeys(folder, 'user'), subgraphKeys: developmentKeys(folder, 'subgraph') };
  } catch (error) {
    // A key that cannot be read as one was cut off by a full disk.
    if (error instanceof Error && 'code' in error && /^ERR_OSSL/.test(String(error.code))) throw keysBroken(folder);
    throw error;
  }
}
