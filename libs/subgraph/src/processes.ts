import { readFileSync } from 'node:fs';
import { readConfig, service as serviceVariables } from '@jishi/config';
import { openBus } from '@jishi/event-delivery';
import { createLogger, drain, health, mountOperations } from '@jishi/telemetry';
import { fastify } from 'fastify';
import { createSubgraph } from './create-subgraph';
import { openServiceDatabase } from './open';
import { subgraphServer } from './serve';
import type { Service } from './service';
import { runWorker } from './worker';

const clock = (): Date => new Date();

/** The API process of a service: migrates its database, then answers the gateway. */
export async function serve(service: Service): Promise<void> {
  const config = readConfig(serviceVariables);
  const log = createLogger(service.name, config.LOG_LEVEL);
  const state = health({ ready: { database: () => database.query('ready', 'SELECT 1') }, log });
  const stop = drain({ log, health: state, notice: config.NODE_ENV === 'production' ? 5_000 : 0 });
  const database = await openServiceDatabase(service, config.DATABASE_URL, config.DATABASE_POOL);
  stop.onShutdown('database', () => database.close());
  await database.migrate();
  const subgraph = createSubgraph(service, { database, log, clock });
  const gatewayKey = readFileSync(config.SUBGRAPH_PUBLIC_KEY_FILE, 'utf8');
  const server = subgraphServer({ subgraph, health: state, log, gatewayKey });
  stop.onShutdown('server', () => server.close());
  await server.listen({ host: config.HOST, port: config.PORT });
  log.info({ port: config.PORT }, `${service.name} answers`);
}

/** The worker process of a service: relay, consumers, daily work; health and metrics on its port. */
export async function work(service: Service): Promise<void> {
  const config = readConfig(serviceVariables);
  const log = createLogger(`${service.name}-worker`, config.LOG_LEVEL);
  const state = health({ ready: { database: () => database.query('ready', 'SELECT 1') }, log });
  const stop = drain({ log, health: state, notice: config.NODE_ENV === 'production' ? 5_000 : 0 });
  const database = await openServiceDatabase(service, config.DATABASE_URL, config.DATABASE_POOL);
  stop.onShutdown('database', () => database.close());
  await database.migrate();
  const bus = await openBus(config.BUS_URL, { log, clientId: service.name });
  stop.onShutdown('bus', () => bus.close());
  const worker = await runWorker({ service, database, url: config.DATABASE_URL, bus, log, clock });
  stop.onShutdown('worker', () => worker.close());
  const server = fastify({ logger: false });
  mountOperations(server, { health: state, log });
  stop.onShutdown('server', () => server.close());
  await server.listen({ host: config.HOST, port: config.PORT });
  log.info({ port: config.PORT }, `${service.name} works`);
}
