import type { GraphQLDataSource } from '@apollo/gateway';
import { say } from '@jishi/errors';
import { histogram, type Logger } from '@jishi/telemetry';
import { breaker } from './breaker';
import { type Caller, type FailureCode, type Subgraph, type SubgraphAnswer, SubgraphFailure } from './subgraph';

/** The subgraph gets this much less than the gateway has left, so that its own refusal still arrives. Milliseconds. */
const allowance = 50;

/** Marks a hidden field on its way through the plan executor, which knows how to turn a subgraph's path into the answer's. */
export const hiddenMark = 'HIDDEN_FIELD';

const words: Record<FailureCode, { readonly zh: string; readonly en: string }> = {
  SUBGRAPH_TIMEOUT: {
    zh: '{service} 服务没有在期限内回答，答案中缺少它的部分',
    en: 'The service {service} did not answer in time; its part of the answer is missing',
  },
  SUBGRAPH_UNAVAILABLE: {
    zh: '{service} 服务暂时不可用，答案中缺少它的部分',
    en: 'The service {service} is not available; its part of the answer is missing',
  },
};
const mayHaveHappened = {
  zh: '。办理可能已经完成：用同一个 clientMutationId 再试一次不会重复办理',
  en: '. The step may have been taken: trying again with the same clientMutationId does not take it twice',
};

export interface GatewayDataSourceOptions {
  readonly name: string;
  readonly subgraph: Subgraph;
  readonly log: Logger;
}

/**
 * A subgraph as the plan executor sees it. It always answers by the caller's deadline: a subgraph that hangs, is gone or
 * breaks off becomes `data: null` and one error entry, and the rest of the answer goes on without it.
 */
export function dataSource({
  name,
  subgraph,
  log,
}: GatewayDataSourceOptions): GraphQLDataSource<Caller & Record<string, unknown>> {
  const gate = breaker();
  const seconds = histogram('gateway_subgraph_seconds', 'Duration of fetches from subgraphs', ['subgraph', 'outcome']);

  async function ask(
    query: string,
    operationName: string | undefined,
    variables: Record<string, unknown>,
    caller: Caller,
  ) {
    const left = Math.floor(caller.deadline - performance.now());
    if (left <= allowance)
      throw new SubgraphFailure('SUBGRAPH_TIMEOUT', 'the time was used up before this fetch began');
    if (!gate.allows()) throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', 'the breaker is open');
    const signal = AbortSignal.timeout(left);
    const mutation = isMutation(query);
    try {
      const answer = await subgraph.ask({
        query,
        operationName,
        variables,
        mutation,
        caller,
        budget: left - allowance,
        signal,
      });
      gate.record(true);
      return answer;
    } catch (error) {
      gate.record(false);
      throw error;
    }
  }

  return {
    async process(options) {
      if (!('incomingRequestContext' in options)) throw new Error('the supergraph is static');
      const { query = '', operationName, variables = {} } = options.request;
      const caller: Caller = options.context;
      const took = seconds.startTimer({ subgraph: name });
      try {
        const answer = await ask(query, operationName, variables, caller);
        took({ outcome: answer.errors?.length ? 'refused' : 'answered' });
        return forPlan(answer);
      } catch (error) {
        const code = error instanceof SubgraphFailure ? error.code : 'SUBGRAPH_UNAVAILABLE';
        took({ outcome: code });
        log.warn({ subgraph: name, err: error }, 'no answer from a subgraph');
        const more = isMutation(query) ? mayHaveHappened[caller.language] : '';
        return {
          data: null,
          errors: [
            {
              message: say(words[code], caller.language, { service: name }) + more,
              extensions: { code, service: name },
            },
          ],
        };
      }
    },
  };
}

const isMutation = (query: string) => query.startsWith('mutation');

/** Hidden fields travel as errors, as only those get their paths translated; `collectHidden` takes them out again. */
function forPlan({ data, errors = [], extensions }: SubgraphAnswer) {
  const hidden = hiddenIn(extensions).map(({ path, ...facts }) => ({
    message: hiddenMark,
    path,
    extensions: { code: hiddenMark, ...facts, mark: hiddenMark },
  }));
  const all = [...errors, ...hidden];
  return all.length > 0 ? { data, errors: all } : { data };
}

interface HiddenField {
  readonly path: readonly (string | number)[];
  readonly [fact: string]: unknown;
}

const hiddenIn = (extensions: SubgraphAnswer['extensions']): readonly HiddenField[] =>
  Array.isArray(extensions?.hidden) ? extensions.hidden : [];
