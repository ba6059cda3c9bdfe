import { cpus, loadavg } from 'node:os';

/** The value below which this share of the values lies; of a small number of values the nearest one. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly worst: number;
}

/** How durations in milliseconds are spread. */
export const spreadOf = (values: readonly number[]): Spread => ({
  count: values.length,
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  p99: percentile(values, 0.99),
  worst: percentile(values, 1),
});

export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The ratio of each pair, of which the middle one counts: what else the machine did during a round met both of its sides. */
export function ratioOf(pairs: readonly (readonly [number, number])[]): Ratio {
  const ratios = pairs.map(([measured, peer]) => measured / peer);
  return { median: percentile(ratios, 0.5), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** A figure that a reader can tell from its neighbours: 3.21, 32.1, 321. */
export const figure = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) : '-';

export const milliseconds = ({ p50, p95, p99, worst }: Spread): string =>
  `p50 ${figure(p50)}  p95 ${figure(p95)}  p99 ${figure(p99)}  worst ${figure(worst)} ms`;

export const asRatio = ({ median, least, most }: Ratio): string =>
  `${median.toFixed(2)} [${least.toFixed(2)}..${most.toFixed(2)}]`;

/** What else the machine does decides what a time is worth, so every figure stands beside it. */
export const load = (): string => `load ${loadavg()[0]?.toFixed(1) ?? '?'} on ${cpus().length} cores`;
