import { invalidInput, type Refusal } from '@jishi/errors';
import { isInsideArea } from '@jishi/identifiers';
import { lifecycle, type Guard } from '@jishi/lifecycles';
import type { CivilDate, TimeLimit } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { AdmissionState, MatterTypeState } from './matter-types.entities';

/**
 * The steps that have a limit: accept 受理, handle 网格社区处置, triage 分级派单, answer 部门签收, resolve 部门处置, feedback 回访.
 */
export const limitedSteps = ['accept', 'handle', 'triage', 'answer', 'resolve', 'feedback'] as const;
export type LimitedStep = (typeof limitedSteps)[number];
export type MatterLimits = Readonly<Record<LimitedStep, TimeLimit>>;

/** The categories of governance by the first two digits of a code (rules.md §6.2). None is about belief, opinion or residents by kind. */
export const categories = {
  '01': 'DISPUTES',
  '02': 'SAFETY',
  '03': 'ENVIRONMENT',
  '04': 'ILLEGAL_BUILDING',
  '05': 'LIVELIHOOD',
  '06': 'CARE',
  '07': 'ADVICE',
  '08': 'PARTY_LINK',
  '09': 'FACILITIES',
  '10': 'OTHER',
} as const;
export type MatterCategory = (typeof categories)[keyof typeof categories];

/** The category of a code; null when its first two digits are none. */
export const categoryOf = (code: string): MatterCategory | null =>
  /^\d{4}$/.test(code) ? (categories[code.slice(0, 2) as keyof typeof categories] ?? null) : null;

/** The first two digits of a category's codes. */
export const digitsOf = (category: MatterCategory): string =>
  Object.entries(categories).find(([, name]) => name === category)![0];

export interface TypeFacts {
  readonly state: MatterTypeState;
  readonly reason?: string | null;
}

/** 网格事项类型, model.md §6.2: what may be given to grids. A type comes and goes by a decision, never by an edit. */
export const typeSteps = lifecycle<TypeFacts, MatterTypeState>({
  zh: '网格事项',
  en: 'type of matter',
  states: {
    REQUESTED: { zh: '已申请', en: 'requested' },
    REVIEWED: { zh: '已评审', en: 'reviewed' },
    ADMITTED: { zh: '已准入', en: 'admitted' },
    SUSPENDED: { zh: '已暂停', en: 'suspended' },
    REMOVED: { zh: '已退出', en: 'removed' },
    REFUSED: { zh: '未准入', en: 'refused' },
  },
})({
  request: {
    zh: '申请准入',
    en: 'request',
    from: ['REMOVED', 'REFUSED'],
    to: 'REQUESTED',
    who: 'matter-types:request',
  },
  review: { zh: '评审', en: 'review', from: 'REQUESTED', to: 'REVIEWED', who: 'matter-types:admit' },
  admit: { zh: '准入', en: 'admit', from: 'REVIEWED', to: 'ADMITTED', who: 'matter-types:admit' },
  refuse: {
    zh: '不予准入',
    en: 'refuse',
    from: ['REQUESTED', 'REVIEWED'],
    to: 'REFUSED',
    who: 'matter-types:admit',
    needs: ['reason'],
  },
  suspend: {
    zh: '暂停',
    en: 'suspend',
    from: 'ADMITTED',
    to: 'SUSPENDED',
    who: 'matter-types:admit',
    needs: ['reason'],
  },
  resume: { zh: '恢复', en: 'resume', from: 'SUSPENDED', to: 'ADMITTED', who: 'matter-types:admit' },
  remove: {
    zh: '退出清单',
    en: 'remove',
    from: 'SUSPENDED',
    to: 'REMOVED',
    who: 'matter-types:admit',
    needs: ['reason'],
  },
});

export interface AdmissionFacts {
  readonly state: AdmissionState;
  readonly today: CivilDate;
  /** How many departments other than the asking one were heard. */
  readonly departmentsHeard?: number;
  readonly opinion?: string | null;
  readonly reason?: string | null;
}

const nobodyElseHeard: Guard<AdmissionFacts> = ({ departmentsHeard = 0, today }) => {
  const least = ruleInForce('matter-type.review-departments', today);
  return (
    departmentsHeard < least.value && {
      code: 'NO_OTHER_DEPARTMENT_HEARD',
      field: 'unitIds',
      wording: {
        zh: '准入须联合评审，至少征求{least}个其他部门的意见',
        en: 'Admission is reviewed jointly: hear at least {least} department besides the one that asks',
      },
      citation: citationOf(least),
      params: { least: least.value },
    }
  );
};

