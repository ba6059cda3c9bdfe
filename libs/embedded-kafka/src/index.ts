export { runningKafka, startKafka, stopKafka } from './start';
export type { Kafka, KafkaNode, StartOptions } from './start';
export { brokersIn, endKafka, findKafka, provideKafka } from './find';
export type { Places, Provided, Way } from './find';
export { artifacts, defaultCache, kafkaVersion } from './artifacts';
export { commandLine, kafkaCommand, type Said } from './command-line';
export { ask, type Answer } from './ask';
export { KafkaError } from './kafka-error';
export type { KafkaErrorCode } from './kafka-error';
