import type { Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { FormTag, Operating } from '../entities';
import type { CoverWay } from '../party-states';
import type { Blocker, SetUpState } from './set-ups.entities';

/** An entity as a task to set up an organisation looks at it. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly operating: Operating;
  readonly fullMembers: number;
  readonly orgCount: number;
  readonly townCode: string;
  /** Section of GB/T 4754; null when no trade is recorded. */
  readonly tradeSection: string | null;
  readonly formTags: readonly FormTag[];
}

/** What is to be opened. */
export interface Plan {
  readonly today: CivilDate;
  readonly way: CoverWay;
  readonly dueOn: CivilDate;
  readonly candidates: readonly Candidate[];
}
type PlanGuard = Guard<Plan>;

const together = (candidates: readonly Candidate[]): number =>
  candidates.reduce((sum, { fullMembers }) => sum + fullMembers, 0);

const notOperating: PlanGuard = ({ candidates }) => {
  const one = candidates.find(({ operating }) => operating !== 'OPEN');
  return (
    one !== undefined && {
      code: 'ENTITY_NOT_OPERATING',
      field: 'entityIds',
      rule: '只在实体运营的单位组建党组织',
      wording: { zh: '“{name}”不是正常经营状态', en: '"{name}" does not really operate' },
      params: { name: one.name },
    }
  );
};

const organisedAlready: PlanGuard = ({ candidates }) => {
  const one = candidates.find(({ orgCount }) => orgCount > 0);
  return (
    one !== undefined && {
      code: 'HAS_ORGANISATION',
      field: 'entityIds',
      wording: { zh: '“{name}”已有党组织覆盖', en: '"{name}" has an organisation already' },
      params: { name: one.name },
    }
  );
};

const wrongNumber: PlanGuard = ({ way, candidates }) =>
  (way === 'SINGLE' ? candidates.length !== 1 : candidates.length < 2) && {
    code: way === 'SINGLE' ? 'ONE_ENTITY_ONLY' : 'PARTNERS_MISSING',
    field: 'entityIds',
    rule: '单独组建一个单位，联合、行业性、区域性组建两个以上单位',
    wording:
      way === 'SINGLE'
        ? { zh: '单独组建只填一个单位', en: 'An organisation by itself is set up in one entity' }
        : {
            zh: '联合、行业性、区域性组建须有两个以上单位',
            en: 'A joint, trade or regional one needs two entities or more',
          },
  };

const tooFewMembers: PlanGuard = ({ candidates, today }) => {
  const needed = ruleInForce('ent.set-up.full-members', today);
  const members = together(candidates);
  return (
    members < needed.value && {
      code: 'MEMBERS_TOO_FEW',
      field: 'entityIds',
      wording: {
        zh: '所涉单位共有正式党员{members}名，组建须有{needed}名以上',
        en: 'The entities have {members} full members together; an organisation needs {needed}',
      },
      citation: citationOf(needed),
      params: { members, needed: needed.value },
    }
  );
};

const largeEnoughAlone: PlanGuard = ({ way, candidates, today }) => {
  if (way !== 'JOINT') return false;
  const below = ruleInForce('org.joint-branch.full-members-below', today);
  const one = candidates.find(({ fullMembers }) => fullMembers >= below.value);
  return (
    one !== undefined && {
      code: 'JOINT_HOST_TOO_LARGE',
      field: 'entityIds',
      wording: {
        zh: '“{name}”有正式党员{below}名以上，应当单独组建',
        en: '"{name}" has {below} full members or more and sets up its own',
      },
      citation: citationOf(below),
      params: { name: one.name, below: below.value },
    }
  );
};

const shared = <T>(lists: readonly (readonly T[])[]): boolean =>
  (lists[0] ?? []).some((value) => lists.every((list) => list.includes(value)));

const tradesDiffer: PlanGuard = ({ way, candidates }) =>
  way === 'TRADE' &&
  !shared(candidates.map(({ tradeSection, formTags }) => [...(tradeSection ? [tradeSection] : []), ...formTags])) && {
    code: 'TRADES_DIFFER',
    field: 'entityIds',
    rule: '行业性党组织在同一行业门类或者同一新业态的单位中组建',
    wording: {
      zh: '所涉单位不属于同一行业门类，也没有相同的新业态标签',
      en: 'The entities share neither a section of trade nor a tag of a new form of business',
    },
  };

const regionsDiffer: PlanGuard = ({ way, candidates }) =>
  way === 'REGIONAL' &&
  new Set(candidates.map(({ townCode }) => townCode)).size > 1 && {
    code: 'REGIONS_DIFFER',
    field: 'entityIds',
    rule: '区域性党组织在同一乡镇、街道的单位中组建',
    wording: { zh: '所涉单位不在同一乡镇、街道', en: 'The entities stand in different towns or streets' },
  };

