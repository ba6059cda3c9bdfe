import { setUpCompleted, setUpOpened } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const entitiesOf = (which: string): string =>
  `(SELECT jsonb_agg(e.entity_id ORDER BY e.id) FROM set_up_task_entity e WHERE e.task_id = t.id${which})`;

/** Every task that is under way or done. */
export const setUpSnapshot: Snapshot = {
  told: [
    {
      contract: setUpCompleted,
      when: `t.state = 'DONE' AND t.org_id IS NOT NULL`,
      data: `jsonb_build_object('taskId', t.id, 'entityIds', ${entitiesOf('')}, 'way', t.way, 'orgId', t.org_id)`,
    },
    {
      contract: setUpOpened,
      when: `t.state NOT IN ('DONE', 'DROPPED') AND EXISTS (SELECT FROM set_up_task_entity e WHERE e.task_id = t.id AND e.is_open)`,
      data: `jsonb_build_object('taskId', t.id, 'entityIds', ${entitiesOf(' AND e.is_open')}, 'way', t.way, 'dueOn', t.due_on)`,
    },
  ],
  from: 'set_up_task t',
  key: 't.id',
  areaCode: 't.area_code',
  lacks: { zh: '不含已放弃的任务', en: 'tasks that were dropped' },
};
