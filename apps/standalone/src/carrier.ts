import { join } from 'node:path';
import { provideKafka } from '@jishi/embedded-kafka';
import { defaultPrefix } from '@jishi/event-contracts';
import { kafkaTopics, topicsOfContracts } from '@jishi/event-delivery';

/** What carries the events of an installation: the log in its PostgreSQL, or Apache Kafka. */
export type Carrier = 'postgres' | 'kafka';

export interface KafkaCarrier {
  /** `kafka://127.0.0.1:port/jishi`. */
  readonly busUrl: string;
  stop(): Promise<void>;
}

/**
 * A Kafka of the installation's own, in its folder, with every topic of the contracts declared; KAFKA_BROKERS names another one.
 * @throws KafkaError with words for the operator
 */
export async function openKafka(
  folder: string,
  { brokers, installer }: { readonly brokers?: string | undefined; readonly installer: string },
  log: (line: string) => void,
): Promise<KafkaCarrier> {
  const kafka = await provideKafka({ folder: join(folder, 'kafka'), brokers, installer, log });
  try {
    const topics = await kafkaTopics({ brokers: kafka.brokers, clientId: 'standalone' });
    try {
      await topics.apply(await topics.plan(topicsOfContracts(defaultPrefix, await topics.brokers())));
    } finally {
      await topics.close();
    }
    return { busUrl: `kafka://${kafka.brokers.join(',')}/${defaultPrefix}`, stop: () => kafka.stop() };
  } catch (error) {
    await kafka.stop();
    throw error;
  }
}
