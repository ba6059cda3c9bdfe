import type { Database } from '@jishi/database';
import { topicOf } from '@jishi/event-contracts';
import {
  partitionOf,
  runConsumers,
  type EventBus,
  type Subscription,
  type TopicPartition,
} from '@jishi/event-delivery';
import { openBus, type Being, type Life } from './being';
import { faultyBus } from './faulty-bus';
import { applying, consumersOf, machineTime, open, sides, type Moved } from './service';

const keepNewest = new Set(
  Object.values(consumersOf)
    .flat()
    .filter(({ ordering }) => ordering === 'latest-wins')
    .map(({ name }) => name),
);

/** The consumers of both services. */
export async function consumers(being: Being): Promise<Life> {
  const { assignment, dice, log, clock } = being;
  const bus = faultyBus(explained(being, await openBus(assignment)), dice, {
    mayComeEarly: (group) => keepNewest.has(group),
  });
  for (const side of sides) {
    const database = telling(being, await open(assignment[side], side, side === 'owner' ? 4 : 8));
    await runConsumers({ database, bus, consumers: consumersOf[side], log, clock });
  }
  return {};
}

/** The same database with a word to the parent when a transaction with effects is committed. */
const telling = ({ tell, assignment }: Being, database: Database): Database => ({
  ...database,
  async transact(caller, work) {
    let effects: NonNullable<ReturnType<typeof applying.getStore>> = [];
    const result = await database.transact(caller, (tx) => {
      // A transaction that is repeated begins anew.
      effects = [];
      return applying.run(effects, () => work(tx));
    });
    const [first] = effects;
    if (first) {
      const { consumer, event } = first;
      const partition = partitionOf(event.partitionkey, assignment.partitions);
      const emitted = effects.map((effect) => (effect.event.data as Moved).at);
      await tell({
        is: 'applied',
        lane: `${consumer} ${topicOf(event.type)}/${partition}`,
        emitted,
        at: machineTime(),
      });
    }
    return result;
  },
});

/** The same bus with a line in the log for what changes hands, fails or takes long. */
const explained = ({ log }: Being, bus: EventBus): EventBus => ({
  ...bus,
  subscribe(subscription, handler) {
    const laneOf = ({ topic, partition }: TopicPartition) => `${subscription.group} ${topic}/${partition}`;
    const { assigned } = subscription;
    const told: Subscription = {
      ...subscription,
      ...(assigned && {
        async assigned(partition, bounds) {
          const from = await assigned(partition, bounds);
          log.info({ lane: laneOf(partition), from }, 'was given');
          return from;
        },
      }),
    };
    return bus.subscribe(told, async (batch) => {
      const begun = machineTime();
      const lane = laneOf(batch);
      try {
        await handler(batch);
      } catch (error) {
        log.info({ lane, err: error, ms: Math.round(machineTime() - begun) }, 'could not handle');
        throw error;
      }
      const ms = Math.round(machineTime() - begun);
      if (ms > 1_000) log.info({ lane, records: batch.records.length, ms }, 'took long');
    });
  },
});
