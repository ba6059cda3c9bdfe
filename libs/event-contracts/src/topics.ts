import type { DataClass, EventContract } from './contract';
import { contracts, partitionsOf, topics } from './registry';
import { topicWords, type Words } from './words';

/** How a topic is to be set up on Kafka, and what a reader has to know of it. */
export interface TopicSettings extends Words {
  /** Without prefix: `members.member`. On Kafka it is `topicName(topic, prefix)`. */
  readonly topic: string;
  /** The service that alone writes it. */
  readonly owner: string;
  /** Payload field whose value is the key of the record. */
  readonly key: string;
  /** Never changed once released: keys would move to other partitions. */
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** How long records stay, in days. */
  readonly retentionDays: number;
  /** Copies of a partition; a cluster of fewer brokers has as many as it has brokers. */
  readonly replication: number;
  /** Copies that must have a record before it counts as written; below `replication`, at least 1. */
  readonly minInSyncReplicas: number;
  /** The strictest one of its events. */
  readonly dataClass: DataClass;
  /** Types of its events. */
  readonly types: readonly string[];
}

/** What stands before every topic on Kafka unless the configuration says otherwise. */
export const defaultPrefix = 'jishi';
const dayInMilliseconds = 86_400_000;
const strictness: readonly DataClass[] = ['public', 'internal', 'personal'];
const usual = { cleanup: 'delete', retentionDays: 30, replication: 3, minInSyncReplicas: 2 } as const;

/** Every topic of the platform with its settings, by name. */
export const topicCatalogue: readonly TopicSettings[] = topics().map((topic) => {
  const events = contracts.filter((contract) => contract.topic === topic);
  const [first] = events as [EventContract, ...EventContract[]];
  return {
    topic,
    ...(topicWords[topic] ?? { zh: '', en: '' }),
    owner: first.service,
    key: first.keyField,
    partitions: partitionsOf(topic),
    ...usual,
    dataClass: strictest(events.map(({ dataClass }) => dataClass)),
    types: events.map(({ type }) => type).sort(),
  };
});

const byTopic = new Map(topicCatalogue.map((settings) => [settings.topic, settings]));

/** The settings of a topic. @throws TypeError when the contracts know no such topic. */
export function topicSettings(topic: string): TopicSettings {
  const settings = byTopic.get(topic);
  if (!settings) throw new TypeError(`${topic} is no topic of the contracts`);
  return settings;
}

/** The topic as Kafka knows it: `jishi.members.member`. */
export const topicName = (topic: string, prefix = defaultPrefix): string => `${prefix}.${topic}`;

/** What differs from the broker's own settings, by Kafka's names; `brokers` lowers what a small cluster cannot keep. */
export function topicConfig(
  settings: Pick<TopicSettings, 'cleanup' | 'retentionDays' | 'minInSyncReplicas'>,
  brokers = Number.POSITIVE_INFINITY,
): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': settings.cleanup,
    'retention.ms': String(settings.retentionDays * dayInMilliseconds),
    'min.insync.replicas': String(Math.max(1, Math.min(settings.minInSyncReplicas, brokers - 1))),
    'unclean.leader.election.enable': 'false',
  };
}

function strictest(classes: readonly DataClass[]): DataClass {
  return strictness[Math.max(...classes.map((each) => strictness.indexOf(each)))] ?? 'personal';
}
