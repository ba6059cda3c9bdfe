import type { Caller, Subgraph, SubgraphAnswer } from './subgraph';
import { SubgraphFailure } from './subgraph';

/** One operation, as a subgraph of the same process takes it. */
export interface LocalRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** What a subgraph of the same process is told of the request; over HTTP the same facts travel in headers. */
export interface LocalCaller extends Pick<Caller, 'actor' | 'language'> {
  readonly correlationId: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * A subgraph in this process: `createSubgraph(…).execute`, which keeps parsed documents, so nothing is parsed or validated
 * twice. The deadline holds here too: work that goes on after it is ignored.
 */
export function localSubgraph(
  execute: (request: LocalRequest, caller: LocalCaller) => Promise<SubgraphAnswer>,
): Subgraph {
  return {
    ask({ query, variables, operationName, caller, budget, signal }) {
      return new Promise((resolve, reject) => {
        const tooLate = () => reject(new SubgraphFailure('SUBGRAPH_TIMEOUT', `no answer in ${budget} ms`));
        signal.addEventListener('abort', tooLate, { once: true });
        if (signal.aborted) tooLate();
        const { actor, language, trace } = caller;
        execute({ query, variables, operationName }, { actor, language, correlationId: trace.correlationId, signal })
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', tooLate));
      });
    },
    close: () => Promise.resolve(),
  };
}
