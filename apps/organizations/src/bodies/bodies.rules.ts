import type { Citation, Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { isInsideArea } from '@jishi/identifiers';
import { addMonths, addYears, daysBetween, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce, type RuleKey } from '@jishi/rule-sets';
import type { HostKind, OrganizationKind } from '../register';
import type { BodyKind, PostKind, TermState } from './bodies.entities';

// Which body belongs to whom, which posts it has, how long its term is, and what may be done with a term.

const ownBody: Readonly<Partial<Record<OrganizationKind, BodyKind>>> = {
  COMMITTEE: 'PARTY_COMMITTEE',
  WORK_COMMITTEE: 'PARTY_COMMITTEE',
  PARTY_GROUP: 'PARTY_COMMITTEE',
  DISCIPLINE_COMMITTEE: 'PARTY_COMMITTEE',
  GENERAL_BRANCH: 'BRANCH_COMMITTEE',
  BRANCH: 'BRANCH_COMMITTEE',
  JOINT_BRANCH: 'BRANCH_COMMITTEE',
};
const firms: readonly HostKind[] = ['UNIT', 'ENTERPRISE', 'SOCIAL_ORG', 'COOPERATIVE', 'PROPERTY_PROVIDER'];
const hostBody: Readonly<Partial<Record<BodyKind, readonly HostKind[]>>> = {
  VILLAGE_COMMITTEE: ['VILLAGE'],
  SUPERVISION_COMMITTEE: ['VILLAGE'],
  RESIDENTS_COMMITTEE: ['COMMUNITY'],
  BOARD: firms,
  SUPERVISORS: firms,
  MANAGEMENT: firms,
  PRESIDENT_MEETING: ['UNIT'],
};

/** A body of this kind for this organisation, or for this host that it leads: why not, if not. */
export function refuseBody(kind: BodyKind, organization: OrganizationKind, host: HostKind | null): Refusal | undefined {
  const fits = host === null ? ownBody[organization] === kind : hostBody[kind]?.includes(host);
  return fits
    ? undefined
    : {
        code: 'BODY_KIND_DOES_NOT_FIT',
        field: 'kind',
        wording: {
          zh: '这类班子不能设在该党组织或者依托对象上',
          en: 'A body of this kind does not belong to such an organisation or host',
        },
      };
}

/** An organisation leads hosts of its own area only: who keeps one village must not write another's committee. */
export const refuseHostElsewhere = (hostArea: string | null, organizationArea: string): Refusal | undefined =>
  hostArea !== null && isInsideArea(hostArea, organizationArea)
    ? undefined
    : {
        code: 'HOST_OUTSIDE_AREA',
        field: 'host',
        wording: {
          zh: '该依托对象不在党组织所在区划内',
          en: 'The host does not lie within the area of the organisation',
        },
      };

const partyPosts: readonly PostKind[] = [
  'SECRETARY',
  'DEPUTY_SECRETARY',
  'FULLTIME_DEPUTY',
  'ORG_MEMBER',
  'PUBLICITY_MEMBER',
  'DISCIPLINE_MEMBER',
  'COMMITTEE_MEMBER',
  'PART_TIME_MEMBER',
];
const committeePosts: readonly PostKind[] = ['DIRECTOR', 'DEPUTY_DIRECTOR', 'COMMITTEE_PERSON'];
const postsOf: Readonly<Record<BodyKind, readonly PostKind[]>> = {
  PARTY_COMMITTEE: partyPosts,
  BRANCH_COMMITTEE: partyPosts,
  VILLAGE_COMMITTEE: committeePosts,
  RESIDENTS_COMMITTEE: committeePosts,
  SUPERVISION_COMMITTEE: committeePosts,
  BOARD: ['CHAIR', 'COMMITTEE_PERSON'],
  SUPERVISORS: ['CHAIR', 'COMMITTEE_PERSON'],
  MANAGEMENT: ['GENERAL_MANAGER', 'COMMITTEE_PERSON'],
  PRESIDENT_MEETING: ['PRESIDENT', 'HEADMASTER', 'COMMITTEE_PERSON'],
};

const committeesOfTheLaw: readonly BodyKind[] = ['VILLAGE_COMMITTEE', 'RESIDENTS_COMMITTEE', 'SUPERVISION_COMMITTEE'];

/** The rule that says how long a term of such a body is. `host`: what its organisation is attached to. */
export function termRuleOf(kind: BodyKind, host: HostKind | null): RuleKey & `org.term.${string}` {
  if (committeesOfTheLaw.includes(kind)) return 'org.term.village-committee';
  const party = kind === 'PARTY_COMMITTEE' || kind === 'BRANCH_COMMITTEE';
  if (party && (host === 'VILLAGE' || host === 'COMMUNITY')) return 'org.term.village';
  return kind === 'PARTY_COMMITTEE' ? 'org.term.committee' : 'org.term.other';
}

/** 届满日 of a term that begins on a day, by the rule in force on that day, and where the rule stands. */
export function dueDate(
  kind: BodyKind,
  host: HostKind | null,
  startOn: CivilDate,
): { readonly dueOn: CivilDate; readonly citation: Citation } {
  const rule = ruleInForce(termRuleOf(kind, host), startOn);
  return { dueOn: addYears(startOn, Number(rule.value)), citation: citationOf(rule) };
}

interface TermDates {
  readonly dueOn: CivilDate;
  readonly endsOn: CivilDate;
  readonly endedOn: CivilDate | null;
  readonly extensionMonths: number;
}

/** Where a term stands on a day; the clock only repeats this into the table. */
export function termStateOn({ dueOn, endsOn, endedOn, extensionMonths }: TermDates, today: CivilDate): TermState {
  if (endedOn !== null && endedOn <= today) return 'ENDED';
  if (today > endsOn) return 'OVERDUE';
  if (extensionMonths > 0) return 'EXTENDED';
  const lead = Math.max(...[ruleInForce('org.term.lead', today).value].flat());
  return today >= addMonths(dueOn, -lead) ? 'DUE' : 'IN_TERM';
}

/** Days past the end of a term that runs; 0 when it is not overdue. */
export const daysLate = (term: TermDates, today: CivilDate): number =>
  termStateOn(term, today) === 'OVERDUE' ? daysBetween(term.endsOn, today) : 0;

export interface TermFacts {
  readonly state: TermState;
  readonly today: CivilDate;
  readonly startOn: CivilDate;
  /** Whether the body is that of a temporary branch, whose leaders are appointed. */
  readonly temporary?: boolean;
  /** Months of extension approved before. */
  readonly extensionMonths: number;
  /** Months that are asked for now. */
  readonly months?: number;
  readonly document?: string | null;
  /** First day of the next term. */
  readonly nextStartOn?: CivilDate;
}

const extensionTooLong: Guard<TermFacts> = ({ extensionMonths, months = 1, today }) => {
  const rule = ruleInForce('org.term.extension-months', today);
  return (
    extensionMonths + months > Number(rule.value) && {
      code: 'EXTENSION_TOO_LONG',
      field: 'months',
      wording: {
        zh: '延期累计不得超过{most}个月（已延{before}个月）',
        en: 'A term is extended by at most {most} months in all ({before} so far)',
      },
      citation: citationOf(rule),
      params: { most: Number(rule.value), before: extensionMonths },
    }
  );
};

const extensionNotPositive: Guard<TermFacts> = ({ months }) =>
  months !== undefined &&
  months < 1 && {
    code: 'EXTENSION_NOT_POSITIVE',
    field: 'months',
    wording: { zh: '延期至少一个月', en: 'An extension is one month at least' },
  };

/** A temporary branch holds no elections: it has one term, which ends with its task (model.md §3.3, 9). */
const holdsNoElection: Guard<TermFacts> = ({ temporary = false }) =>
  temporary && {
    code: 'HOLDS_NO_ELECTION',
    field: 'bodyId',
    rule: '临时党支部不得组织换届',
    wording: {
      zh: '临时党支部不组织换届，随任务结束撤销',
      en: 'A temporary branch holds no elections; it ends with its task',
    },
  };

const beginsBeforeLast: Guard<TermFacts> = ({ nextStartOn, startOn }) =>
  nextStartOn !== undefined &&
  nextStartOn <= startOn && {
    code: 'TERM_BEGINS_BEFORE_LAST',
    field: 'startOn',
    wording: {
      zh: '新一届须晚于本届的起始日期{startOn}',
      en: 'A new term begins after the one before, which began on {startOn}',
    },
    params: { startOn },
  };

const beginsInFuture: Guard<TermFacts> = ({ nextStartOn, today }) =>
  nextStartOn !== undefined &&
  nextStartOn > today && {
    code: 'IN_THE_FUTURE',
    field: 'startOn',
    wording: { zh: '{nextStartOn}尚未到来', en: '{nextStartOn} has not come yet' },
    params: { nextStartOn },
  };

/** The life of a term (model.md §3.2). Steps are called as the mutations are. */
export const termSteps = lifecycle<TermFacts, TermState>({
  zh: '届次',
  en: 'term',
  states: {
    IN_TERM: { zh: '任期中', en: 'running' },
    DUE: { zh: '即将届满', en: 'due' },
    EXTENDED: { zh: '延期', en: 'extended' },
    OVERDUE: { zh: '超期', en: 'overdue' },
    ENDED: { zh: '已换届', en: 'ended' },
  },
  facts: { document: { zh: '批准文件', en: 'document of the approval' } },
})({
  fallDue: { zh: '列入即将届满', en: 'fall due', from: 'IN_TERM', to: 'DUE', who: system },
  extendTerm: {
    zh: '批准延期',
    en: 'extend',
    from: ['DUE', 'EXTENDED'],
    to: 'EXTENDED',
    who: 'bodies:extend',
    needs: ['document'],
    unless: [extensionNotPositive, extensionTooLong],
  },
  lapse: { zh: '列入超期', en: 'become overdue', from: ['IN_TERM', 'DUE', 'EXTENDED'], to: 'OVERDUE', who: system },
  beginTerm: {
    zh: '开始新一届',
    en: 'begin the next term',
    from: ['IN_TERM', 'DUE', 'EXTENDED', 'OVERDUE'],
    to: 'ENDED',
    who: 'bodies:keep',
    unless: [holdsNoElection, beginsBeforeLast, beginsInFuture],
  },
});

export interface AppointmentFacts {
  readonly bodyKind: BodyKind;
  readonly kind: PostKind;
  readonly from: CivilDate;
  readonly seats: number;
  /** How many hold a seat on the first day. */
  readonly seatsTaken: number;
  /** The term that runs; null when the body has none. */
  readonly term: { readonly startOn: CivilDate; readonly endsOn: CivilDate } | null;
}

const noTerm: Guard<AppointmentFacts> = ({ term }) =>
  term === null && {
    code: 'NO_TERM',
    field: 'bodyId',
    wording: { zh: '该班子尚未登记届次，先登记届次再任职', en: 'The body has no term; begin one first' },
  };

const outsideTerm: Guard<AppointmentFacts> = ({ term, from }) =>
  term !== null &&
  (from < term.startOn || from > term.endsOn) && {
    code: 'OUTSIDE_TERM',
    field: 'from',
    rule: '任职日期须在本届任期（含延期）之内',
    wording: {
      zh: '任职日期{from}不在本届任期{startOn}至{endsOn}之内',
      en: '{from} lies outside the term from {startOn} to {endsOn}',
    },
    params: { from, startOn: term.startOn, endsOn: term.endsOn },
  };

const postDoesNotFit: Guard<AppointmentFacts> = ({ bodyKind, kind }) =>
  !postsOf[bodyKind].includes(kind) && {
    code: 'POST_DOES_NOT_FIT',
    field: 'kind',
    wording: { zh: '这类班子没有这种职务', en: 'A body of this kind has no such post' },
  };

const noSeatLeft: Guard<AppointmentFacts> = ({ seats, seatsTaken, kind }) =>
  kind !== 'PART_TIME_MEMBER' &&
  seatsTaken >= seats && {
    code: 'NO_SEAT_LEFT',
    field: 'bodyId',
    wording: { zh: '职数{seats}个已满，不得超职数配备', en: 'All {seats} seats are taken' },
    params: { seats },
  };

/** Why a person may not be appointed: the first reason, if there is one. */
export const refuseAppointment = (facts: AppointmentFacts): Refusal | undefined =>
  [noTerm, outsideTerm, postDoesNotFit, noSeatLeft].map((guard) => guard(facts)).find(Boolean) || undefined;

/** The number of seats against the rule for such an organisation (ORG-12): a warning, since the rules say "normally". */
export function seatsOutOfRule(
  organization: OrganizationKind,
  seats: number,
  fullMembers: number | null,
  on: CivilDate,
): Refusal | undefined {
  const key =
    organization === 'BRANCH' || organization === 'JOINT_BRANCH'
      ? 'org.branch.committee-seats'
      : organization === 'GENERAL_BRANCH'
        ? 'org.general-branch.committee-seats'
        : organization === 'COMMITTEE'
          ? 'org.committee.seats'
          : null;
  if (key === null) return undefined;
  const threshold = ruleInForce('org.branch.committee-threshold', on);
  if (key === 'org.branch.committee-seats' && fullMembers !== null && fullMembers < Number(threshold.value)) {
    const [least = 0] = ruleInForce(key, on).value as readonly number[];
    return seats < least
      ? undefined
      : {
          code: 'COMMITTEE_NOT_NEEDED',
          field: 'seats',
          wording: {
            zh: '正式党员{fullMembers}名，不足{threshold}名的只设书记，必要时设副书记',
            en: 'With {fullMembers} full members, fewer than {threshold}, a branch has a secretary and at need a deputy',
          },
          citation: citationOf(threshold),
          params: { fullMembers, threshold: Number(threshold.value) },
        };
  }
  const rule = ruleInForce(key, on);
  const [least = 0, most = 0] = rule.value as readonly number[];
  return seats >= least && seats <= most
    ? undefined
    : {
        code: 'SEATS_OUT_OF_RULE',
        field: 'seats',
        wording: { zh: '职数一般为{least}至{most}个', en: 'Such a body normally has {least} to {most} seats' },
        citation: citationOf(rule),
        params: { least, most },
      };
}
