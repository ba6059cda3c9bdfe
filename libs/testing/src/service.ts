import type { Actor, Grant } from '@jishi/access';
import { systemActor } from '@jishi/access';
import type { Database, Tx } from '@jishi/database';
import type { DomainEvent } from '@jishi/event-contracts';
import { handleOnce, type CloudEvent, type Consumer } from '@jishi/event-delivery';
import { dateInShanghai, startOfDayInShanghai, type CivilDate } from '@jishi/periods';
import {
  createSubgraph,
  openServiceDatabase,
  slicesOf,
  type GraphQLReply,
  type Service,
  type Subgraph,
} from '@jishi/subgraph';
import { createLogger } from '@jishi/telemetry';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateDatabase } from './cluster';

/** A named person of a test: who he is and which posts he holds. */
export const asActor = (account: string, ...grants: readonly Grant[]): Actor => ({
  id: `test:${account}`,
  account,
  grants,
});

/** What an event of the outbox says. */
export interface Emitted {
  readonly type: string;
  readonly key: string;
  readonly data: Record<string, unknown>;
  readonly version: number;
}

export interface TestService {
  readonly database: Database;
  readonly subgraph: Subgraph;
  /** Sets the civil day in Shanghai on which everything from now on happens. */
  on(day: CivilDate): void;
  /** Sets the moment at which everything from now on happens. */
  at(moment: Date): void;
  readonly today: CivilDate;
  /** Asks as somebody and gives the reply as it is. */
  ask(actor: Actor, query: string, variables?: Record<string, unknown>, language?: 'zh' | 'en'): Promise<GraphQLReply>;
  /** Asks as somebody and gives the data; throws with the errors when there are any. */
  data<T = Record<string, unknown>>(actor: Actor, query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Asks as somebody and gives `allowed` or the code of the first refusal. */
  verdict(actor: Actor, query: string, variables?: Record<string, unknown>): Promise<string>;
  /** Events of the outbox since the service was opened or `forget` was called, oldest first. */
  emitted(): Promise<Emitted[]>;
  forget(): Promise<void>;
  /** Brings events to the service's consumers, as the bus would; returns what became of each: `apply`, `repeated`, `gap`, `early`. */
  receive(...events: readonly DomainEvent[]): Promise<string[]>;
  /** Takes a projection back to where it was before its first event. */
  empty(consumer: Consumer): Promise<void>;
  /** A transaction of the system, as a consumer or the scheduler has it. */
  asSystem<R>(work: (tx: Tx) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

/** A seed: rows that a test starts from. Its name and text are part of the template's key. */
export interface Seed {
  readonly name: string;
  readonly on: CivilDate;
  load(tx: Tx): Promise<void>;
}

const migrationsKey = (folder: string): string =>
  readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join();

/**
 * A service on a database of its own, cloned from a template that has the migrations and the seed. Speaks GraphQL through the
 * same executor as in production.
 */
export async function testService(service: Service, seed?: Seed): Promise<TestService> {
  const folders = [
    service.migrations,
    ...slicesOf(service).flatMap(({ migrations }) => migrations ?? []),
    join(__dirname, '../../event-delivery/migrations'),
    join(__dirname, '../../database/migrations'),
  ];
  const key = createHash('sha256')
    .update([...folders.map(migrationsKey), seed?.name, seed?.on, seed?.load.toString()].join())
    .digest('hex')
    .slice(0, 16);
  const clone = await templateDatabase(
    `${service.name}_${seed?.name ?? 'empty'}`
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .slice(0, 20),
    key,
    async (url) => {
      const database = await openServiceDatabase(service, url, 2);
      try {
        await database.migrate();
        if (seed)
          await database.transact(callerOn(seed.on), async (tx) => {
            await seed.load(tx);
            await tx.query('SELECT 1');
          });
      } finally {
        await database.close();
      }
    },
  );
  const { url, drop } = await clone();
  const database = await openServiceDatabase(service, url, 4);
  let now = startOfDayInShanghai(seed?.on ?? ('2026-06-15' as CivilDate));
  const log = createLogger(service.name, 'silent');
  const subgraph = createSubgraph(service, { database, log, clock: () => now });
  const versions = new Map<unknown, number>();
  let seen = 0;
  const readSeen = async (): Promise<void> => {
    seen = Number((await database.pool.query('SELECT coalesce(max(seq), 0) AS seen FROM outbox')).rows[0].seen);
  };
  await readSeen();

  const ask: TestService['ask'] = (actor, query, variables = {}, language = 'zh') =>
    subgraph.execute({ query, variables }, { actor, language });
  return {
    database,
    subgraph,
    on(day) {
      now = new Date(startOfDayInShanghai(day).getTime() + 9 * 3_600_000);
    },
    at(moment) {
      now = moment;
    },
    get today() {
      return dateInShanghai(now);
    },
    ask,
    async data<T>(actor: Actor, query: string, variables?: Record<string, unknown>) {
      const reply = await ask(actor, query, variables);
      if (reply.errors?.length) throw new Error(reply.errors.map((error) => JSON.stringify(error)).join('\n'));
      return reply.data as T;
    },
    async verdict(actor, query, variables) {
      const { errors = [] } = await ask(actor, query, variables);
      return errors.length === 0 ? 'allowed' : String(errors[0]?.extensions?.code ?? errors[0]?.message);
    },
    async emitted() {
      const { rows } = await database.pool.query<Emitted>(
        'SELECT type, key, data, aggregate_version AS version FROM outbox WHERE seq > $1 ORDER BY seq',
        [seen],
      );
      return rows;
    },
    forget: readSeen,
    async receive(...events) {
      const verdicts: string[] = [];
      for (const event of events) {
        const sent = eventTravelling(event, versions, now);
        for (const consumer of slicesOf(service).flatMap((slice) => slice.consumers ?? [])) {
          if (!consumer.topics.includes(event.topic)) continue;
          const caller = callerOn(dateInShanghai(now), now);
          verdicts.push(await database.transact(caller, (tx) => handleOnce(tx, consumer, event.topic, sent)));
        }
      }
      return verdicts;
    },
    async empty({ name, projection }) {
      await database.pool.query(`TRUNCATE ${projection.map((table) => `"${table}"`).join(', ')}`);
      await database.pool.query('DELETE FROM consumer_high_water WHERE consumer = $1', [name]);
    },
    asSystem: (work) => database.transact(callerOn(dateInShanghai(now), now), work),
    async close() {
      await database.close();
      await drop();
    },
  };
}

/** The event as it would come from its owner: versions count up per aggregate, a repeated object keeps its version. */
function eventTravelling(event: DomainEvent, versions: Map<unknown, number>, now: Date): CloudEvent {
  const aggregate = `${event.topic}/${event.key}`;
  const newest = versions.get(aggregate) ?? 0;
  const version = versions.get(event) ?? (event.snapshot ? newest : newest + 1);
  versions.set(event, version);
  versions.set(aggregate, Math.max(newest, version));
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/test',
    type: event.type,
    time: now.toISOString(),
    partitionkey: event.key,
    aggregateversion: version,
    dataclass: event.dataClass,
    actor: 'test',
    ...(event.snapshot && { snapshot: true as const }),
    data: event.data,
  };
}

const callerOn = (today: CivilDate, now = startOfDayInShanghai(today)) => ({
  actor: systemActor('test'),
  standings: new Map(),
  today,
  now,
});

/**
 * The table of who may do an action: each actor's verdict beside what the office expects. The action is prepared anew for each.
 */
export function accessTable<Case>(
  title: string,
  prepare: () => Promise<Case>,
  attempt: (actor: Actor, prepared: Case) => Promise<string>,
  expected: Readonly<Record<string, readonly [Actor, string]>>,
): void {
  describe(title, () => {
    it.each(Object.entries(expected))('%s', async (_, [actor, verdict]) => {
      expect(await attempt(actor, await prepare())).toBe(verdict);
    });
  });
}
