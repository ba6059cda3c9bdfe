import { invalidInput } from '@jishi/errors';
import type { QueryRunner } from 'typeorm';
import type { Caller } from './transaction';

/** A repeated command finds its reply; a first one takes its place, and a twin that runs at once waits for it here. */
export async function repliedBefore<R>(
  runner: QueryRunner,
  { actor, command, now }: Caller,
): Promise<{ reply: R } | undefined> {
  if (!command) return undefined;
  const taken: unknown[] = await runner.query(
    `INSERT INTO idempotent_command (actor, client_mutation_id, mutation, at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (actor, client_mutation_id) DO UPDATE SET at = excluded.at, mutation = excluded.mutation, reply = NULL
       WHERE idempotent_command.at < excluded.at - interval '24 hours'
     RETURNING 1`,
    [actor.id, command.clientMutationId, command.mutation, now],
  );
  if (taken.length > 0) return undefined;
  const [earlier] = (await runner.query(
    `SELECT mutation, reply FROM idempotent_command WHERE actor = $1 AND client_mutation_id = $2`,
    [actor.id, command.clientMutationId],
  )) as { mutation: string; reply: R }[];
  if (earlier?.mutation !== command.mutation)
    throw invalidInput(
      'clientMutationId',
      {
        zh: '这个clientMutationId已用于另一项操作（{mutation}），请换一个',
        en: 'This clientMutationId was already used for {mutation}; choose another',
      },
      { code: 'CLIENT_MUTATION_ID_REUSED', params: { mutation: earlier?.mutation ?? '' } },
    );
  return { reply: earlier.reply };
}

/** Keeps the reply for a repetition, in the transaction that made it. */
export async function rememberReply(runner: QueryRunner, { actor, command }: Caller, reply: unknown): Promise<void> {
  if (!command) return;
  await runner.query(`UPDATE idempotent_command SET reply = $3 WHERE actor = $1 AND client_mutation_id = $2`, [
    actor.id,
    command.clientMutationId,
    JSON.stringify(reply ?? null),
  ]);
}
