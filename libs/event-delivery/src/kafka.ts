import type { Admin } from 'kafkajs';
import { BusError, type EventBus, type Subscriber } from './bus';
import type { CloudEvent } from './cloud-event';
import { kafkaClient, kafkaError, type KafkaAddress } from './kafka-client';
import { joinKafkaGroup, type GroupContext } from './kafka-member';
import { kafkaPublisher } from './kafka-publisher';
import { toKafkaRecord, type KafkaRecord } from './kafka-records';
import { atMost, silent, type Log } from './log';

export interface KafkaOptions extends KafkaAddress {
  /** Name of the installation, before every topic and group on the cluster: `jishi` makes `jishi.members.member`. */
  readonly prefix: string;
  readonly log?: Log;
  /** Milliseconds: a silent member's partitions go to others; without progress over waiting records a consumer is built anew. */
  readonly sessionMs?: number;
  readonly stallMs?: number;
  /** Told when a consumer was built anew. */
  readonly rebuilt?: (group: string) => void;
}

/** Bytes of one send at most; the brokers take a megabyte. */
const sendBytes = 512 * 1024;

/**
 * Apache Kafka behind the port of the event bus. Topics exist already (`npm run topics -- apply`); no sender is fenced here, so an
 * old leader's repetition may come late, and consumers pass over it by its version. Opens nothing before it is used.
 */
export function kafkaBus(options: KafkaOptions): EventBus {
  const { log = silent, prefix, sessionMs = 6_000, stallMs = 60_000 } = options;
  const kafka = kafkaClient(options, log);
  const publisher = kafkaPublisher(kafka, log);
  const members = new Set<Subscriber>();
  const counts = new Map<string, number>();
  let closed = false;
  let known: string | undefined;
  let admin: Promise<Admin> | undefined;

  async function ask<R>(question: (admin: Admin) => Promise<R>): Promise<R> {
    admin ??= (async () => {
      const opened = kafka.admin({ retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 } });
      await opened.connect();
      return opened;
    })();
    const asked = admin;
    try {
      return await question(await asked);
    } catch (error) {
      // Stale metadata or a dead connection would stay: the next question opens another.
      if (admin === asked) admin = undefined;
      asked
        .then((opened) => opened.disconnect())
        .catch((failure: unknown) => log.info({ err: failure }, 'the connection for questions was already gone'));
      throw kafkaError(error, 'Kafka was asked');
    }
  }

  async function partitionCount(topic: string): Promise<number> {
    const known = counts.get(topic);
    if (known !== undefined) return known;
    const { topics } = await ask((asked) => asked.fetchTopicMetadata({ topics: [topic] }));
    const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (count === 0)
      throw new BusError('retriable', `topic ${topic} is not there: npm run topics -- apply declares it`);
    counts.set(topic, count);
    return count;
  }

  async function publish(name: string, events: readonly CloudEvent[]): Promise<void> {
    if (closed) throw new BusError('closed', 'the event bus is closed');
    if (events.length === 0) return;
    const topic = `${prefix}.${name}`;
    const count = await partitionCount(topic);
    const once = new Map(events.map((event) => [event.id, event]));
    // All of them before the first is sent: a record that is too large takes nothing of its call with it.
    const records = [...once.values()].map((event) => toKafkaRecord(event, count));
    const byPartition = new Map<number, KafkaRecord[]>();
    for (const record of records) {
      const others = byPartition.get(record.partition);
      if (others) others.push(record);
      else byPartition.set(record.partition, [record]);
    }
    await Promise.all(
      [...byPartition].map(async ([partition, ofOne]) => {
        for (const part of parts(ofOne)) await publisher.append(topic, partition, part);
      }),
    );
  }

  /** kafkajs's own way takes five seconds for each topic: it joins as a member that polls at leisure. */
  async function moveGroup(
    groupId: string,
    positions: readonly { topic: string; partition: number; offset: string }[],
  ): Promise<void> {
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 10, allowAutoTopicCreation: false });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...new Set(positions.map(({ topic }) => topic))], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: async () => undefined });
      await consumer.commitOffsets([...positions]);
    } catch (error) {
      throw kafkaError(error, `moving ${groupId}`);
    } finally {
      await atMost(5_000, consumer.disconnect());
    }
    const now = await ask((asked) => asked.fetchOffsets({ groupId }));
    const moved = positions.every(({ topic, partition, offset }) =>
      now
        .find((answer) => answer.topic === topic)
        ?.partitions.some((each) => each.partition === partition && each.offset === offset),
    );
    if (!moved) throw new BusError('retriable', `${groupId} could not be moved: somebody joined it meanwhile`);
  }

  const context: GroupContext = {
    kafka,
    log,
    prefix,
    sessionMs,
    stallMs,
    ask,
    ...(options.rebuilt && { rebuilt: options.rebuilt }),
  };

  return {
    publish,
    async identity() {
      known ??= `${(await ask((asked) => asked.describeCluster())).clusterId}/${prefix}`;
      return known;
    },
    async subscribe(subscription, handler) {
      if (closed) throw new BusError('closed', 'the event bus is closed');
      const member = await joinKafkaGroup(context, subscription, handler);
      members.add(member);
      return {
        ...member,
        async close(closing) {
          members.delete(member);
          await member.close(closing);
        },
      };
    },
    async lag(group) {
      const positions = await ask((asked) => asked.fetchOffsets({ groupId: `${prefix}.${group}` }));
      const lags = await Promise.all(
        positions.map(async ({ topic, partitions }) => {
          const bounds = await ask((asked) => asked.fetchTopicOffsets(topic));
          return partitions.reduce((sum, { partition, offset }) => {
            const bound = bounds.find((candidate) => candidate.partition === partition);
            return bound && Number(offset) >= 0
              ? sum + Math.max(0, Number(bound.high) - Math.max(Number(offset), Number(bound.low)))
              : sum;
          }, 0);
        }),
      );
      return lags.reduce((sum, lag) => sum + lag, 0);
    },
    async seek(group, position) {
      const groupId = `${prefix}.${group}`;
      const described = await ask((asked) => asked.describeGroups([groupId]));
      const state = described.groups[0]?.state ?? 'Dead';
      if (state !== 'Empty' && state !== 'Dead') throw new BusError('fatal', `group ${group} has active members`);
      const positions: { topic: string; partition: number; offset: string }[] = [];
      for (const { topic, partitions } of await ask((asked) => asked.fetchOffsets({ groupId }))) {
        const bounds =
          position instanceof Date
            ? await ask((asked) => asked.fetchTopicOffsetsByTimestamp(topic, position.getTime()))
            : (await ask((asked) => asked.fetchTopicOffsets(topic))).map(({ partition, low, high }) => ({
                partition,
                offset: position === 'begin' ? low : high,
              }));
        for (const { partition, offset } of bounds)
          if (partitions.some((known) => known.partition === partition)) positions.push({ topic, partition, offset });
      }
      if (positions.length > 0) await moveGroup(groupId, positions);
    },
    async close(closing) {
      if (closed) return;
      closed = true;
      await Promise.all([...members].map((member) => member.close(closing)));
      await publisher.close();
      if (admin)
        await atMost(
          5_000,
          admin.then((opened) => opened.disconnect()),
        );
    },
  };
}

/** Runs of records that fit one send. */
function* parts(records: readonly KafkaRecord[]): Generator<readonly KafkaRecord[]> {
  let part: KafkaRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.value ?? '') + 700;
    if (part.length > 0 && bytes + size > sendBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
