import type { Guard } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Refusal } from '@jishi/errors';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { MatterLevel } from '../matter-types';
import type { MatterState } from './matters.entities';

/** Everything the table of steps looks at. The facts of a unit's part are those of the part that the step is about. */
export interface MatterFacts {
  readonly state: MatterState;
  readonly today: CivilDate;
  readonly level: MatterLevel;
  readonly reopened: number;
  /** Some unit has a part in the matter. */
  readonly handledByUnits: boolean;
  /** Why the type may not reach a grid now; false when it may. */
  readonly gate?: Refusal | false;
  /** The limit that runs for this step has passed. */
  readonly limitPassed: boolean;
  /** Days since the reporter was asked; null before. */
  readonly daysAsked: number | null;

  // The part of a unit.
  readonly binding?: boolean;
  readonly returnedBefore?: boolean;
  /** Working minutes since the dispatch. */
  readonly minutesSinceDispatch?: number;
  readonly suspensions?: number;
  /** A suspension was asked for and is not decided. */
  readonly suspensionAsked?: boolean;
  readonly suspensionUntil?: CivilDate | null;

  // What the caller gives with the step.
  readonly reason?: string | null;
  readonly answer?: string | null;
  readonly note?: string | null;
  readonly evidence?: readonly string[];
  readonly rating?: number | null;
  readonly until?: CivilDate | null;
  readonly toLevel?: MatterLevel;
  readonly ownerFound?: boolean;
  readonly target?: { readonly itself: boolean; readonly open: boolean; readonly sameType: boolean };
}

type MatterGuard = Guard<MatterFacts>;

export const levelTooHigh: MatterGuard = ({ level }) =>
  (level === 'STREET' || level === 'DEPARTMENT') && {
    code: 'LEVEL_TOO_HIGH',
    field: 'level',
    wording: {
      zh: '该事项由街道或者部门处置，请上报，不在网格、社区自行处置',
      en: 'This matter is solved by the street or a department: send it up instead of handling it here',
    },
  };

export const unitsHandleIt: MatterGuard = ({ state, handledByUnits }) =>
  state === 'REOPENED' &&
  handledByUnits && {
    code: 'HANDLED_BY_UNITS',
    wording: { zh: '该事项由承办单位重办', en: 'The units that handled the matter handle it again' },
  };

export const notForStreetOrDepartment: MatterGuard = ({ toLevel }) =>
  toLevel !== undefined &&
  toLevel !== 'STREET' &&
  toLevel !== 'DEPARTMENT' && {
    code: 'LEVEL_NOT_ABOVE',
    field: 'level',
    wording: {
      zh: '街道分流到街道或者部门；应由网格、社区处置的请退回社区',
      en: 'A street grades a matter for itself or a department; send it down when the community should solve it',
    },
  };

export const notForGridOrCommunity: MatterGuard = ({ toLevel }) =>
  toLevel !== undefined &&
  toLevel !== 'GRID' &&
  toLevel !== 'COMMUNITY' && {
    code: 'LEVEL_NOT_BELOW',
    field: 'level',
    wording: { zh: '下派只到网格或者社区', en: 'A matter is sent down to the grid or the community only' },
  };

export const ownerMissing: MatterGuard = ({ ownerFound }) =>
  ownerFound === false && {
    code: 'OWNER_MISSING',
    field: 'ownerUnitId',
    wording: {
      zh: '清单中的责任部门在本区县没有对应单位，请指明责任单位',
      en: 'No unit of this county answers to the department named by the list: name the owner',
    },
  };

/** The hard gate, GRD-07. */
export const typeNotAdmitted: MatterGuard = ({ gate }) => gate;

export const dispatchBinds: MatterGuard = ({ binding, today }) =>
  binding === true && {
    code: 'DISPATCH_BINDS',
    wording: {
      zh: '已有单位拒收过一次，街道的再次派单必须接收',
      en: 'The matter was refused once; the street has decided and its dispatch binds',
    },
    citation: citationOf(ruleInForce('matter.refusals-max', today)),
  };

export const returnTooLate: MatterGuard = ({ minutesSinceDispatch, today }) => {
  const limit = ruleInForce('matter.return-limit', today);
  return (
    minutesSinceDispatch !== undefined &&
    minutesSinceDispatch > limit.value && {
      code: 'RETURN_TOO_LATE',
      wording: {
        zh: '派单后超过{limit}个工作分钟，不能再退单',
        en: 'More than {limit} working minutes have passed since the dispatch; it cannot be returned any more',
      },
      citation: citationOf(limit),
      params: { limit: limit.value },
    }
  );
};

export const returnedBefore: MatterGuard = (facts) =>
  facts.returnedBefore === true && {
    code: 'RETURNED_BEFORE',
    wording: { zh: '本单位已退过一次单，不能再退', en: 'This unit has returned the matter once before' },
  };

