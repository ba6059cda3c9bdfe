// Three brokers that are killed, hung and taken away while records flow.
import { setTimeout as sleep } from 'node:timers/promises';
import { publishAtLast, upTo, withoutGap } from '../fixtures/event-bus-contract-case';
import { cloudEvent, until } from '../fixtures/harness';
import { kafkaPlace, type KafkaPlace } from '../fixtures/kafka-place';
import type { Batch, EventBus } from './index';

jest.setTimeout(300_000);

const keys = upTo(24).map((n) => `k${n}`);
const partitions = 6;

let place: KafkaPlace;
let number = 0;
let topic: string;
let group: string;
beforeAll(async () => {
  place = await kafkaPlace(3);
}, 300_000);
afterAll(() => place.close(), 60_000);
beforeEach(async () => {
  number += 1;
  [topic, group] = [`test.t${number}`, `test.g${number}`];
  await place.declare(topic, partitions);
});

/** Writes every key in every call, over all partitions at once, until it is told to end. */
function writing(bus: EventBus) {
  let [stop, version] = [false, 0];
  const written = (async () => {
    while (!stop) {
      version += 1;
      await publishAtLast(
        bus,
        topic,
        keys.map((key) => cloudEvent(key, version)),
      );
      await sleep(10);
    }
  })();
  return {
    version: () => version,
    async end() {
      stop = true;
      await written;
      return version;
    },
  };
}

/** What came of each key, in the order in which it came. */
function reading() {
  const came = new Map<string, number[]>(keys.map((key) => [key, []]));
  return {
    came,
    async handler({ records }: Pick<Batch, 'records'>) {
      for (const { event } of records) came.get(event.partitionkey)?.push(event.aggregateversion);
    },
    /** Waits for the last version and counts what went wrong on the way to it. */
    async result(last: number) {
      const missing = () => [...came.values()].reduce((sum, versions) => sum + last - new Set(versions).size, 0);
      await until('everything is read', () => missing() === 0, 60_000).catch((error: unknown) => {
        if (!(error instanceof Error)) throw error;
        process.stdout.write(`${error.message}: ${missing()} are missing\n`);
      });
      const lists = [...came.values()];
      return { lost: missing(), turned: lists.filter((versions) => !withoutGap(versions)).length };
    },
    repeated: (last: number) => [...came.values()].reduce((sum, versions) => sum + versions.length - last, 0),
  };
}

const subscription = () => ({ group, topics: [topic], from: 'begin', checkpoint: 'bus' }) as const;

it('loses and turns round nothing while leaders are killed, with several partitions in every call', async () => {
  const bus = place.open();
  const read = reading();
  const member = await bus.subscribe(subscription(), read.handler);
  const writer = writing(bus);
  await until('it flows', () => writer.version() > 20, 30_000);
  for (const node of place.kafka.nodes) {
    await node.kill('SIGKILL');
    await sleep(6_000);
    await node.start();
    const then = writer.version() + 20;
    await until('it flows again', () => writer.version() > then, 30_000);
  }
  const last = await writer.end();
  expect(await read.result(last)).toEqual({ lost: 0, turned: 0 });
  process.stdout.write(
    `three leaders killed: ${last * keys.length} records, 0 lost, ${read.repeated(last)} repeated\n`,
  );
  await member.close();
  await bus.close();
});

it('waits for a leader that hangs, and loses and turns round nothing', async () => {
  const bus = place.open();
  const read = reading();
  const member = await bus.subscribe(subscription(), read.handler);
  const writer = writing(bus);
  for (const node of place.kafka.nodes.slice(0, 2)) {
    await sleep(1_000);
    await node.kill('SIGSTOP');
    await sleep(8_000);
    await node.kill('SIGCONT');
    const then = writer.version() + 20;
    await until('it flows again', () => writer.version() > then, 30_000);
  }
  expect(await read.result(await writer.end())).toEqual({ lost: 0, turned: 0 });
  await member.close();
  await bus.close();
});

it('lets a member that stood still handle nothing that its successor handled, and takes it back', async () => {
  const bus = place.open();
  const wired = place.openWired();
  const read = reading();
  const bySuccessor = new Set<string>();
  const again: string[] = [];
  let standing: Promise<void> | undefined;
  const one = await wired.bus.subscribe({ ...subscription(), batch: 5 }, async (batch) => {
    await standing;
    for (const { event } of batch.records) if (bySuccessor.has(event.id)) again.push(event.id);
    await read.handler(batch);
  });
  const writer = writing(bus);
  await until('it has everything', () => one.assignments().length === partitions && writer.version() > 20, 30_000);
  let release = () => {};
  standing = new Promise<void>((resolve) => (release = resolve));
  // As a process that is stopped: nothing comes and goes, and no handler goes on.
  wired.freeze();
  const two = await bus.subscribe(subscription(), async (batch) => {
    for (const { event } of batch.records) bySuccessor.add(event.id);
    await read.handler(batch);
  });
  await until('its successor has everything', () => two.assignments().length === partitions, 30_000);
  await until('and has come far', () => bySuccessor.size > 2_000, 30_000);
  const begun = again.length;
  release();
  wired.thaw();
  await until('it is a member again', () => one.assignments().length === partitions / 2, 30_000);
  expect(await read.result(await writer.end())).toEqual({ lost: 0, turned: 0 });
  // What it was handling when it stopped ends; what it had fetched beyond that is not handled.
  expect(again.length - begun).toBeLessThanOrEqual(partitions * 5);
  await one.close();
  await two.close();
  await wired.bus.close();
  await bus.close();
});

it('goes on by itself after every broker was away for fifteen seconds, also who came meanwhile', async () => {
  const bus = place.open();
  const read = reading();
  const member = await bus.subscribe(subscription(), read.handler);
  const writer = writing(bus);
  await until('it flows', () => writer.version() > 20, 30_000);
  await Promise.all(place.kafka.nodes.map((node) => node.kill('SIGKILL')));
  const began = performance.now();
  await expect(bus.publish(topic, [cloudEvent('unheard', 1)])).rejects.toMatchObject({ kind: 'retriable' });
  const late = reading();
  const latecomer = await bus.subscribe({ ...subscription(), group: `${group}-late` }, late.handler);
  await sleep(Math.max(0, 15_000 - (performance.now() - began)));
  await Promise.all(place.kafka.nodes.map((node) => node.start()));
  const back = performance.now();
  const then = writer.version() + 1;
  await until('it flows again', () => writer.version() > then, 60_000);
  const [again, before] = [performance.now() - back, Math.max(...(read.came.get('k1') ?? []))];
  await until('it is read again', () => Math.max(...(read.came.get('k1') ?? [])) > before, 60_000);
  const seconds = [again, performance.now() - back].map((time) => (time / 1_000).toFixed(1));
  process.stdout.write(`all brokers back: written again after ${seconds[0]} s, read again after ${seconds[1]} s\n`);
  const last = await writer.end();
  expect(await read.result(last)).toEqual({ lost: 0, turned: 0 });
  expect(await late.result(last)).toEqual({ lost: 0, turned: 0 });
  await latecomer.close();
  await member.close();
  await bus.close();
});
