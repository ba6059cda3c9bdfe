import type { Refusal } from '@jishi/errors';
import { isInsideArea } from '@jishi/identifiers';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { daysBetween, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { AssignmentState } from './instructors.entities';

/** Entities an instructor may have at once: his own number, otherwise that of the rule. */
export const mostOf = (maxLoad: number | null, on: CivilDate): number =>
  maxLoad ?? ruleInForce('ent.instructor.max-load', on).value;

interface Proposal {
  readonly today: CivilDate;
  readonly until: CivilDate | null;
  readonly instructor: {
    readonly areaCode: string;
    readonly leftOn: CivilDate | null;
    readonly maxLoad: number | null;
    /** Assignments of his that are proposed or active. */
    readonly load: number;
  };
  readonly entity: { readonly areaCode: string; readonly closedOn: CivilDate | null };
}

/** Why an instructor may not be sent to an entity, if there is a reason (ENT-09; model.md §7.3, 4). */
export function refuseProposal({ today, until, instructor, entity }: Proposal): Refusal | undefined {
  if (instructor.leftOn !== null)
    return {
      code: 'INSTRUCTOR_LEFT',
      field: 'instructorId',
      wording: { zh: '该指导员已于{on}离任', en: 'This instructor left on {on}' },
      params: { on: instructor.leftOn },
    };
  if (entity.closedOn !== null)
    return {
      code: 'ENTITY_CLOSED',
      field: 'entityId',
      wording: { zh: '该企业、社会组织已于{on}注销', en: 'This entity was closed on {on}' },
      params: { on: entity.closedOn },
    };
  if (!isInsideArea(entity.areaCode, instructor.areaCode))
    return {
      code: 'INSTRUCTOR_OF_ANOTHER_AREA',
      field: 'instructorId',
      wording: {
        zh: '该指导员联系的区域是{area}，不含此企业、社会组织所在地',
        en: 'This instructor serves the area {area}, in which the entity does not lie',
      },
      params: { area: instructor.areaCode },
    };
  if (until !== null && until < today) return termOver(until);
  const most = mostOf(instructor.maxLoad, today);
  if (instructor.load >= most)
    return {
      code: 'INSTRUCTOR_OVERLOADED',
      field: 'instructorId',
      wording: {
        zh: '该指导员已联系{load}家，最多{most}家',
        en: 'This instructor has {load} entities already; {most} at most',
      },
      params: { load: instructor.load, most },
      ...(instructor.maxLoad === null && { citation: citationOf(ruleInForce('ent.instructor.max-load', today)) }),
    };
  return undefined;
}

const termOver = (until: CivilDate): Refusal => ({
  code: 'TERM_OVER',
  field: 'until',
  wording: { zh: '派驻期限{until}已过', en: 'The term would have ended on {until}' },
  params: { until },
});

export interface AssignmentFacts {
  readonly today: CivilDate;
  readonly state: AssignmentState;
  readonly proposedOn: CivilDate;
  readonly startedOn: CivilDate | null;
  readonly until: CivilDate | null;
  /** Another of the same kind is active at the entity. */
  readonly anotherActive: boolean;
  readonly reason?: string;
  /** The day of the step: of taking up, or of leaving. */
  readonly on?: CivilDate;
}

const inTheFuture: Guard<AssignmentFacts> = ({ on, today }) =>
  on !== undefined &&
  on > today && {
    code: 'DAY_IN_THE_FUTURE',
    field: 'on',
    wording: { zh: '日期{on}晚于今天', en: 'The day {on} is later than today' },
    params: { on },
  };

const beforeProposal: Guard<AssignmentFacts> = ({ on, proposedOn }) =>
  on !== undefined &&
  on < proposedOn && {
    code: 'STARTED_BEFORE_PROPOSED',
    field: 'on',
    wording: {
      zh: '到任日期{on}早于拟派日期{proposedOn}',
      en: 'He would start on {on}, before he was proposed on {proposedOn}',
    },
    params: { on, proposedOn },
  };

const beforeStart: Guard<AssignmentFacts> = ({ on, startedOn }) =>
  on !== undefined &&
  startedOn !== null &&
  on < startedOn && {
    code: 'ENDED_BEFORE_STARTED',
    field: 'on',
    wording: {
      zh: '离任日期{on}早于到任日期{startedOn}',
      en: 'He would leave on {on}, before he started on {startedOn}',
    },
    params: { on, startedOn },
  };

/** One instructor and one liaison at a time; also said by the index `instructor_assignment_one_active`. */
export const anotherActive: Refusal = {
  code: 'ANOTHER_ACTIVE',
  wording: {
    zh: '已有在任的同类人员，请先办理其离任',
    en: 'Another of this kind serves there; end that assignment first',
  },
};
const anotherServes: Guard<AssignmentFacts> = (facts) => facts.anotherActive && anotherActive;
const termPassed: Guard<AssignmentFacts> = ({ until, today }) => until !== null && until < today && termOver(until);
const termRuns: Guard<AssignmentFacts> = ({ until, today }) =>
  (until === null || until >= today) && {
    code: 'TERM_RUNS',
    wording: { zh: '派驻期限未满', en: 'The term has not ended' },
  };

/** 派驻: PROPOSED → ACTIVE → ENDED (model.md §7.2). */
export const assignmentSteps = lifecycle<AssignmentFacts, AssignmentState>({
  zh: '指导员派驻',
  en: 'assignment of an instructor',
  states: {
    PROPOSED: { zh: '拟派', en: 'proposed' },
    ACTIVE: { zh: '在任', en: 'active' },
    ENDED: { zh: '已离任', en: 'ended' },
  },
})({
  confirm: {
    zh: '确认到任',
    en: 'confirm',
    from: 'PROPOSED',
    to: 'ACTIVE',
    who: 'instructors:keep',
    unless: [inTheFuture, beforeProposal, termPassed, anotherServes],
  },
  end: {
    zh: '离任',
    en: 'end',
    from: ['PROPOSED', 'ACTIVE'],
    to: 'ENDED',
    who: 'instructors:keep',
    needs: ['reason'],
    unless: [inTheFuture, beforeStart],
  },
  expire: { zh: '期满', en: 'expire', from: ['PROPOSED', 'ACTIVE'], to: 'ENDED', who: system, unless: [termRuns] },
  fallAway: {
    zh: '随企业、社会组织或者指导员终止',
    en: 'fall away',
    from: ['PROPOSED', 'ACTIVE'],
    to: 'ENDED',
    who: system,
  },
});

/** Days an entity has been without an instructor, and whether that is longer than the rule allows. */
export function vacancyOf(since: CivilDate, today: CivilDate): { readonly days: number; readonly overdue: boolean } {
  const days = Math.max(0, daysBetween(since, today));
  return { days, overdue: days > ruleInForce('ent.instructor.vacancy-days', today).value };
}
