import { asc, ordering } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  groupedBy,
  inOrderOf,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
} from '@jishi/subgraph';
import { KnownOrganization } from '../known-organizations';
import { Person } from '../people';
import { Member, MemberHistory, type MemberClass, type MemberStatus } from './membership.entities';
import { openStatuses } from './membership.rules';

/** A member as a list shows him: on the day that was asked for. */
export interface MemberRow {
  readonly id: string;
  readonly version: number;
  readonly personId: string;
  readonly orgId: string;
  readonly status: MemberStatus;
  readonly memberClass: MemberClass;
  readonly ruralFlag: boolean;
  readonly inPostFlag: boolean;
  readonly joinedOn: CivilDate;
  readonly confirmedOn: CivilDate | null;
  /** The day on which this was so; absent on a row of today. */
  readonly asOf?: CivilDate;
}

export interface MemberFilter {
  readonly under?: string | null;
  readonly statuses?: readonly MemberStatus[] | null;
  readonly classes?: readonly MemberClass[] | null;
  readonly joinedFrom?: CivilDate | null;
  readonly joinedTo?: CivilDate | null;
  readonly name?: string | null;
}

export interface MembersArguments {
  readonly filter?: MemberFilter | null;
  readonly asOf?: CivilDate | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

const lasting = `m.id, m.version, m.person_id AS "personId", m.rural_flag AS "ruralFlag", m.in_post_flag AS "inPostFlag",
  m.joined_on AS "joinedOn", m.confirmed_on AS "confirmedOn"`;

/** Where a list reads what was so on a day, and the names of the columns there. */
function registerOf(day: CivilDate, today: CivilDate) {
  if (day >= today)
    return {
      select: `${lasting}, m.org_id AS "orgId", m.status, m.member_class AS "memberClass"`,
      from: 'member m',
      stands: { entity: Member, alias: 'm', tree: 'm' },
      conditions: [],
    };
  const on = (alias: string): Condition =>
    where(`${alias}.valid_from <= ? AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ?)`, day, day);
  return {
    select: `${lasting}, m.org_id AS "currentOrgId", h.org_id AS "orgId", h.status, h.member_class AS "memberClass", '${day}'::text AS "asOf"`,
    from: `member_history h JOIN member m ON m.id = h.member_id JOIN known_organization_history t ON t.org_id = h.org_id`,
    stands: { entity: MemberHistory, alias: 'h', tree: 't' },
    conditions: [on('h'), on('t')],
  };
}

/** The register as of any day (MEM-01): whoever belonged to the caller's branches on that day, with that day's facts. */
export async function listMembers(ctx: Context, { filter, asOf, ...asked }: MembersArguments) {
  const { select, from, stands, conditions } = registerOf(asOf ?? ctx.today, ctx.today);
  const { under, statuses, classes, joinedFrom, joinedTo, name } = filter ?? {};
  const facts = stands.alias;
  const depth = under ? await depthOn(ctx, under, asOf ?? ctx.today) : null;
  return listOf<MemberRow & { id: string }>(
    ctx,
    {
      name: 'members',
      select,
      from: name ? `${from} JOIN person p ON p.id = m.person_id` : from,
      conditions: [
        within(ctx, stands.entity, facts),
        ...conditions,
        where(`${facts}.status = ANY(?)`, statuses ?? openStatuses),
        classes && where(`${facts}.member_class = ANY(?)`, classes),
        under && (depth ? where(`${stands.tree}.ancestor_${depth} = ?`, under) : where('FALSE')),
        joinedFrom && where('m.joined_on >= ?', joinedFrom),
        joinedTo && where('m.joined_on <= ?', joinedTo),
        // A name is searched only among the persons whose names the caller may read.
        name && within(ctx, Person, 'p', 'persons:personal'),
        name && where(`p.name LIKE ? || '%'`, name.replace(/[\\%_]/g, '\\$&')),
      ],
      ordering: ordering('members', [asc('m.joined_on', 'date'), asc('m.id', 'uuid')]),
    },
    asked,
  );
}

/** On which level an organisation stood on a day; null when the caller may not see it or it did not exist. */
export async function depthOn(ctx: Context, organizationId: string, day: CivilDate): Promise<number | null> {
  const [found] = await readRows<{ depth: number }>(
    ctx,
    'depth-on',
    `SELECT h.depth FROM known_organization o JOIN known_organization_history h ON h.org_id = o.id WHERE {where}`,
    where('o.id = ?', organizationId),
    where('h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to > ?)', day, day),
    within(ctx, KnownOrganization, 'o'),
  );
  return found?.depth ?? null;
}

/** The members with these ids that the caller may see, in the order of the ids; null for the others. */
export async function membersByIds(ctx: Context, ids: readonly (string | null)[]): Promise<(Member | null)[]> {
  const rows = await ctx
    .scoped(Member, 'm')
    .andWhere('m.id = ANY(:ids)', { ids: ids.filter((id) => id !== null) })
    .getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** The membership of each person, null where there is none within the caller's scope. */
export async function membersOfPersons(ctx: Context, personIds: readonly string[]): Promise<(Member | null)[]> {
  const rows = await ctx.scoped(Member, 'm').andWhere('m.person_id = ANY(:personIds)', { personIds }).getMany();
  return inOrderOf(personIds, rows, ({ personId }) => personId);
}

export interface BranchMembership {
  readonly memberId: string;
  readonly from: CivilDate;
  readonly to: CivilDate | null;
  readonly orgId: string;
  readonly status: MemberStatus;
  readonly memberClass: MemberClass;
  readonly reason: string;
}

/** What each member was on every day, newest first; whoever sees the member sees where he came from. */
export async function historiesOf(ctx: Context, memberIds: readonly string[]): Promise<BranchMembership[][]> {
  const rows = await readRows<BranchMembership & { id: string }>(
    ctx,
    'member-histories',
    `SELECT h.id, h.member_id AS "memberId", h.valid_from AS "from", h.valid_to AS "to", h.org_id AS "orgId", h.status,
       h.member_class AS "memberClass", h.reason
     FROM member_history h JOIN member m ON m.id = h.member_id
     WHERE {where} AND h.valid_to IS DISTINCT FROM h.valid_from ORDER BY h.valid_from DESC`,
    where('h.member_id = ANY(?)', memberIds),
    within(ctx, Member, 'm'),
  );
  return groupedBy(memberIds, rows, ({ memberId }) => memberId);
}
