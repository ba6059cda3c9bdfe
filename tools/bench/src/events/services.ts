// Two services as small as they can be: one owns branches and tells of them, the other keeps a copy of what it heard.
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ScopedBy, systemActor } from '@jishi/access';
import { openDatabase, type Caller, type Database } from '@jishi/database';
import type { DomainEvent } from '@jishi/event-contracts';
import {
  consumer,
  deliveryMigrations,
  kafkaAddressOf,
  kafkaBus,
  postgresLogBus,
  runConsumers,
  startRelay,
  writeOutbox,
  type EventBus,
} from '@jishi/event-delivery';
import { dateInShanghai } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ScopedBy({ permission: 'audit:read', everywhere: true })
@Entity('branch')
export class Branch {
  @PrimaryColumn('uuid')
  id: string;
  @Column('text')
  name: string;
  @Column('integer')
  members: number;
  @Column('integer')
  version: number;
}

/** As large as a usual event of an organisation; `n` tells one event of the run from another. */
interface Told {
  readonly n: number;
  readonly name: string;
  readonly members: number;
  readonly host: { readonly kind: string; readonly id: string };
  readonly establishedOn: string;
}

export interface Addresses {
  readonly owner: string;
  readonly reader: string;
  /** `postgres://…` or `kafka://…`. */
  readonly bus: string;
  /** Partitions of the topic, as many as the platform in one process has. */
  readonly partitions: number;
  /** Nothing is published: to see what a consumer takes by itself. */
  readonly withoutRelay?: boolean;
}

export const topic = 'bench.branch';
const type = 'bench.branch.changed.v1';

export const open = (url: string, side: 'owner' | 'reader', poolSize: number): Promise<Database> =>
  openDatabase({
    url,
    entities: side === 'owner' ? [Branch] : [],
    tree: 'known_organization',
    migrations: join(__dirname, 'migrations', side),
    libraryMigrations: deliveryMigrations(),
    writeOutbox,
    poolSize,
  });

/** On whose behalf the bench writes. */
export function caller(): Caller {
  const now = new Date();
  return { actor: systemActor('bench.writer'), standings: new Map(), now, today: dateInShanghai(now) };
}

export const changed = (id: string, n: number): DomainEvent<Told> => ({
  type,
  topic,
  key: id,
  data: {
    n,
    name: `中共武陟县西陶镇西陶村第${n % 9}支部委员会`,
    members: n % 60,
    host: { kind: 'VILLAGE', id: '410823101200' },
    establishedOn: '2019-07-01',
  },
  dataClass: 'internal',
  areaCode: '410823101200',
});

/** Writes so many branches and gives their ids. */
export async function establishBranches(database: Database, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await database.pool.query(
    `INSERT INTO branch (id, name, members) SELECT id, '支部', 10 FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  return ids;
}

/** The time of this machine in milliseconds, the same for all of its processes; never set back. */
export const machineTime = (): number => Number(process.hrtime.bigint()) / 1e6;

export const known = consumer(
  'reader.known-branches',
  {
    [type]: async (tx, event) => {
      const { name, members } = event.data as Told;
      await tx.query(
        `INSERT INTO known_branch (id, name, members) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, members = excluded.members`,
        [event.partitionkey, name, members],
      );
    },
  },
  { projection: ['known_branch'] },
);

/** The bus as the platform opens it, but with the partitions of the bench. */
export async function openBenchBus({ bus, partitions }: Addresses): Promise<EventBus> {
  const kafka = kafkaAddressOf(bus);
  return kafka ? kafkaBus({ ...kafka, clientId: 'bench' }) : postgresLogBus({ url: bus, partitions: () => partitions });
}

export interface Delivery {
  nudge(): void;
  pending(): Promise<number>;
  lag(): Promise<number>;
  close(): Promise<void>;
}

/** Relay of the owner and consumer of the reader. `applied` gets the events of a batch when its transaction has committed. */
export async function deliver(
  addresses: Addresses,
  applied: (ns: readonly number[], at: number) => void,
): Promise<Delivery> {
  const { owner, reader } = addresses;
  const bus = await openBenchBus(addresses);
  const database = await open(reader, 'reader', 6);
  const relay = addresses.withoutRelay ? undefined : startRelay({ url: owner, service: 'owner', bus });
  const consumers = await runConsumers({ database, bus: watched(bus, applied), consumers: [known] });
  return {
    nudge: () => relay?.nudge(),
    pending: async () => (await relay?.pending()) ?? 0,
    lag: () => consumers.lag(),
    async close() {
      await consumers.close();
      await relay?.close();
      await bus.close();
      await database.close();
    },
  };
}

/** The same bus, with a look at the clock when a handler is through: then its effects are committed. */
export const watched = (bus: EventBus, applied: (ns: readonly number[], at: number) => void): EventBus => ({
  ...bus,
  subscribe: (subscription, handler) =>
    bus.subscribe(subscription, async (batch) => {
      await handler(batch);
      const at = machineTime();
      applied(
        batch.records.map(({ event }) => (event.data as Told).n),
        at,
      );
    }),
});
