import type { Kafka, Producer } from 'kafkajs';
import { BusError } from './bus';
import { kafkaError } from './kafka-client';
import type { KafkaRecord } from './kafka-records';
import { atMost, type Log } from './log';

export interface KafkaPublisher {
  /** Appends records of one partition, in order. Resolves when every in-sync replica has them. @throws BusError */
  append(topic: string, partition: number, records: readonly KafkaRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** A producer with the sends that still use it: it is put away when the last has ended. */
interface Current {
  readonly connected: Promise<Producer>;
  sending: number;
  discarded: boolean;
}

/**
 * Sends without the losses that kafkajs has when a leader moves: one partition per send, one send at a time for a partition, the
 * answer must name that partition, and after any failure a new producer, because the old one's sequence may be wrong for ever.
 * A repetition may therefore bring a record twice, which consumers pass over by its version.
 */
export function kafkaPublisher(kafka: Kafka, log: Log): KafkaPublisher {
  const lanes = new Map<string, Promise<unknown>>();
  let current: Current | undefined;

  function open(): Current {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // The partition is computed before, once for both adapters.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
      retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    return {
      connected: producer.connect().then(() => producer),
      sending: 0,
      discarded: false,
    };
  }

  function discard(used: Current): void {
    if (current === used) current = undefined;
    used.discarded = true;
    putAway(used);
  }

  function putAway(used: Current): void {
    if (!used.discarded || used.sending > 0) return;
    used.connected
      .then((producer) => producer.disconnect())
      .catch((error: unknown) => log.info({ err: error }, 'a discarded producer was already gone'));
  }

  async function send(topic: string, partition: number, records: readonly KafkaRecord[]): Promise<void> {
    // A producer whose connect failed would go on without its id, as if it were not idempotent: it is discarded as well.
    const used = (current ??= open());
    used.sending += 1;
    try {
      const producer = await used.connected;
      const answer = await producer.send({ topic, acks: -1, timeout: 10_000, messages: [...records] });
      const [only] = answer;
      if (answer.length !== 1 || only?.topicName !== topic || only.partition !== partition || only.errorCode !== 0)
        throw new BusError('retriable', `${topic}/${partition}: the answer names ${JSON.stringify(answer)}`);
    } catch (error) {
      discard(used);
      throw kafkaError(error, `${records.length} records for ${topic}/${partition}`);
    } finally {
      used.sending -= 1;
      putAway(used);
    }
  }

  return {
    append(topic, partition, records) {
      const lane = `${topic}/${partition}`;
      const before = lanes.get(lane) ?? Promise.resolve();
      const sent = before.then(
        () => send(topic, partition, records),
        () => send(topic, partition, records),
      );
      lanes.set(lane, sent);
      return sent;
    },
    async close() {
      await atMost(10_000, Promise.allSettled(lanes.values()));
      if (!current) return;
      const used = current;
      discard(used);
      await atMost(
        5_000,
        used.connected.then((producer) => producer.disconnect()),
      );
    },
  };
}
