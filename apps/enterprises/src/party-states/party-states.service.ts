import type { Tx } from '@jishi/database';
import { partyStateChanged } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { NonPublicEntity } from '../entities';
import { PartyStateChange } from './party-states.entities';
import { beginHistories, keepHistory } from './party-states.history';
import { changesOf, isBelow, shouldBeBuilt, type PartyFacts } from './party-states.rules';

interface Facts
  extends
    Record<string, unknown>,
    Pick<
      PartyFacts,
      'fullMembers' | 'organisations' | 'ownOrganisation' | 'hadOrganisation' | 'swept' | 'instructed' | 'taskMembers'
    > {
  readonly qualifiedSince: CivilDate | null;
  readonly belowSince: CivilDate | null;
  /** The organisation that began or ended last. */
  readonly lastOrgId: string | null;
  readonly hasHistory: boolean;
  readonly id: string;
}

const factsSql = `
  SELECT asked.id,
    (SELECT count(*)::integer FROM counted_member WHERE entity_id = asked.id AND is_full) AS "fullMembers",
    cover.organisations, cover.own AS "ownOrganisation", cover.had AS "hadOrganisation", cover.last AS "lastOrgId",
    -- the four items that somebody has to look at; the registers answer the other four
    (SELECT count(*) = 4 FROM entity_clear
     WHERE entity_id = asked.id AND item IN ('OPERATION', 'OWNER_SECRETARY', 'ACTIVITY', 'VENUE')) AS swept,
    EXISTS (SELECT FROM instructor_assignment WHERE entity_id = asked.id AND state = 'ACTIVE') AS instructed,
    (SELECT (SELECT count(*)::integer FROM set_up_task_entity other JOIN counted_member m ON m.entity_id = other.entity_id AND m.is_full
             WHERE other.task_id = mine.task_id AND other.is_open)
     FROM set_up_task_entity mine WHERE mine.entity_id = asked.id AND mine.is_open) AS "taskMembers",
    s.qualified_since AS "qualifiedSince", s.below_since AS "belowSince",
    EXISTS (SELECT FROM entity_history WHERE entity_id = asked.id) AS "hasHistory"
  FROM unnest($1::uuid[]) AS asked (id)
  CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE valid_to IS NULL OR valid_to > $2)::integer AS organisations,
          coalesce(bool_or(way = 'SINGLE') FILTER (WHERE valid_to IS NULL OR valid_to > $2), false) AS own,
          coalesce(bool_or(valid_to <= $2), false) AS had,
          (array_agg(org_id ORDER BY greatest(valid_from, valid_to) DESC, org_id))[1] AS last
        FROM entity_organization WHERE entity_id = asked.id AND valid_from <= $2) cover
  LEFT JOIN party_standing s ON s.entity_id = asked.id`;

/**
 * Keeps others who count for an entity apart until this transaction ends, also while the entity itself is only being recorded by
 * another transaction and has no row to lock yet.
 */
export async function lockStanding(tx: Tx, entityIds: readonly string[]): Promise<NonPublicEntity[]> {
  const ids = [...new Set(entityIds)].sort();
  // Who may change a member, an organisation or a task changes what follows from it.
  const known = await tx.unscoped.lockAll(NonPublicEntity, ids);
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('enterprises.standing:' || id, 0)) FROM unnest($1::text[]) AS id`,
    [ids],
  );
  if (known.length === ids.length) return known;
  // Somebody may have recorded one of them while this transaction waited.
  return tx.unscoped.lockAll(NonPublicEntity, ids);
}

/**
 * Looks at the facts of an entity and takes every change of its Party state that follows (ENT-06): writes it down with its cause, tells
 * it, keeps the numbers of members and organisations on the record and the day's facts in its history. Nothing happens when nothing
 * follows. Does nothing for an entity that is not recorded (yet). To be called by whatever changes such a fact, in its transaction.
 */
export async function judgePartyState(tx: Tx, entityId: string): Promise<void> {
  await judgeLocked(tx, await lockStanding(tx, [entityId]));
}

/** The same for entities that `lockStanding` gave. What it emits of one goes through `as`. */
export async function judgeLocked(
  tx: Tx,
  entities: readonly NonPublicEntity[],
  as: (entityId: string) => Tx = () => tx,
): Promise<void> {
  if (entities.length === 0) return;
  const ids = entities.map(({ id }) => id);
  const found = new Map((await tx.query<Facts>(factsSql, [ids, tx.today])).map((row) => [row.id, row]));
  const unwritten = ids.filter((id) => !found.get(id)!.hasHistory);
  if (unwritten.length > 0) await beginHistories(tx, unwritten);
  for (const entity of entities) await judge(tx, entity, found.get(entity.id)!, as(entity.id));
  await keepHistory(tx, ids, tx.today as CivilDate);
}

async function judge(
  tx: Tx,
  entity: NonPublicEntity,
  { qualifiedSince, belowSince: knownSince, lastOrgId, id: entityId, ...counted }: Facts,
  telling: Tx,
): Promise<void> {
  const known = {
    ...counted,
    today: tx.today as CivilDate,
    closed: entity.closedOn !== null,
    operating: entity.operating,
    belowSince: null,
  };
  const belowSince = isBelow(known) ? (knownSince ?? known.today) : null;
  const facts: PartyFacts = { ...known, belowSince };
  await keepStanding(tx, entityId, {
    now: { qualifiedSince: shouldBeBuilt(facts) ? (qualifiedSince ?? facts.today) : null, belowSince },
    before: { qualifiedSince, belowSince: knownSince },
  });

  const changes = changesOf(entity.partyState, facts);
  await tx.save(entity, {
    partyState: changes.at(-1)?.to ?? entity.partyState,
    fullMembers: facts.fullMembers,
    orgCount: facts.organisations,
  });
  for (const { from, to, cause } of changes) {
    const orgId = to === 'ORGANISED' || to === 'AT_RISK' || to === 'LAPSED' ? lastOrgId : null;
    const { areaCode } = entity;
    await tx.insert(PartyStateChange, {
      entityId,
      areaCode,
      fromState: from,
      toState: to,
      cause,
      orgId,
      changedOn: facts.today,
    });
    telling.emit(partyStateChanged({ entityId, areaCode, from, to, orgId }, { areaCode }));
  }
}

interface Since {
  readonly qualifiedSince: CivilDate | null;
  readonly belowSince: CivilDate | null;
}

async function keepStanding(tx: Tx, entityId: string, { now, before }: { now: Since; before: Since }): Promise<void> {
  if (now.qualifiedSince === before.qualifiedSince && now.belowSince === before.belowSince) return;
  await tx.query(
    `INSERT INTO party_standing (entity_id, qualified_since, below_since) VALUES ($1, $2, $3)
     ON CONFLICT (entity_id) DO UPDATE SET qualified_since = excluded.qualified_since, below_since = excluded.below_since`,
    [entityId, now.qualifiedSince, now.belowSince],
  );
}
