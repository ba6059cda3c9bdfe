import type { Refusal } from '@jishi/errors';
import { lifecycle, type Guard } from '@jishi/lifecycles';
import { addDays, addMonths, daysBetween, laterOf, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { RecallKind, StationedEndKind, StationedRole, StationedState } from './stationed.entities';

export interface StationedFacts {
  readonly today: CivilDate;
  readonly state: StationedState;
  readonly role: StationedRole;
  readonly plannedTo: CivilDate;
  readonly decidedOn: CivilDate | null;
  readonly postedOn: CivilDate | null;
  readonly leaveSince: CivilDate | null;
  /** Another first secretary is on the post of the village. */
  readonly villageOccupied: boolean;
  /** The person is on another post. */
  readonly personOccupied: boolean;
  /** The day of the step, which may lie before today. */
  readonly on?: CivilDate;
  readonly reason?: string | null;
  readonly endKind?: StationedEndKind;
  readonly recallKind?: RecallKind;
  readonly evaluation?: string;
  readonly successorPlan?: string;
  readonly successorBy?: CivilDate | null;
}

export const firstSecretaryOnPost: Refusal = {
  code: 'FIRST_SECRETARY_ON_POST',
  field: 'areaCode',
  wording: {
    zh: '该村在这段时间已有在岗第一书记，请先办理离岗',
    en: 'The village has a first secretary on post in that time; end his assignment first',
  },
};
export const personOnPostElsewhere: Refusal = {
  code: 'PERSON_ON_POST',
  field: 'personId',
  wording: {
    zh: '该人员在这段时间已在驻村岗位，一人不能同时驻两个村',
    en: 'The person is stationed in that time already; nobody serves two villages at once',
  },
};
export const candidateExists: Refusal = {
  code: 'FIRST_SECRETARY_NOMINATED_ALREADY',
  field: 'areaCode',
  wording: {
    zh: '该村已有待批准或待到岗的第一书记人选',
    en: 'A first secretary of the village is nominated or approved already',
  },
};
export const personNominatedAlready: Refusal = {
  code: 'PERSON_NOMINATED_ALREADY',
  field: 'personId',
  wording: {
    zh: '该人员已有待批准或待到岗的驻村人选登记',
    en: 'The person is nominated or approved for a village already',
  },
};

const occupied: Guard<StationedFacts> = ({ villageOccupied }) => villageOccupied && firstSecretaryOnPost;
const personOccupied: Guard<StationedFacts> = (facts) => facts.personOccupied && personOnPostElsewhere;

const inTheFuture: Guard<StationedFacts> = ({ on, today }) =>
  on !== undefined &&
  on > today && {
    code: 'DAY_IN_THE_FUTURE',
    field: 'on',
    wording: { zh: '日期{on}晚于今天，请在当日办理', en: '{on} is later than today; take the step on that day' },
    params: { on },
  };

const beforeApproval: Guard<StationedFacts> = ({ on, decidedOn }) =>
  on !== undefined &&
  decidedOn !== null &&
  on < decidedOn && {
    code: 'BEFORE_APPROVAL',
    field: 'on',
    wording: { zh: '到岗日期早于批准日期{decidedOn}', en: 'The post was taken before the approval on {decidedOn}' },
    params: { decidedOn },
  };

const beforeStart: Guard<StationedFacts> = ({ on, postedOn, leaveSince }) => {
  // Leave that was taken before a merger goes on: in the new village nothing lies before its own first day.
  const since = leaveSince !== null && postedOn !== null ? laterOf(leaveSince, postedOn) : postedOn;
  return (
    on !== undefined &&
    since !== null &&
    on < since && {
      code: 'BEFORE_IT_BEGAN',
      field: 'on',
      wording: { zh: '日期早于{since}，该任职（或离岗）那天才开始', en: 'The day lies before {since}, when it began' },
      params: { since },
    }
  );
};

const termNotOver: Guard<StationedFacts> = ({ endKind, on, plannedTo }) =>
  endKind === 'TERM' &&
  on !== undefined &&
  on < plannedTo && {
    code: 'TERM_NOT_OVER',
    field: 'kind',
    wording: {
      zh: '任期至{plannedTo}，提前离岗请选择其他原因并说明',
      en: 'The term runs until {plannedTo}; choose another reason and explain it',
    },
    params: { plannedTo },
  };

const endNotExplained: Guard<StationedFacts> = ({ endKind, reason }) =>
  endKind !== undefined &&
  endKind !== 'TERM' &&
  !reason?.trim() && {
    code: 'REASON_MISSING',
    field: 'reason',
    wording: { zh: '任期未满离岗必须说明理由', en: 'An end before the term needs a reason' },
  };

const endedByMerger: Guard<StationedFacts> = ({ endKind }) =>
  endKind === 'AREA_MERGED' && {
    code: 'ENDS_WITH_ITS_AREA',
    field: 'kind',
    wording: { zh: '村合并由系统按区划变更自动办理', en: 'The system itself ends what a merger of areas ends' },
  };

/** A village that must have a first secretary may not be without one longer than the rule allows (model.md §5.2). */
const successorTooLate: Guard<StationedFacts> = ({ role, on, successorBy, today }) => {
  if (role !== 'FIRST_SECRETARY' || on === undefined) return false;
  const limit = ruleInForce('village.first-secretary.vacancy', today);
  const last = addDays(on, limit.value);
  return (
    (!successorBy || successorBy > last || successorBy < on) && {
      code: 'SUCCESSOR_TOO_LATE',
      field: 'successorBy',
      wording: {
        zh: '召回第一书记须安排接任，最迟{last}前到岗（空缺不超过{days}天）',
        en: 'A successor must take the post by {last}; a village is without a first secretary for {days} days at most',
      },
      citation: citationOf(limit),
      params: { last, days: limit.value },
    }
  );
};

/** 驻村任职, model.md §5.2. Nominated by the sending unit or the organisation department, approved by the latter. */
export const stationedSteps = lifecycle<StationedFacts, StationedState>({
  zh: '驻村任职',
  en: 'stationed assignment',
  states: {
    NOMINATED: { zh: '已提名', en: 'nominated' },
    APPROVED: { zh: '已批准', en: 'approved' },
    REJECTED: { zh: '未通过', en: 'rejected' },
    ON_POST: { zh: '在岗', en: 'on post' },
    ON_LEAVE: { zh: '请假离岗', en: 'on leave' },
    ENDED: { zh: '已结束', en: 'ended' },
    RECALLED: { zh: '已召回', en: 'recalled' },
  },
  facts: {
    evaluation: { zh: '考核或民意依据', en: 'evaluation' },
    successorPlan: { zh: '接任安排', en: 'plan for a successor' },
  },
})({
  approve: { zh: '批准', en: 'approve', from: 'NOMINATED', to: 'APPROVED', who: 'stationed:approve' },
  reject: {
    zh: '不予通过',
    en: 'reject',
    from: ['NOMINATED', 'APPROVED'],
    to: 'REJECTED',
    who: 'stationed:approve',
    needs: ['reason'],
  },
  post: {
    zh: '登记到岗',
    en: 'record the arrival',
    from: 'APPROVED',
    to: 'ON_POST',
    who: 'stationed:keep',
    unless: [inTheFuture, beforeApproval, occupied, personOccupied],
  },
  leave: {
    zh: '登记请假离岗',
    en: 'record the leave',
    from: 'ON_POST',
    to: 'ON_LEAVE',
    who: 'stationed:keep',
    needs: ['reason'],
    unless: [inTheFuture, beforeStart],
  },
  return: {
    zh: '登记返岗',
    en: 'record the return',
    from: 'ON_LEAVE',
    to: 'ON_POST',
    who: 'stationed:keep',
    unless: [inTheFuture, beforeStart],
  },
  end: {
    zh: '办理离岗',
    en: 'end the assignment',
    from: ['ON_POST', 'ON_LEAVE'],
    to: 'ENDED',
    who: 'stationed:keep',
    unless: [endedByMerger, inTheFuture, beforeStart, termNotOver, endNotExplained],
  },
  recall: {
    zh: '召回',
    en: 'recall',
    from: ['ON_POST', 'ON_LEAVE'],
    to: 'RECALLED',
    who: 'stationed:approve',
    needs: ['evaluation', 'successorPlan'],
    unless: [inTheFuture, beforeStart, successorTooLate],
  },
});

export const notAVillage: Refusal = {
  code: 'NOT_A_VILLAGE',
  field: 'areaCode',
  wording: { zh: '驻村只能派到行政村', en: 'People are stationed in administrative villages only' },
};

/** What the office should know when it nominates; none of it stands against the nomination. */
export function nominationWarnings(
  nomination: {
    readonly role: StationedRole;
    readonly plannedFrom: CivilDate;
    readonly plannedTo: CivilDate;
    readonly fullMember: boolean;
  },
  on: CivilDate,
): Refusal[] {
  const { role, plannedFrom, plannedTo, fullMember } = nomination;
  const term = ruleInForce('village.first-secretary.term', on);
  const short: Refusal = {
    code: 'TERM_SHORT',
    field: 'plannedTo',
    wording: { zh: '任期一般不少于{months}个月', en: 'A term is usually {months} months or more' },
    citation: citationOf(term),
    params: { months: term.value },
  };
  const noMember: Refusal = {
    code: 'NOT_A_FULL_MEMBER',
    field: 'personId',
    wording: {
      zh: '人选在本市党员名册中不是正式党员，请核实',
      en: 'The register of the city does not show the person as a full member; please check',
    },
    citation: citationOf(term),
  };
  return [
    ...(plannedTo < addMonths(plannedFrom, term.value) ? [short] : []),
    ...(role === 'FIRST_SECRETARY' && !fullMember ? [noMember] : []),
  ];
}

/** Days until the planned end; below 0 when it has passed; null for who is not on post. */
export const daysToEnd = (
  { state, plannedTo }: { readonly state: StationedState; readonly plannedTo: CivilDate },
  today: CivilDate,
): number | null => (state === 'ON_POST' || state === 'ON_LEAVE' ? daysBetween(today, plannedTo) : null);

/** A village is without its first secretary for longer than the rule allows. */
export const vacantTooLong = (days: number, on: CivilDate): boolean =>
  days > ruleInForce('village.first-secretary.vacancy', on).value;
