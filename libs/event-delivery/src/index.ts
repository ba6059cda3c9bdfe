export { applyBatch, handleOnce, type ConsumerDatabase } from './apply';
export * from './bus';
export * from './cloud-event';
export {
  consumer,
  verdictOf,
  type Adjusts,
  type Consumer,
  type ConsumerOptions,
  type Handler,
  type SetHandler,
} from './consumer';
export { deadLetters, type DeadLetter, type DeadLetterFilter, type DeadLetters, type Settling } from './dead-letters';
export { kafkaBus, type KafkaOptions } from './kafka';
export { kafkaTopics, topicsOfContracts, type KafkaTopics, type TopicStep, type TopicWanted } from './kafka-topics';
export type { KafkaAddress } from './kafka-client';
export { silent, type DeliveryMetrics, type Log } from './log';
export { deliveryMigrations, writeOutbox, type Queryable } from './outbox';
export { murmur2, partitionOf } from './partition';
export { postgresLogBus, type PostgresLog, type PostgresLogOptions } from './postgres-log';
export { rebuildProjection, RebuildGivenUp, type Rebuilt, type RebuildOptions, type RebuildProgress } from './rebuild';
export { startRelay, type Relay, type RelayOptions } from './relay';
export { runConsumers, type ConsumersOptions, type RunningConsumers } from './run-consumers';
export { settled } from './settled';
export {
  pathSql,
  publishSnapshot,
  SnapshotRunning,
  topicOfSnapshot,
  type Published,
  type Snapshot,
  type SnapshotOptions,
  type SnapshotProgress,
  type Told,
} from './snapshot';
export { NotArrivedYet } from './failure';
export { kafkaAddressOf, openBus, type OpenBusOptions } from './open-bus';