export const suspendedTooOften: MatterGuard = ({ suspensions = 0, today }) => {
  const most = ruleInForce('matter.suspensions-max', today);
  return (
    suspensions >= most.value && {
      code: 'SUSPENDED_TOO_OFTEN',
      wording: { zh: '最多挂账{most}次', en: 'A matter is suspended at most {most} times' },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

export const suspensionAskedAlready: MatterGuard = ({ suspensionAsked }) =>
  suspensionAsked === true && {
    code: 'SUSPENSION_ASKED_ALREADY',
    wording: { zh: '挂账申请尚未答复', en: 'A suspension was asked for and is not decided yet' },
  };

export const suspensionNotAsked: MatterGuard = ({ suspensionAsked }) =>
  suspensionAsked === false && {
    code: 'SUSPENSION_NOT_ASKED',
    wording: { zh: '承办单位没有申请挂账', en: 'The unit has asked for no suspension' },
  };

export const limitPassed: MatterGuard = (facts) =>
  facts.limitPassed && {
    code: 'LIMIT_PASSED',
    wording: { zh: '时限已过，不能挂账', en: 'The limit has passed; the matter cannot be suspended any more' },
  };

export const untilNotAhead: MatterGuard = ({ until, today }) =>
  !!until &&
  until <= today && {
    code: 'UNTIL_NOT_AHEAD',
    field: 'until',
    wording: { zh: '恢复办理的日期应晚于今天', en: 'The day on which work goes on must lie ahead' },
  };

/** Nobody answered in time: a suspension that would end at once is none. */
export const suspensionOver: MatterGuard = ({ suspensionUntil, today }) =>
  !!suspensionUntil &&
  suspensionUntil <= today && {
    code: 'UNTIL_NOT_AHEAD',
    field: 'until',
    wording: {
      zh: '申请的恢复办理日期{until}已到，不能再挂账；可不同意，由承办单位另行申请',
      en: 'The day on which work was to go on, {until}, has come: decline, and let the unit ask anew',
    },
    params: { until: suspensionUntil },
  };

export const suspensionStillHolds: MatterGuard = ({ suspensionUntil, today }) =>
  !!suspensionUntil &&
  suspensionUntil > today && {
    code: 'SUSPENSION_STILL_HOLDS',
    wording: { zh: '挂账到{until}', en: 'The suspension holds until {until}' },
    params: { until: suspensionUntil },
  };

export const evidenceMissing: MatterGuard = ({ evidence }) =>
  evidence !== undefined &&
  evidence.length === 0 && {
    code: 'EVIDENCE_MISSING',
    field: 'evidence',
    wording: { zh: '请附处置后的照片或者材料', en: 'Attach evidence of what was done' },
  };

export const ratingOutOfRange: MatterGuard = ({ rating, today }) => {
  const range = ruleInForce('matter.rating-range', today);
  const least = range.value[0]!;
  const most = range.value[1]!;
  return (
    rating != null &&
    (rating < least || rating > most) && {
      code: 'RATING_OUT_OF_RANGE',
      field: 'rating',
      wording: { zh: '评价为{least}至{most}分', en: 'A rating is {least} to {most}' },
      citation: citationOf(range),
      params: { least, most },
    }
  );
};

export const reporterStillSilent: MatterGuard = ({ rating, daysAsked, today }) => {
  const silence = ruleInForce('matter.silence', today);
  return (
    rating == null &&
    (daysAsked ?? 0) <= silence.value && {
      code: 'FEEDBACK_OUTSTANDING',
      field: 'rating',
      wording: {
        zh: '回访尚无评价；满{days}天无应答方可办结',
        en: 'The reporter has not rated it; after {days} days of silence it may be closed',
      },
      citation: citationOf(silence),
      params: { days: silence.value },
    }
  );
};

const reopenings = (facts: MatterFacts) => {
  const most = ruleInForce('matter.reopenings-max', facts.today);
  return { most, often: facts.reopened >= most.value };
};

export const reopenedTooOften: MatterGuard = (facts) => {
  const { most, often } = reopenings(facts);
  return (
    often && {
      code: 'REOPENED_TOO_OFTEN',
      wording: { zh: '已重办{most}次，由街道决定', en: 'It was handled again {most} times; now the street decides' },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

export const reopeningsLeft: MatterGuard = (facts) => {
  const { most, often } = reopenings(facts);
  return (
    !often && {
      code: 'REOPENINGS_LEFT',
      wording: { zh: '重办满{most}次后才由街道决定', en: 'The street decides only after {most} reopenings' },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

export const mergeTargetUnfit: MatterGuard = ({ target }) => {
  if (target === undefined) return false;
  const refuse = (code: string, zh: string, en: string) => ({ code, field: 'intoId', wording: { zh, en } });
  if (target.itself) return refuse('MERGED_INTO_ITSELF', '不能并入自身', 'A matter is not merged into itself');
  return (
    !target.open && refuse('TARGET_NOT_OPEN', '并入的事项已经结束', 'The matter to merge into is not open any more')
  );
};

export const targetOfAnotherType: MatterGuard = ({ target }) =>
  target !== undefined &&
  !target.sameType && {
    code: 'TARGET_OF_ANOTHER_TYPE',
    field: 'intoId',
    wording: {
      zh: '两个事项的类型不同，请确认是同一原因',
      en: 'The two matters are of different types: make sure that they have one cause',
    },
  };
