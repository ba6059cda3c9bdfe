import { openDatabase, sqlMigrations, type Database } from '@jishi/database';
import { deliveryMigrations, writeOutbox } from '@jishi/event-delivery';
import type { Service } from './service';
import { slicesOf } from './slices';

/** Opens a service's own database: its entities, its tables, and the outbox in every transaction. */
export const openServiceDatabase = (service: Service, url: string, poolSize?: number): Promise<Database> =>
  openDatabase({
    url,
    poolSize,
    entities: slicesOf(service).flatMap(({ entities }) => entities ?? []),
    tree: service.tree,
    migrations: service.migrations,
    libraryMigrations: [
      ...deliveryMigrations(),
      ...slicesOf(service).flatMap(({ migrations }) => (migrations ? sqlMigrations(migrations, 30000) : [])),
    ],
    writeOutbox,
  });
