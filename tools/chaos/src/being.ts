import { kafkaBus, postgresLogBus, type EventBus, type Log } from '@jishi/event-delivery';
import type { Chance } from '../../city/random';
import { kafkaPrefix, type Assignment, type FromChild } from './messages';

/** What every kind of child gets. */
export interface Being {
  readonly assignment: Assignment;
  readonly dice: Chance;
  readonly log: Log;
  readonly clock: () => Date;
  /** Resolves when the parent has it: what is told before a kill was told. */
  tell(message: FromChild): Promise<void>;
}

/** Ends what runs. A writer also rests. */
export interface Life {
  rest?(): Promise<void>;
}

/** Resolves when the parent has the message, or is gone. */
export const tell = (message: FromChild): Promise<void> =>
  new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(message, () => resolve());
  });

const say = (level: string) => (fields: object, message: string) => {
  const { err, ...others } = fields as { err?: unknown };
  const cause = err instanceof Error ? { err: err.message, stack: level === 'error' ? err.stack : undefined } : {};
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...others, ...cause })}\n`);
};
export const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };

/** The bus of the run, as it is. */
export async function openBus({ name, bus, partitions }: Assignment): Promise<EventBus> {
  if (bus.kind === 'kafka') return kafkaBus({ brokers: bus.brokers, clientId: name, prefix: kafkaPrefix, log });
  return postgresLogBus({ url: bus.url, log, partitions: () => partitions });
}
