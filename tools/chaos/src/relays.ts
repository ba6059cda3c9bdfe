import { startRelay } from '@jishi/event-delivery';
import { openBus, type Being, type Life } from './being';
import { faultyBus } from './faulty-bus';
import { sides } from './service';

/** A relay for each of the two services. Of those in several processes, one leads for each. */
export async function relay({ assignment, dice, log, clock }: Being): Promise<Life> {
  const bus = faultyBus(await openBus(assignment), dice, { mayComeEarly: () => false });
  for (const side of sides) startRelay({ url: assignment[side], service: side, bus, log, clock });
  return {};
}
