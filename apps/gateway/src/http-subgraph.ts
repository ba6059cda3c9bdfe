import type { Actor } from '@jishi/access';
import { traceHeaders } from '@jishi/telemetry';
import { Pool } from 'undici';
import { type Caller, type Subgraph, type SubgraphAnswer, type SubgraphCall, SubgraphFailure } from './subgraph';

export interface HttpSubgraphOptions {
  /** The subgraph's GraphQL address, `http://members:4102/graphql`. */
  readonly url: string;
  /** Signs the short-lived internal token: subgraphs believe nothing else. */
  readonly sign: (actor: Actor) => string;
  /** Sockets at most; so many fetches run at once. */
  readonly connections?: number;
  /** Fetches that may wait for a socket; more are turned away at once, so that one slow subgraph does not eat the gateway's memory. */
  readonly waiting?: number;
}

/** Nothing of the request was answered, and most likely nothing of it was read. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A subgraph in another process, on its own pool of sockets. */
export function httpSubgraph({ url, sign, connections = 64, waiting = 1000 }: HttpSubgraphOptions): Subgraph {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, connectTimeout: 2000 });
  const signed = new WeakMap<Caller, string>();
  let running = 0;

  /** One signature for all fetches of a request. */
  function tokenFor(caller: Caller): string {
    const token = signed.get(caller) ?? sign(caller.actor);
    signed.set(caller, token);
    return token;
  }

  const post = ({ query, variables, operationName, caller, budget, signal }: SubgraphCall) =>
    pool.request({
      path: pathname,
      method: 'POST',
      headers: {
        ...traceHeaders(caller.trace),
        'content-type': 'application/json',
        'accept-language': caller.language,
        authorization: `Bearer ${tokenFor(caller)}`,
        'x-deadline-ms': String(budget),
      },
      body: JSON.stringify({ query, variables, operationName }),
      signal,
    });

  /** A second try only for questions, and only while no answer had begun. */
  const postTwice = (call: SubgraphCall) =>
    post(call).catch((error: unknown) => {
      if (call.mutation || call.signal.aborted || !notConnected.has(codeOf(error))) throw error;
      return post(call);
    });

  return {
    async ask(call) {
      if (running >= connections + waiting) {
        throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', `${url}: ${running} fetches are already waiting`);
      }
      running += 1;
      try {
        const { statusCode, body } = await postTwice(call);
        return answerIn(await body.text(), statusCode);
      } catch (error) {
        if (error instanceof SubgraphFailure) throw error;
        if (call.signal.aborted) {
          throw new SubgraphFailure('SUBGRAPH_TIMEOUT', `${url}: no answer in ${call.budget} ms`, { cause: error });
        }
        throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', `${url}: ${codeOf(error) || 'broken answer'}`, {
          cause: error,
        });
      } finally {
        running -= 1;
      }
    },
    close: () => pool.destroy(),
  };
}

/** A GraphQL answer may come with any status; without `data` or `errors` it is none. */
function answerIn(text: string, status: number): SubgraphAnswer {
  // Our own keys do not fit together. The person has signed in, and must not be asked to do so again.
  if (status === 401) throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', 'the subgraph does not believe the gateway');
  const answer: unknown = JSON.parse(text);
  // What stands in it is the plan executor's affair, as with any subgraph.
  if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
    return answer as SubgraphAnswer;
  throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', `status ${status} without a GraphQL answer`);
}
