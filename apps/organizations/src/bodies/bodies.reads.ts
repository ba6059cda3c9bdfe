import { addMonths, type CivilDate } from '@jishi/periods';
import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import { listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import type { HostKind } from '../register';
import { LeadingBody, Post, Term, type BodyKind, type PostKind } from './bodies.entities';

type Recorded = 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy';
export type BodyRow = Omit<LeadingBody, Recorded>;
/** A term with what decides its length: the kind of its body and what its organisation is attached to. */
export type TermRow = Omit<Term, Recorded> & {
  readonly bodyKind: BodyKind;
  readonly organizationHost: HostKind | null;
  /** Whether the body is that of a temporary branch. */
  readonly temporary: boolean;
};
export type PostRow = Omit<Post, Recorded>;

const bodyColumns = `b.id, b.version, b.kind, b.org_id AS "orgId", b.host_kind AS "hostKind", b.host_id AS "hostId",
  b.area_code AS "areaCode", b.seats, b.representatives, b.party_representatives AS "partyRepresentatives", b.closed_on AS "closedOn"`;
const termColumns = `t.id, t.version, t.body_id AS "bodyId", t.no, t.start_on AS "startOn", t.due_on AS "dueOn",
  t.extension_months AS "extensionMonths", t.extension_document AS "extensionDocument", t.ends_on AS "endsOn",
  t.ended_on AS "endedOn", t.state, t.election_document AS "electionDocument", t.org_id AS "orgId", t.area_code AS "areaCode",
  body.kind AS "bodyKind", keeper.host_kind AS "organizationHost",
  coalesce(keeper.set_up_way = 'TEMPORARY' AND body.host_id IS NULL, false) AS temporary`;
const terms = `term t JOIN leading_body body ON body.id = t.body_id LEFT JOIN party_organization keeper ON keeper.id = body.org_id`;
const postColumns = `p.id, p.version, p.body_id AS "bodyId", p.term_id AS "termId", p.person_id AS "personId", p.kind, p.duty,
  p.is_full_time AS "isFullTime", p.from_on AS "fromOn", p.to_on AS "toOn", p.end_reason AS "endReason", p.filing_no AS "filingNo",
  p.filing_level AS "filingLevel", p.filed_on AS "filedOn", p.org_id AS "orgId", p.area_code AS "areaCode"`;

const heldOn = (day: CivilDate): Condition => where('p.from_on <= ? AND (p.to_on IS NULL OR p.to_on > ?)', day, day);

/** Posts of the organisations that stood in an area on a day: of the days before a merger the old codes hold (P11). */
const stoodIn =
  (code: string, day: CivilDate): Condition =>
  (first) => {
    const then = insideArea('h', code)(first + 2);
    const alone = insideArea('p', code)(first + 2 + then.values.length);
    return {
      sql: `(p.org_id IN (SELECT h.org_id FROM party_organization_history h
               WHERE h.valid_from <= $${first} AND (h.valid_to IS NULL OR h.valid_to > $${first + 1}) AND ${then.sql})
             OR (p.org_id IS NULL AND ${alone.sql}))`,
      values: [day, day, ...then.values, ...alone.values],
    };
  };

export interface LeadingBodiesArguments extends PageArguments {
  readonly filter?: {
    readonly organizationId?: string | null;
    readonly areaCode?: string | null;
    readonly kind?: BodyKind | null;
  } | null;
}

/** Bodies that exist now (ORG-12). */
export const listBodies = (ctx: Context, { filter, ...page }: LeadingBodiesArguments) =>
  listOf<BodyRow>(
    ctx,
    {
      name: 'leading-bodies',
      select: bodyColumns,
      from: 'leading_body b',
      ordering: ordering('leading-bodies', [asc('b.id', 'uuid')]),
      conditions: [
        within(ctx, LeadingBody, 'b'),
        where('b.closed_on IS NULL'),
        filter?.organizationId ? where('b.org_id = ?', filter.organizationId) : null,
        filter?.areaCode ? insideArea('b', filter.areaCode) : null,
        filter?.kind ? where('b.kind = ?', filter.kind) : null,
      ],
    },
    page,
  );

export interface TermsDueArguments extends PageArguments {
  readonly areaCode: string;
  readonly withinMonths: number;
}

/** Terms that end within some months or are overdue, earliest first; judged by their dates, whatever the clock has written (ORG-11). */
export const listTermsDue = (ctx: Context, { areaCode, withinMonths, ...page }: TermsDueArguments) =>
  listOf<TermRow>(
    ctx,
    {
      name: 'terms-due',
      select: termColumns,
      from: terms,
      ordering: ordering('terms-due', [asc('t.ends_on', 'date'), asc('t.id', 'uuid')]),
      conditions: [
        within(ctx, Term, 't'),
        where(`t.state <> 'ENDED'`),
        withinMonths > 0
          ? where('t.ends_on <= ?', addMonths(ctx.today, withinMonths))
          : where('t.ends_on < ?', ctx.today),
        insideArea('t', areaCode),
      ],
    },
    page,
  );

export interface PostsArguments extends PageArguments {
  readonly filter?: {
    readonly organizationId?: string | null;
    readonly areaCode?: string | null;
    readonly kind?: PostKind | null;
    readonly personId?: string | null;
  } | null;
  readonly asOf?: CivilDate | null;
}

/** Posts held on a day, latest appointment first (ORG-12). */
export const listPosts = (ctx: Context, { filter, asOf, ...page }: PostsArguments) =>
  listOf<PostRow>(
    ctx,
    {
      name: 'posts',
      select: postColumns,
      from: 'post p',
      ordering: ordering('posts', [desc('p.from_on', 'date'), desc('p.id', 'uuid')]),
      conditions: [
        within(ctx, Post, 'p'),
        heldOn(asOf ?? ctx.today),
        filter?.organizationId ? where('p.org_id = ?', filter.organizationId) : null,
        filter?.areaCode
          ? asOf && asOf < ctx.today
            ? stoodIn(filter.areaCode, asOf)
            : insideArea('p', filter.areaCode)
          : null,
        filter?.kind ? where('p.kind = ?', filter.kind) : null,
        filter?.personId ? where('p.person_id = ?', filter.personId) : null,
      ],
    },
    page,
  );

const bodiesWhere = (ctx: Context, condition: Condition, seenFromPart = false): Promise<BodyRow[]> =>
  readRows<BodyRow>(
    ctx,
    'bodies-where',
    `SELECT ${bodyColumns} FROM leading_body b WHERE {where} ORDER BY b.id`,
    seenFromPart ? null : within(ctx, LeadingBody, 'b'),
    condition,
  );
export const bodiesByIds = (ctx: Context, ids: readonly string[]) => bodiesWhere(ctx, where('b.id = ANY(?)', ids));
/** The bodies of terms and posts that the caller sees: whoever sees a part may know of which body, wherever that stands now. */
export const bodiesOfParts = (ctx: Context, ids: readonly string[]) =>
  bodiesWhere(ctx, where('b.id = ANY(?)', ids), true);
/** Bodies that exist now, of these organisations and of the hosts that they lead. */
export const bodiesOf = (ctx: Context, orgIds: readonly string[]) =>
  bodiesWhere(ctx, where('b.org_id = ANY(?) AND b.closed_on IS NULL', orgIds));

/** Bodies that exist now, of these hosts, such as the committees of villages. */
export const bodiesOfHosts = (ctx: Context, hostKind: HostKind, hostIds: readonly string[]) =>
  bodiesWhere(ctx, where('b.host_kind = ? AND b.host_id = ANY(?) AND b.closed_on IS NULL', hostKind, hostIds));

const termsWhere = (ctx: Context, condition: Condition, seenFromPart = false): Promise<TermRow[]> =>
  readRows<TermRow>(
    ctx,
    'terms-where',
    `SELECT ${termColumns} FROM ${terms} WHERE {where} ORDER BY t.no DESC`,
    seenFromPart ? null : within(ctx, Term, 't'),
    condition,
  );
export const termsByIds = (ctx: Context, ids: readonly string[]) => termsWhere(ctx, where('t.id = ANY(?)', ids));
/** The terms of posts that the caller sees, likewise. */
export const termsOfPosts = (ctx: Context, ids: readonly string[]) =>
  termsWhere(ctx, where('t.id = ANY(?)', ids), true);
/** All terms of these bodies, latest first. */
export const termsOf = (ctx: Context, bodyIds: readonly string[]) =>
  termsWhere(ctx, where('t.body_id = ANY(?)', bodyIds));

const postsWhere = (ctx: Context, ...conditions: readonly Condition[]): Promise<PostRow[]> =>
  readRows<PostRow>(
    ctx,
    'posts-where',
    `SELECT ${postColumns} FROM post p WHERE {where} ORDER BY p.from_on DESC, p.id`,
    within(ctx, Post, 'p'),
    ...conditions,
  );
export const postsByIds = (ctx: Context, ids: readonly string[]) => postsWhere(ctx, where('p.id = ANY(?)', ids));
/** Posts held in these bodies on a day. */
export const postsOf = (ctx: Context, bodyIds: readonly string[], asOf: CivilDate) =>
  postsWhere(ctx, where('p.body_id = ANY(?)', bodyIds), heldOn(asOf));
/** All posts of these persons that the caller may see, latest first. */
export const postsOfPersons = (ctx: Context, personIds: readonly string[]) =>
  postsWhere(ctx, where('p.person_id = ANY(?)', personIds));
/** The secretaries of these organisations on a day. */
export const secretariesOf = (ctx: Context, orgIds: readonly string[], asOf: CivilDate) =>
  postsWhere(
    ctx,
    where(
      `p.org_id = ANY(?) AND p.kind = 'SECRETARY'
       AND EXISTS (SELECT FROM leading_body own WHERE own.id = p.body_id AND own.host_id IS NULL)`,
      orgIds,
    ),
    heldOn(asOf),
  );
