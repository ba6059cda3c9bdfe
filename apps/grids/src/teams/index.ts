import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { GridRole, GridStaff, StaffTraining } from './teams.entities';
import { resolvers } from './teams.resolvers';

export { GridStaff, type StaffKind } from './teams.entities';
export { moveTeam, relocateTeams } from './teams.service';

export const teams: Capability = {
  name: 'teams',
  schema: join(__dirname, 'teams.graphql'),
  resolvers,
  entities: [GridRole, GridStaff, StaffTraining],
  constraints: {
    grid_role_code_shape: {
      code: 'ROLE_CODE_UNREADABLE',
      field: 'roles',
      wording: {
        zh: '岗位代码应以大写字母开头，只含大写字母、数字、下划线，不超过30位',
        en: 'A role code begins with a capital letter and has capitals, digits and underscores only, 30 at most',
      },
    },
    grid_role_code_unique: {
      code: 'ROLE_CODE_TWICE',
      field: 'roles',
      wording: { zh: '岗位代码重复', en: 'A role code appears twice' },
    },
    grid_role_label_given: {
      code: 'ROLE_LABEL_MISSING',
      field: 'roles',
      wording: { zh: '请填写岗位名称', en: 'Give every role a name' },
    },
    grid_staff_once_a_day: {
      code: 'ON_DUTY_ALREADY',
      field: 'personId',
      wording: {
        zh: '此人同一时间已在该网格担任这一岗位',
        en: 'This person is on duty in the grid in this role at that time already',
      },
    },
    grid_staff_period_ordered: {
      code: 'ENDS_BEFORE_IT_BEGINS',
      field: 'on',
      wording: { zh: '离岗日期早于上岗日期', en: 'The last day on duty is before the first' },
    },
    staff_training_recorded_once: {
      code: 'TRAINING_RECORDED_ALREADY',
      field: 'title',
      wording: { zh: '此人当日的这次培训已登记', en: 'This training of that day is recorded already' },
    },
    staff_training_title_given: {
      code: 'TITLE_MISSING',
      field: 'title',
      wording: { zh: '请填写培训内容', en: 'Say what the training was about' },
    },
    staff_training_hours_positive: {
      code: 'HOURS_NOT_POSITIVE',
      field: 'hours',
      wording: { zh: '学时应大于0', en: 'The hours must be above 0' },
    },
  },
};
