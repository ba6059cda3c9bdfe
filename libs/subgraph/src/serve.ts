import { bearerOf, tokenVerifier } from '@jishi/access';
import { DomainError, languageOf } from '@jishi/errors';
import { mountOperations, traceFrom, withTrace, type Health, type Logger } from '@jishi/telemetry';
import { fastify, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Subgraph } from './create-subgraph';
import { formatRefusal } from './execute';

const requestBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export interface HttpOptions {
  readonly subgraph: Subgraph;
  readonly health: Health;
  readonly log: Logger;
  /** Public key of the gateway: a subgraph accepts the gateway's tokens and nothing else. */
  readonly gatewayKey: string;
}

/** A subgraph over HTTP, for the gateway alone: `POST /graphql` with the gateway's token; health and metrics beside it. */
export function subgraphServer({ subgraph, health, log, gatewayKey }: HttpOptions): FastifyInstance {
  const actorOf = tokenVerifier(gatewayKey, 'subgraph');
  const server = fastify({ logger: false, bodyLimit: 4 * 1024 * 1024 });
  mountOperations(server, { health, log });
  server.post('/graphql', async (request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const trace = traceFrom(request.headers);
    try {
      const actor = actorOf(bearerOf(request.headers.authorization));
      const body = requestBody.safeParse(request.body);
      if (!body.success) return await reply.code(400).send({ errors: [{ message: 'a GraphQL request has a query' }] });
      return await withTrace(trace, () =>
        subgraph.execute(body.data, { actor, language, correlationId: trace.correlationId }),
      );
    } catch (error) {
      if (error instanceof DomainError) return reply.code(401).send({ errors: [formatRefusal(error, language)] });
      throw error;
    }
  });
  return server;
}
