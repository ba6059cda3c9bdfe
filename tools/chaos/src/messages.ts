import type { Outcome } from './history';

/** Before every topic and group of the run. */
export const kafkaPrefix = 'chaos';

/** Where a child reaches its servers: each through a wire of its own, where it can be troubled alone. */
export interface Assignment {
  readonly name: string;
  readonly seed: string;
  readonly owner: string;
  readonly reader: string;
  readonly bus: { readonly kind: 'pg'; readonly url: string } | { readonly kind: 'kafka'; readonly brokers: string[] };
  readonly partitions: number;
  /** Of a writer: events a second. */
  readonly rate: number;
  readonly accounts: readonly string[];
}

export type ToChild =
  | { readonly is: 'begin'; readonly assignment: Assignment }
  /** The child's clock from now on: so many milliseconds beside the machine's. */
  | { readonly is: 'clock'; readonly offset: number }
  /** A writer ends the commands that run and begins none. */
  | { readonly is: 'rest' }
  | { readonly is: 'measure' };

export type FromChild =
  | { readonly is: 'ready' }
  | { readonly is: 'begun'; readonly command: string; readonly events: number }
  | { readonly is: 'done'; readonly command: string; readonly outcome: Outcome; readonly why?: string }
  | { readonly is: 'resting' }
  /** Effects of one consumer in one partition that were committed at `at`: when their events were emitted, in machine time. */
  | { readonly is: 'applied'; readonly lane: string; readonly emitted: readonly number[]; readonly at: number }
  | { readonly is: 'measured'; readonly heap: number; readonly resources: number }
  | { readonly is: 'failed'; readonly why: string };