/** 准入申请: asked by a department, reviewed with others, decided by the politics-and-law committee. */
export const admissionSteps = lifecycle<AdmissionFacts, AdmissionState>({
  zh: '准入申请',
  en: 'request for admission',
  states: {
    REQUESTED: { zh: '已申请', en: 'requested' },
    REVIEWED: { zh: '已评审', en: 'reviewed' },
    ADMITTED: { zh: '已准入', en: 'admitted' },
    REFUSED: { zh: '未准入', en: 'refused' },
    WITHDRAWN: { zh: '已撤回', en: 'withdrawn' },
  },
  facts: { opinion: { zh: '评审意见', en: 'opinion of the review' } },
})({
  review: {
    zh: '评审',
    en: 'review',
    from: 'REQUESTED',
    to: 'REVIEWED',
    who: 'matter-types:admit',
    needs: ['opinion'],
    unless: [nobodyElseHeard],
  },
  admit: { zh: '准入', en: 'admit', from: 'REVIEWED', to: 'ADMITTED', who: 'matter-types:admit' },
  refuse: {
    zh: '不予准入',
    en: 'refuse',
    from: ['REQUESTED', 'REVIEWED'],
    to: 'REFUSED',
    who: 'matter-types:admit',
    needs: ['reason'],
  },
  withdraw: {
    zh: '撤回',
    en: 'withdraw',
    from: ['REQUESTED', 'REVIEWED'],
    to: 'WITHDRAWN',
    who: 'matter-types:request',
  },
});

const list = { document: '网格事项准入清单', article: '未列入清单的事项不得进入或者下派网格', rule: 'GRD-07' } as const;

/**
 * The hard gate (GRD-07), as the automatic reply to whoever sends a matter or a task; false when the type stands on the list of
 * the place at this moment.
 */
export function notAdmitted(
  code: string,
  type: { readonly state: MatterTypeState; readonly name: string; readonly areaCode: string } | undefined,
  place: string,
): Refusal | false {
  if (type && type.state === 'ADMITTED' && isInsideArea(place, type.areaCode)) return false;
  const reply = { code: 'TYPE_NOT_ADMITTED', field: 'typeCode', citation: list } as const;
  if (!type)
    return {
      ...reply,
      wording: {
        zh: '自动回复：网格事项准入清单内没有“{code}”，不能进入或者下派到网格；请先向政法委（综治中心）申请准入',
        en: 'Automatic reply: the list of grid matters has no {code}; it cannot be entered for or sent to a grid. Ask the politics-and-law committee to admit it first',
      },
      params: { code },
    };
  if (type.state !== 'ADMITTED')
    return {
      ...reply,
      wording: {
        zh: '自动回复：“{name}”（{code}）在网格事项准入清单中是“{state}”，不能进入或者下派到网格；请先向政法委（综治中心）申请准入',
        en: 'Automatic reply: {name} ({code}) is not admitted now; it cannot be entered for or sent to a grid. Ask the politics-and-law committee to admit it first',
      },
      params: { code, name: type.name, state: typeSteps.labelOf(type.state).zh },
    };
  return {
    ...reply,
    wording: {
      zh: '自动回复：“{name}”（{code}）只列入{area}的网格事项准入清单，不能进入或者下派到{place}的网格',
      en: 'Automatic reply: {name} ({code}) stands on the list of {area} only and cannot be entered for a grid of {place}',
    },
    params: { code, name: type.name, area: type.areaCode, place },
  };
}

/** Whole amounts from one upwards; an emergency runs in natural hours throughout. INVALID_INPUT names the step otherwise. */
export function checkLimits(limits: MatterLimits, emergency: boolean): void {
  for (const step of limitedSteps) {
    const { unit, amount } = limits[step];
    if (amount < 1) throw invalidInput(`limits.${step}`, { zh: '时限至少为1', en: 'A limit is at least 1' });
    if (emergency && unit !== 'NATURAL_HOURS')
      throw invalidInput(
        `limits.${step}`,
        { zh: '紧急事项的时限按自然小时计', en: 'The limits of an emergency are natural hours' },
        { code: 'EMERGENCY_IN_NATURAL_HOURS' },
      );
  }
}
