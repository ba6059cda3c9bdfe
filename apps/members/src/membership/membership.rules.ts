import type { Refusal, Wording } from '@jishi/errors';
import { lifecycle, type Guard } from '@jishi/lifecycles';
import { addMonths, fullMonths, fullYears, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { MemberClass, MemberStatus } from './membership.entities';

export type SuspensionReason = 'LOST_CONTACT' | 'SETTLED_ABROAD' | 'STUDY_ABROAD';
export type LeaveReason = 'RESIGNED' | 'ADVISED' | 'REMOVED' | 'LAPSED' | 'EXPELLED';

export interface MemberFacts {
  readonly state: MemberStatus;
  readonly today: CivilDate;
  readonly joinedOn: CivilDate;
  readonly suspendedOn: CivilDate | null;
  /** The day on which the step takes effect; today unless the step names another. */
  readonly on?: CivilDate;
  readonly reason?: string;
  /** Since when the reason of a suspension has held. */
  readonly since?: CivilDate;
}

/** No step takes effect, and no reason begins, on a day that has not come; `field` is the date as the step's form calls it. */
const inFuture =
  (fact: 'on' | 'since', field: string): Guard<MemberFacts> =>
  ({ [fact]: date, today }) =>
    date !== undefined &&
    date > today && {
      code: 'DATE_IN_FUTURE',
      field,
      wording: { zh: '日期{date}晚于今天', en: 'The date {date} lies in the future' },
      params: { date },
    };
const dateInFuture = inFuture('on', 'on');

const probationNotOver: Guard<MemberFacts> = ({ on, joinedOn }) => {
  if (on === undefined) return false;
  const rule = ruleInForce('member.probation', on);
  const earliest = addMonths(joinedOn, rule.value);
  return (
    on < earliest && {
      code: 'PROBATION_NOT_OVER',
      field: 'confirmedOn',
      wording: {
        zh: '预备期{months}个月，自{joinedOn}起算，{earliest}届满后方可转正',
        en: 'Probation is {months} months from {joinedOn}; confirmation is possible from {earliest}',
      },
      citation: citationOf(rule),
      params: { months: rule.value, joinedOn, earliest },
    }
  );
};

const contactNotLostLongEnough: Guard<MemberFacts> = ({ reason, since, today }) => {
  if (reason !== 'LOST_CONTACT' || since === undefined) return false;
  const rule = ruleInForce('member.lost-contact', today);
  return (
    fullMonths(since, today) < rule.value && {
      code: 'CONTACT_NOT_LOST_LONG_ENOUGH',
      field: 'since',
      wording: { zh: '失去联系须满{months}个月', en: 'Contact must have been lost for {months} months' },
      citation: citationOf(rule),
      params: { months: rule.value },
    }
  );
};

const notAbroadLongEnough: Guard<MemberFacts> = ({ reason, since, today }) => {
  if (reason !== 'STUDY_ABROAD' || since === undefined) return false;
  const rule = ruleInForce('member.study-abroad', today);
  return (
    today <= addMonths(since, rule.value * 12) && {
      code: 'NOT_ABROAD_LONG_ENOUGH',
      field: 'since',
      wording: { zh: '出国学习须超过{years}年未归', en: 'Study abroad must have lasted more than {years} years' },
      citation: citationOf(rule),
      params: { years: rule.value },
    }
  );
};

const lapsedTooEarly: Guard<MemberFacts> = ({ reason, suspendedOn, on, today }) => {
  if (reason !== 'LAPSED') return false;
  const rule = ruleInForce('member.suspension-to-removal', on ?? today);
  const earliest = suspendedOn && addMonths(suspendedOn, rule.value);
  return (
    (earliest === null || (on ?? today) < earliest) && {
      code: 'LAPSED_TOO_EARLY',
      field: 'on',
      wording: {
        zh: '停止党籍满{months}个月仍未取得联系的，方按自行脱党除名',
        en: 'Removal as lapsed needs {months} months of suspension without contact',
      },
      citation: citationOf(rule),
      params: { months: rule.value },
    }
  );
};

export const openStatuses = ['PROBATIONARY', 'FULL', 'SUSPENDED'] as const satisfies readonly MemberStatus[];

export function membershipNotOpen(status: MemberStatus): Refusal | false {
  const { zh, en } = memberSteps.labelOf(status);
  return (
    memberSteps.isFinal(status) && {
      code: 'MEMBERSHIP_NOT_OPEN',
      wording: { zh: `该党员已“${zh}”，不能办理`, en: `This membership has ended: ${en}` },
    }
  );
}

/** Status of a membership, rules.md §4.1. A probationary member ends by his admission case, never by being advised to leave. */
export const memberSteps = lifecycle<MemberFacts, MemberStatus>({
  zh: '党员',
  en: 'member',
  states: {
    PROBATIONARY: { zh: '预备党员', en: 'probationary' },
    FULL: { zh: '正式党员', en: 'full member' },
    SUSPENDED: { zh: '停止党籍', en: 'suspended' },
    LEFT: { zh: '出党或除名', en: 'left' },
    MOVED_OUT: { zh: '转出系统', en: 'moved out' },
    DECEASED: { zh: '去世', en: 'deceased' },
  },
  facts: { since: { zh: '情形起始日期', en: 'first day of the reason' } },
})({
  confirm: {
    zh: '转正',
    en: 'confirm',
    from: 'PROBATIONARY',
    to: 'FULL',
    who: 'members:keep',
    unless: [inFuture('on', 'confirmedOn'), probationNotOver],
  },
  suspend: {
    zh: '停止党籍',
    en: 'suspend',
    from: 'FULL',
    to: 'SUSPENDED',
    who: 'members:keep',
    needs: ['reason', 'since'],
    unless: [inFuture('since', 'since'), contactNotLostLongEnough, notAbroadLongEnough],
  },
  restore: {
    zh: '恢复党籍',
    en: 'restore',
    from: 'SUSPENDED',
    to: 'FULL',
    who: 'members:keep',
    needs: ['reason'],
  },
  leave: {
    zh: '出党或除名',
    en: 'leave the Party',
    from: ['FULL', 'SUSPENDED'],
    to: 'LEFT',
    who: 'members:keep',
    needs: ['reason'],
    unless: [dateInFuture, lapsedTooEarly],
  },
  moveOut: {
    zh: '转出系统',
    en: 'move out of the city',
    from: openStatuses,
    to: 'MOVED_OUT',
    who: 'members:keep',
    unless: [dateInFuture],
  },
  decease: {
    zh: '去世',
    en: 'record a death',
    from: openStatuses,
    to: 'DECEASED',
    who: 'members:keep',
    unless: [dateInFuture],
  },
});

/** Classes by which members are managed (MEM-02), as people say them. */
export const memberClasses: Readonly<Record<MemberClass, Wording>> = {
  IN_POST: { zh: '在职', en: 'in post' },
  RETIRED: { zh: '离退休', en: 'retired' },
  RURAL: { zh: '农村', en: 'rural' },
  COMMUNITY: { zh: '社区居民', en: 'community resident' },
  MOBILE: { zh: '流动', en: 'mobile' },
  STUDENT: { zh: '学生', en: 'student' },
  JOB_SEEKING: { zh: '待业', en: 'seeking work' },
  NEW_EMPLOYMENT: { zh: '新就业群体', en: 'new forms of employment' },
  UNABLE: { zh: '年老体弱', en: 'unable through age or illness' },
};

export interface BranchFacts {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly setUpWay: string | null;
  readonly status: string;
}

/** Only branches hold affiliations, and a temporary branch holds none (model.md §3.3, 9). */
export const holdsNoMembers = ({ code, kind, setUpWay }: BranchFacts): Refusal | false =>
  (!['BRANCH', 'JOINT_BRANCH'].includes(kind) || setUpWay === 'TEMPORARY') && {
    code: 'ORGANIZATION_HOLDS_NO_MEMBERS',
    field: 'orgId',
    wording: {
      zh: '{code}不是可以编入党员的党支部（只有党支部、联合党支部可以；临时党支部不转接组织关系）',
      en: '{code} holds no affiliations: only branches and joint branches do, and no temporary ones',
    },
    params: { code },
  };

export const branchNotActive = ({ code, status }: BranchFacts): Refusal | false =>
  status !== 'ACTIVE' && {
    code: 'ORGANIZATION_NOT_ACTIVE',
    field: 'orgId',
    wording: {
      zh: '党支部{code}不是正常状态，不能编入党员',
      en: 'The branch {code} is not active and takes no members',
    },
    params: { code },
  };

export interface RegistrationFacts {
  readonly today: CivilDate;
  readonly birthDate: CivilDate;
  readonly joinedOn: CivilDate;
  readonly confirmedOn: CivilDate | null;
  readonly branchSince: CivilDate;
}

/** The dates of a membership stand in order, and none lies ahead (model.md §4.3, 3). */
export function datesOutOfOrder(facts: RegistrationFacts): Refusal | undefined {
  const { today, birthDate, joinedOn, confirmedOn, branchSince } = facts;
  const refuse = (field: string, wording: Wording): Refusal => ({ code: 'DATES_OUT_OF_ORDER', field, wording });
  if (joinedOn > today)
    return refuse('joinedOn', { zh: '入党日期晚于今天', en: 'The joining date lies in the future' });
  if (joinedOn <= birthDate)
    return refuse('joinedOn', { zh: '入党日期早于出生日期', en: 'The joining date lies before the birth date' });
  if (confirmedOn && confirmedOn < joinedOn)
    return refuse('confirmedOn', { zh: '转正日期早于入党日期', en: 'Confirmation lies before joining' });
  if (confirmedOn && confirmedOn > today)
    return refuse('confirmedOn', { zh: '转正日期晚于今天', en: 'Confirmation lies in the future' });
  if (branchSince < joinedOn || branchSince > today)
    return refuse('branchSince', {
      zh: '进入本支部的日期须在入党日期之后、今天之前',
      en: 'The first day in the branch lies between joining and today',
    });
  return undefined;
}

export interface ClassFacts {
  readonly today: CivilDate;
  readonly birthDate: CivilDate;
  readonly gender: '1' | '2';
  readonly hasWork: boolean;
  readonly branchHostKind: string | null;
}

/** The class suggested from work and age (MEM-02); the branch may correct it. */
export function suggestedClass({ today, birthDate, gender, hasWork, branchHostKind }: ClassFacts): MemberClass {
  const [men, women] = ruleInForce('member.class.retirement-age', today).value;
  const retired = fullYears(birthDate, today) >= (gender === '1' ? men! : women!);
  if (branchHostKind === 'VILLAGE') return 'RURAL';
  if (retired) return 'RETIRED';
  if (hasWork) return 'IN_POST';
  return branchHostKind === 'COMMUNITY' ? 'COMMUNITY' : 'IN_POST';
}

/** 党龄: full years since confirmation; null before it. */
export const partyYears = (confirmedOn: CivilDate | null, on: CivilDate): number | null =>
  confirmedOn === null || confirmedOn > on ? null : fullYears(confirmedOn, on);
