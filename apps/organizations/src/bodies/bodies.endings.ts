import type { Tx } from '@jishi/database';
import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import type { PartyOrganization } from '../register';
import { LeadingBody, Term } from './bodies.entities';
import { closePost, endTerm, keeperOf, lockPosts, runningTermOf } from './bodies.service';

/**
 * Closes bodies with their terms and posts from a day on: those of an organisation that was dissolved, or of villages whose code
 * was merged away. A host's body goes on under the organisation that now leads the host.
 */
export async function closeBodies(tx: Tx, bodies: readonly LeadingBody[], closedOn: CivilDate): Promise<void> {
  for (const known of bodies) {
    // The body follows the fate of what it belongs to, whoever decided that.
    const body = await tx.unscoped.lock(LeadingBody, known.id);
    const keeper = await keeperOf(tx, body);
    const term = await runningTermOf(tx, body.id);
    if (term) await endTerm(tx, body, term, closedOn > term.startOn ? closedOn : addMonths(term.startOn, 1), keeper);
    // Nobody holds a post of what is no more, whoever was to take one up on this day or later.
    const left = await tx.query<{ id: string }>('SELECT id FROM post WHERE body_id = $1 AND to_on IS NULL', [body.id]);
    for (const post of await lockPosts(tx, left))
      await closePost(tx, body, post, addDays(post.fromOn, 1), 'TERM_END', keeper);
    await tx.save(body, { closedOn });
  }
}

/** What becomes of the bodies when an organisation is dissolved: its own end, those of its host go to the successor. */
export async function bodiesAfterDissolution(
  tx: Tx,
  organization: PartyOrganization,
  successorId: string | null,
): Promise<void> {
  // The decision to dissolve covers the bodies of what is dissolved.
  const bodies = await tx.unscoped.findAll(LeadingBody, { orgId: organization.id, closedOn: null });
  await closeBodies(
    tx,
    bodies.filter(({ hostId }) => hostId === null),
    organization.closedOn!,
  );
  const led = bodies.filter(({ hostId }) => hostId !== null).map(({ id }) => id);
  for (const body of await tx.unscoped.lockAll(LeadingBody, led)) await tx.save(body, { orgId: successorId });
  await moveCurrent(tx, led, { orgId: successorId });
}

/** What becomes of the bodies when areas merge: those of the places end, those of organisations follow their area. */
export async function bodiesAfterAreaMerger(
  tx: Tx,
  codes: readonly string[],
  successorCode: string,
  on: CivilDate,
): Promise<void> {
  // Whoever may merge areas does so for all that stands in them.
  const bodies = await tx.unscoped.findAll(LeadingBody, { areaCode: codes, closedOn: null });
  await closeBodies(
    tx,
    bodies.filter(({ hostId }) => hostId !== null && codes.includes(hostId)),
    on,
  );
  const moved = bodies.filter(({ hostId }) => hostId === null || !codes.includes(hostId)).map(({ id }) => id);
  for (const body of await tx.unscoped.lockAll(LeadingBody, moved)) await tx.save(body, { areaCode: successorCode });
  await moveCurrent(tx, moved, { areaCode: successorCode });
}

/** The running terms and the posts still held follow their bodies; what has ended stays where it was. */
async function moveCurrent(
  tx: Tx,
  bodyIds: readonly string[],
  place: { readonly orgId: string | null } | { readonly areaCode: string },
): Promise<void> {
  const terms = await tx.query<{ id: string }>(
    `SELECT id FROM term WHERE body_id = ANY($1) AND state <> 'ENDED' ORDER BY id`,
    [bodyIds],
  );
  const posts = await tx.query<{ id: string }>(
    'SELECT id FROM post WHERE body_id = ANY($1) AND (to_on IS NULL OR to_on > $2) ORDER BY id',
    [bodyIds, tx.today],
  );
  // As the bodies: whoever may move them may move what is in them.
  for (const term of await tx.unscoped.lockAll(
    Term,
    terms.map(({ id }) => id),
  ))
    await tx.save(term, place);
  for (const post of await lockPosts(tx, posts)) await tx.save(post, place);
}
