import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { judgeRosters } from './setting-issues.consumers';
import { SettingIssue } from './setting-issues.entities';
import { resolvers } from './setting-issues.resolvers';
import { settingIssueSnapshot } from './setting-issues.snapshot';

export { SettingIssue } from './setting-issues.entities';
export { judgeSetting } from './setting-issues.service';

export const settingIssues: Capability = {
  name: 'setting-issues',
  schema: join(__dirname, 'setting-issues.graphql'),
  resolvers,
  entities: [SettingIssue],
  snapshots: [settingIssueSnapshot],
  consumers: [judgeRosters],
};
