import type { Actor } from '@jishi/access';
import type { Language } from '@jishi/errors';
import type { Trace } from '@jishi/telemetry';

/** For whom a request runs, and until when: everything that a subgraph is told besides the operation. */
export interface Caller {
  readonly actor: Actor;
  readonly language: Language;
  readonly trace: Trace;
  /** Milliseconds on the clock of `performance.now()` at which the whole answer is due. */
  readonly deadline: number;
}

/** One fetch of a query plan. */
export interface SubgraphCall {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** A mutation is never sent twice. */
  readonly mutation: boolean;
  readonly caller: Caller;
  /** Milliseconds that the subgraph may use. */
  readonly budget: number;
  /** Aborts when the budget is used up. */
  readonly signal: AbortSignal;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly SubgraphError[];
  /** `hidden`: the fields that the caller may not see, null in the data, each with its path and the reason. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A subgraph as the gateway reaches it: over HTTP (`httpSubgraph`) or in the same process (`localSubgraph`). */
export interface Subgraph {
  /**
   * The subgraph's answer, refusals included.
   * @throws SubgraphFailure when there is none; any other error is taken for one.
   */
  ask(call: SubgraphCall): Promise<SubgraphAnswer>;
  close(): Promise<void>;
}

export type FailureCode = 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_UNAVAILABLE';

/** A subgraph gave no usable answer. The message is for the log; the caller is told in words of his own (`data-source.ts`). */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure';
  constructor(
    readonly code: FailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
