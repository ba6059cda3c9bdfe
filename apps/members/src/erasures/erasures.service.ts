import { must, placeOf } from '@jishi/access';
import { acknowledgedBy } from '@jishi/erasures';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { erasureRequested } from '@jishi/event-contracts';
import { standsIn } from '@jishi/known-register';
import type { Context } from '@jishi/subgraph';
import { Member, membershipNotOpen } from '../membership';
import { Person, recordErased } from '../people';
import { Erasure, type ErasureGround } from './erasures.entities';
import { dueAt, refusalOf, scopeOf, whatStays } from './erasures.rules';

export interface RequestErasureInput {
  readonly personId: string;
  readonly version: number;
  readonly ground: ErasureGround;
  readonly document: string;
}

/** Which erasure, and what stays of the person. */
export interface Requested {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

/**
 * 要求删除个人信息: from this moment nobody works with the record any more; its values go when each service, this one among
 * them, has read the request.
 */
export const requestErasure = (ctx: Context, input: RequestErasureInput): Promise<Requested> =>
  ctx.transact(async (tx) => {
    const person = await tx.lock(Person, input.personId, input.version);
    must(tx.actor, 'erasures:request', placeOf(person), tx.today);
    const erased = recordErased(person);
    if (erased) throw ruleBroken(erased);

    // A membership counts wherever it is kept: the caller's scope says whom he may see, not who is a member.
    const member = await tx.unscoped.find(Member, { personId: person.id });
    const [moving] = await tx.query(
      `SELECT 1 FROM transfer WHERE person_id = $1 AND state IN ('DRAFT', 'ISSUED') LIMIT 1`,
      [person.id],
    );
    const facts = {
      membership: member?.status ?? null,
      membershipOpen: member !== null && !membershipNotOpen(member.status),
      transferUnderWay: moving !== undefined,
      merged: person.mergedIntoId !== null,
      document: input.document,
      personal: [person.name, person.citizenId, person.phone],
    };
    const refusal = refusalOf(facts);
    if (refusal) throw ruleBroken(refusal);

    const scope = scopeOf(facts);
    const due = dueAt(tx.now, tx.today);
    const erasure = await tx.insert(Erasure, {
      personId: person.id,
      orgId: person.orgId,
      scope,
      ground: input.ground,
      document: input.document.trim(),
      state: 'REQUESTED',
      requestedAt: tx.now,
      dueAt: due,
    });
    await tx.query(`INSERT INTO erasure_answer (erasure_id, service) SELECT $1, unnest($2::text[])`, [
      erasure.id,
      Object.keys(acknowledgedBy),
    ]);
    if (scope === 'ALL') {
      await tx.save(person, { erasureId: erasure.id });
      await tx.query('UPDATE person SET erasure_id = $2 WHERE merged_into_id = $1', [person.id, erasure.id]);
    }
    tx.emit(
      erasureRequested(
        { erasureId: erasure.id, personId: person.id, scope, dueAt: due.toISOString() },
        standsIn(person),
      ),
    );
    const stays = whatStays(scope, tx.today);
    return { id: erasure.id, warnings: stays ? [stays] : [] };
  });
