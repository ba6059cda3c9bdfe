import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBus } from '@jishi/event-delivery';
import type { Run } from '../../bench/src/command';
import * as found from './evidence';
import type { Server } from './postgres';
import { consumersOf, type Side } from './service';

const groups = Object.values(consumersOf)
  .flat()
  .map(({ name }) => name);

export const urlsOf = (server: Server): Record<Side, string> => ({
  owner: server.url('owner'),
  reader: server.url('reader'),
});

/** Seconds: of a machine that has nothing else to do; one that has more to do than it can gets so many times as long. */
export const settleWithin = (): number => 30 * Math.max(1, (loadavg()[0] ?? 0) / (2 * cpus().length));

/**
 * Waits until nothing is unpublished and nothing unread, twice in a row: a consumer may emit between two looks. Gives up when
 * nothing has become less for a minute.
 */
export async function settle(run: Run, server: Server, bus: EventBus): Promise<{ unpublished: number; lag: number }> {
  const urls = urlsOf(server);
  let least = Infinity;
  let lessAt = performance.now();
  for (let quiet = 0; ;) {
    const unpublished = await found.unpublishedIn(urls);
    const lags = await Promise.all(groups.map((group) => bus.lag(group)));
    const lag = lags.reduce((sum, each) => sum + each, 0);
    quiet = unpublished === 0 && lag === 0 ? quiet + 1 : 0;
    if (unpublished + lag < least) {
      least = unpublished + lag;
      lessAt = performance.now();
    }
    if (quiet === 2 || performance.now() - lessAt > 60_000) return { unpublished, lag };
    run.progress(`settling: ${unpublished} events unpublished, ${lag} records unread`);
    await sleep(quiet === 1 ? 50 : 500, undefined, { signal: run.signal });
  }
}
