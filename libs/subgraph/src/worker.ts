import { systemActor } from '@jishi/access';
import type { Database } from '@jishi/database';
import {
  rebuildProjection,
  runConsumers,
  startRelay,
  type DeliveryMetrics,
  type EventBus,
  type Rebuilt,
} from '@jishi/event-delivery';
import { dateInShanghai } from '@jishi/periods';
import { counter, gauge, histogram, type Logger } from '@jishi/telemetry';
import type { Service } from './service';
import { consumersOf, slicesOf } from './slices';
import { standingFigures, type StandingFigures } from './standing-figures';

export interface WorkerOptions {
  readonly service: Service;
  readonly database: Database;
  /** Address of the service's database: the relay keeps a connection of its own. */
  readonly url: string;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly clock: () => Date;
}

/** What a service does when nobody asks: its relay, its consumers, and its daily work. */
export interface Worker {
  /** Something was just committed in this process. */
  nudge(): void;
  /** Events of this service that are not yet on the bus. */
  pending(): Promise<number>;
  /** Records on the bus that this service's consumers have not applied. */
  lag(): Promise<number>;
  /** Fills a projection anew beside the one in use, and takes over what came out different. */
  rebuild(consumer: string): Promise<Rebuilt>;
  close(): Promise<void>;
}

/** How often the worker looks whether a new day has begun. */
const watchOfTheDay = 30_000;

export async function runWorker(options: WorkerOptions): Promise<Worker> {
  const { service, database, url, bus, log, clock } = options;
  const standing = standingFigures({
    service: service.name,
    database,
    bus,
    consumers: consumersOf(service).map(({ name }) => name),
    log,
    clock,
  });
  const figures = deliveryFigures(service.name, standing);
  const relay = startRelay({ url, service: service.name, bus, log, clock, metrics: figures });
  const consumers = await runConsumers({
    database,
    bus,
    log,
    clock,
    metrics: figures,
    consumers: consumersOf(service),
  });
  const daily = startDaily(options, () => relay.nudge());
  return {
    nudge: () => relay.nudge(),
    pending: () => relay.pending(),
    lag: () => consumers.lag(),
    async rebuild(name) {
      const consumer = consumersOf(service).find((each) => each.name === name);
      if (!consumer) throw new TypeError(`${service.name} has no consumer ${name}`);
      return rebuildProjection({ database, bus, consumer, log, clock });
    },
    async close() {
      await standing.close();
      await daily.close();
      await consumers.close();
      await relay.close();
    },
  };
}

/** Runs every capability's daily work when the worker starts and once each civil day after; a failed one is tried again. */
function startDaily({ service, database, log, clock }: WorkerOptions, committed: () => void) {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const doneOn = new Map<string, string>();

  async function look(): Promise<void> {
    const now = clock();
    const today = dateInShanghai(now);
    for (const { name, daily } of slicesOf(service)) {
      if (!daily || doneOn.get(name) === today || closed) continue;
      try {
        await daily({
          today,
          async transact(work) {
            const result = await database.transact(
              { actor: systemActor(`${service.name}.${name}`), standings: new Map(), today, now },
              work,
            );
            committed();
            return result;
          },
        });
        doneOn.set(name, today);
      } catch (err) {
        log.error({ err, capability: name }, 'the daily work failed and will be tried again');
      }
    }
    if (!closed) timer = setTimeout(() => (running = look()), watchOfTheDay);
  }
  running = look();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function deliveryFigures(service: string, standing: StandingFigures): DeliveryMetrics {
  const published = counter('outbox_published_total', 'Events brought to the bus', ['service']);
  const outboxAge = histogram('outbox_age_seconds', 'From commit to the bus, of the oldest event of a round', [
    'service',
  ]);
  const failed = counter('outbox_publish_failures_total', 'Rounds that the bus refused', ['service']);
  const leads = gauge('relay_leads', 'Whether this process leads the relay', ['service']);
  const applied = histogram('consumer_applied_seconds', 'From commit to the applied effect', ['consumer']);
  const repeated = counter('consumer_repeated_total', 'Events passed over as applied before', ['consumer']);
  const retried = counter('consumer_retried_total', 'Events tried again', ['consumer', 'cause']);
  const dead = counter('consumer_dead_letters_total', 'Events that could not be applied', ['consumer']);
  return {
    published(events, seconds) {
      published.inc({ service }, events);
      outboxAge.observe({ service }, seconds);
    },
    publishFailed: () => failed.inc({ service }),
    leading: (value) => leads.set({ service }, value),
    applied(consumer, seconds) {
      applied.observe({ consumer }, seconds);
      standing.applied(consumer, seconds);
    },
    repeated: (consumer) => repeated.inc({ consumer }),
    retried: (consumer, cause) => retried.inc({ consumer, cause }),
    deadLettered: (consumer) => dead.inc({ consumer }),
  };
}
