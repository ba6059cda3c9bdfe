/** Where the library says what went on; a pino logger fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Figures of delivery; each hook is called with numbers that a counter or histogram takes. */
export interface DeliveryMetrics {
  /** The relay brought `events` to the bus; `seconds` from the oldest one's time to now. */
  published?(events: number, seconds: number): void;
  /** A publish failed and is tried again. */
  publishFailed?(): void;
  /** A relay became (1) or ceased to be (0) the leader. */
  leading?(leads: 0 | 1): void;
  /** A consumer has applied one event; `seconds` from its time to now. */
  applied?(consumer: string, seconds: number): void;
  /** A consumer passed over an event that it had applied before. */
  repeated?(consumer: string): void;
  /** A consumer tries an event again. */
  retried?(consumer: string, cause: 'transient' | 'poison'): void;
  deadLettered?(consumer: string): void;
}

/** Resolves after the time or as soon as the signal aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Resolves when the work has ended, however, or when the time is over. */
export async function atMost(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  const ended = new AbortController();
  const done = () => ended.abort();
  await Promise.race([(work ?? Promise.resolve()).then(done, done), pause(milliseconds, ended.signal)]);
}
