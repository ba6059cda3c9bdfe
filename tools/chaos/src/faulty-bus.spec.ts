import type { Batch, BatchHandler, BusRecord, CloudEvent, EventBus } from '@jishi/event-delivery';
import { chance } from '../../city/random';
import { faultyBus } from './faulty-bus';

const record = (offset: number): BusRecord => ({
  topic: 'topic',
  partition: 0,
  offset,
  event: { id: `e${offset}`, partitionkey: 'a', aggregateversion: offset + 1 } as CloudEvent,
});
const batchOf = (from: number, to: number): Batch => ({
  topic: 'topic',
  partition: 0,
  records: Array.from({ length: to - from }, (_, index) => record(from + index)),
  signal: new AbortController().signal,
  deadline: 0,
  heartbeat: () => Promise.resolve(),
});

/** A bus that hands over what the test says. */
function handed() {
  let handler: BatchHandler | undefined;
  const published: string[][] = [];
  const bus = {
    publish: (_: string, events: readonly CloudEvent[]) => {
      published.push(events.map(({ id }) => id));
      return Promise.resolve();
    },
    subscribe: (_: unknown, given: BatchHandler) => {
      handler = given;
      return Promise.resolve(undefined);
    },
  } as unknown as EventBus;
  return { bus, published, give: (batch: Batch) => handler!(batch) };
}
const often = { lostAnswer: 0.3, oldSender: 0.3, repetition: 0.4, early: 0.3 };

async function seenBy(mayComeEarly: boolean, batches: readonly Batch[], fails: (n: number) => boolean) {
  const { bus, give } = handed();
  const seen: { offset: number; own: number }[][] = [];
  const faulty = faultyBus(bus, chance('faulty'), { mayComeEarly: () => mayComeEarly, mischief: often });
  await faulty.subscribe({ group: 'g', topics: ['topic'], from: 'begin', checkpoint: 'bus' }, async ({ records }) => {
    seen.push(records.map(({ offset, event }) => ({ offset, own: event.aggregateversion - 1 })));
    if (fails(seen.length)) throw new Error('the handler failed');
  });
  for (const batch of batches) await give(batch).catch(() => undefined);
  return seen;
}

describe('a bus that does mischief', () => {
  const batches = [batchOf(0, 20), batchOf(0, 8), batchOf(8, 20)];

  it('shows a strict consumer every record in its turn, and none before it, though a batch failed and came shorter', async () => {
    const seen = await seenBy(false, batches, (n) => n === 1);
    let repeated = 0;
    let next = 0;
    for (const { offset, own } of seen.slice(1).flat()) {
      expect(own).toBeLessThanOrEqual(next);
      if (own === next) next += 1;
      else repeated += 1;
      expect(offset).toBeGreaterThanOrEqual(next - 1);
    }
    expect(next).toBe(20);
    expect(repeated).toBeGreaterThan(3);
  });

  it('never lets offsets fall within a batch, and ends each with its own last', async () => {
    for (const seen of await seenBy(true, batches, () => false)) {
      const offsets = seen.map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    }
  });

  it('may be committed behind any record: what comes after it is not behind that place', async () => {
    for (const seen of await seenBy(true, batches, () => false)) {
      const turns = new Map<number, number>();
      seen.forEach(({ offset, own }, index) => own === offset && !turns.has(own) && turns.set(own, index));
      for (const [own, turn] of turns)
        expect(Math.max(-1, ...seen.slice(0, turn).map(({ offset }) => offset))).toBeLessThan(own);
    }
  });

  it('shows who keeps the newest some records before their turn, and all of them in it', async () => {
    const all = (await seenBy(true, batches, () => false)).flat();
    expect(all.some(({ offset, own }) => own > offset)).toBe(true);
    expect(new Set(all.filter(({ offset, own }) => own === offset).map(({ own }) => own)).size).toBe(20);
  });

  it('publishes again what it published, also older calls behind newer ones, and loses answers', async () => {
    const { bus, published } = handed();
    const faulty = faultyBus(bus, chance('publish'), { mayComeEarly: () => false, mischief: often });
    let lost = 0;
    for (let n = 0; n < 60; n += 1) await faulty.publish('topic', [record(n).event]).catch(() => (lost += 1));
    expect(new Set(published.flat()).size).toBe(60);
    expect(published.length).toBeGreaterThan(70);
    expect(lost).toBeGreaterThan(5);
  });
});
