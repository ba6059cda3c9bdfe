import { invalidInput, notFound } from '@jishi/errors';
import type { Tx } from '@jishi/database';
import { callerOf, handleOnce, lockKey, setMark, type ConsumerDatabase } from './apply';
import type { CloudEvent } from './cloud-event';
import type { Consumer } from './consumer';

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
  readonly reason: string | null;
  readonly at: Date;
}

const selected = `SELECT id, consumer, topic, key, type, aggregate_version::integer AS "aggregateVersion", event, cause, attempts,
  waits_behind AS "waitsBehind", state, reason, at FROM dead_letter`;

export interface DeadLetters {
  /** Those that wait (or of the given state), oldest first. */
  list(filter?: { readonly consumer?: string; readonly state?: DeadLetter['state'] }): Promise<DeadLetter[]>;
  /**
   * Applies a dead letter now, then those that waited behind it, in order, as far as they succeed. Returns how many were settled.
   * @throws DomainError when an earlier one of the key waits; whatever the handler throws, and then nothing has changed.
   */
  replay(id: string): Promise<number>;
  /** Gives a dead letter up, for a reason; with a strict consumer those behind it go on. Returns how many were settled. */
  discard(id: string, reason: string): Promise<number>;
}

const deadLetterWords = { zh: '未能处理的事件', en: 'dead letter' };

/** The dead letters of a service's consumers. */
export function deadLetters(
  database: ConsumerDatabase,
  consumers: readonly Consumer[],
  { clock = () => new Date() }: { readonly clock?: () => Date } = {},
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

  async function settle(tx: Tx, id: string, state: 'REPLAYED' | 'DISCARDED', reason: string | null): Promise<void> {
    await tx.query('UPDATE dead_letter SET state = $2, reason = $3, settled_at = $4 WHERE id = $1', [
      id,
      state,
      reason,
      tx.now,
    ]);
  }

  function replayOne(id: string): Promise<DeadLetter> {
    return database.transact(callerOf('dead-letters', clock), async (tx) => {
      const { letter, consumer } = await waiting(tx, id);
      const verdict = await handleOnce(tx, consumer, letter.topic, letter.event);
      if (verdict === 'gap')
        throw invalidInput('id', {
          zh: '该对象之前的事件缺失，不能补做；请向数据所有方要求快照，或放弃此事件',
          en: 'Events before this one are missing: ask the owner for a snapshot, or discard it',
        });
      await settle(tx, id, 'REPLAYED', null);
      return letter;
    });
  }

  /** Those that only waited behind one that is settled now. They stop at the first that fails; that one then says why it waits. */
  async function goOn({ consumer, topic, key }: DeadLetter): Promise<number> {
    for (let settled = 0; ; settled += 1) {
      const [next] = await database.query<{ id: string; waits_behind: boolean }>(
        'next-dead-letter',
        `SELECT id, waits_behind FROM dead_letter WHERE consumer = $1 AND topic = $2 AND key = $3 AND state = 'WAITING'
         ORDER BY seq LIMIT 1`,
        [consumer, topic, key],
      );
      if (!next?.waits_behind) return settled;
      try {
        await replayOne(next.id);
      } catch (error) {
        await database.query('say-why', 'UPDATE dead_letter SET cause = $2, waits_behind = false WHERE id = $1', [
          next.id,
          error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        ]);
        return settled;
      }
    }
  }

  return {
    async list({ consumer, state = 'WAITING' } = {}) {
      return database.query<DeadLetter>(
        'dead-letters',
        `${selected} WHERE state = $1 AND ($2::text IS NULL OR consumer = $2) ORDER BY seq`,
        [state, consumer ?? null],
      );
    },
    async replay(id) {
      return 1 + (await goOn(await replayOne(id)));
    },
    async discard(id, reason) {
      const letter = await database.transact(callerOf('dead-letters', clock), async (tx) => {
        const found = await waiting(tx, id);
        if (reason.trim() === '')
          throw invalidInput('reason', { zh: '放弃事件须说明理由', en: 'Say why the event is given up' });
        if (found.consumer.ordering === 'strict')
          await setMark(tx, found.consumer, found.letter.topic, found.letter.key, found.letter.aggregateVersion);
        await settle(tx, id, 'DISCARDED', reason);
        return found.letter;
      });
      return 1 + (await goOn(letter));
    },
  };
}
