import { DomainError, invalidInput, notFound } from '@jishi/errors';
import type { Tx } from '@jishi/database';
import { callerOf, handleOnce, lockKey, setMark, type ConsumerDatabase } from './apply';
import type { CloudEvent } from './cloud-event';
import type { Consumer } from './consumer';
import { causeOf, isTransient } from './failure';

/** An event that a consumer could not apply. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly aggregateVersion: number;
  readonly event: CloudEvent;
  readonly cause: string;
  readonly attempts: number;
  /** The event is sound, it only waits behind an earlier one of its key. */
  readonly waitsBehind: boolean;
  readonly state: 'WAITING' | 'REPLAYED' | 'DISCARDED';
  readonly at: Date;
  /** Who replayed or discarded it, when and why; null while it waits. */
  readonly settledBy: string | null;
  readonly settledAt: Date | null;
  readonly reason: string | null;
}

/** Who settles a letter, and why; both stand in the audit trail. */
export interface Settling {
  readonly by: string;
  readonly reason?: string;
}

const selected = `SELECT id, consumer, topic, key, type, aggregate_version::integer AS "aggregateVersion", event, cause, attempts,
  waits_behind AS "waitsBehind", state, at, settled_by AS "settledBy", settled_at AS "settledAt", reason FROM dead_letter`;

export interface DeadLetterFilter {
  readonly consumer?: string;
  readonly type?: string;
  readonly key?: string;
  readonly state?: DeadLetter['state'];
}

export interface DeadLetters {
  /** Those that wait (or of the given state), oldest first. */
  list(filter?: DeadLetterFilter): Promise<DeadLetter[]>;
  /** One of them in whatever state; undefined when it is not of this service. */
  get(id: string): Promise<DeadLetter | undefined>;
  /**
   * Applies a dead letter now, then those that waited behind it, in order, as far as they succeed. Returns how many were settled.
   * @throws DomainError when an earlier one of the key waits; whatever the handler throws, and then only the attempt is noted.
   */
  replay(id: string, settling: Settling): Promise<number>;
  /** Gives a dead letter up, for a reason; with a strict consumer those behind it go on. Returns how many were settled. */
  discard(id: string, settling: Settling): Promise<number>;
}

const deadLetterWords = { zh: '未能处理的事件', en: 'dead letter' };

