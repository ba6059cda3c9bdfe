import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followEntities } from '../entities';
import { followPartyStates } from '../party-states';
import { SetUpTask, SetUpTaskEntity } from './set-ups.entities';
import { resolvers } from './set-ups.resolvers';
import { completeTasks, followLead, handOverTasks, leaveTasks, moveTasks } from './set-ups.service';
import { setUpSnapshot } from './set-ups.snapshot';

followPartyStates({ covered: completeTasks });
followEntities({
  changed: followLead,
  closed: (tx, { id }) => leaveTasks(tx, id, '单位已注销'),
  merged: (tx, merged, kept) => handOverTasks(tx, merged.id, kept.id),
  areaMoved: moveTasks,
});

export const setUps: Capability = {
  name: 'set-ups',
  schema: join(__dirname, 'set-ups.graphql'),
  resolvers,
  entities: [SetUpTask, SetUpTaskEntity],
  snapshots: [setUpSnapshot],
  constraints: {
    set_up_task_one_open: {
      code: 'SET_UP_TASK_OPEN',
      field: 'entityIds',
      wording: {
        zh: '所涉单位已有未结束的组建任务',
        en: 'One of the entities has a set-up task that is not over',
      },
    },
    set_up_task_base_whole: {
      code: 'BASE_NAME_MISSING',
      field: 'base.name',
      wording: { zh: '请填写载体的类型和名称', en: 'Give the kind and the name of the base' },
    },
  },
};
