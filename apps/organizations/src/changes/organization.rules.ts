import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { holdsMembers } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import { refuseBackdating, type OrganizationKind, type OrganizationStatus, type SetUpWay } from '../register';

/** What decides about an organisation between founding and dissolution. */
export interface OrganizationFacts {
  readonly state: OrganizationStatus;
  readonly kind: OrganizationKind;
  readonly setUpWay: SetUpWay;
  readonly today: CivilDate;
  /** The day of the step; today unless it names another. */
  readonly on: CivilDate;
  readonly lastChangedOn: CivilDate | null;
  /** Full members on its roster and those who come with the founding. */
  readonly fullMembers: number;
  /** How many are to move in with the founding; nobody unless the step says. */
  readonly comingIn?: number;
  readonly secretaryPosted: boolean;
  /** Full members of each host of a joint branch; null when the step does not say. */
  readonly jointHosts: readonly number[] | null;
  /** The step names other hosts than the decision that founded it. */
  readonly jointHostsDiffer?: boolean;
  /** Months of the project of a functional branch; null when the step does not say. */
  readonly projectMonths: number | null;
  /** Counted members now and when the closing began; null when members has told nothing. */
  readonly members: number | null;
  readonly membersAtClosing: number | null;
  /**
   * Nobody is attached any more: members said so after the closing began. Its word is needed, for suspended members are attached
   * and not counted. Kinds without a roster of their own have nobody to wait for.
   */
  readonly emptied: boolean;
  /** Organisations below it that are not dissolved. */
  readonly children: number;
}
type OrganizationGuard = Guard<OrganizationFacts>;

const inTheFuture: OrganizationGuard = ({ on, today }) =>
  on > today && {
    code: 'IN_THE_FUTURE',
    field: 'on',
    wording: { zh: '{on}尚未到来', en: '{on} has not come yet' },
    params: { on },
  };

const backdated: OrganizationGuard = ({ on, lastChangedOn }) => refuseBackdating(on, lastChangedOn, 'on');

const belowMinimum: OrganizationGuard = ({ kind, setUpWay, fullMembers, on }) => {
  if (!holdsMembers(kind) || setUpWay === 'TEMPORARY' || setUpWay === 'FUNCTIONAL') return false;
  const minimum = ruleInForce('org.branch.minimum', on);
  return (
    fullMembers < minimum.value && {
      code: 'BELOW_MINIMUM',
      field: 'memberIds',
      wording: {
        zh: '成立支部须有正式党员{minimum}名以上，现有{fullMembers}名',
        en: 'A branch needs {minimum} full members; there are {fullMembers}',
      },
      citation: citationOf(minimum),
      params: { minimum: minimum.value, fullMembers },
    }
  );
};

const holdsNoMembers: OrganizationGuard = ({ kind, setUpWay, comingIn = 0 }) =>
  comingIn > 0 &&
  (!holdsMembers(kind) || setUpWay === 'TEMPORARY') && {
    code: 'HOLDS_NO_MEMBERS',
    field: 'memberIds',
    rule: '只有党支部、联合党支部编入党员，临时党支部不转接组织关系',
    wording: {
      zh: '该党组织不编入党员，不能转入首批党员',
      en: 'This organisation holds no affiliations; nobody can move in',
    },
  };

const jointHostsMissing: OrganizationGuard = ({ kind, jointHosts }) =>
  kind === 'JOINT_BRANCH' &&
  !jointHosts?.length && {
    code: 'JOINT_HOSTS_MISSING',
    field: 'jointHosts',
    wording: {
      zh: '请填写联合党支部覆盖的各单位及其正式党员数',
      en: 'Say which hosts a joint branch covers, with the full members of each',
    },
  };

const jointHostsDiffer: OrganizationGuard = ({ jointHostsDiffer: differ }) =>
  differ && {
    code: 'JOINT_HOSTS_DIFFER',
    field: 'jointHosts',
    rule: '覆盖单位以批准的组建方案为准',
    wording: {
      zh: '所填单位与批准的组建方案不一致',
      en: 'These are not the hosts of the decision that founded it',
    },
  };

const jointHostTooLarge: OrganizationGuard = ({ kind, jointHosts, on }) => {
  if (kind !== 'JOINT_BRANCH' || jointHosts === null) return false;
  const below = ruleInForce('org.joint-branch.full-members-below', on);
  return (
    jointHosts.some((full) => full >= below.value) && {
      code: 'JOINT_HOST_TOO_LARGE',
      field: 'jointHosts',
      wording: {
        zh: '联合党支部只覆盖正式党员不足{below}名的单位',
        en: 'A joint branch covers hosts with fewer than {below} full members',
      },
      citation: citationOf(below),
      params: { below: below.value },
    }
  );
};

