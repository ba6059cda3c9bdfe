// What kafkajs does wrong, provoked on its real producers and consumers, each with the guard against it.
import { Kafka, type Consumer, type Producer } from 'kafkajs';
import { version } from 'kafkajs/package.json';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import { setTimeout as sleep } from 'node:timers/promises';
import { collect, nothing, publishAtLast, upTo, versions } from '../fixtures/event-bus-contract-case';
import { cloudEvent, until } from '../fixtures/harness';
import { kafkaPlace, kafkaTiming, type KafkaPlace } from '../fixtures/kafka-place';
import { kafkaBus, type BusRecord, type EventBus } from './index';
import { guardedVersion } from './kafka-client';

jest.setTimeout(120_000);

let place: KafkaPlace;
let bus: EventBus;
let number = 0;
let topic: string;
let group: string;
let rebuilt: string[];
const made = {
  producer: Kafka.prototype.producer,
  consumer: Kafka.prototype.consumer,
  admin: Kafka.prototype.admin,
};

beforeAll(async () => {
  place = await kafkaPlace();
}, 300_000);
afterAll(() => place.close(), 60_000);
beforeEach(async () => {
  number += 1;
  [topic, group, rebuilt] = [`test.t${number}`, `test.g${number}`, []];
  await place.declare(topic, 12);
  bus = kafkaBus({
    brokers: place.kafka.brokers,
    prefix: place.prefix,
    clientId: 'spec',
    ...kafkaTiming,
    stallMs: 2_000,
    rebuilt: (name) => rebuilt.push(name),
  });
});
afterEach(async () => {
  Object.assign(Kafka.prototype, made);
  await bus.close({ drainMs: 500 });
});

/** Lets a spec stand between the adapter and every real producer; returns them. */
function producers(between: (real: Producer, count: number) => Partial<Producer>): Producer[] {
  const all: Producer[] = [];
  Kafka.prototype.producer = function producer(config) {
    const real = made.producer.call(this, config);
    all.push(real);
    return { ...real, ...between(real, all.length) };
  };
  return all;
}

function consumers(between: (real: Consumer, count: number) => Partial<Consumer>): Consumer[] {
  const all: Consumer[] = [];
  Kafka.prototype.consumer = function consumer(config) {
    const real = made.consumer.call(this, config);
    all.push(real);
    return { ...real, ...between(real, all.length) };
  };
  return all;
}

const subscription = () => ({ group, topics: [topic], from: 'begin', checkpoint: 'bus' }) as const;

async function readAll(count: number): Promise<BusRecord[]> {
  const seen: BusRecord[] = [];
  const member = await bus.subscribe(subscription(), collect(seen));
  await until(`${count} records`, () => seen.length >= count);
  await sleep(50);
  await member.close();
  return seen;
}

describe('publishing', () => {
  it('sends one partition at a time, and one send at a time for each', async () => {
    const partitions: number[] = [];
    const running = new Map<number, number>();
    let most = 0;
    producers((real) => ({
      async send(record) {
        const of = new Set(record.messages.map(({ partition }) => partition ?? -1));
        partitions.push(of.size);
        for (const each of of) running.set(each, (running.get(each) ?? 0) + 1);
        most = Math.max(most, ...running.values());
        const answer = await real.send(record);
        for (const each of of) running.set(each, (running.get(each) ?? 0) - 1);
        return answer;
      },
    }));
    const events = (version: number) => upTo(40).map((n) => cloudEvent(`k${n}`, version));
    await Promise.all([bus.publish(topic, events(1)), bus.publish(topic, events(2))]);
    expect(partitions.length).toBeGreaterThan(12);
    expect(new Set(partitions)).toEqual(new Set([1]));
    expect(most).toBe(1);
  });

  it.each([
    ['names no partition', []],
    ['names another partition', [{ topicName: 'other', partition: 0, errorCode: 0 }]],
  ])('takes a send whose answer %s as not sent', async (_, answer) => {
    let sends = 0;
    producers((real) => ({
      // What kafkajs does when the leader moves to a broker that has answered before: the records are not sent, nobody says so.
      send: (record) => ((sends += 1) === 1 ? Promise.resolve(answer) : real.send(record)),
    }));
    const event = cloudEvent('k', 1);
    await expect(bus.publish(topic, [event])).rejects.toMatchObject({ kind: 'retriable' });
    await publishAtLast(bus, topic, [event]);
    expect(versions(await readAll(1), 'k')).toEqual([1]);
  });

  it('takes another producer after a send that failed, and puts the old one away', async () => {
    let disconnected = 0;
    const all = producers((real, count) => ({
      send: (record) => (count === 1 ? Promise.reject(new Error('out of order sequence')) : real.send(record)),
      async disconnect() {
        disconnected += 1;
        await real.disconnect();
      },
    }));
    await expect(bus.publish(topic, [cloudEvent('k', 1)])).rejects.toMatchObject({ kind: 'retriable' });
    await bus.publish(topic, [cloudEvent('k', 1)]);
    await bus.publish(topic, [cloudEvent('k', 2)]);
    expect(all).toHaveLength(2);
    await until('the old one is gone', () => disconnected === 1);
  });

  it('takes another producer after one that could not connect, which would go on without its id', async () => {
    const used: number[] = [];
    producers((real, count) => ({
      connect: () => (count === 1 ? Promise.reject(new Error('no controller')) : real.connect()),
      async send(record) {
        used.push(count);
        return real.send(record);
      },
    }));
    await expect(bus.publish(topic, [cloudEvent('k', 1)])).rejects.toMatchObject({ kind: 'retriable' });
    await bus.publish(topic, [cloudEvent('k', 1)]);
    expect(used).toEqual([2]);
  });

  it('names the command that declares a topic when one is not there', async () => {
    const refused = bus.publish('test.nowhere', [cloudEvent('k', 1)]);
    await expect(refused).rejects.toThrow('npm run topics -- apply');
    await expect(refused).rejects.toMatchObject({ kind: 'retriable' });
  });
});

