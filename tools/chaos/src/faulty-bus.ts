import { BusError, type Batch, type BusRecord, type CloudEvent, type EventBus } from '@jishi/event-delivery';
import type { Chance } from '../../city/random';

/** How often each happens, per call or batch. */
export interface Mischief {
  /** The events arrived, but the sender is told that they did not, and sends them again. */
  readonly lostAnswer: number;
  /** An older batch arrives once more behind a newer one, as from a sender who was replaced and does not know it. */
  readonly oldSender: number;
  /** Records that came before come again, in any order. */
  readonly repetition: number;
  /** A record comes before its turn, and again in its turn; only to those who keep the newest. */
  readonly early: number;
}

export const usualMischief: Mischief = { lostAnswer: 0.02, oldSender: 0.02, repetition: 0.1, early: 0.1 };

const remembered = 300;

/**
 * The same bus with everything that a bus may do to its users, and no more. What comes before its turn is never shown to a strict
 * consumer: no bus turns the records of a key round, and such a consumer would rightly set them aside.
 */
export function faultyBus(
  bus: EventBus,
  dice: Chance,
  { mayComeEarly, mischief = usualMischief }: { mayComeEarly: (group: string) => boolean; mischief?: Mischief },
): EventBus {
  const sent: { topic: string; events: readonly CloudEvent[] }[] = [];
  return {
    ...bus,
    async publish(topic, events, fence) {
      await bus.publish(topic, events, fence);
      sent.push({ topic, events });
      if (sent.length > 5) sent.shift();
      if (dice.happens(mischief.oldSender)) {
        const old = dice.pick(sent);
        await bus.publish(old.topic, old.events, fence);
      }
      if (dice.happens(mischief.lostAnswer)) throw new BusError('retriable', 'the answer was lost (chaos)');
    },
    subscribe(subscription, handler) {
      const before = new Map<string, BusRecord[]>();
      const early = mayComeEarly(subscription.group);
      return bus.subscribe(subscription, async (batch) => {
        const place = `${batch.topic}/${batch.partition}`;
        const old = before.get(place) ?? [];
        before.set(place, [...old, ...batch.records].slice(-remembered));
        await handler(disturbed(batch, old, dice, mischief, early));
      });
    },
  };
}

/**
 * The batch with copies in it. A copy takes the offset of the record before it, because offsets never fall within a batch, the last
 * one says where to go on, and a consumer may commit behind any of them: what it has not seen must lie behind that place.
 */
function disturbed(
  batch: Batch,
  old: readonly BusRecord[],
  dice: Chance,
  { repetition, early }: Mischief,
  mayComeEarly: boolean,
): Batch {
  const records: BusRecord[] = [];
  // A batch that failed comes again, perhaps a shorter one: what lies behind this record has not come yet, for all that is known.
  const first = batch.records[0]?.offset ?? 0;
  const known = old.filter(({ offset }) => offset < first);
  batch.records.forEach((record, index) => {
    const later = batch.records[index + 1];
    if (mayComeEarly && later && dice.happens(early)) records.push({ ...later, offset: record.offset - 1 });
    records.push(record);
    known.push(record);
    while (dice.happens(repetition)) records.push({ ...dice.pick(known.slice(-50)), offset: record.offset });
  });
  return { ...batch, records };
}
