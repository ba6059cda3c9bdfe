import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@jishi/database';
import { rebuildProjection, runConsumers, startRelay, writeOutbox } from '@jishi/event-delivery';
import { goOn, type Run } from '../command';
import { changed, known, machineTime, open, openBenchBus, watched, type Addresses } from './services';

export interface Throughput {
  readonly events: number;
  /** Events a second from a full outbox to the bus. */
  readonly relay: number;
  /** Events a second from the bus into the projection, each its own statement. */
  readonly consumer: number;
  /** Milliseconds to fill the projection anew from all of them, beside the consumer in use. */
  readonly rebuild: number;
}

/**
 * Fills the outbox while no relay runs, then lets the relay, after it the consumer, and after that a rebuild run alone, as fast as
 * they can.
 */
export async function measureThroughput(
  run: Run,
  owner: Database,
  branches: readonly string[],
  addresses: Addresses,
  events: number,
): Promise<Throughput> {
  const { owner: ownerUrl, reader } = addresses;
  const bus = await openBenchBus(addresses);
  try {
    const batch = 1_000;
    for (let from = 0; from < events; from += batch) {
      goOn(run);
      run.progress(`full outbox: ${from} of ${events} events written`);
      const client = await owner.pool.connect();
      try {
        const some = Array.from({ length: Math.min(batch, events - from) }, (_, index) =>
          changed(branches[(from + index) % branches.length]!, from + index),
        );
        await writeOutbox(client, some, { actor: 'bench', occurredAt: new Date() });
      } finally {
        client.release();
      }
    }
    run.progress('the relay runs');
    let published = 0;
    let relayTook = 0;
    const relayed = machineTime();
    const relay = startRelay({
      url: ownerUrl,
      service: 'owner',
      bus,
      metrics: { published: (some) => void (published += some) },
    });
    try {
      while (published < events) {
        goOn(run);
        await sleep(5);
      }
      relayTook = machineTime() - relayed;
    } finally {
      await relay.close();
    }

    run.progress('the consumer runs');
    const database = await open(reader, 'reader', 6);
    let seen = 0;
    const through = new AbortController();
    const consumed = machineTime();
    const consumers = await runConsumers({
      database,
      bus: watched(bus, (ns) => {
        seen += ns.length;
        if (seen >= events) through.abort();
      }),
      consumers: [known],
    });
    try {
      while (!through.signal.aborted) {
        goOn(run);
        await sleep(5);
      }
      const consumer = (events / (machineTime() - consumed)) * 1_000;
      const rebuilding = machineTime();
      const { records } = await rebuildProjection({
        database,
        bus,
        consumer: known,
        signal: run.signal,
        onProgress: ({ stage, read, of }) => run.progress(`rebuild, ${stage}: ${read} of ${of} records`),
      });
      if (records !== events) throw new Error(`the rebuild read ${records} records of ${events}`);
      return { events, relay: (events / relayTook) * 1_000, consumer, rebuild: machineTime() - rebuilding };
    } finally {
      await consumers.close();
      await database.close();
    }
  } finally {
    await bus.close();
  }
}
