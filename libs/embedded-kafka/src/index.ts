export { runningKafka, startKafka, stopKafka } from './start';
export type { Kafka, KafkaNode, StartOptions } from './start';
export { artifacts, defaultCache, kafkaVersion } from './artifacts';
export { ask, type Answer } from './ask';
export { KafkaError } from './kafka-error';
export type { KafkaErrorCode } from './kafka-error';
