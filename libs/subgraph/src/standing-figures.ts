import type { Database } from '@jishi/database';
import type { EventBus } from '@jishi/event-delivery';
import { gauge, type Logger } from '@jishi/telemetry';

/** What stands still is not seen by counting what moves: these figures are looked up at times. */
export interface StandingFigures {
  /** A consumer has applied an event that happened so many seconds ago. */
  applied(consumer: string, seconds: number): void;
  /** Looks once, now; by itself it looks four times a minute. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface StandingOptions {
  readonly service: string;
  readonly database: Pick<Database, 'query'>;
  readonly bus: Pick<EventBus, 'lag'>;
  readonly consumers: readonly string[];
  readonly log: Logger;
  readonly clock: () => Date;
}

const every = 15_000;

/** Outbox, lag and dead letters of a service, for the alarms: events that wait, how long, and what waits for a person. */
export function standingFigures({ service, database, bus, consumers, log, clock }: StandingOptions): StandingFigures {
  const pending = gauge('outbox_pending', 'Events not yet on the bus', ['service']);
  const oldest = gauge('outbox_oldest_seconds', 'Age of the oldest event that is not yet on the bus', ['service']);
  const lagRecords = gauge('consumer_lag_records', 'Records on the bus that the consumer has not finished', [
    'consumer',
  ]);
  const lagSeconds = gauge(
    'consumer_lag_seconds',
    'How old the newest applied event is while others wait, 0 when none',
    ['consumer'],
  );
  const dead = gauge('consumer_dead_letters_waiting', 'Events that wait for a person', ['consumer']);
  const newest = new Map<string, number>();

  async function look(): Promise<void> {
    const now = clock().getTime();
    const [outbox] = await database.query<{ pending: number | string; since: Date | null }>(
      'outbox-standing',
      'SELECT count(*) AS pending, min(occurred_at) AS since FROM outbox WHERE published_at IS NULL',
    );
    pending.set({ service }, Number(outbox?.pending ?? 0));
    oldest.set({ service }, outbox?.since ? Math.max(0, (now - outbox.since.getTime()) / 1_000) : 0);
    const waiting = await database.query<{ consumer: string; waiting: number | string }>(
      'dead-letters-standing',
      `SELECT consumer, count(*) AS waiting FROM dead_letter WHERE state = 'WAITING' GROUP BY consumer`,
    );
    for (const consumer of consumers) {
      const lag = await bus.lag(consumer);
      lagRecords.set({ consumer }, lag);
      lagSeconds.set({ consumer }, lag > 0 ? Math.max(0, (now - (newest.get(consumer) ?? started)) / 1_000) : 0);
      dead.set({ consumer }, Number(waiting.find((row) => row.consumer === consumer)?.waiting ?? 0));
    }
  }

  const started = clock().getTime();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const again = (): void => {
    timer = setTimeout(() => {
      running = look()
        .catch((err: unknown) => log.warn({ err }, 'outbox and lag could not be looked at'))
        .finally(() => {
          if (!closed) again();
        });
    }, every);
    timer.unref();
  };
  again();
  return {
    applied(consumer, seconds) {
      newest.set(consumer, clock().getTime() - seconds * 1_000);
    },
    look,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
