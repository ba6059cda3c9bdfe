import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { type Actor, bearerOf } from '@jishi/access';
import { keepApolloFromCallingHome } from '@jishi/config';
import { DomainError, languageOf, say, unauthenticated } from '@jishi/errors';
import { currentTrace, health, type Health, type Logger, mountOperations, traceFrom } from '@jishi/telemetry';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { mountExplorer } from './altair';
import { finishAnswer } from './answer';
import { dataSource } from './data-source';
import { limits, withinLimits } from './limits';
import type { Question } from './committed';
import type { Caller, Subgraph } from './subgraph';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  /** How to reach the subgraph of this name; asked once for each subgraph of the supergraph. */
  readonly dataSourceFor: (name: string) => Subgraph;
  /** The actor of a bearer token; throws a `DomainError` of kind UNAUTHENTICATED for anything else (`tokenVerifier`). */
  readonly verify: (token: string | undefined) => Actor;
  readonly log: Logger;
  /** Milliseconds in which every request is answered, with or without all its parts. */
  readonly deadline?: number;
  /** In production there is no introspection and no explorer. */
  readonly production?: boolean;
  /** Preloaded into the explorer. */
  readonly questions?: readonly Question[];
  readonly health?: Health;
}

/** The gateway as a server that does not listen yet: `app.listen(…)`, or `app.inject(…)` in tests. `app.close()` closes the subgraphs too. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { supergraphSdl, dataSourceFor, verify, log, deadline = 10_000, production = false, questions = [] } = options;

  const subgraphs: Subgraph[] = [];
  keepApolloFromCallingHome();
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService({ name }) {
      const subgraph = dataSourceFor(name);
      subgraphs.push(subgraph);
      return dataSource({ name, subgraph, log });
    },
  });

  const apollo = new ApolloServer<Caller>({
    // The gateway is typed for the server interface before this one, whose run-time shape is the same.
    gateway: gateway as unknown as ApolloServerOptionsWithGateway<Caller>['gateway'],
    logger: log,
    nodeEnv: production ? 'production' : 'development',
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [withinLimits],
    stringifyResult: (result) => JSON.stringify(result),
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), finishAnswer(log)],
  });
  await apollo.start();

  const app = fastify({ bodyLimit: limits.body, requestTimeout: 30_000, forceCloseConnections: 'idle' });
  mountOperations(app, { health: options.health ?? health({ log }), log });
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-correlation-id', traceOf(request).correlationId).header('x-content-type-options', 'nosniff');
    next();
  });
  app.addHook('onClose', async () => {
    await apollo.stop();
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  app.setNotFoundHandler((_, reply) =>
    reply
      .code(404)
      .send({ errors: [{ message: '没有这个地址 / no such address', extensions: { code: 'NOT_FOUND' } }] }),
  );

  const callers = new WeakMap<FastifyRequest, Caller>();
  const showExplorer = production ? undefined : mountExplorer(app, questions);
  const answer = fastifyApolloHandler(apollo, { context: async (request) => callerOf(callers, request) });

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    async onRequest(request, reply) {
      if (showExplorer && isBrowser(request)) return showExplorer(request, reply);
      // Before the body is read: a stranger's bytes are not worth parsing.
      callers.set(request, {
        actor: verify(bearerOf(request.headers.authorization)),
        language: languageOf(request.headers['accept-language']),
        trace: traceOf(request),
        deadline: performance.now() + deadline,
      });
      return undefined;
    },
    handler: answer,
  });
  return app;
}

function callerOf(callers: WeakMap<FastifyRequest, Caller>, request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw unauthenticated();
  return caller;
}

const traceOf = (request: FastifyRequest) => currentTrace() ?? traceFrom(request.headers);

const isBrowser = ({ method, headers }: FastifyRequest) =>
  method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');

/** What goes wrong before GraphQL begins still answers in GraphQL's shape, so that a client has one kind of error to read. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger) {
  const language = languageOf(request.headers['accept-language']);
  const send = (status: number, message: string, code: string) =>
    reply.code(status).send({ errors: [{ message, extensions: { code } }] });

  if (error instanceof DomainError) {
    const { code, wording, params } = error.refusal;
    return send(error.kind === 'UNAUTHENTICATED' ? 401 : 400, say(wording, language, params), code);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) {
    const size = `${limits.body / 1024} KB`;
    return send(413, language === 'zh' ? `请求超过${size}` : `The request is larger than ${size}`, 'REQUEST_TOO_LARGE');
  }
  if (status >= 400 && status < 500)
    return send(status, language === 'zh' ? '请求无法读取' : 'The request cannot be read', 'BAD_REQUEST');
  log.error({ err: error }, 'a request failed outside GraphQL');
  return send(
    500,
    language === 'zh' ? '系统内部错误，已记录' : 'Something went wrong inside and was logged',
    'INTERNAL_SERVER_ERROR',
  );
}
