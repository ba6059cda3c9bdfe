import type { Tx } from '@jishi/database';
import {
  memberConfirmed,
  memberLeft,
  memberReclassified,
  memberRecorded,
  memberRestored,
  memberSuspended,
  memberTransferred,
} from '@jishi/event-contracts';
import { consumer, type CloudEvent } from '@jishi/event-delivery';
import type { Capability } from '@jishi/subgraph';
import { join } from 'node:path';
import { NotArrivedYet } from '@jishi/event-delivery';
import { hasSeen } from '../arrival';

/** What a service must know of a member; his name and everything else belongs to the service members. */
export interface KnownMember {
  readonly id: string;
  readonly personId: string;
  readonly orgId: string;
  readonly status: 'PROBATIONARY' | 'FULL' | 'SUSPENDED' | 'LEFT' | 'MOVED_OUT' | 'DECEASED';
  readonly memberClass: string;
  /** Where he works, when the register says it: a firm, a social organisation, a unit, a village. */
  readonly workHostKind: string | null;
  readonly workHostId: string | null;
}

async function knownMember(tx: Tx, id: string): Promise<KnownMember | undefined> {
  const [member] = await tx.query<KnownMember & object>(
    `SELECT id, person_id AS "personId", org_id AS "orgId", status, member_class AS "memberClass",
       work_host_kind AS "workHostKind", work_host_id AS "workHostId"
     FROM known_member WHERE id = $1`,
    [id],
  );
  return member;
}

async function learn(tx: Tx, members: readonly KnownMember[]): Promise<void> {
  await tx.query(
    `INSERT INTO known_member (id, person_id, org_id, status, member_class, work_host_kind, work_host_id)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
     ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, org_id = excluded.org_id, status = excluded.status,
       member_class = excluded.member_class, work_host_kind = excluded.work_host_kind, work_host_id = excluded.work_host_id`,
    (['id', 'personId', 'orgId', 'status', 'memberClass', 'workHostKind', 'workHostId'] as const).map((field) =>
      members.map((member) => member[field]),
    ),
  );
}

async function change(tx: Tx, id: string, facts: Partial<KnownMember>): Promise<void> {
  const member = await knownMember(tx, id);
  if (!member) throw new Error(`member ${id} changed before he was recorded`);
  await learn(tx, [{ ...member, ...facts }]);
}

type WorkHost = { readonly kind: string; readonly id: string } | null | undefined;
const workAt = (host: WorkHost): Pick<KnownMember, 'workHostKind' | 'workHostId'> => ({
  workHostKind: host?.kind ?? null,
  workHostId: host?.id ?? null,
});

/** Keeps a service's copy of who is a member, where he belongs and where he works. */
export const knownMembers = (service: string): Capability => ({
  name: 'known-members',
  migrations: join(__dirname, '../../migrations/members'),
  consumers: [
    consumer(
      `${service}.known-members`,
      {
        [memberConfirmed.type]: (tx, event) =>
          change(tx, memberConfirmed.parse(event.data).memberId, { status: 'FULL' }),
        [memberSuspended.type]: (tx, event) =>
          change(tx, memberSuspended.parse(event.data).memberId, { status: 'SUSPENDED' }),
        [memberRestored.type]: (tx, event) => change(tx, memberRestored.parse(event.data).memberId, { status: 'FULL' }),
        [memberLeft.type]: (tx, event) => {
          const { memberId, reasonClass } = memberLeft.parse(event.data);
          return change(tx, memberId, { status: reasonClass });
        },
        [memberTransferred.type]: (tx, event) => {
          const { memberId, toOrgId } = memberTransferred.parse(event.data);
          return change(tx, memberId, toOrgId === null ? { status: 'MOVED_OUT' } : { orgId: toOrgId });
        },
        [memberReclassified.type]: (tx, event) => {
          const { memberId, memberClass, workHost } = memberReclassified.parse(event.data);
          return change(tx, memberId, { memberClass, ...(workHost !== undefined && workAt(workHost)) });
        },
      },
      {
        start: 'snapshot',
        projection: ['known_member'],
        together: {
          [memberRecorded.type]: (tx, events) =>
            learn(
              tx,
              events.map((event) => {
                const { memberId, personId, orgId, status, memberClass, workHost } = memberRecorded.parse(event.data);
                return { id: memberId, personId, orgId, status, memberClass, ...workAt(workHost) };
              }),
            ),
        },
      },
    ),
  ],
});

/**
 * The member that an event of the register speaks of, once the service's copy has seen the event too: for consumers that decide
 * by the copy. What came after the event may be in it already.
 */
export async function memberKnownAfter(tx: Tx, event: CloudEvent): Promise<KnownMember> {
  const member = (await hasSeen(tx, 'known-members', event)) ? await knownMember(tx, event.partitionkey) : undefined;
  if (!member)
    throw new NotArrivedYet(`member ${event.partitionkey} is not known in version ${event.aggregateversion} yet`);
  return member;
}
