import {
  afterwards,
  closeAll,
  cloudEvent,
  countingMetrics,
  logDatabase,
  rowsOf,
  serviceDatabase,
  topic,
  type ServiceDatabase,
} from '../fixtures/harness';
import {
  consumer,
  deadLetters,
  postgresLogBus,
  runConsumers,
  settled,
  type ConsumerOptions,
  type Handler,
} from './index';

jest.setTimeout(60_000);
afterEach(closeAll);

const type = 'test.counter.added.v1';
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** A consumer that cannot apply the versions in `poison` of key `bad` as long as they are in it. */
async function place(options: ConsumerOptions = {}, poison = new Set([2])) {
  const database = await serviceDatabase();
  const bus = afterwards(await postgresLogBus({ url: await logDatabase(), partitions: () => 1 }));
  const metrics = countingMetrics();
  const apply: Handler = async (tx, { partitionkey, aggregateversion, id }) => {
    if (partitionkey === 'bad' && poison.has(aggregateversion))
      throw new TypeError(`cannot read version ${aggregateversion}`);
    await tx.query('INSERT INTO applied (key, version, event_id) VALUES ($1, $2, $3)', [
      partitionkey,
      aggregateversion,
      id,
    ]);
  };
  const who = consumer('test.applied', { [type]: apply }, options);
  const retries = { attempts: 5, first: 2, longest: 10 };
  const running = afterwards(await runConsumers({ database, bus, consumers: [who], metrics, retries }));
  return { database, bus, metrics, running, poison, letters: deadLetters(database, [who]), who };
}
const appliedOf = async ({ pool }: ServiceDatabase, key: string) =>
  (await rowsOf<{ version: number }>(pool, 'SELECT version FROM applied WHERE key = $1 ORDER BY seq', [key])).map(
    ({ version }) => version,
  );

const operator = { by: '王敏' };
const both = upTo(4).flatMap((v) => [cloudEvent('bad', v), cloudEvent('good', v)]);

