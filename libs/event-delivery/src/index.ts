export { applyBatch, handleOnce, type ConsumerDatabase } from './apply';
export * from './bus';
export * from './cloud-event';
export { consumer, verdictOf, type Consumer, type ConsumerOptions, type Handler } from './consumer';
export { deadLetters, type DeadLetter, type DeadLetters } from './dead-letters';
export { silent, type DeliveryMetrics, type Log } from './log';
export { deliveryMigrations, writeOutbox, type Queryable } from './outbox';
export { murmur2, partitionOf } from './partition';
export { postgresLogBus, type PostgresLog, type PostgresLogOptions } from './postgres-log';
export {
  publishSnapshot,
  publishSnapshotOf,
  resetProjection,
  type SnapshotOptions,
  type SnapshotReader,
} from './rebuild';
export { startRelay, type Relay, type RelayOptions } from './relay';
export { runConsumers, type ConsumersOptions, type RunningConsumers } from './run-consumers';
export { settled } from './settled';
export { NotArrivedYet } from './failure';