const tooManyJointHosts: OrganizationGuard = ({ kind, jointHosts, on }) => {
  const most = ruleInForce('org.joint-branch.hosts', on);
  return (
    kind === 'JOINT_BRANCH' &&
    (jointHosts?.length ?? 0) > most.value && {
      code: 'MANY_JOINT_HOSTS',
      field: 'jointHosts',
      wording: {
        zh: '联合党支部覆盖单位一般不超过{most}个',
        en: 'A joint branch normally covers at most {most} hosts',
      },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

const projectTooShort: OrganizationGuard = ({ setUpWay, projectMonths, on }) => {
  if (setUpWay !== 'FUNCTIONAL') return false;
  const least = ruleInForce('org.functional.project-months', on);
  return (
    (projectMonths ?? 0) < least.value && {
      code: 'PROJECT_TOO_SHORT',
      field: 'projectMonths',
      wording: {
        zh: '功能型党支部依托的项目须在{least}个月以上，不足的设临时党支部',
        en: 'A functional branch needs a project of {least} months or more; else set up a temporary one',
      },
      citation: citationOf(least),
      params: { least: least.value },
    }
  );
};

const noSecretary: OrganizationGuard = ({ kind, secretaryPosted }) =>
  kind !== 'GROUP' &&
  !secretaryPosted && {
    code: 'NO_SECRETARY',
    field: 'id',
    rule: '选举或者任命书记后方可转为正常',
    wording: {
      zh: '尚无书记任职，先选举或者任命书记',
      en: 'Nobody is posted as secretary; elect or appoint one first',
    },
  };

const membersRemain: OrganizationGuard = ({ emptied }) =>
  !emptied && {
    code: 'MEMBERS_REMAIN',
    rule: '党员未全部转出不得撤销',
    wording: { zh: '仍有党员未转出', en: 'There are members still attached' },
  };

const childrenRemain: OrganizationGuard = ({ children }) =>
  children > 0 && {
    code: 'CHILDREN_REMAIN',
    rule: '下级党组织未理顺不得撤销',
    wording: { zh: '仍有{children}个下级党组织', en: '{children} organisations still stand below it' },
    params: { children },
  };

const membersHaveLeft: OrganizationGuard = ({ members, membersAtClosing }) =>
  membersAtClosing !== null &&
  (members ?? 0) < membersAtClosing && {
    code: 'MEMBERS_HAVE_LEFT',
    rule: '首名党员转出后不得终止撤销',
    wording: {
      zh: '撤销开始时有党员{before}名，已有党员转出，不能终止',
      en: 'There were {before} members when the closing began; some have left, so it cannot be withdrawn',
    },
    params: { before: membersAtClosing },
  };

/** The life of an organisation (model.md §3.2). Steps of persons are called as the mutations are. */
export const organizationSteps = lifecycle<OrganizationFacts, OrganizationStatus>({
  zh: '党组织',
  en: 'organisation',
  states: {
    PREPARING: { zh: '筹建', en: 'being prepared' },
    ACTIVE: { zh: '正常', en: 'active' },
    CLOSING: { zh: '撤销中', en: 'closing' },
    DISSOLVED: { zh: '已撤销', en: 'dissolved' },
  },
})({
  activateOrganization: {
    zh: '筹建转正常',
    en: 'make active',
    from: 'PREPARING',
    to: 'ACTIVE',
    who: 'organizations:activate',
    unless: [
      inTheFuture,
      backdated,
      holdsNoMembers,
      belowMinimum,
      jointHostsMissing,
      jointHostsDiffer,
      jointHostTooLarge,
      projectTooShort,
      noSecretary,
    ],
    warn: [tooManyJointHosts],
  },
  proposeOrganizationChange: {
    zh: '提出设置调整',
    en: 'propose a change',
    from: 'ACTIVE',
    to: 'ACTIVE',
    who: 'changes:propose',
  },
  close: { zh: '开始撤销', en: 'begin closing', from: 'ACTIVE', to: 'CLOSING', who: system },
  dissolve: {
    zh: '撤销',
    en: 'dissolve',
    from: 'CLOSING',
    to: 'DISSOLVED',
    who: system,
    unless: [membersRemain, childrenRemain],
  },
  withdrawClosing: {
    zh: '终止撤销',
    en: 'withdraw the closing',
    from: 'CLOSING',
    to: 'ACTIVE',
    who: 'changes:approve',
    unless: [membersHaveLeft],
  },
});