describe('an event that cannot be applied', () => {
  it('is tried five times, then lies visibly among the dead letters, and everything else goes on', async () => {
    const { database, bus, running, letters, metrics } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    expect(await appliedOf(database, 'good')).toEqual([1, 2, 3, 4]);
    const [letter] = await letters.list();
    expect(letter).toMatchObject({
      consumer: 'test.applied',
      key: 'bad',
      aggregateVersion: 2,
      cause: 'TypeError: cannot read version 2',
      attempts: 5,
      waitsBehind: false,
      event: both[2],
    });
    expect(metrics.seen).toMatchObject({ poison: 4, buried: 3 });
  });

  it('parks its key when order matters: later events of the key wait behind it, in order', async () => {
    const { database, bus, running, letters } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    await bus.publish(topic, [cloudEvent('bad', 5)]);
    await settled([], [running]);
    expect(await appliedOf(database, 'bad')).toEqual([1]);
    expect((await letters.list()).map(({ aggregateVersion, waitsBehind }) => [aggregateVersion, waitsBehind])).toEqual([
      [2, false],
      [3, true],
      [4, true],
      [5, true],
    ]);
  });

  it('is replayed once its cause is gone, those behind it follow in order, and the key goes on live', async () => {
    const { database, bus, running, letters, poison } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    const waiting = await letters.list();
    await expect(letters.replay(waiting[1]?.id ?? '', operator)).rejects.toMatchObject({ refusal: { field: 'id' } });
    await expect(letters.replay(waiting[0]?.id ?? '', operator)).rejects.toThrow('cannot read version 2');
    expect(await letters.list()).toHaveLength(3);
    poison.clear();
    expect(await letters.replay(waiting[0]?.id ?? '', operator)).toBe(3);
    await bus.publish(topic, [cloudEvent('bad', 5)]);
    await settled([], [running]);
    expect(await appliedOf(database, 'bad')).toEqual([1, 2, 3, 4, 5]);
    expect(await letters.list()).toEqual([]);
    expect(await letters.list({ state: 'REPLAYED' })).toHaveLength(3);
    await expect(letters.replay(waiting[0]?.id ?? '', operator)).rejects.toMatchObject({ kind: 'NOT_FOUND' });
  });

  it('can be given up with a reason, and those behind it go on', async () => {
    const { database, bus, running, letters } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    const [first] = await letters.list();
    await expect(letters.discard(first?.id ?? '', { ...operator, reason: ' ' })).rejects.toMatchObject({
      refusal: { field: 'reason' },
    });
    expect(await letters.discard(first?.id ?? '', { ...operator, reason: '对方数据有误，已另行更正' })).toBe(3);
    expect(await appliedOf(database, 'bad')).toEqual([1, 3, 4]);
    const [given] = await letters.list({ state: 'DISCARDED' });
    expect(given?.reason).toBe('对方数据有误，已另行更正');
  });

  it('is settled by somebody, whose name stands with the letter and in the audit trail, also of a try that failed', async () => {
    const { database, bus, running, letters, poison } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    const [first, second] = await letters.list();
    await expect(letters.replay(first?.id ?? '', operator)).rejects.toThrow('cannot read');
    expect(await letters.get(first?.id ?? '')).toMatchObject({ attempts: 6, state: 'WAITING', settledBy: null });
    poison.clear();
    await letters.discard(first?.id ?? '', { by: '王敏', reason: '重复登记' });
    expect(await letters.get(first?.id ?? '')).toMatchObject({
      state: 'DISCARDED',
      settledBy: '王敏',
      reason: '重复登记',
      settledAt: expect.any(Date),
    });
    expect(await letters.get(second?.id ?? '')).toMatchObject({ state: 'REPLAYED', settledBy: '王敏' });
    const trail = await rowsOf(
      database.pool,
      `SELECT account, entity_id, changes FROM audit_entry WHERE entity = 'dead_letter' ORDER BY seq LIMIT 3`,
    );
    const about = { consumer: 'test.applied', key: 'bad', type };
    expect(trail).toEqual([
      {
        account: '王敏',
        entity_id: first?.id,
        changes: { ...about, replay: { after: 'TypeError: cannot read version 2' } },
      },
      {
        account: '王敏',
        entity_id: first?.id,
        changes: { ...about, state: { before: 'WAITING', after: 'DISCARDED' }, reason: { after: '重复登记' } },
      },
      {
        account: '王敏',
        entity_id: second?.id,
        changes: { ...about, state: { before: 'WAITING', after: 'REPLAYED' }, reason: { after: null } },
      },
    ]);
  });

  it('stops a replay at the next event that cannot be applied either, and says why', async () => {
    const { database, bus, running, letters, poison } = await place({}, new Set([2, 4]));
    await bus.publish(topic, both);
    await settled([], [running]);
    const [first] = await letters.list();
    poison.delete(2);
    expect(await letters.replay(first?.id ?? '', operator)).toBe(2);
    expect(await appliedOf(database, 'bad')).toEqual([1, 2, 3]);
    expect(await letters.list()).toMatchObject([
      { aggregateVersion: 4, waitsBehind: false, cause: 'TypeError: cannot read version 4' },
    ]);
  });

  it('does not hold up its key when the latest wins; a replay of what is outdated changes nothing', async () => {
    const { database, bus, running, letters, poison } = await place({ ordering: 'latest-wins' });
    await bus.publish(topic, both);
    await settled([], [running]);
    expect(await appliedOf(database, 'bad')).toEqual([1, 3, 4]);
    poison.clear();
    const [only] = await letters.list();
    expect(await letters.replay(only?.id ?? '', operator)).toBe(1);
    expect(await appliedOf(database, 'bad')).toEqual([1, 3, 4]);
  });

  it('keeps live events and a replay of their key apart', async () => {
    const { database, bus, running, letters, poison } = await place();
    await bus.publish(topic, both);
    await settled([], [running]);
    poison.clear();
    const publishing = (async () => {
      for (const v of upTo(60)) await bus.publish(topic, [cloudEvent('bad', 4 + v)]);
    })();
    const [first] = await letters.list();
    await letters.replay(first?.id ?? '', operator);
    await publishing;
    await settled([], [running]);
    expect(await letters.list()).toEqual([]);
    expect(await appliedOf(database, 'bad')).toEqual(upTo(64));
  });
});

describe('a hole in the versions of an aggregate', () => {
  it('parks the key of a strict consumer, and a discarded letter closes the hole', async () => {
    const { database, bus, running, letters } = await place({}, new Set());
    await bus.publish(
      topic,
      [1, 2, 5, 6].flatMap((v) => [cloudEvent('bad', v), cloudEvent('good', Math.min(v, 4))]),
    );
    await settled([], [running]);
    const [hole] = await letters.list();
    expect(hole).toMatchObject({
      key: 'bad',
      aggregateVersion: 5,
      cause: 'version 5 came after 2: events between are missing',
    });
    await expect(letters.replay(hole?.id ?? '', operator)).rejects.toMatchObject({ kind: 'INVALID_INPUT' });
    expect(await letters.discard(hole?.id ?? '', { ...operator, reason: 'restored from the owner' })).toBe(2);
    expect(await appliedOf(database, 'bad')).toEqual([1, 2, 6]);
  });
});
