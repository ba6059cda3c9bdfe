import { rmSync } from 'node:fs';
import { openPlatform, type Platform } from '../../../../apps/standalone/src/in-one-process';
import { accountsIn, contentsOf, fill, prepareDatabases } from '../../../../apps/standalone/src/first-start';
import { openInstallation } from '../../../../apps/standalone/src/installation';
import { services } from '../../../../apps/standalone/src/services';
import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '@jishi/embedded-postgres';
import { dateInShanghai } from '@jishi/periods';
import { createLogger } from '@jishi/telemetry';
import type { Run } from '../command';
import { tokenFor } from '../../../token/token';

export interface Step {
  readonly name: string;
  readonly seconds: number;
}

export interface RunningCity {
  readonly platform: Platform;
  /** Of the gateway, which listens on a free port. */
  readonly address: string;
  urlOf(service: string): string;
  tokenOf(account: string): string;
  /** What the load took, step by step; nothing when the folder held the city already. */
  readonly loaded?: readonly Step[];
}

/** Starts the platform in this process over a folder, and fills the folder the first time as `npm start` does. */
export async function openCity(
  run: Run,
  folder: string,
  size: 'county' | 'city',
  fresh: boolean,
): Promise<RunningCity> {
  if (fresh) rmSync(folder, { recursive: true, force: true });
  run.progress('PostgreSQL starts');
  const installation = await openInstallation(folder, () => undefined);
  run.afterwards(() => installation.postgres.stop());
  const steps: Step[] = [];
  let begun = performance.now();
  const through = (name: string): void => {
    const now = performance.now();
    const seconds = (now - begun) / 1_000;
    begun = now;
    if (seconds >= 0.05) steps.push({ name, seconds });
  };

  await prepareDatabases(installation, [...services.map(({ name }) => name), 'bus']);
  through('databases');
  const platform = await openPlatform({
    installation,
    services,
    log: createLogger('bench', 'error'),
    clock: () => new Date(),
  });
  run.afterwards(() => platform.close());
  through('tables and services');

  const before = contentsOf(installation.folder);
  if (before && before.size !== size)
    throw new TypeError(`--data ${folder} holds the size ${before.size}: give another folder, or --fresh`);
  if (!before) {
    let current = '';
    await fill(
      installation,
      { size, carrier: 'postgres' },
      dateInShanghai(new Date()),
      (step, share) => {
        run.progress(share === undefined ? step : `${Math.round(share * 100)} % ${step}`);
        if (step === current) return;
        if (current) through(current);
        current = step;
      },
      () => settledWithin(run, platform, installation.busUrl, 30 * 60_000),
    );
    through(current);
  }
  return {
    platform,
    address: await platform.gateway.listen({ host: '127.0.0.1', port: 0 }),
    urlOf: (service) => installation.urlOf(service),
    tokenOf: (account) => tokenFor(account, accountsIn(installation.folder), installation.folder),
    ...(!before && { loaded: steps }),
  };
}

/** As `platform.settled`, but it says how much is left, and Ctrl-C need not wait for it. */
async function settledWithin(run: Run, platform: Platform, busUrl: string, milliseconds: number): Promise<void> {
  const through = new AbortController();
  const look = async (): Promise<void> => {
    await connected(busUrl, async (client) => {
      while (!through.signal.aborted) {
        const { rows } = await client.query<{ behind: string; of: string }>(
          `SELECT c.group_name AS of, sum(p.next_offset - c.next_offset) AS behind
           FROM bus.claim c JOIN bus.partition p USING (topic, partition)
           GROUP BY c.group_name HAVING sum(p.next_offset - c.next_offset) > 0 ORDER BY c.group_name`,
        );
        if (rows.length > 0) run.progress(rows.map(({ of, behind }) => `${of} ${behind} events behind`).join(', '));
        await sleep(3_000, undefined, { signal: through.signal }).catch(() => undefined);
      }
    });
  };
  const stopped = new Promise<void>((_, reject) =>
    run.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
  );
  const looking = look();
  try {
    await Promise.race([platform.settled(milliseconds), stopped]);
  } finally {
    through.abort();
    await looking;
  }
}
