// Two services as small as they can be: one owns accounts and tells of them; the other keeps copies and answers with receipts.
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { ScopedBy, systemActor } from '@jishi/access';
import { openDatabase, type Caller, type Database, type Tx, type WriteOutbox } from '@jishi/database';
import type { DomainEvent } from '@jishi/event-contracts';
import { consumer, deliveryMigrations, writeOutbox, type CloudEvent, type Consumer } from '@jishi/event-delivery';
import { dateInShanghai } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@ScopedBy({ permission: 'audit:read', everywhere: true })
@Entity('account')
export class Account {
  @PrimaryColumn('uuid')
  id: string;
  @Column('bigint')
  balance: number;
  @Column('integer')
  version: number;
}

@ScopedBy({ permission: 'audit:read', everywhere: true })
@Entity('receipt')
export class Receipt {
  @PrimaryColumn('uuid')
  id: string;
  @Column('integer')
  receipts: number;
  @Column('integer')
  version: number;
}

export type Side = 'owner' | 'reader';
export const sides: readonly Side[] = ['owner', 'reader'];

/** `write` stands in for the outbox where a writer wants to do something between its events and its commit. */
export const open = (url: string, side: Side, poolSize: number, write: WriteOutbox = writeOutbox): Promise<Database> =>
  openDatabase({
    url,
    entities: side === 'owner' ? [Account] : [Receipt],
    tree: 'known_organization',
    migrations: join(__dirname, 'migrations', side),
    libraryMigrations: deliveryMigrations(),
    writeOutbox: write,
    poolSize,
  });

/** The time of this machine in milliseconds, the same for all of its processes; never set back, whatever a clock says. */
export const machineTime = (): number => Number(process.hrtime.bigint()) / 1e6;

export function callerAt(now: Date): Caller {
  return { actor: systemActor('chaos.writer'), standings: new Map(), now, today: dateInShanghai(now) };
}

export const kinds = ['wages', 'dues', 'rent', 'grant'] as const;

/** `command` and `n` say which movement this is; `at` is the machine's time. */
export interface Moved {
  readonly command: string;
  readonly n: number;
  readonly kind: string;
  readonly amount: number;
  readonly balance: number;
  readonly at: number;
}

export interface Written {
  readonly receipts: number;
  readonly cause: string;
  readonly at: number;
}

export const accountTopic = 'chaos.account';
export const receiptTopic = 'chaos.receipt';
export const topics: readonly string[] = [accountTopic, receiptTopic];
const movedType = 'chaos.account.moved.v1';
const writtenType = 'chaos.receipt.written.v1';

export const moved = (id: string, data: Moved): DomainEvent<Moved> => ({
  type: movedType,
  topic: accountTopic,
  key: id,
  data,
  dataClass: 'internal',
  areaCode: '410823101200',
});

const written = (id: string, data: Written): DomainEvent<Written> => ({
  type: writtenType,
  topic: receiptTopic,
  key: id,
  data,
  dataClass: 'internal',
});

async function note(tx: Tx, name: string, event: CloudEvent): Promise<void> {
  await tx.query('INSERT INTO applied (consumer, key, version, event_id) VALUES ($1, $2, $3, $4)', [
    name,
    event.partitionkey,
    event.aggregateversion,
    event.id,
  ]);
}

/** What the transaction that runs has applied so far, for who wants to tell of it when it is committed. */
export const applying = new AsyncLocalStorage<{ readonly consumer: string; readonly event: CloudEvent }[]>();

/** The handler with a line in `applied` for every effect. */
const noted = (name: string, type: string, effect: (tx: Tx, event: CloudEvent) => Promise<unknown>) => ({
  [type]: async (tx: Tx, event: CloudEvent) => {
    await effect(tx, event);
    await note(tx, name, event);
    applying.getStore()?.push({ consumer: name, event });
  },
});

/** A fold: applies each amount to what is there. */
const balances = consumer(
  'reader.balances',
  noted('reader.balances', movedType, (tx, event) =>
    tx.query(
      `INSERT INTO known_account AS k (id, balance, version) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET balance = k.balance + excluded.balance, version = excluded.version`,
      [event.partitionkey, (event.data as Moved).amount, event.aggregateversion],
    ),
  ),
  { projection: ['known_account'] },
);

/** Keeps the state that the event tells. */
const newest = consumer(
  'reader.newest',
  noted('reader.newest', movedType, (tx, event) =>
    tx.query(
      `INSERT INTO newest_account (id, balance, version) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET balance = excluded.balance, version = excluded.version`,
      [event.partitionkey, (event.data as Moved).balance, event.aggregateversion],
    ),
  ),
  { ordering: 'latest-wins', projection: ['newest_account'] },
);

/** Adds up by kind, as analytics do. */
const totals = consumer(
  'reader.totals',
  noted('reader.totals', movedType, (tx, event) =>
    tx.query(
      `INSERT INTO total AS t (kind, account, events, amount) VALUES ($1, $2, 1, $3)
       ON CONFLICT (kind, account) DO UPDATE SET events = t.events + 1, amount = t.amount + excluded.amount`,
      [(event.data as Moved).kind, event.partitionkey, (event.data as Moved).amount],
    ),
  ),
  { projection: ['total'] },
);

/** Answers every event with one of its own. */
const receipts = consumer(
  'reader.receipts',
  noted('reader.receipts', movedType, async (tx, event) => {
    const id = event.partitionkey;
    const [before] = await tx.unscoped.lockAll(Receipt, [id]);
    const count = (before?.receipts ?? 0) + 1;
    if (before) await tx.save(before, { receipts: count });
    else await tx.insert(Receipt, { id, receipts: 1 });
    tx.emit(written(id, { receipts: count, cause: event.id, at: machineTime() }));
  }),
);

const heard = consumer(
  'owner.heard',
  noted('owner.heard', writtenType, (tx, event) =>
    tx.query(
      `INSERT INTO heard AS h (id, receipts) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET receipts = h.receipts + 1`,
      [event.partitionkey],
    ),
  ),
  { projection: ['heard'] },
);

export const consumersOf: Readonly<Record<Side, readonly Consumer[]>> = {
  owner: [heard],
  reader: [balances, newest, totals, receipts],
};
