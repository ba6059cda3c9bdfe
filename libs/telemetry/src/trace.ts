import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/**
 * What ties log lines and events to the request that caused them. `requestId` is one HTTP request of a caller,
 * `correlationId` one piece of the office's business, which may span many requests, events and services;
 * `causationId` is the id of the event that is being handled, absent while a person's request is served.
 */
export interface Trace {
  readonly requestId: string;
  readonly correlationId: string;
  readonly causationId?: string;
}

const running = new AsyncLocalStorage<Trace>();

/** A caller's id goes into logs and events, so it is taken only when it is short and plain. */
const plain = /^[\w.:-]{1,64}$/;

const taken = (header: string | string[] | undefined) =>
  typeof header === 'string' && plain.test(header) ? header : undefined;

/** The trace of an incoming request; ids that are missing or not plain are replaced by new ones. */
export function traceFrom(headers: Readonly<Record<string, string | string[] | undefined>>): Trace {
  const requestId = taken(headers['x-request-id']) ?? randomUUID();
  return { requestId, correlationId: taken(headers['x-correlation-id']) ?? requestId };
}

/** The headers by which the next process continues the same trace. */
export const traceHeaders = ({ requestId, correlationId }: Trace): Record<string, string> => ({
  'x-request-id': requestId,
  'x-correlation-id': correlationId,
});

/** Runs `work`, and everything it awaits, under a trace: log lines carry its ids by themselves. */
export const withTrace = <R>(trace: Trace, work: () => R): R => running.run(trace, work);

/** The trace of the work that is running now; undefined at start-up and in timers. */
export const currentTrace = (): Trace | undefined => running.getStore();
