import type { CivilDate } from '@jishi/periods';
import type { SetUpState } from './set-ups.entities';
import type { SetUpFacts } from './set-ups.rules';

type Read = <Row extends Record<string, unknown>>(name: string, sql: string, values: unknown[]) => Promise<Row[]>;

/** What decides about these tasks, in their order, in one statement. */
export async function setUpFacts(
  read: Read,
  tasks: readonly { readonly id: string; readonly state: SetUpState }[],
  today: CivilDate,
): Promise<SetUpFacts[]> {
  const rows = await read<{ id: string; fullMembers: number; uncovered: number }>(
    'set-up-facts',
    `SELECT t.task_id AS id, sum(e.full_members)::integer AS "fullMembers",
       count(*) FILTER (WHERE e.org_count = 0)::integer AS uncovered
     FROM set_up_task_entity t JOIN entity e ON e.id = t.entity_id
     WHERE t.task_id = ANY($1) AND t.is_open GROUP BY t.task_id`,
    [tasks.map(({ id }) => id)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return tasks.map(({ id, state }) => {
    const { fullMembers = 0, uncovered = 0 } = byId.get(id) ?? {};
    return { state, today, fullMembers, uncovered };
  });
}
