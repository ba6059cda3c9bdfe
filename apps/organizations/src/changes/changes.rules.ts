import type { Refusal } from '@jishi/errors';
import { isInsideArea } from '@jishi/identifiers';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { holdsMembers, partyOrganizationKinds } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import {
  isPlace,
  refuseBackdating,
  refusePlace,
  type OrganizationKind,
  type SetUpWay,
  type Standing,
} from '../register';
import type { ChangeKind, ChangeState, NewOrganization, SplitPart } from './changes.entities';

/** An organisation that a change touches, with what members told of it last. */
export interface Touched extends Standing {
  readonly superiorId: string | null;
  readonly areaCode: string;
  readonly setUpWay: SetUpWay;
  /** Levels below it, 0 for a leaf. */
  readonly height: number;
  /** Full members and all members; null when members has told nothing. */
  readonly roster: { readonly full: number; readonly total: number } | null;
}

export interface ChangeFacts {
  readonly state: ChangeState;
  readonly kind: ChangeKind;
  readonly today: CivilDate;
  readonly effectiveOn: CivilDate;
  /** When anything was last written about an organisation that it touches. */
  readonly lastChangedOn: CivilDate | null;
  /** The organisation it is about; of a merger the one that remains. */
  readonly subject: Touched | null;
  /** Those that close. */
  readonly closing: readonly Touched[];
  readonly target: Touched | null;
  /** Where the members of a dissolved organisation go. */
  readonly receiver: Touched | null;
  readonly memberPlan: { readonly toOrgId: string | null } | null;
  readonly archivePlan: string | null;
  readonly organization: NewOrganization | null;
  readonly hostExists: boolean;
  /** A further host of a founding that is not there; null when all are. */
  readonly jointHostMissing: string | null;
  /** Name of the active organisation of the same kind at the host; null when there is none. */
  readonly hostTakenBy: string | null;
  readonly name: string | null;
  readonly parts: readonly SplitPart[];
  /** Why it is rejected. */
  readonly reason?: string | null;
}
type ChangeGuard = Guard<ChangeFacts>;

/** Only branches hold affiliations, and a temporary branch holds none (model.md §3.3, 9). */
const holdsAffiliations = ({
  kind,
  setUpWay,
}: {
  readonly kind: OrganizationKind;
  readonly setUpWay: SetUpWay;
}): boolean => holdsMembers(kind) && setUpWay !== 'TEMPORARY';

const targetCannotHold: ChangeGuard = ({ kind, subject, target, organization }) => {
  if (!target) return false;
  if (kind === 'ESTABLISH' && organization) return refusePlace({ kind: organization.kind, height: 0 }, target);
  return kind === 'REASSIGN' && subject !== null && refusePlace(subject, target);
};

/** Who keeps the organisations of an area keeps its codes and units too, so nobody founds them in the area of another superior. */
const areaOutsideSuperior: ChangeGuard = ({ kind, target, organization }) =>
  kind === 'ESTABLISH' &&
  target !== null &&
  organization !== null &&
  // A village's own branch may be entered under the code of its town, the host not.
  !(
    (isInsideArea(organization.areaCode, target.areaCode) || isInsideArea(target.areaCode, organization.areaCode)) &&
    (!isPlace(organization.hostKind) || isInsideArea(organization.hostId, target.areaCode))
  ) && {
    code: 'AREA_OUTSIDE_SUPERIOR',
    field: 'organization.areaCode',
    rule: '新建党组织及其依托的村、社区、行政区在上级党组织的区划内',
    wording: {
      zh: '所在区划或者依托的村、社区、行政区不在上级“{superior}”的区划内',
      en: 'The area or the village, community or area of the host lies outside that of the superior "{superior}"',
    },
    params: { superior: target.name },
  };

