import { closeAll, cloudEvent, topic, until } from '../fixtures/harness';
import {
  upTo,
  onAdded,
  projection,
  snapshot,
  raise,
  sourceOf,
  tallyOf,
  rest,
  place,
  goAhead,
} from '../fixtures/rebuild-place';
import { deadLetters, publishSnapshot } from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

describe('a rebuild when the bus has forgotten', () => {
  async function forgetful() {
    const at = await place(projection({ start: 'snapshot' }));
    for (const n of upTo(50)) await raise(at.database, `k${n % 10}`, n);
    await at.settled();
    goAhead(31);
    expect(await at.bus.prune()).toBe(50);
    goAhead(0);
    await raise(at.database, 'k3', 1);
    await at.settled();
    return at;
  }

  it('is given up with the topic that lacks, and nothing has changed', async () => {
    const { database, rebuild } = await forgetful();
    const before = await tallyOf(database);
    await expect(rebuild()).rejects.toMatchObject({ why: 'missing', missing: { [topic]: 10 } });
    expect(await tallyOf(database)).toEqual(before);
  });

  it('asks the owner for a snapshot and comes out identical', async () => {
    const { database, rebuild } = await forgetful();
    const asked: (readonly string[])[] = [];
    const result = await rebuild({
      async askOwners(topics) {
        asked.push(topics);
        await publishSnapshot(database, snapshot, { batch: 3, rate: Infinity });
      },
    });
    expect(asked).toEqual([[topic]]);
    expect(result.tables).toMatchObject([{ table: 'tally', rows: 10 }]);
    expect(await tallyOf(database)).toEqual(await sourceOf(database));
  });

  it('may leave out what nobody knows any more', async () => {
    const { database, rebuild } = await forgetful();
    await rebuild({ withoutMissing: true });
    expect(await tallyOf(database)).toEqual([]);
    await raise(database, 'new', 1);
    await until('goes on', async () => (await tallyOf(database)).length === 1);
  });
});

describe('dead letters and a rebuild', () => {
  const poison = new Set<number>();
  const strict = projection({}, async (tx, event) => {
    if (event.partitionkey === 'bad' && poison.has(event.aggregateversion)) throw new TypeError('cannot be read');
    await onAdded(tx, event);
  });

  async function secondOfFourIsBad() {
    poison.clear();
    poison.add(2);
    const at = await place(strict);
    await at.bus.publish(
      topic,
      upTo(4).map((v) => cloudEvent('bad', v)),
    );
    await at.settled();
    return { ...at, letters: deadLetters(at.database, [strict]) };
  }

  it('one that waits waits still, in order; one that can be applied now is applied', async () => {
    const { database, rebuild, letters } = await secondOfFourIsBad();
    expect(await letters.list()).toHaveLength(3);
    await rebuild();
    expect((await letters.list()).map(({ aggregateVersion, waitsBehind }) => [aggregateVersion, waitsBehind])).toEqual([
      [2, false],
      [3, true],
      [4, true],
    ]);
    poison.clear();
    await rebuild();
    expect(await letters.list()).toEqual([]);
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 4 }]);
  });

  it('one that was given up is given up again', async () => {
    const { database, rebuild, letters } = await secondOfFourIsBad();
    const [first] = await letters.list();
    await letters.discard(first?.id ?? '', { by: '王敏', reason: '对方已更正' });
    await rebuild();
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 3 }]);
    expect(await letters.list({ state: 'DISCARDED' })).toHaveLength(1);
    expect(await letters.list()).toEqual([]);
  });

  it('an event that was applied before and no longer can be ends the rebuild', async () => {
    poison.clear();
    const { database, bus, rebuild, ...at } = await place(strict);
    await bus.publish(
      topic,
      upTo(3).map((v) => cloudEvent('bad', v)),
    );
    await at.settled();
    poison.add(2);
    await expect(rebuild()).rejects.toMatchObject({ why: 'not-applicable' });
    expect(await tallyOf(database)).toEqual([{ key: 'bad', total: 3 }]);
    expect(await rest(database)).toEqual([]);
  });
});