/** The dead letters of a service's consumers. */
export function deadLetters(
  database: ConsumerDatabase,
  consumers: readonly Consumer[],
  { clock = () => new Date(), audited = true }: { readonly clock?: () => Date; readonly audited?: boolean } = {},
): DeadLetters {
  async function waiting(tx: Tx, id: string): Promise<{ letter: DeadLetter; consumer: Consumer }> {
    const [known] = await tx.query<DeadLetter>(`${selected} WHERE id = $1 AND state = 'WAITING'`, [id]);
    const consumer = consumers.find(({ name }) => name === known?.consumer);
    if (!known || !consumer) throw notFound(deadLetterWords, id);
    await lockKey(tx, consumer, known.topic, known.key);
    const [letter] = await tx.query<DeadLetter>(`${selected} WHERE id = $1 AND state = 'WAITING' FOR UPDATE`, [id]);
    if (!letter) throw notFound(deadLetterWords, id);
    if (consumer.ordering === 'strict') {
      const [first] = await tx.query<{ id: string }>(
        `SELECT id FROM dead_letter WHERE consumer = $1 AND topic = $2 AND key = $3 AND state = 'WAITING' ORDER BY seq LIMIT 1`,
        [consumer.name, letter.topic, letter.key],
      );
      if (first && first.id !== id)
        throw invalidInput(
          'id',
          {
            zh: '同一对象有更早的事件（{first}）未处理，请先处理它',
            en: 'An earlier event of the same key waits: {first}',
          },
          { params: { first: first.id } },
        );
    }
    return { letter, consumer };
  }

  async function note(tx: Tx, { id, consumer, type, key }: DeadLetter, by: string, changes: object): Promise<void> {
    if (!audited) return;
    await tx.query(
      `INSERT INTO audit_entry (at, actor, account, action, entity, entity_id, changes)
       VALUES ($1, $2, $2, 'UPDATE', 'dead_letter', $3, $4)`,
      [tx.now, by, id, JSON.stringify({ consumer, type, key, ...changes })],
    );
  }

  async function settle(
    tx: Tx,
    letter: DeadLetter,
    state: 'REPLAYED' | 'DISCARDED',
    { by, reason }: Settling,
  ): Promise<void> {
    await tx.query('UPDATE dead_letter SET state = $2, reason = $3, settled_at = $4, settled_by = $5 WHERE id = $1', [
      letter.id,
      state,
      reason ?? null,
      tx.now,
      by,
    ]);
    await note(tx, letter, by, { state: { before: 'WAITING', after: state }, reason: { after: reason ?? null } });
  }

  /** What went wrong this time; a passing cause says nothing of the event. */
  async function noteFailure(id: string, by: string, error: unknown): Promise<void> {
    if (error instanceof DomainError || isTransient(error)) return;
    const cause = causeOf(error);
    await database.transact(callerOf('dead-letters', clock), async (tx) => {
      const [letter] = await tx.query<DeadLetter>(
        `WITH failed AS (
           UPDATE dead_letter SET attempts = attempts + 1, cause = $2, waits_behind = false
           WHERE id = $1 AND state = 'WAITING' RETURNING *)
         ${selected.replace('FROM dead_letter', 'FROM failed')}`,
        [id, cause],
      );
      if (letter) await note(tx, letter, by, { replay: { after: cause } });
    });
  }

  function replayOne(id: string, settling: Settling): Promise<DeadLetter> {
    return database.transact(callerOf('dead-letters', clock), async (tx) => {
      const { letter, consumer } = await waiting(tx, id);
      const verdict = await handleOnce(tx, consumer, letter.topic, letter.event);
      if (verdict === 'gap')
        throw invalidInput('id', {
          zh: '该对象之前的事件缺失，不能补做；请向数据所有方要求快照，或放弃此事件',
          en: 'Events before this one are missing: ask the owner for a snapshot, or discard it',
        });
      await settle(tx, letter, 'REPLAYED', settling);
      return letter;
    });
  }

  /** Those that only waited behind one that is settled now. They stop at the first that fails; that one then says why it waits. */
  async function goOn({ consumer, topic, key }: DeadLetter, settling: Settling): Promise<number> {
    for (let settled = 0; ; settled += 1) {
      const [next] = await database.query<{ id: string; waits_behind: boolean }>(
        'next-dead-letter',
        `SELECT id, waits_behind FROM dead_letter WHERE consumer = $1 AND topic = $2 AND key = $3 AND state = 'WAITING'
         ORDER BY seq LIMIT 1`,
        [consumer, topic, key],
      );
      if (!next?.waits_behind) return settled;
      try {
        await replayOne(next.id, { by: settling.by });
      } catch (error) {
        await noteFailure(next.id, settling.by, error);
        return settled;
      }
    }
  }

  return {
    async list({ consumer, type, key, state = 'WAITING' } = {}) {
      return database.query<DeadLetter>(
        'dead-letters',
        `${selected} WHERE state = $1 AND ($2::text IS NULL OR consumer = $2) AND ($3::text IS NULL OR type = $3)
           AND ($4::text IS NULL OR key = $4) ORDER BY seq`,
        [state, consumer ?? null, type ?? null, key ?? null],
      );
    },
    async get(id) {
      return (await database.query<DeadLetter>('dead-letter', `${selected} WHERE id::text = $1`, [id]))[0];
    },
    async replay(id, settling) {
      let letter: DeadLetter;
      try {
        letter = await replayOne(id, settling);
      } catch (error) {
        await noteFailure(id, settling.by, error);
        throw error;
      }
      return 1 + (await goOn(letter, settling));
    },
    async discard(id, settling) {
      const letter = await database.transact(callerOf('dead-letters', clock), async (tx) => {
        const found = await waiting(tx, id);
        if (!settling.reason?.trim())
          throw invalidInput('reason', { zh: '放弃事件须说明理由', en: 'Say why the event is given up' });
        if (found.consumer.ordering === 'strict')
          await setMark(tx, found.consumer, found.letter.topic, found.letter.key, found.letter.aggregateVersion);
        await settle(tx, found.letter, 'DISCARDED', settling);
        return found.letter;
      });
      return 1 + (await goOn(letter, settling));
    },
  };
}
