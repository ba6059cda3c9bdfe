import type { FastifyInstance } from 'fastify';
import type { Health } from './health';
import type { Logger } from './logger';
import { histogram, metricsText } from './metrics';
import { traceFrom, withTrace } from './trace';

/** Where a process tells how it is. Probes and scrapers name these paths; `tools/check-deployment` compares. */
export const operationPaths = { live: '/health/live', ready: '/health/ready', metrics: '/metrics' } as const;

export interface Operations {
  readonly health: Health;
  readonly log: Logger;
}

/**
 * Gives a server its operational side: the health and metrics paths, a trace around every request (its ids come back in
 * the answer's headers and stand in every log line), one line and one duration per answered request.
 */
export function mountOperations(server: FastifyInstance, { health, log }: Operations): void {
  const seconds = histogram('http_request_seconds', 'Duration of HTTP requests', ['method', 'route', 'status']);
  const paths: ReadonlySet<string> = new Set(Object.values(operationPaths));

  server.addHook('onRequest', (request, reply, next) => {
    const trace = traceFrom(request.headers);
    void reply.header('x-request-id', trace.requestId);
    withTrace(trace, next);
  });
  server.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'unknown';
    const elapsed = reply.elapsedTime / 1000;
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, elapsed);
    if (!paths.has(route)) log.info({ method: request.method, route, status: reply.statusCode, elapsed }, 'answered');
    next();
  });

  server.get(operationPaths.live, (_, reply) => {
    const { status, body } = health.live();
    return reply.code(status).send(body);
  });
  server.get(operationPaths.ready, async (_, reply) => {
    const { status, body } = await health.ready();
    return reply.code(status).send(body);
  });
  server.get(operationPaths.metrics, async (_, reply) =>
    reply.type('text/plain; version=0.0.4').send(await metricsText()),
  );
}
