import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The figures of this process. Several services of one process (standalone) share them, told apart by labels. */
export const metrics = new Registry();

let watchingProcess = false;

/** The figures in Prometheus's text format; the first call also starts those of the process itself (memory, event loop). */
export async function metricsText(): Promise<string> {
  if (!watchingProcess) collectDefaultMetrics({ register: metrics });
  watchingProcess = true;
  return metrics.metrics();
}

/**
 * A figure that only grows. Asking twice for the same name gives the same figure, as two services of one process do.
 * Labels are few and short words (a service, an operation's name): never an id, a person or a free text.
 */
export function counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
  const known = metrics.getSingleMetric(name);
  return known instanceof Counter ? known : new Counter({ name, help, labelNames, registers: [metrics] });
}

/** A figure that rises and falls. `measure` is asked when somebody reads, so that nothing has to keep it up to date. */
export function gauge<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  measure?: (figure: Gauge<L>) => void | Promise<void>,
): Gauge<L> {
  const known = metrics.getSingleMetric(name);
  if (known instanceof Gauge) return known;
  return new Gauge<L>({
    name,
    help,
    labelNames,
    registers: [metrics],
    ...(measure && {
      collect() {
        return measure(this);
      },
    }),
  });
}

/** Durations in seconds, in buckets from 2 ms to 10 s unless others are given. */
export function histogram<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  buckets: readonly number[] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
): Histogram<L> {
  const known = metrics.getSingleMetric(name);
  if (known instanceof Histogram) return known;
  return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [metrics] });
}
