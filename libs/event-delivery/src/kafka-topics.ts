import { topicCatalogue, topicConfig, topicName } from '@jishi/event-contracts';
import { ConfigResourceTypes, type Admin } from 'kafkajs';
import { kafkaClient, kafkaError, type KafkaAddress } from './kafka-client';
import { pause, silent, type Log } from './log';

/** A topic as it shall be on the cluster. */
export interface TopicWanted {
  /** As on the cluster, with the installation's prefix. */
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Kafka's own names: `retention.ms`, `cleanup.policy`, `min.insync.replicas`, `max.message.bytes`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What is to be done for one topic. `refused`: the cluster has it otherwise, in a way that is never changed in place. */
export interface TopicStep {
  readonly topic: TopicWanted;
  readonly doing: 'create' | 'change' | 'keep' | 'refused';
  /** Settings, partitions or replicas that differ: as they are and as they shall be. */
  readonly differences: readonly { readonly what: string; readonly is: string; readonly shall: string }[];
}

export interface KafkaTopics {
  /** How many brokers the cluster has at the moment. */
  brokers(): Promise<number>;
  /** Compares, changes nothing. */
  plan(wanted: readonly TopicWanted[]): Promise<readonly TopicStep[]>;
  /** Creates what is missing and sets what differs. @throws Error before anything is done when a step is refused. */
  apply(steps: readonly TopicStep[]): Promise<void>;
  close(): Promise<void>;
}

/** Every topic of the contracts as it shall be on a cluster of so many brokers; a small one keeps fewer copies. */
export const topicsOfContracts = (prefix: string, brokers: number): readonly TopicWanted[] =>
  topicCatalogue.map((settings) => ({
    name: topicName(settings.topic, prefix),
    partitions: settings.partitions,
    replication: Math.min(settings.replication, brokers),
    settings: topicConfig(settings, brokers),
  }));

/**
 * The topics of a cluster, for the one command that declares them: services never create a topic. The number of partitions is
 * never changed in place, because every key would move and lose its order: such a topic gets a new name.
 */
export async function kafkaTopics(address: KafkaAddress, log: Log = silent): Promise<KafkaTopics> {
  const admin = kafkaClient(address, log).admin({ retry: { retries: 5, initialRetryTime: 200, maxRetryTime: 2_000 } });
  const ask = async <R>(question: (asked: Admin) => Promise<R>): Promise<R> => {
    try {
      return await question(admin);
    } catch (error) {
      throw kafkaError(error, `Kafka at ${address.brokers.join(', ')}`);
    }
  };
  await ask((asked) => asked.connect());

  async function settingsOf(names: readonly string[]): Promise<Map<string, Map<string, string>>> {
    if (names.length === 0) return new Map();
    const { resources } = await ask((asked) =>
      asked.describeConfigs({
        includeSynonyms: false,
        resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
      }),
    );
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    );
  }

  /** Every partition has a leader that answers; the brokers learn of a new topic one after the other. */
  async function ready(wanted: readonly TopicWanted[]): Promise<void> {
    for (let wait = 50, waited = 0; ; waited += wait, wait = Math.min(wait * 2, 1_000)) {
      try {
        for (const { name } of wanted) await admin.fetchTopicOffsets(name);
        return;
      } catch (error) {
        if (waited > 30_000) throw kafkaError(error, `the new topics do not answer at ${address.brokers.join(', ')}`);
        log.info({ err: error }, 'a new topic does not answer yet');
        await pause(wait);
      }
    }
  }

  return {
    async brokers() {
      return (await ask((asked) => asked.describeCluster())).brokers.length;
    },
    async plan(wanted) {
      const existing = new Set(await ask((asked) => asked.listTopics()));
      const there = wanted.map(({ name }) => name).filter((name) => existing.has(name));
      const { topics } =
        there.length > 0 ? await ask((asked) => asked.fetchTopicMetadata({ topics: there })) : { topics: [] };
      const settings = await settingsOf(there);
      return wanted.map((topic): TopicStep => {
        const found = topics.find(({ name }) => name === topic.name);
        if (!found) return { topic, doing: 'create', differences: [] };
        const shape = [
          { what: 'partitions', is: String(found.partitions.length), shall: String(topic.partitions) },
          { what: 'replicas', is: String(found.partitions[0]?.replicas.length), shall: String(topic.replication) },
        ].filter(({ is, shall }) => is !== shall);
        if (shape.length > 0) return { topic, doing: 'refused', differences: shape };
        const differences = Object.entries(topic.settings)
          .map(([what, shall]) => ({ what, is: settings.get(topic.name)?.get(what) ?? '', shall }))
          .filter(({ is, shall }) => is !== shall);
        return { topic, doing: differences.length > 0 ? 'change' : 'keep', differences };
      });
    },
    async apply(steps) {
      const refused = steps.filter(({ doing }) => doing === 'refused').map(({ topic }) => topic.name);
      if (refused.length > 0) throw new Error(`cannot be changed in place: ${refused.join(', ')}`);
      const creating = steps.filter(({ doing }) => doing === 'create');
      if (creating.length > 0)
        await ask((asked) =>
          asked.createTopics({
            waitForLeaders: false,
            topics: creating.map(({ topic }) => ({
              topic: topic.name,
              numPartitions: topic.partitions,
              replicationFactor: topic.replication,
              configEntries: Object.entries(topic.settings).map(([name, value]) => ({ name, value })),
            })),
          }),
        );
      if (creating.length > 0) await ready(creating.map(({ topic }) => topic));
      const changing = steps.filter(({ doing }) => doing === 'change');
      if (changing.length > 0)
        await ask((asked) =>
          asked.alterConfigs({
            validateOnly: false,
            resources: changing.map(({ topic }) => ({
              type: ConfigResourceTypes.TOPIC,
              name: topic.name,
              configEntries: Object.entries(topic.settings).map(([name, value]) => ({ name, value })),
            })),
          }),
        );
    },
    async close() {
      await ask((asked) => asked.disconnect());
    },
  };
}