const notActive: ChangeGuard = ({ subject, closing }) => {
  const still = [subject, ...closing].find((organization) => organization && organization.status !== 'ACTIVE');
  return (
    still != null && {
      code: 'ORGANISATION_NOT_ACTIVE',
      field: 'organizationId',
      rule: '只有正常状态的党组织可以调整',
      wording: { zh: '“{name}”不是正常状态', en: '"{name}" is not active' },
      params: { name: still.name },
    }
  );
};

const nothingChanges: ChangeGuard = ({ kind, subject, target, name }) =>
  subject !== null &&
  ((kind === 'REASSIGN' && subject.superiorId === target?.id) || (kind === 'RENAME' && subject.name === name)) && {
    code: 'NOTHING_CHANGES',
    field: kind === 'RENAME' ? 'name' : 'targetSuperiorId',
    wording: { zh: '调整前后相同', en: 'The organisation is so already' },
  };

const hostMissing: ChangeGuard = ({ kind, hostExists }) =>
  kind === 'ESTABLISH' &&
  !hostExists && {
    code: 'HOST_NOT_FOUND',
    field: 'organization.host',
    wording: {
      zh: '没有找到依托的单位、村、社区或者行政区，或者已停用',
      en: 'The unit, village, community or area was not found or is no longer in use',
    },
  };

/** Ways in which several hosts have one organisation (ENT-05). */
const jointWays: readonly SetUpWay[] = ['JOINT', 'TRADE', 'REGIONAL', 'FUNCTIONAL'];

const notSetUpJointly: ChangeGuard = ({ organization }) =>
  (organization?.jointHosts?.length ?? 0) > 0 &&
  !jointWays.includes(organization!.setUpWay) && {
    code: 'NOT_SET_UP_JOINTLY',
    field: 'organization.jointHosts',
    rule: '单独组建的党组织只依托一个单位',
    wording: {
      zh: '覆盖多个单位的，组建方式须为联合、行业性、区域性或者功能型',
      en: 'Several hosts have one organisation only when it is set up jointly, by trade, by region or for a function',
    },
  };

const jointHostMissing: ChangeGuard = ({ jointHostMissing: missing }) =>
  missing !== null && {
    code: 'HOST_NOT_FOUND',
    field: 'organization.jointHosts',
    wording: {
      zh: '没有找到覆盖单位“{missing}”，或者已停用',
      en: 'The host "{missing}" was not found or is no longer in use',
    },
    params: { missing },
  };

