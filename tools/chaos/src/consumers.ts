import { runConsumers, type Batch, type EventBus } from '@jishi/event-delivery';
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
const watched = ({ tell }: Being, bus: EventBus): EventBus => ({
  ...bus,
  subscribe: (subscription, handler) =>
    bus.subscribe(subscription, async (batch: Batch) => {
      await handler(batch);
      await tell({
        is: 'applied',
        lane: `${subscription.group} ${batch.topic}/${batch.partition}`,
        offsets: batch.records.map(({ offset }) => offset),
        emitted: batch.records.map(({ event }) => (event.data as Moved).at),
        at: machineTime(),
      });
    }),
});
