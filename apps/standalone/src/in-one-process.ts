import { tokenVerifier } from '@jishi/access';
import { postgresLogBus, settled, type EventBus } from '@jishi/event-delivery';
import { createSubgraph, openServiceDatabase, runWorker, type Service, type Worker } from '@jishi/subgraph';
import type { Database } from '@jishi/database';
import type { Health, Logger } from '@jishi/telemetry';
import type { FastifyInstance } from 'fastify';
import { committedQuestions, committedSupergraph, createGateway, localSubgraph } from '../../gateway/src';
import type { Installation } from './installation';

/** The whole platform in this process, over an installation. */
export interface Platform {
  readonly gateway: FastifyInstance;
  readonly databases: ReadonlyMap<string, Database>;
  /** Resolves when every event that was written has been applied everywhere. */
  settled(withinMs?: number): Promise<void>;
  /** Closes gateway, workers, bus and databases, in this order; PostgreSQL goes on. */
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly installation: Pick<Installation, 'urlOf' | 'busUrl' | 'userKeys'>;
  readonly services: readonly Service[];
  readonly log: Logger;
  readonly clock: () => Date;
  readonly health?: Health;
}

/** Partitions per topic: one process reads them all, so few are enough. */
const partitions = 4;

export async function openPlatform({ installation, services, log, clock, health }: PlatformOptions): Promise<Platform> {
  const bus: EventBus = await postgresLogBus({ url: installation.busUrl, log, partitions: () => partitions });
  const databases = new Map<string, Database>();
  const workers = new Map<string, Worker>();
  for (const service of services) {
    const database = await openServiceDatabase(service, installation.urlOf(service.name));
    databases.set(service.name, database);
    await database.migrate();
  }
  for (const service of services) {
    const database = databases.get(service.name)!;
    workers.set(
      service.name,
      await runWorker({ service, database, url: installation.urlOf(service.name), bus, log, clock }),
    );
  }
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    dataSourceFor(name) {
      const service = services.find((each) => each.name === name);
      if (!service) throw new Error(`the supergraph names ${name}, which is not part of this process`);
      const subgraph = createSubgraph(service, {
        database: databases.get(name)!,
        log,
        clock,
        committed: () => workers.get(name)?.nudge(),
      });
      return localSubgraph(subgraph.execute);
    },
    verify: tokenVerifier(installation.userKeys.publicKey, 'user'),
    log,
    health,
    questions: committedQuestions(),
  });
  return {
    gateway,
    databases,
    settled: (withinMs) => settled([...workers.values()], [...workers.values()], { withinMs }),
    async close() {
      await gateway.close();
      for (const worker of workers.values()) await worker.close();
      await bus.close();
      for (const database of databases.values()) await database.close();
    },
  };
}
