import { mayOn, must, placeOf, type Place } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { postAppointed, postEnded, termBegun, termExtended } from '@jishi/event-contracts';
import { addMonths, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { KnownRoster } from '../known-rosters';
import { aboutOf, isPlace, PartyOrganization, type Host, type HostKind } from '../register';
import { PublicUnit } from '../units';
import { LeadingBody, Post, Term, type BodyKind, type EndReason, type PostKind } from './bodies.entities';
import {
  dueDate,
  refuseAppointment,
  refuseBody,
  refuseHostElsewhere,
  seatsOutOfRule,
  termStateOn,
  termSteps,
} from './bodies.rules';

export interface RecordLeadingBodyInput {
  readonly id?: string | null;
  readonly version?: number | null;
  readonly organizationId: string;
  readonly kind: BodyKind;
  readonly host?: { readonly kind: HostKind; readonly id: string } | null;
  readonly seats: number;
  readonly representatives?: number | null;
  readonly partyRepresentatives?: number | null;
}
export interface BeginTermInput {
  readonly bodyId: string;
  readonly startOn: CivilDate;
  readonly electionDocument?: string | null;
}
export interface ExtendTermInput {
  readonly id: string;
  readonly version?: number | null;
  readonly months: number;
  readonly document: string;
}
export interface AppointToPostInput {
  readonly bodyId: string;
  readonly personId: string;
  readonly kind: PostKind;
  readonly from: CivilDate;
  readonly duty?: string | null;
  readonly isFullTime?: boolean | null;
  readonly filingNo?: string | null;
  readonly filingLevel?: string | null;
  readonly filedOn?: CivilDate | null;
}
export interface EndPostInput {
  readonly id: string;
  readonly version?: number | null;
  readonly on: CivilDate;
  readonly reason: EndReason;
}

/** The organisation that a body belongs to, whose place decides who may keep the body. */
export async function keeperOf(tx: Tx, { orgId }: { orgId: string | null }): Promise<PartyOrganization | null> {
  return orgId === null ? null : tx.unscoped.find(PartyOrganization, { id: orgId });
}
const placeOfBody = (keeper: PartyOrganization | null, { areaCode }: { areaCode: string }): Place =>
  keeper ? placeOf(keeper) : { area: areaCode };
const mayHere =
  (tx: Tx, place: Place) =>
  (permission: string): boolean =>
    mayOn(tx.actor, permission, place, tx.today);
const about = (keeper: PartyOrganization | null, { areaCode }: { areaCode: string }) =>
  keeper ? aboutOf(keeper) : { areaCode };

/** Records a body of an organisation, or of the host that it leads; or changes its seats (ORG-12). */
export const recordLeadingBody = (
  ctx: Context,
  input: RecordLeadingBodyInput,
): Promise<{ leadingBody: LeadingBody; warning: Refusal | null }> =>
  ctx.transact(async (tx) => {
    const organization = await tx.get(PartyOrganization, input.organizationId);
    must(tx.actor, 'bodies:keep', placeOf(organization), tx.today);
    const refusal = refuseBody(input.kind, organization.kind, input.host?.kind ?? null);
    if (refusal) throw ruleBroken(refusal);
    if (input.seats < 1) throw invalidInput('seats', { zh: '职数至少1个', en: 'A body has one seat at least' });

    const numbers = {
      seats: input.seats,
      representatives: input.representatives ?? null,
      partyRepresentatives: input.partyRepresentatives ?? null,
    };
    if (!input.id && input.host) await refuseElsewhere(tx, input.host, organization);
    const leadingBody = input.id
      ? await tx.save(await lockBodyOf(tx, input.id, organization, input.version), numbers)
      : await tx.insert(LeadingBody, {
          ...numbers,
          kind: input.kind,
          orgId: organization.id,
          hostKind: input.host?.kind ?? null,
          hostId: input.host?.id ?? null,
          areaCode: organization.areaCode,
        });

    // The numbers of an organisation that the caller keeps.
    const roster = await tx.unscoped.find(KnownRoster, { orgId: organization.id });
    const warning = input.host
      ? undefined
      : seatsOutOfRule(organization.kind, input.seats, roster?.fullMembers ?? null, tx.today);
    return { leadingBody, warning: warning ?? null };
  });

async function refuseElsewhere(tx: Tx, { kind, id }: Host, organization: PartyOrganization): Promise<void> {
  if (kind === organization.hostKind && id === organization.hostId) return;
  // Enterprises and social organisations are registered elsewhere; where they are is not known here.
  if (!isPlace(kind) && kind !== 'UNIT') return;
  const area = isPlace(kind) ? id : ((await tx.find(PublicUnit, { id }))?.areaCode ?? null);
  const refusal = refuseHostElsewhere(area, organization.areaCode);
  if (refusal) throw ruleBroken(refusal);
}

async function lockBodyOf(
  tx: Tx,
  id: string,
  organization: PartyOrganization,
  version?: number | null,
): Promise<LeadingBody> {
  const body = await tx.lock(LeadingBody, id, version ?? undefined);
  if (body.orgId !== organization.id)
    throw invalidInput('organizationId', {
      zh: '该班子不属于这个党组织',
      en: 'This body does not belong to the organisation',
    });
  return body;
}

/** The term that runs; whoever has the body in hand has its term. */
export const runningTermOf = (tx: Tx, bodyId: string): Promise<Term | null> =>
  tx.unscoped.find(Term, { bodyId, state: ['IN_TERM', 'DUE', 'EXTENDED', 'OVERDUE'] });

/** Begins a term; the one before ends on the same day, and with it the posts of those who held them (ORG-11). */
export const beginTerm = (ctx: Context, input: BeginTermInput): Promise<Term> =>
  ctx.transact(async (tx) => {
    const body = await tx.lock(LeadingBody, input.bodyId);
    const keeper = await keeperOf(tx, body);
    const may = mayHere(tx, placeOfBody(keeper, body));
    must(tx.actor, 'bodies:keep', placeOfBody(keeper, body), tx.today);
    refuseClosed(body);

    const before = await runningTermOf(tx, body.id);
    const [{ last } = { last: 0 }] = await tx.query<{ last: number }>(
      'SELECT coalesce(max(no), 0) AS last FROM term WHERE body_id = $1',
      [body.id],
    );
    if (before) {
      const temporary = keeper?.setUpWay === 'TEMPORARY' && body.hostId === null;
      termSteps.take('beginTerm', { ...before, ...on(tx, before), temporary, nextStartOn: input.startOn }, may);
      await endTerm(tx, body, before, input.startOn, keeper);
    } else if (input.startOn > tx.today) {
      throw ruleBroken({
        code: 'IN_THE_FUTURE',
        field: 'startOn',
        wording: { zh: '{startOn}尚未到来', en: '{startOn} has not come yet' },
        params: { startOn: input.startOn },
      });
    }
    const host = (keeper?.hostKind as HostKind | undefined) ?? null;
    const { dueOn } = dueDate(body.kind, host, input.startOn);
    const dates = { startOn: input.startOn, dueOn, endsOn: dueOn, endedOn: null, extensionMonths: 0 };
    const term = await tx.insert(Term, {
      ...dates,
      bodyId: body.id,
      no: last + 1,
      state: termStateOn(dates, tx.today),
      electionDocument: input.electionDocument ?? null,
      orgId: body.orgId,
      areaCode: body.areaCode,
    });
    if (before) {
      const later = await tx.query<{ id: string }>('SELECT id FROM post WHERE term_id = $1 AND from_on >= $2', [
        before.id,
        input.startOn,
      ]);
      for (const post of await lockPosts(tx, later)) await tx.save(post, { termId: term.id });
    }
    tx.emit(
      termBegun(
        { termId: term.id, bodyId: body.id, orgId: body.orgId, dueOn, no: term.no, startOn: term.startOn },
        about(keeper, body),
      ),
    );
    return term;
  });

const on = (tx: Tx, term: Term) => ({ state: termStateOn(term, tx.today as CivilDate), today: tx.today as CivilDate });

/** Ends a term and the posts that would be held in it beyond its end. */
export async function endTerm(
  tx: Tx,
  body: LeadingBody,
  term: Term,
  endedOn: CivilDate,
  keeper: PartyOrganization | null,
): Promise<void> {
  // Whoever may end the term of a body may end the posts in it.
  await tx.unscoped.lock(Term, term.id);
  await tx.save(term, { state: 'ENDED', endedOn });
  const held = await tx.query<{ id: string }>(
    'SELECT id FROM post WHERE term_id = $1 AND from_on < $2 AND (to_on IS NULL OR to_on > $2) ORDER BY id',
    [term.id, endedOn],
  );
  for (const post of await lockPosts(tx, held)) await closePost(tx, body, post, endedOn, 'TERM_END', keeper);
}

/** Locks posts of a body; whoever has the body in hand has its posts. */
export const lockPosts = (tx: Tx, rows: readonly { readonly id: string }[]): Promise<Post[]> =>
  tx.unscoped.lockAll(
    Post,
    rows.map(({ id }) => id),
  );

export async function closePost(
  tx: Tx,
  body: LeadingBody,
  post: Post,
  toOn: CivilDate,
  endReason: EndReason,
  keeper: PartyOrganization | null,
): Promise<Post> {
  await tx.save(post, { toOn, endReason });
  tx.emit(postEnded({ ...postFacts(body, post), to: toOn, endReason }, about(keeper, post)));
  return post;
}

const postFacts = (body: LeadingBody, post: Post) => ({
  postId: post.id,
  bodyId: body.id,
  bodyKind: body.kind,
  orgId: body.orgId,
  host: body.hostKind && body.hostId ? { kind: body.hostKind as HostKind, id: body.hostId } : null,
  personId: post.personId,
  postKind: post.kind,
});

function refuseClosed(body: LeadingBody): void {
  if (body.closedOn !== null)
    throw ruleBroken({
      code: 'BODY_CLOSED',
      field: 'bodyId',
      wording: { zh: '该班子已于{on}撤销', en: 'The body ceased to exist on {on}' },
      params: { on: body.closedOn },
    });
}

/** Extends a term by approval of the superior, within the months that the rule allows in all (ORG-11). */
export const extendTerm = (ctx: Context, input: ExtendTermInput): Promise<Term> =>
  ctx.transact(async (tx) => {
    const term = await tx.lock(Term, input.id, input.version ?? undefined);
    const keeper = await keeperOf(tx, term);
    const { to } = termSteps.take(
      'extendTerm',
      { ...term, ...on(tx, term), months: input.months, document: input.document },
      mayHere(tx, placeOfBody(keeper, term)),
    );
    const extensionMonths = term.extensionMonths + input.months;
    await tx.save(term, {
      state: to,
      extensionMonths,
      extensionDocument: input.document,
      endsOn: addMonths(term.dueOn, extensionMonths),
    });
    tx.emit(
      termExtended(
        { termId: term.id, bodyId: term.bodyId, orgId: term.orgId, dueOn: term.dueOn, months: input.months },
        about(keeper, term),
      ),
    );
    return term;
  });

/** Appoints a person to a post of the running term (ORG-12). One head per body and day is the database's word. */
export const appointToPost = (ctx: Context, input: AppointToPostInput): Promise<Post> =>
  ctx.transact(async (tx) => {
    const body = await tx.lock(LeadingBody, input.bodyId);
    const keeper = await keeperOf(tx, body);
    must(tx.actor, 'bodies:keep', placeOfBody(keeper, body), tx.today);
    refuseClosed(body);

    const term = await runningTermOf(tx, body.id);
    const [{ taken } = { taken: 0 }] = await tx.query<{ taken: number }>(
      `SELECT count(DISTINCT person_id) AS taken FROM post
       WHERE body_id = $1 AND kind <> 'PART_TIME_MEMBER' AND person_id <> $3
         AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)`,
      [body.id, input.from, input.personId],
    );
    const refusal = refuseAppointment({
      bodyKind: body.kind,
      kind: input.kind,
      from: input.from,
      seats: body.seats,
      seatsTaken: taken,
      term,
    });
    if (refusal) throw ruleBroken(refusal);
    const post = await tx.insert(Post, {
      bodyId: body.id,
      termId: term!.id,
      personId: input.personId,
      kind: input.kind,
      duty: input.duty ?? null,
      isFullTime: input.isFullTime ?? false,
      fromOn: input.from,
      filingNo: input.filingNo ?? null,
      filingLevel: input.filingLevel ?? null,
      filedOn: input.filedOn ?? null,
      orgId: body.orgId,
      areaCode: body.areaCode,
    });
    tx.emit(postAppointed({ ...postFacts(body, post), from: post.fromOn }, about(keeper, post)));
    return post;
  });

/** Ends a post; from that day on it is vacant (ORG-12). */
export const endPost = (ctx: Context, input: EndPostInput): Promise<Post> =>
  ctx.transact(async (tx) => {
    const post = await tx.lock(Post, input.id, input.version ?? undefined);
    // Whoever sees the post may know whose body it is in.
    const body = await tx.unscoped.get(LeadingBody, post.bodyId);
    const keeper = await keeperOf(tx, body);
    must(tx.actor, 'bodies:keep', placeOfBody(keeper, body), tx.today);
    if (post.toOn !== null)
      throw ruleBroken({
        code: 'POST_ENDED',
        field: 'id',
        wording: { zh: '该职务已于{on}离任', en: 'The post ended on {on} already' },
        params: { on: post.toOn },
      });
    if (input.on <= post.fromOn)
      throw ruleBroken({
        code: 'ENDS_BEFORE_IT_BEGAN',
        field: 'on',
        wording: { zh: '离任日期须晚于任职日期{from}', en: 'A post ends after it began, on {from}' },
        params: { from: post.fromOn },
      });
    return closePost(tx, body, post, input.on, input.reason, keeper);
  });
