// Events of the service villages: the register, income by year, classes, plans, first secretaries, cooperatives.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

export const villageChanged = defineEvent({
  type: 'villages.village.changed.v1',
  key: 'areaCode',
  dataClass: 'internal',
  zh: '行政村登记或变更',
  en: 'a village was recorded or changed; a merged one names its successors',
  features: ['VIL-01', 'VIL-08'],
  example: { areaCode: sample.village, class: 'REACHED', model: false, status: 'ACTIVE', replacedBy: [] },
  schema: z.strictObject({
    areaCode: f.areaCode,
    class: f.villageClass.nullable(),
    model: z.boolean(),
    status: z.enum(['ACTIVE', 'MERGED']),
    replacedBy: z.array(f.areaCode),
  }),
});

export const incomeYearClosed = defineEvent({
  type: 'villages.income.year-closed.v1',
  key: 'yearId',
  dataClass: 'internal',
  zh: '村集体收入年度结账',
  en: 'the income of a village for a year was closed, or closed again after a revision',
  features: ['VIL-02'],
  example: {
    yearId: sample.incomeYear,
    areaCode: sample.village,
    year: 2025,
    total: 23_684_500,
    operating: 14_210_000,
    operatingSurplus: 9_865_300,
    revision: 0,
  },
  schema: z.strictObject({
    yearId: f.id,
    areaCode: f.areaCode,
    year: f.year,
    total: f.fen,
    operating: f.fen,
    operatingSurplus: f.fen,
    /** 0 for the first close, one more for every revision. */
    revision: f.count,
  }),
});

export const classificationChanged = defineEvent({
  type: 'villages.classification.changed.v1',
  key: 'areaCode',
  dataClass: 'internal',
  zh: '村集体经济类别变化',
  en: 'the class of a village changed, by a closed year or by a changed target',
  features: ['VIL-03', 'VIL-04', 'VIL-07', 'VIL-08'],
  example: {
    areaCode: sample.village,
    year: 2025,
    from: 'WEAK',
    to: 'REACHED',
    profile: 'county-2023',
    weak: false,
    on: '2026-01-15',
  },
  schema: z.strictObject({
    areaCode: f.areaCode,
    year: f.year,
    /** Null before the first classification. */
    from: f.villageClass.nullable(),
    to: f.villageClass,
    profile: z.string().nullable(),
    /** True when the village has to be lifted: a shell or weak village that is not cleared. */
    weak: z.boolean(),
    on: f.civilDate,
  }),
});

export const planApproved = defineEvent({
  type: 'villages.plan.approved.v1',
  key: 'planId',
  dataClass: 'internal',
  zh: '一村一策方案批准',
  en: 'the plan of a village was approved',
  features: ['VIL-09'],
  example: {
    planId: sample.plan,
    areaCode: sample.village,
    goals: [
      { year: 2026, total: 26_000_000, operating: 16_000_000 },
      { year: 2027, total: 30_000_000, operating: 20_000_000 },
    ],
  },
  schema: z.strictObject({
    planId: f.id,
    areaCode: f.areaCode,
    goals: z.array(z.object({ year: f.year, total: f.fen, operating: f.fen })),
  }),
});

const cooperative = {
  cooperativeId: f.id,
  uscc: z.string().nullable(),
  areaCode: f.areaCode,
  /** The branch that leads it; null when none does, or no member of the branch sits on the board any more. */
  ledByOrgId: f.id.nullable(),
  /** The collective's stake in basis points. */
  collectiveStake: z.int().min(0).max(10_000),
};
export const cooperativeRegistered = defineEvent({
  type: 'villages.cooperative.registered.v1',
  key: 'cooperativeId',
  dataClass: 'internal',
  zh: '合作社登记',
  en: 'a cooperative was registered',
  features: ['VIL-13'],
  example: {
    cooperativeId: sample.cooperative,
    uscc: '93410823MA47P2H6XY',
    areaCode: sample.village,
    ledByOrgId: sample.villageBranch,
    collectiveStake: 5_100,
  },
  schema: z.strictObject(cooperative),
});
export const cooperativeChanged = defineEvent({
  type: 'villages.cooperative.changed.v1',
  key: 'cooperativeId',
  dataClass: 'internal',
  zh: '合作社变更',
  en: 'a cooperative changed, or its leading branch lost or won its seat on the board',
  features: ['VIL-13'],
  example: {
    cooperativeId: sample.cooperative,
    uscc: '93410823MA47P2H6XY',
    areaCode: sample.village,
    ledByOrgId: null,
    collectiveStake: 5_100,
  },
  schema: z.strictObject(cooperative),
});
export const cooperativeDissolved = defineEvent({
  type: 'villages.cooperative.dissolved.v1',
  key: 'cooperativeId',
  dataClass: 'internal',
  zh: '合作社注销',
  en: 'a cooperative was dissolved',
  features: ['VIL-13'],
  example: { cooperativeId: sample.cooperative, areaCode: sample.village, on: '2026-09-30' },
  schema: z.strictObject({ cooperativeId: f.id, areaCode: f.areaCode, on: f.civilDate }),
});

const stationed = {
  assignmentId: f.id,
  personId: f.id,
  areaCode: f.areaCode,
  role: z.enum(['FIRST_SECRETARY', 'TEAM_LEADER', 'TEAM_MEMBER']),
  senderUnitId: f.id,
};
export const stationedPosted = defineEvent({
  type: 'villages.stationed.posted.v1',
  key: 'assignmentId',
  dataClass: 'personal',
  zh: '驻村干部到岗',
  en: 'a first secretary or a member of a village team took the post',
  features: ['VIL-19'],
  example: {
    assignmentId: sample.stationing,
    personId: sample.firstSecretary,
    areaCode: sample.village,
    role: 'FIRST_SECRETARY',
    senderUnitId: sample.housingBureau,
    from: '2025-07-01',
  },
  schema: z.strictObject({ ...stationed, from: f.civilDate }),
});
export const stationedEnded = defineEvent({
  type: 'villages.stationed.ended.v1',
  key: 'assignmentId',
  dataClass: 'personal',
  zh: '驻村干部离岗',
  en: 'a first secretary or a member of a village team left the post: by term, for a reason, or recalled',
  features: ['VIL-19'],
  example: {
    assignmentId: sample.stationing,
    personId: sample.firstSecretary,
    areaCode: sample.village,
    role: 'FIRST_SECRETARY',
    senderUnitId: sample.housingBureau,
    to: '2027-06-30',
    recalled: false,
  },
  schema: z.strictObject({ ...stationed, to: f.civilDate, recalled: z.boolean() }),
});
