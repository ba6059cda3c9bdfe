import type { TimeLimit } from '@jishi/periods';
import type { Department } from './departments';

type Level = 'GRID' | 'COMMUNITY' | 'STREET' | 'DEPARTMENT';
/** A type of matter on the list of what grids may be given. */
export interface Type {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  readonly duty: 'FIND' | 'VERIFY' | 'HELP';
  readonly department: Department;
  /** Of the step in which it is handled. */
  readonly limit: TimeLimit;
  readonly emergency?: boolean;
  readonly weight: number;
  readonly words: readonly string[];
}

const hours = (amount: number): Type['limit'] => ({ unit: 'WORKING_MINUTES', amount: amount * 60 });
const days = (amount: number): Type['limit'] => ({ unit: 'WORKING_DAYS', amount });

/** The list of what grids may be given, with limits in the order of real handbooks (rules.md §6.3). */
export const matterTypes: readonly Type[] = [
  {
    code: '0101',
    name: '邻里纠纷',
    level: 'COMMUNITY',
    duty: 'HELP',
    department: 'JU',
    limit: days(5),
    weight: 8,
    words: ['楼上漏水引发争执', '停车位归属争议', '噪音扰民'],
  },
  {
    code: '0102',
    name: '物业服务纠纷',
    level: 'STREET',
    duty: 'FIND',
    department: 'HO',
    limit: days(7),
    weight: 7,
    words: ['电梯维修不及时', '公共收益未公示', '保洁不到位'],
  },
  {
    code: '0201',
    name: '消防通道堵塞',
    level: 'COMMUNITY',
    duty: 'FIND',
    department: 'EM',
    limit: hours(4),
    weight: 6,
    words: ['消防通道停放车辆', '楼道堆放杂物'],
  },
  {
    code: '0202',
    name: '燃气安全隐患',
    level: 'DEPARTMENT',
    duty: 'FIND',
    department: 'HO',
    limit: { unit: 'NATURAL_HOURS', amount: 24 },
    emergency: true,
    weight: 2,
    words: ['燃气管道异味', '软管老化'],
  },
  {
    code: '0203',
    name: '电动自行车违规充电',
    level: 'GRID',
    duty: 'FIND',
    department: 'EM',
    limit: hours(4),
    weight: 7,
    words: ['楼道内充电', '飞线充电'],
  },
  {
    code: '0301',
    name: '暴露垃圾',
    level: 'GRID',
    duty: 'FIND',
    department: 'CM',
    limit: hours(4),
    weight: 14,
    words: ['垃圾桶满溢', '墙角堆放垃圾', '绿化带内垃圾'],
  },
  {
    code: '0302',
    name: '道路不洁',
    level: 'GRID',
    duty: 'FIND',
    department: 'CM',
    limit: hours(4),
    weight: 8,
    words: ['路面油污', '落叶堆积'],
  },
  {
    code: '0303',
    name: '渣土堆放',
    level: 'STREET',
    duty: 'FIND',
    department: 'CM',
    limit: days(3),
    weight: 4,
    words: ['建筑垃圾未清运', '渣土占道'],
  },
  {
    code: '0304',
    name: '污水外溢',
    level: 'STREET',
    duty: 'FIND',
    department: 'HO',
    limit: days(2),
    weight: 4,
    words: ['下水道堵塞外溢', '雨水井返水'],
  },
  {
    code: '0401',
    name: '违法搭建',
    level: 'DEPARTMENT',
    duty: 'FIND',
    department: 'CM',
    limit: days(15),
    weight: 3,
    words: ['屋顶搭建彩钢棚', '占用公共区域搭建'],
  },
  {
    code: '0501',
    name: '供水供电报修',
    level: 'STREET',
    duty: 'HELP',
    department: 'WA',
    limit: { unit: 'NATURAL_HOURS', amount: 24 },
    weight: 5,
    words: ['小区停水', '楼道灯不亮'],
  },
  {
    code: '0502',
    name: '医保社保代办',
    level: 'COMMUNITY',
    duty: 'HELP',
    department: 'HR',
    limit: days(3),
    weight: 6,
    words: ['代办医保参保登记', '养老资格认证'],
  },
  {
    code: '0601',
    name: '本人申请的帮扶',
    level: 'COMMUNITY',
    duty: 'HELP',
    department: 'CA',
    limit: days(5),
    weight: 3,
    words: ['申请临时救助', '申请家电维修帮助'],
  },
  {
    code: '0701',
    name: '政策咨询',
    level: 'GRID',
    duty: 'HELP',
    department: 'GA',
    limit: days(3),
    weight: 7,
    words: ['咨询老旧小区改造', '咨询入学手续'],
  },
  {
    code: '0801',
    name: '党员报到服务联系',
    level: 'COMMUNITY',
    duty: 'HELP',
    department: 'CO',
    limit: days(5),
    weight: 2,
    words: ['志愿服务岗位对接'],
  },
  {
    code: '0901',
    name: '井盖缺失破损',
    level: 'STREET',
    duty: 'FIND',
    department: 'CM',
    limit: hours(8),
    weight: 5,
    words: ['井盖破损', '井盖缺失'],
  },
  {
    code: '0902',
    name: '路灯损坏',
    level: 'STREET',
    duty: 'FIND',
    department: 'CM',
    limit: days(2),
    weight: 5,
    words: ['路灯不亮', '灯杆倾斜'],
  },
  {
    code: '0903',
    name: '健身器材损坏',
    level: 'COMMUNITY',
    duty: 'FIND',
    department: 'SP',
    limit: days(7),
    weight: 3,
    words: ['健身器材松动'],
  },
  {
    code: '1001',
    name: '其他公共事务',
    level: 'COMMUNITY',
    duty: 'FIND',
    department: 'GA',
    limit: days(5),
    weight: 3,
    words: ['公告栏破损', '树木倒伏'],
  },
];
/** Asked for and not admitted, or suspended: no matter of them may reach a grid. */
export const outside: readonly (Type & { readonly state: 'REQUESTED' | 'SUSPENDED' })[] = [
  {
    code: '1002',
    name: '报表填报',
    level: 'GRID',
    duty: 'HELP',
    department: 'GA',
    limit: days(3),
    weight: 0,
    words: ['部门下发的表格'],
    state: 'REQUESTED',
  },
  {
    code: '0904',
    name: '共享单车清理',
    level: 'GRID',
    duty: 'FIND',
    department: 'CM',
    limit: hours(8),
    weight: 0,
    words: ['共享单车占道'],
    state: 'SUSPENDED',
  },
];

const minutes = (amount: number): TimeLimit => ({ unit: 'WORKING_MINUTES', amount });
const accept = minutes(60);
const fourHours = minutes(240);
const feedback = days(2);

/** How long a step of a matter of this type may take. */
export function limitOf({ limit }: Type, step: string): TimeLimit {
  if (step === 'handle' || step === 'resolve') return limit;
  if (step === 'triage' || step === 'answer') return fourHours;
  return step === 'accept' ? accept : feedback;
}

/** The limits of every step of a type, as the list keeps them. */
export const limitsOf = (type: Type): string =>
  JSON.stringify(
    Object.fromEntries(
      ['accept', 'handle', 'triage', 'answer', 'resolve', 'feedback'].map((step) => [step, limitOf(type, step)]),
    ),
  );
