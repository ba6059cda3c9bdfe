import { runConsumers, type EventBus, type Subscription, type TopicPartition } from '@jishi/event-delivery';
import { openBus, type Being, type Life } from './being';
import { faultyBus } from './faulty-bus';
import { consumersOf, machineTime, open, sides, type Moved } from './service';

const keepNewest = new Set(
  Object.values(consumersOf)
    .flat()
    .filter(({ ordering }) => ordering === 'latest-wins')
    .map(({ name }) => name),
);

/** The consumers of both services. */
export async function consumers(being: Being): Promise<Life> {
  const { assignment, dice, log, clock } = being;
  // The parent hears of what came, not of what the mischief added.
  const bus = faultyBus(watched(being, await openBus(assignment)), dice, {
    mayComeEarly: (group) => keepNewest.has(group),
  });
  for (const side of sides) {
    const database = await open(assignment[side], side, side === 'owner' ? 4 : 8);
    await runConsumers({ database, bus, consumers: consumersOf[side], log, clock });
  }
  return {};
}

/** The same bus with a word to the parent when a batch is through: then its effects are committed. */
const watched = ({ tell, log }: Being, bus: EventBus): EventBus => ({
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
      try {
        await handler(batch);
      } catch (error) {
        log.info({ lane: laneOf(batch), err: error, ms: Math.round(machineTime() - begun) }, 'could not handle');
        throw error;
      }
      const at = machineTime();
      const { records } = batch;
      if (at - begun > 1_000)
        log.info({ lane: laneOf(batch), records: records.length, ms: Math.round(at - begun) }, 'took long');
      await tell({
        is: 'applied',
        lane: laneOf(batch),
        offsets: records.map(({ offset }) => offset),
        emitted: records.map(({ event }) => (event.data as Moved).at),
        at,
      });
    });
  },
});
