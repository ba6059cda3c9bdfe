import { setTimeout as sleep } from 'node:timers/promises';
import type { Relay } from './relay';
import type { RunningConsumers } from './run-consumers';

/**
 * Resolves when everything that was emitted has been applied, also what consumers emitted because of it.
 * For tests and for loading: a running platform is never asked to stand still. @throws Error after the time.
 */
export async function settled(
  relays: readonly Pick<Relay, 'pending'>[],
  consumers: readonly Pick<RunningConsumers, 'lag'>[],
  { withinMs = 30_000 }: { readonly withinMs?: number } = {},
): Promise<void> {
  const until = performance.now() + withinMs;
  const sum = async (counts: readonly Promise<number>[]) => (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  let quiet = 0;
  for (;;) {
    const pending = await sum(relays.map((relay) => relay.pending()));
    const lag = pending === 0 ? await sum(consumers.map((running) => running.lag())) : 0;
    // A consumer may have emitted between the two looks, so it must be quiet twice.
    quiet = pending === 0 && lag === 0 ? quiet + 1 : 0;
    if (quiet === 2) return;
    if (performance.now() > until) throw new Error(`not settled: ${pending} events unpublished, ${lag} unapplied`);
    await sleep(quiet === 1 ? 5 : 20);
  }
}
