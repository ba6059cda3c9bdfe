import { Pool } from 'undici';
import type { Question } from '../../../../apps/gateway/src';
import { rowsIn } from './variations';

export interface Answered {
  readonly took: number;
  readonly bytes: number;
  readonly rows: number;
  readonly errors: readonly string[];
}

export interface Asker {
  ask(question: Question, variables: Readonly<Record<string, unknown>>): Promise<Answered>;
  /** Requests that the gateway has sent to subgraphs so far. */
  subgraphRequests(): Promise<number>;
  close(): Promise<void>;
}

/** One connection over which one question after the other is asked, over HTTP as any client would. */
export function asker(address: string, token: string): Asker {
  const { origin } = new URL(address);
  const connection = new Pool(origin, { connections: 1, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'accept-language': 'zh' };
  return {
    async ask({ text, name }, variables) {
      const body = JSON.stringify({ query: text, variables });
      const begun = performance.now();
      const response = await connection.request({ path: '/graphql', method: 'POST', headers, body });
      const answer = await response.body.text();
      const took = performance.now() - begun;
      const { data, errors = [] } = JSON.parse(answer) as { data?: unknown; errors?: { message: string }[] };
      return {
        took,
        bytes: Buffer.byteLength(answer),
        rows: rowsIn(data),
        errors: errors.map(({ message }) => `${name}: ${message}`),
      };
    },
    async subgraphRequests() {
      const response = await connection.request({ path: '/metrics', method: 'GET' });
      const text = await response.body.text();
      return [...text.matchAll(/^gateway_subgraph_seconds_count\{[^}]*\} (\d+)$/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    },
    close: () => connection.close(),
  };
}
