import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import { version } from 'kafkajs/package.json';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import { BusError, type BusErrorKind } from './bus';
import type { Log } from './log';

export interface KafkaAddress {
  /** `host:port` of a few brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and quotas, for example `members`. */
  readonly clientId: string;
}

/** The version whose inner workings the guards below and in the other `kafka-*` files were made for and tested with. */
export const guardedVersion = '2.2.4';

/**
 * kafkajs asks every millisecond, on every connection, whether a request waits for a throttled broker, also when none waits: five
 * percent of a core for a process at rest, and a warning about a negative time on newer Nodes. Here it asks only when one does.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhenOneWaits(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  const throttled = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(throttled, 10),
  );
};

/** Opens nothing yet: producers, members and admins connect when they are first needed. */
export function kafkaClient({ brokers, clientId }: KafkaAddress, log: Log): Kafka {
  if (version !== guardedVersion)
    throw new Error(`kafkajs ${version} is installed, its guards are made for ${guardedVersion}`);
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    logLevel: logLevel.WARN,
    // What it calls errors are mostly answers that it goes on to retry ("the coordinator is loading"). What matters of them comes
    // back as a rejection or a crash, and is said by whoever meets it.
    logCreator: () => (entry: LogEntry) => {
      const { message, error, groupId, topic } = entry.log as LogEntry['log'] & Record<string, unknown>;
      const fields = { kafkajs: entry.namespace, error, groupId, topic };
      log.info(fields, message);
    },
  });
}

/** Answers that no repetition changes: the record, the topic or the rights are wrong. */
const final = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
]);

/** The broker's own word for what went wrong, wherever kafkajs wrapped it. */
export function answerOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; depth += 1) {
    const { type, cause } = at as Error & { type?: unknown; cause?: unknown };
    if (typeof type === 'string') return type;
    at = cause;
  }
  return undefined;
}

/** What an error of kafkajs means to the caller of the bus. */
export function kafkaError(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error;
  const answer = answerOf(error);
  const kind: BusErrorKind = answer !== undefined && final.has(answer) ? 'fatal' : 'retriable';
  const hint = answer === 'UNKNOWN_TOPIC_OR_PARTITION' ? ' (npm run topics -- apply declares the topics)' : '';
  const message = error instanceof Error ? error.message : String(error);
  return new BusError(kind, `${doing}: ${message}${hint}`, { cause: error });
}
