import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connected, ensureDatabase, quoted } from '@jishi/embedded-postgres';
import type { CivilDate } from '@jishi/periods';
import { demoAccounts, type DemoAccount } from '../../../tools/city/demo-accounts';
import { databasesFor, loadCity } from '../../../tools/city/load';
import type { Carrier } from './carrier';
import type { Installation } from './installation';

/** What the data folder holds; written when the first start is complete and never before. */
export interface Contents {
  readonly size: 'county' | 'city' | 'none';
  readonly seed: number;
  readonly loadedOn: CivilDate;
  /** What carries its events; the log in PostgreSQL when absent. */
  readonly carrier?: Carrier;
}

/** One demonstration for everybody: the same organisations and people on every machine. */
const seed = 1;

const noteOf = (folder: string): string => join(folder, 'contents.json');

export function contentsOf(folder: string): Contents | undefined {
  const note = noteOf(folder);
  return existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as Contents) : undefined;
}

/**
 * Sees to it that every database is there. A first start that was interrupted leaves half a demonstration: without the note nobody
 * has worked with it yet, so the databases are made anew.
 */
export async function prepareDatabases(installation: Installation, names: readonly string[]): Promise<void> {
  const maintenance = installation.urlOf('postgres');
  if (!contentsOf(installation.folder))
    await connected(maintenance, async (client) => {
      for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
    });
  for (const name of names) await ensureDatabase(maintenance, name);
}

/** Fills the owners' tables, lets the events fill the projections, and notes that the folder is complete. */
export async function fill(
  installation: Installation,
  { size, carrier }: Required<Pick<Contents, 'size' | 'carrier'>>,
  today: CivilDate,
  progress: (zh: string, share?: number) => void,
  settled: () => Promise<void>,
): Promise<void> {
  if (size !== 'none') {
    await loadCity({
      databases: databasesFor((service) => installation.urlOf(service)),
      size,
      seed,
      today,
      onProgress: progress,
    });
    progress('事件送达各服务，生成投影');
    await settled();
  }
  const note = noteOf(installation.folder);
  writeFileSync(`${note}.part`, JSON.stringify({ size, seed, loadedOn: today, carrier } satisfies Contents));
  renameSync(`${note}.part`, note);
}

/** The accounts of the demonstration in this folder. */
export const accountsIn = (folder: string): readonly DemoAccount[] => {
  const contents = contentsOf(folder);
  return contents && contents.size !== 'none' ? demoAccounts(contents.size) : [];
};