const manyJointHosts: ChangeGuard = ({ organization, effectiveOn }) => {
  if (organization?.kind !== 'JOINT_BRANCH') return false;
  const most = ruleInForce('org.joint-branch.hosts', effectiveOn);
  return (
    (organization.jointHosts?.length ?? 0) + 1 > most.value && {
      code: 'MANY_JOINT_HOSTS',
      field: 'organization.jointHosts',
      wording: {
        zh: '联合党支部覆盖单位一般不超过{most}个',
        en: 'A joint branch normally covers at most {most} hosts',
      },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

const hostTaken: ChangeGuard = ({ kind, hostTakenBy, organization }) =>
  kind === 'ESTABLISH' &&
  hostTakenBy !== null &&
  organization?.setUpWay !== 'JOINT' && {
    code: 'HOST_HAS_ORGANISATION',
    field: 'organization.host',
    rule: '同一依托对象同类党组织只设一个，联合组建除外',
    wording: {
      zh: '该依托对象已有同类党组织“{name}”',
      en: 'The host has an organisation of this kind already: "{name}"',
    },
    params: { name: hostTakenBy },
  };

const mergerMixesKinds: ChangeGuard = ({ kind, subject, closing }) => {
  if (kind !== 'MERGE' || !subject) return false;
  const other = closing.find(
    (one) => one.kind !== subject.kind && !(holdsMembers(one.kind) && holdsMembers(subject.kind)),
  );
  return (
    other !== undefined && {
      code: 'MERGER_MIXES_KINDS',
      field: 'mergedIds',
      wording: {
        zh: `${partyOrganizationKinds[other.kind].zh}不能并入${partyOrganizationKinds[subject.kind].zh}`,
        en: `A ${partyOrganizationKinds[other.kind].en} cannot be merged into a ${partyOrganizationKinds[subject.kind].en}`,
      },
    }
  );
};

const onlyBranchesSplit: ChangeGuard = ({ kind, subject }) =>
  kind === 'SPLIT' &&
  subject !== null &&
  !holdsAffiliations(subject) && {
    code: 'ONLY_BRANCHES_SPLIT',
    field: 'organizationId',
    wording: { zh: '只有党支部可以拆分，临时党支部除外', en: 'Only a branch can be split, and no temporary one' },
  };

const memberInTwoParts: ChangeGuard = ({ parts }) => {
  const ids = parts.flatMap(({ memberIds }) => memberIds);
  return (
    new Set(ids).size < ids.length && {
      code: 'MEMBER_IN_TWO_PARTS',
      field: 'parts',
      wording: { zh: '同一名党员不能转入两个支部', en: 'A member cannot go to two branches' },
    }
  );
};

const partTooSmall: ChangeGuard = ({ kind, subject, parts, effectiveOn }) => {
  if (kind !== 'SPLIT') return false;
  const minimum = ruleInForce('org.branch.minimum', effectiveOn);
  const broken = (field: string, left: number): Refusal => ({
    code: 'BELOW_MINIMUM',
    field,
    wording: {
      zh: '拆分后每个支部应有正式党员{minimum}名以上，其中一个只有{left}名',
      en: 'After a split every branch needs {minimum} full members; one would have {left}',
    },
    citation: citationOf(minimum),
    params: { minimum: minimum.value, left },
  });
  const small = parts.find(({ memberIds }) => memberIds.length < minimum.value);
  if (small) return broken('parts', small.memberIds.length);
  const moved = parts.reduce((sum, { memberIds }) => sum + memberIds.length, 0);
  // Who of the members is a full one is members' knowledge; as many as every branch needs must be there at least.
  const left = subject?.roster
    ? Math.min(subject.roster.total - moved, subject.roster.full - parts.length * minimum.value)
    : minimum.value;
  return left < minimum.value && broken('organizationId', Math.max(0, left));
};

const memberPlanMissing: ChangeGuard = ({ kind, memberPlan }) =>
  kind === 'DISSOLVE' &&
  memberPlan === null && {
    code: 'MEMBER_PLAN_MISSING',
    field: 'memberPlan',
    rule: '撤销党组织须明确党员去向',
    wording: {
      zh: '撤销必须说明党员去向（整体转入某党组织，或者逐人征求意见）',
      en: 'A dissolution says where the members go: to one organisation, or each asked',
    },
  };

const receiverCannot: ChangeGuard = ({ kind, subject, receiver, closing }) => {
  const refuse = (name: string, field: string): Refusal => ({
    code: 'RECEIVER_CANNOT_TAKE_MEMBERS',
    field,
    wording: {
      zh: '“{name}”不能接收党员：须为正常状态、不在被撤销之列的党支部，临时党支部除外',
      en: '"{name}" cannot take the members: it must be an active branch, no temporary one, that is not itself closing',
    },
    params: { name },
  });
  if (kind === 'MERGE')
    return (
      subject !== null &&
      closing.some(holdsAffiliations) &&
      !holdsAffiliations(subject) &&
      refuse(subject.name, 'organizationId')
    );
  return (
    kind === 'DISSOLVE' &&
    receiver !== null &&
    (receiver.status !== 'ACTIVE' ||
      !holdsAffiliations(receiver) ||
      closing.some(({ id }) => id === receiver.id || receiver.path.includes(id))) &&
    refuse(receiver.name, 'memberPlan.toOrganizationId')
  );
};

const archivePlanMissing: ChangeGuard = ({ kind, archivePlan }) =>
  (kind === 'DISSOLVE' || kind === 'MERGE') &&
  !archivePlan?.trim() && {
    code: 'ARCHIVE_PLAN_MISSING',
    field: 'archivePlan',
    rule: '撤销、合并须明确档案去向',
    wording: { zh: '必须说明档案去向', en: 'Say where the archives go' },
  };

const backdated: ChangeGuard = ({ effectiveOn, lastChangedOn }) => refuseBackdating(effectiveOn, lastChangedOn);

const notYetDue: ChangeGuard = ({ effectiveOn, today }) =>
  effectiveOn > today && {
    code: 'NOT_YET_DUE',
    field: 'effectiveOn',
    wording: { zh: '生效日期{on}尚未到来', en: 'It takes effect on {on}' },
    params: { on: effectiveOn },
  };

const oversize = (name: string, total: number, on: CivilDate): Refusal | false => {
  const ceiling = ruleInForce('org.branch.ceiling', on);
  return (
    total > ceiling.value && {
      code: 'WOULD_BE_OVERSIZE',
      wording: {
        zh: '“{name}”将有党员{total}名，超过{ceiling}名',
        en: '"{name}" would have {total} members, more than {ceiling}',
      },
      citation: citationOf(ceiling),
      params: { name, total, ceiling: ceiling.value },
    }
  );
};
const partOversize: ChangeGuard = ({ parts, effectiveOn }) =>
  parts.map(({ name, memberIds }) => oversize(name, memberIds.length, effectiveOn)).find(Boolean);
const receiverOversize: ChangeGuard = ({ kind, subject, receiver, closing, effectiveOn }) => {
  const taker = kind === 'MERGE' ? subject : receiver;
  const coming = closing.reduce((sum, { roster }) => sum + (roster?.total ?? 0), 0);
  return taker !== null && oversize(taker.name, (taker.roster?.total ?? 0) + coming, effectiveOn);
};

const guards: readonly ChangeGuard[] = [
  notActive,
  targetCannotHold,
  areaOutsideSuperior,
  nothingChanges,
  hostMissing,
  notSetUpJointly,
  jointHostMissing,
  hostTaken,
  mergerMixesKinds,
  onlyBranchesSplit,
  memberInTwoParts,
  partTooSmall,
  memberPlanMissing,
  receiverCannot,
  archivePlanMissing,
  backdated,
];
const warnings: readonly ChangeGuard[] = [partOversize, receiverOversize, manyJointHosts];

/** The life of a change (model.md §3.2, ORG-03). Steps are called as the mutations are. */
export const changeSteps = lifecycle<ChangeFacts, ChangeState>({
  zh: '设置调整',
  en: 'change of organisations',
  states: {
    DRAFT: { zh: '草拟', en: 'draft' },
    SUBMITTED: { zh: '已上报', en: 'submitted' },
    APPROVED: { zh: '已批准', en: 'approved' },
    EFFECTIVE: { zh: '已生效', en: 'in effect' },
    REJECTED: { zh: '已退回', en: 'rejected' },
  },
})({
  submitOrganizationChange: {
    zh: '上报',
    en: 'submit',
    from: 'DRAFT',
    to: 'SUBMITTED',
    who: 'changes:propose',
    unless: guards,
    warn: warnings,
  },
  approveOrganizationChange: {
    zh: '批准',
    en: 'approve',
    from: 'SUBMITTED',
    to: 'APPROVED',
    who: 'changes:approve',
    unless: guards,
    warn: warnings,
  },
  rejectOrganizationChange: {
    zh: '退回',
    en: 'reject',
    from: 'SUBMITTED',
    to: 'REJECTED',
    who: 'changes:approve',
    needs: ['reason'],
  },
  takeEffect: {
    zh: '生效',
    en: 'take effect',
    from: 'APPROVED',
    to: 'EFFECTIVE',
    who: system,
    unless: [notYetDue, ...guards],
  },
  lapse: {
    zh: '因情况变化未能生效而退回',
    en: 'be rejected because the facts have changed',
    from: 'APPROVED',
    to: 'REJECTED',
    who: system,
    needs: ['reason'],
  },
});