describe('reading', () => {
  it('builds a consumer anew that crashed', async () => {
    await bus.publish(topic, [cloudEvent('k', 1)]);
    const all = consumers((real, count) => ({
      run: (config) =>
        real.run(
          count > 1
            ? config
            : {
                ...config,
                eachBatch: () => Promise.reject(new Error('something that kafkajs does not come back from')),
              },
        ),
    }));
    expect(versions(await readAll(1), 'k')).toEqual([1]);
    expect(all).toHaveLength(2);
    expect(rebuilt).toEqual([group]);
  });

  it('builds a consumer anew that does not fetch a partition over which records wait', async () => {
    const all = consumers(() => ({}));
    const seen: BusRecord[] = [];
    const member = await bus.subscribe(subscription(), collect(seen));
    await until('its partitions', () => member.assignments().length === 12);
    all[0]?.pause([{ topic: `${place.prefix}.${topic}` }]);
    // A fetch that was on its way has come back.
    await sleep(500);
    await bus.publish(topic, [cloudEvent('k', 1)]);
    await until('the record', () => seen.length === 1, 20_000);
    await member.close();
    expect(rebuilt).toEqual([group]);
  });

  it('keeps its one consumer while the cluster does not say how far a partition is', async () => {
    const all = consumers(() => ({}));
    let refused = 0;
    let silent = false;
    Kafka.prototype.admin = function admin(config) {
      const real = made.admin.call(this, config);
      return {
        ...real,
        async fetchTopicOffsets(name) {
          if (!silent) return real.fetchTopicOffsets(name);
          refused += 1;
          throw new Error('the brokers are busy');
        },
      };
    };
    const seen: BusRecord[] = [];
    const member = await bus.subscribe(subscription(), collect(seen));
    await until('its partitions', () => member.assignments().length === 12);
    silent = true;
    await until('the watchdog was refused', () => refused > 1, 20_000);
    silent = false;
    await bus.publish(
      topic,
      upTo(24).map((n) => cloudEvent(`k${n}`, 1)),
    );
    await until('every record', () => seen.length === 24);
    await member.close();
    expect(all).toHaveLength(1);
    expect(rebuilt).toEqual([]);
  });

  it('leaves a consumer alone that has nothing to read, and one whose handler is slow', async () => {
    const seen: BusRecord[] = [];
    const member = await bus.subscribe(subscription(), async (batch) => {
      await sleep(3_000);
      seen.push(...batch.records);
    });
    await sleep(3_500);
    await bus.publish(topic, [cloudEvent('k', 1)]);
    await until('the record', () => seen.length === 1);
    await member.close();
    expect(rebuilt).toEqual([]);
  });

  it('tells once more where it is when it leaves and the first time failed', async () => {
    let commits = 0;
    let leave = () => {};
    const leaving = new Promise<void>((resolve) => (leave = resolve));
    consumers((real) => ({
      async commitOffsets(offsets) {
        commits += 1;
        if (commits > 1) return real.commitOffsets(offsets);
        await leaving;
        throw new Error('the group is changing');
      },
    }));
    const member = await bus.subscribe(subscription(), nothing);
    const left = member.close();
    leave();
    await left;
    await bus.publish(topic, [cloudEvent('k', 1)]);
    expect(await bus.lag(group)).toBe(1);
  });
});

describe('kafkajs', () => {
  it('is of the version for which its busy timer is replaced', () => {
    expect(version).toBe(guardedVersion);
  });

  it('sets no timer while no request waits, on no connection', async () => {
    const queues = new Set<RequestQueue>();
    const guarded = RequestQueue.prototype.scheduleCheckPendingRequests;
    RequestQueue.prototype.scheduleCheckPendingRequests = function noticed(this: RequestQueue) {
      queues.add(this);
      guarded.call(this);
    };
    try {
      await bus.publish(topic, [cloudEvent('k', 1)]);
      const member = await bus.subscribe(subscription(), nothing);
      for (let look = 0; look < 20; look += 1) {
        await sleep(25);
        const idle = [...queues].filter(({ pending }) => pending.length === 0);
        expect(idle.map(({ throttleCheckTimeoutId }) => throttleCheckTimeoutId)).toEqual(idle.map(() => null));
      }
      await member.close();
      expect(queues.size).toBeGreaterThan(2);
    } finally {
      RequestQueue.prototype.scheduleCheckPendingRequests = guarded;
    }
  });
});
