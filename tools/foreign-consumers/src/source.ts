// What the foreign programs read: members as the service keeps them, and their events as its relay brought them to Kafka.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaCommand } from '@jishi/embedded-kafka';
import { topicCatalogue, topicConfig, topicName } from '@jishi/event-contracts';
import { kafkaBus, kafkaTopics, publishSnapshot, startRelay } from '@jishi/event-delivery';
import { testBrokers, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshMember, freshMembers, orgs } from '../../../apps/members/seeds/branches';
import { memberSnapshot } from '../../../apps/members/src/membership/membership.snapshot';
import { members } from '../../../apps/members/src/service';

/** An event of the outbox, as a reader ought to find it. */
export interface Said {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly version: number;
  readonly snapshot: boolean;
  readonly data: Record<string, unknown>;
}

export interface Total {
  readonly org_id: string;
  readonly status: string;
  readonly members: number;
}

export interface Source {
  readonly brokers: string;
  /** The topic of members as Kafka knows it. */
  readonly topic: string;
  /** Every event, in the order in which it was said. Kafka holds each once: the first ones are gone and came again at the end. */
  readonly events: readonly Said[];
  readonly repeated: number;
  /** How many members each branch has by status, as the service counts its own rows. */
  totals(): Promise<Total[]>;
  close(): Promise<void>;
}

const steps = {
  confirm: 'mutation ($input: ConfirmMemberInput!) { confirmMember(input: $input) { member { id } } }',
  suspend: 'mutation ($input: SuspendMemberInput!) { suspendMember(input: $input) { member { id } } }',
  restore: 'mutation ($input: RestoreMemberInput!) { restoreMember(input: $input) { member { id } } }',
  depart: 'mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { member { id } } }',
  open: 'mutation ($input: OpenTransferInput!) { openTransfer(input: $input) { transfer { id version } } }',
  issue: 'mutation ($input: IssueTransferInput!) { issueTransfer(input: $input) { transfer { id version } } }',
  accept: 'mutation ($input: TransferStepInput!) { acceptTransfer(input: $input) { transfer { id version } } }',
} as const;

/**
 * Fills a service and a topic as they are after some years: the oldest events are no longer kept, the owner has said again how
 * every member is, members moved on since, and a relay that lost its marks has sent old events once more.
 */
export async function source(): Promise<Source> {
  const brokers = await testBrokers();
  const prefix = `foreign-${randomUUID().slice(0, 8)}`;
  const address = { brokers, clientId: 'foreign-consumers' };
  const topics = await kafkaTopics(address);
  const count = await topics.brokers();
  const wanted = topicCatalogue
    .filter(({ owner }) => owner === 'members')
    .map((settings) => ({
      name: topicName(settings.topic, prefix),
      partitions: settings.partitions,
      replication: Math.min(settings.replication, count),
      settings: topicConfig(settings, count),
    }));
  await topics.apply(await topics.plan(wanted));
  await topics.close();

  const service = await testService(members, branches);
  const { pool } = service.database;
  const bus = kafkaBus({ ...address, prefix });
  const relay = startRelay({ url: String(pool.options.connectionString), service: 'members', bus });
  const published = async (): Promise<void> => {
    relay.nudge();
    for (const until = Date.now() + 60_000; (await relay.pending()) > 0;) {
      if (Date.now() > until) throw new Error('the relay brought nothing to Kafka for a minute');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const topic = topicName('members.member', prefix);

  const people = await early(service);
  await published();
  const newest = await pool.query<{ seq: number }>('SELECT max(seq) AS seq FROM outbox');
  const [{ seq: lastEarly = 0 } = {}] = newest.rows;
  await forget(brokers, topic, wanted.find(({ name }) => name === topic)?.partitions ?? 0);
  await publishSnapshot({ pool }, memberSnapshot, { rate: Number.POSITIVE_INFINITY });
  await later(service, people);
  await published();
  const repeated = await pool.query(
    "UPDATE outbox SET published_at = NULL WHERE topic = 'members.member' AND seq <= $1 RETURNING seq",
    [lastEarly],
  );
  await published();

  const { rows } = await pool.query<Omit<Said, 'version'> & { version: string }>(
    `SELECT event_id AS id, type, key, aggregate_version AS version, snapshot, data
       FROM outbox WHERE topic = 'members.member' ORDER BY seq`,
  );
  return {
    brokers: brokers.join(','),
    topic,
    events: rows.map((row) => ({ ...row, version: Number(row.version) })),
    repeated: repeated.rowCount ?? 0,
    async totals() {
      const { rows: counted } = await pool.query<Total>(
        `SELECT org_id, status, count(*)::integer AS members FROM member
          WHERE status IN ('PROBATIONARY', 'FULL', 'SUSPENDED') GROUP BY org_id, status ORDER BY org_id::text, status`,
      );
      return counted;
    },
    async close() {
      await relay.close();
      await bus.close();
      await service.close();
    },
  };
}

interface People {
  readonly probationary: string;
  readonly found: string;
  readonly moving: string;
  readonly leaving: string;
}

async function step(service: TestService, text: string, id: string, more: object): Promise<void> {
  const { rows } = await service.database.pool.query<{ version: number }>('SELECT version FROM member WHERE id = $1', [
    id,
  ]);
  await service.data(actors.cityOrg, text, { input: { id, version: rows[0]?.version, ...more } });
}

/** What happened before the first events were thrown away. */
async function early(service: TestService): Promise<People> {
  service.on('2026-03-01');
  await freshMembers(service, orgs.branchA, 20);
  await freshMembers(service, orgs.branchB, 15);
  const [found, moving, leaving] = await freshMembers(service, orgs.branchA, 3);
  const { id: probationary } = await freshMember(service, orgs.branchA, { joinedOn: '2025-03-01', confirmedOn: null });
  if (!found || !moving || !leaving) throw new Error('members are missing');
  await step(service, steps.suspend, found.id, { reason: 'LOST_CONTACT', since: '2024-01-01' });
  return { probationary, found: found.id, moving: moving.id, leaving: leaving.id };
}

/** What happened after the owner said again how everybody is. */
async function later(service: TestService, people: People): Promise<void> {
  await step(service, steps.confirm, people.probationary, { confirmedOn: '2026-03-01' });
  await step(service, steps.restore, people.found, { reason: '已取得联系' });
  await step(service, steps.depart, people.leaving, { departure: 'DECEASED', on: '2026-03-01' });
  const moving = { scope: 'INSIDE', memberId: people.moving, toOrgId: orgs.branchB, reason: 'WORK' };
  type Reply = Record<string, { readonly transfer: { readonly id: string; readonly version: number } }>;
  const { openTransfer } = await service.data<Reply>(actors.cityOrg, steps.open, { input: moving });
  const letter = { ...openTransfer?.transfer, duesSettled: true };
  const { issueTransfer } = await service.data<Reply>(actors.townA, steps.issue, { input: letter });
  await service.data(actors.branchB, steps.accept, { input: issueTransfer?.transfer });
  await freshMembers(service, orgs.branchC, 4);
}

/** Retention: takes away every record that the topic has. */
async function forget(brokers: readonly string[], topic: string, partitions: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jishi-retention-'));
  try {
    const file = join(folder, 'offsets.json');
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: -1 }));
    writeFileSync(file, JSON.stringify({ partitions: all, version: 1 }));
    const args = ['--bootstrap-server', brokers.join(','), '--offset-json-file', file];
    const { code, out, error } = await kafkaCommand('kafka-delete-records', args);
    if (code !== 0) throw new Error(`kafka-delete-records: ${out}${error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
