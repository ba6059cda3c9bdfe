import { deepest } from '@jishi/access';
import { ruleBroken, type Refusal, type Wording } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { HostKind, OrganizationKind, OrganizationStatus } from './register.entities';

/** What people call the kinds of organisations. */
export const kindWords: Readonly<Record<OrganizationKind, Wording>> = {
  COMMITTEE: { zh: '党委', en: 'committee' },
  WORK_COMMITTEE: { zh: '党工委', en: 'work committee' },
  PARTY_GROUP: { zh: '党组', en: 'leading Party group' },
  DISCIPLINE_COMMITTEE: { zh: '纪委', en: 'discipline committee' },
  GENERAL_BRANCH: { zh: '党总支', en: 'general branch' },
  BRANCH: { zh: '党支部', en: 'branch' },
  JOINT_BRANCH: { zh: '联合党支部', en: 'joint branch' },
  GROUP: { zh: '党小组', en: 'group' },
};

const belowCommittee: readonly OrganizationKind[] = [
  'COMMITTEE',
  'WORK_COMMITTEE',
  'PARTY_GROUP',
  'DISCIPLINE_COMMITTEE',
  'GENERAL_BRANCH',
  'BRANCH',
  'JOINT_BRANCH',
];

/** Which kinds may stand directly under which: a group has nothing below it, a branch only groups (model.md §3.3, 1). */
const below: Readonly<Record<OrganizationKind, readonly OrganizationKind[]>> = {
  COMMITTEE: belowCommittee,
  WORK_COMMITTEE: belowCommittee,
  PARTY_GROUP: [],
  DISCIPLINE_COMMITTEE: [],
  GENERAL_BRANCH: ['BRANCH', 'JOINT_BRANCH'],
  BRANCH: ['GROUP'],
  JOINT_BRANCH: ['GROUP'],
  GROUP: [],
};

export const mayStandUnder = (kind: OrganizationKind, superior: OrganizationKind): boolean =>
  below[superior].includes(kind);

/** Kinds on whose roster members stand. */
export const holdsMembers = (kind: OrganizationKind): boolean => kind === 'BRANCH' || kind === 'JOINT_BRANCH';

/** Hosts that are places: their id is an area code and changes when areas merge. */
export const isPlace = (kind: HostKind): boolean => kind === 'VILLAGE' || kind === 'COMMUNITY' || kind === 'AREA';

/** An organisation as the rules of the tree look at it. */
export interface Standing {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganizationKind;
  readonly status: OrganizationStatus;
  readonly depth: number;
  /** Ids from the root down to itself. */
  readonly path: readonly string[];
}

/** Why an organisation may not stand under another one, if there is a reason. `height`: levels below it, 0 for a leaf. */
export function refusePlace(
  child: { readonly id?: string; readonly kind: OrganizationKind; readonly height: number },
  superior: Standing,
): Refusal | undefined {
  if (child.id !== undefined && superior.path.includes(child.id)) {
    return {
      code: 'WOULD_BE_CYCLE',
      field: 'targetSuperiorId',
      rule: '隶属关系不得成环',
      wording: {
        zh: '“{superior}”就在该党组织之下，不能作为它的上级',
        en: '"{superior}" stands below this organisation and cannot be its superior',
      },
      params: { superior: superior.name },
    };
  }
  if (superior.status !== 'ACTIVE') {
    return {
      code: 'SUPERIOR_NOT_ACTIVE',
      field: 'targetSuperiorId',
      rule: '上级党组织须为正常状态',
      wording: { zh: '上级“{superior}”不是正常状态', en: 'The superior "{superior}" is not active' },
      params: { superior: superior.name },
    };
  }
  if (!mayStandUnder(child.kind, superior.kind)) {
    return {
      code: 'SUPERIOR_CANNOT_HOLD_KIND',
      field: 'targetSuperiorId',
      rule: '党小组不设下级，党支部只设党小组',
      wording: {
        zh: `${kindWords[superior.kind].zh}之下不能设${kindWords[child.kind].zh}`,
        en: `A ${kindWords[child.kind].en} cannot stand under a ${kindWords[superior.kind].en}`,
      },
    };
  }
  if (superior.depth + 1 + child.height > deepest) {
    return {
      code: 'TREE_TOO_DEEP',
      field: 'targetSuperiorId',
      wording: { zh: '隶属层级超过{deepest}级', en: 'The tree would be deeper than {deepest} levels' },
      params: { deepest },
    };
  }
  return undefined;
}

/** Refuses a day on which something later has already been written, or that lies in the future. */
export function refuseDay(on: CivilDate, today: CivilDate, lastChangedOn: CivilDate | null, field: string): void {
  if (on > today) {
    throw ruleBroken({
      code: 'IN_THE_FUTURE',
      field,
      wording: { zh: '{on}尚未到来', en: '{on} has not come yet' },
      params: { on },
    });
  }
  const refusal = refuseBackdating(on, lastChangedOn, field);
  if (refusal) throw ruleBroken(refusal);
}

/** History is written forward only: a change may not take effect before the last one of any organisation it touches. */
export const refuseBackdating = (
  on: CivilDate,
  lastChangedOn: CivilDate | null,
  field = 'effectiveOn',
): Refusal | undefined =>
  lastChangedOn !== null && on < lastChangedOn
    ? {
        code: 'EFFECTIVE_BEFORE_LAST_CHANGE',
        field,
        rule: '生效日期不得早于所涉党组织的上一次变动',
        wording: {
          zh: '生效日期{on}早于所涉党组织上一次变动的日期{last}',
          en: '{on} lies before the last change of an organisation it touches, on {last}',
        },
        params: { on, last: lastChangedOn },
      }
    : undefined;