const dueInThePast: PlanGuard = ({ dueOn, today }) =>
  dueOn < today && {
    code: 'DUE_IN_THE_PAST',
    field: 'dueOn',
    wording: { zh: '完成期限{dueOn}已过', en: 'The day {dueOn} is past' },
    params: { dueOn },
  };

const manyPartners: PlanGuard = ({ way, candidates, today }) => {
  const most = ruleInForce('org.joint-branch.hosts', today);
  return (
    way === 'JOINT' &&
    candidates.length > most.value && {
      code: 'MANY_JOINT_HOSTS',
      field: 'entityIds',
      wording: {
        zh: '联合党支部覆盖单位一般不超过{most}个',
        en: 'A joint branch normally covers at most {most} hosts',
      },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

const told = (guards: readonly PlanGuard[], plan: Plan): Refusal[] =>
  guards.flatMap((guard) => {
    const refusal = guard(plan);
    return refusal ? [refusal] : [];
  });

/** Why no task can be opened like this; the first reason is told. */
export const refusePlan = (plan: Plan): Refusal | undefined =>
  told(
    [
      wrongNumber,
      notOperating,
      organisedAlready,
      largeEnoughAlone,
      tooFewMembers,
      tradesDiffer,
      regionsDiffer,
      dueInThePast,
    ],
    plan,
  )[0];

/** What to watch when opening it. */
export const warningsOf = (plan: Plan): Refusal[] => told([manyPartners], plan);

/** What decides about a step of a task. */
export interface SetUpFacts {
  readonly state: SetUpState;
  readonly today: CivilDate;
  /** Full members of all its entities together. */
  readonly fullMembers: number;
  /** Entities of it that no active organisation covers yet. */
  readonly uncovered: number;
  readonly blocker?: Blocker | null;
  readonly reason?: string | null;
}
type SetUpGuard = Guard<SetUpFacts>;

const membersMissing: SetUpGuard = ({ fullMembers, today }) => {
  const needed = ruleInForce('ent.set-up.full-members', today);
  return (
    fullMembers < needed.value && {
      code: 'MEMBERS_TOO_FEW',
      wording: {
        zh: '现有正式党员{members}名，上报组建须有{needed}名以上',
        en: 'There are {members} full members; to report, {needed} are needed',
      },
      citation: citationOf(needed),
      params: { members: fullMembers, needed: needed.value },
    }
  );
};

const notAllCovered: SetUpGuard = ({ uncovered }) =>
  uncovered > 0 && {
    code: 'ORGANISATION_NOT_ACTIVE',
    rule: '党组织正式成立后任务方完成',
    wording: {
      zh: '还有{uncovered}个单位没有正式成立的党组织',
      en: '{uncovered} of its entities have no active organisation yet',
    },
    params: { uncovered },
  };

/** The life of a task (model.md §7.2). Nobody completes it: the organisation's becoming active does. */
export const setUpSteps = lifecycle<SetUpFacts, SetUpState>({
  zh: '组建任务',
  en: 'set-up task',
  states: {
    OPENED: { zh: '已建立', en: 'opened' },
    IN_PROGRESS: { zh: '推进中', en: 'in progress' },
    WAITING: { zh: '受阻', en: 'waiting' },
    REPORTED: { zh: '已上报', en: 'reported' },
    DONE: { zh: '已完成', en: 'done' },
    DROPPED: { zh: '已撤销', en: 'dropped' },
  },
  facts: { blocker: { zh: '受阻原因', en: 'blocker' } },
})({
  startSetUpTask: { zh: '开始推进', en: 'start', from: ['OPENED', 'WAITING'], to: 'IN_PROGRESS', who: 'setups:keep' },
  blockSetUpTask: {
    zh: '登记受阻',
    en: 'note what stands in the way',
    from: ['OPENED', 'IN_PROGRESS', 'WAITING', 'REPORTED'],
    to: 'WAITING',
    who: 'setups:keep',
    needs: ['blocker'],
  },
  reportSetUpTask: {
    zh: '上报组建请示',
    en: 'report',
    from: ['IN_PROGRESS', 'WAITING'],
    to: 'REPORTED',
    who: 'setups:keep',
    unless: [membersMissing],
  },
  dropSetUpTask: {
    zh: '撤销任务',
    en: 'drop',
    from: ['OPENED', 'IN_PROGRESS', 'WAITING', 'REPORTED'],
    to: 'DROPPED',
    who: 'setups:drop',
    needs: ['reason'],
  },
  complete: {
    zh: '完成',
    en: 'complete',
    from: ['OPENED', 'IN_PROGRESS', 'WAITING', 'REPORTED'],
    to: 'DONE',
    who: system,
    unless: [notAllCovered],
  },
  fallAway: {
    zh: '因单位注销而撤销',
    en: 'drop because its entities are closed',
    from: ['OPENED', 'IN_PROGRESS', 'WAITING', 'REPORTED'],
    to: 'DROPPED',
    who: system,
    needs: ['reason'],
  },
});
