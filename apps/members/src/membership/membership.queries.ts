import { asc, connectionOf, keysetSql, numbered, orderBySql, ordering, pageOf } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import {
  groupedBy,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
} from '@jishi/subgraph';
import { KnownOrganization } from '@jishi/known-register';
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
  m.joined_on AS "joinedOn"`;

/** Where a list reads what was so on a day. `facts` names the table of branch, status and class, `tree` the one with the ancestors. */
function registerOn(day: CivilDate, today: CivilDate) {
  if (day >= today)
    return {
      select: `${lasting}, m.confirmed_on AS "confirmedOn", m.org_id AS "orgId", m.status, m.member_class AS "memberClass"`,
      from: 'member m',
      entity: Member,
      facts: 'm',
      tree: 'm',
      conditions: [],
    };
  const on = (alias: string): Condition =>
    where(`${alias}.valid_from <= ? AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ?)`, day, day);
  return {
    // A confirmation that came later is not said of that day.
    select: `${lasting}, CASE WHEN h.status <> 'PROBATIONARY' THEN m.confirmed_on END AS "confirmedOn",
      h.org_id AS "orgId", h.status, h.member_class AS "memberClass"`,
    from: `member_history h JOIN member m ON m.id = h.member_id JOIN known_organization_history t ON t.org_id = h.org_id`,
    entity: MemberHistory,
    facts: 'h',
    tree: 't',
    conditions: [on('h'), on('t')],
  };
}

const byJoining = ordering('members', [asc('m.joined_on', 'date'), asc('m.id', 'uuid')]);

/** The register as of any day (MEM-01): whoever belonged to the caller's branches on that day, with that day's facts. */
export async function listMembers(ctx: Context, { filter, asOf, ...asked }: MembersArguments) {
  const day = asOf ?? ctx.today;
  const { select, from, entity, facts, tree, conditions } = registerOn(day, ctx.today);
  const { under, statuses, classes, joinedFrom, joinedTo, name } = filter ?? {};
  const depth = under ? await depthOn(ctx, under, day, 'members:read') : null;
  const list = listOf<MemberRow>(
    ctx,
    {
      name: 'members',
      select,
      from: name ? `${from} JOIN person p ON p.id = m.person_id` : from,
      conditions: [
        within(ctx, entity, facts),
        ...conditions,
        where(`${facts}.status = ANY(?)`, statuses ?? openStatuses),
        classes && where(`${facts}.member_class = ANY(?)`, classes),
        under ? (depth ? where(`${tree}.ancestor_${depth} = ?`, under) : where('FALSE')) : null,
        joinedFrom ? where('m.joined_on >= ?', joinedFrom) : null,
        joinedTo ? where('m.joined_on <= ?', joinedTo) : null,
        // A name is searched only among the persons whose names the caller may read.
        name ? within(ctx, Person, 'p', 'persons:personal') : null,
        name ? where(`p.name LIKE ? || '%'`, name.replace(/[\\%_]/g, '\\$&')) : null,
      ],
      ordering: byJoining,
    },
    asked,
  );
  return listedAs(list, (rows) => seenOn(rows, day, ctx.today));
}

/** Says of rows of an earlier day which day they are of. */
const seenOn = (rows: readonly MemberRow[], day: CivilDate, today: CivilDate): readonly MemberRow[] =>
  day < today ? rows.map((row) => ({ ...row, asOf: day })) : rows;

/** A page of the members of each organisation itself as of a day, all read at once. */
export async function membersOfBranches(
  ctx: Context,
  orgIds: readonly string[],
  { asOf, ...asked }: Pick<MembersArguments, 'asOf' | 'first' | 'after'>,
) {
  const day = asOf ?? ctx.today;
  const { select, from, entity, facts, conditions } = registerOn(day, ctx.today);
  const page = pageOf(asked, byJoining);
  const inBranches = [
    where('b.id = ANY(?)', orgIds),
    within(ctx, entity, facts),
    ...conditions,
    where(`${facts}.status = ANY(?)`, openStatuses),
  ];
  const rows = await readRows<MemberRow>(
    ctx,
    'members-of-branches',
    `SELECT page.* FROM known_organization b CROSS JOIN LATERAL (
       SELECT ${select} FROM ${from} WHERE ${facts}.org_id = b.id AND {where}
       ORDER BY ${orderBySql(byJoining)} LIMIT ${page.limit}) page`,
    ...inBranches,
    page.after ? (first) => keysetSql(byJoining, page.after ?? [], numbered(first)) : null,
  );
  let totals: Promise<number[]> | undefined;
  const countAll = async (): Promise<number[]> => {
    const counts = await readRows<{ id: string; total: number }>(
      ctx,
      'members-of-branches-count',
      `SELECT b.id, count(*) AS total FROM ${from} JOIN known_organization b ON b.id = ${facts}.org_id
       WHERE {where} GROUP BY b.id`,
      ...inBranches,
    );
    return inOrderOf(orgIds, counts, ({ id }) => id).map((count) => count?.total ?? 0);
  };
  return groupedBy(orgIds, rows, ({ orgId }) => orgId).map((branch, index) => {
    return {
      ...connectionOf(seenOn(branch, day, ctx.today), page, ({ joinedOn, id }) => [joinedOn, id]),
      totalCount: async () => (await (totals ??= countAll()))[index],
    };
  });
}

/**
 * On which level an organisation stood on a day; null when it did not exist, or when no post that carries the permission reaches
 * it: another post may show the organisation without showing its members.
 */
export async function depthOn(
  ctx: Context,
  organizationId: string,
  day: CivilDate,
  permission: 'members:read' | 'structure:read',
): Promise<number | null> {
  const [found] = await readRows<{ depth: number }>(
    ctx,
    'depth-on',
    `SELECT h.depth FROM known_organization o JOIN known_organization_history h ON h.org_id = o.id WHERE {where}`,
    where('o.id = ?', organizationId),
    where('h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to > ?)', day, day),
    within(ctx, KnownOrganization, 'o', permission),
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
