import type { EventBus } from './bus';
import { kafkaBus } from './kafka';
import type { Log } from './log';
import { postgresLogBus } from './postgres-log';

export interface OpenBusOptions {
  readonly log?: Log;
  /** Who speaks, for the brokers' logs: the service. */
  readonly clientId: string;
}

const kafkaUrl = /^kafka:\/\/([^/@]+)\/([a-z0-9][a-z0-9-]*)$/;

/** Brokers and prefix of `kafka://broker:9092,another:9092/prefix`; undefined for the log in PostgreSQL. */
export function kafkaAddressOf(url: string): { readonly brokers: string[]; readonly prefix: string } | undefined {
  const [, brokers, prefix] = kafkaUrl.exec(url) ?? [];
  return brokers && prefix ? { brokers: brokers.split(','), prefix } : undefined;
}

/** Opens the event bus behind an address: the log in PostgreSQL or Apache Kafka. */
export async function openBus(url: string, { log, clientId }: OpenBusOptions): Promise<EventBus> {
  const kafka = kafkaAddressOf(url);
  return kafka ? kafkaBus({ ...kafka, clientId, ...(log && { log }) }) : postgresLogBus({ url, ...(log && { log }) });
}
