import { ruleBroken, type Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { addDays, daysBetween, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import { branchNotActive, holdsNoMembers, type BranchFacts } from '../membership';
import type { TransferScope, TransferState } from './transfers.entities';

export interface TransferFacts {
  readonly today: CivilDate;
  readonly state: TransferState;
  readonly scope: TransferScope;
  readonly validUntil: CivilDate | null;
  readonly reissues: number;
  /** The receiving branch and how many members it has; null when the member leaves the city. */
  readonly receiver: { readonly code: string; readonly status: string; readonly members: number } | null;
  /** Whether a committee with authority to approve admissions stands above the branch that the letter concerns. */
  readonly committeeFound: boolean;
  readonly anotherUnderWay: boolean;
  /** The member has died, left or moved out since the transfer was opened. */
  readonly membershipEnded: boolean;
  /** The member belongs to another branch than the one that the transfer names as its source. */
  readonly memberElsewhere: boolean;
  readonly duesSettled?: boolean;
  readonly reason?: string;
  readonly letterNo?: string | null;
  readonly issuedOn?: CivilDate | null;
  readonly arrivedOn?: CivilDate | null;
}

const directly = { document: '中国共产党党员教育管理工作条例', article: '第二十五条' } as const;

/** Letters go between committees that approve admissions: no general branch, no village committee (model.md §4.3, 7). */
const noCommitteeWithAuthority: Guard<TransferFacts> = ({ committeeFound }) =>
  !committeeFound && {
    code: 'NO_COMMITTEE_WITH_AUTHORITY',
    wording: {
      zh: '该支部上级没有具有审批预备党员权限的基层党委，不能开具介绍信',
      en: 'No committee with authority to approve admissions stands above this branch',
    },
    citation: directly,
  };

const duesNotSettled: Guard<TransferFacts> = ({ duesSettled }) =>
  duesSettled === false && {
    code: 'DUES_NOT_SETTLED',
    field: 'duesSettled',
    wording: { zh: '党费未交清，不能开具介绍信', en: 'Dues are not paid up to date; the letter cannot be issued' },
  };

const letterFromOutsideMissing: Guard<TransferFacts> = ({ scope, letterNo, issuedOn }) =>
  scope === 'IN' &&
  (!letterNo?.trim() || issuedOn === null) && {
    code: 'LETTER_FROM_OUTSIDE_MISSING',
    field: letterNo?.trim() ? 'issuedOn' : 'letterNo',
    wording: {
      zh: '市外转入须登记来信的编号和日期',
      en: 'The number and date of the letter from outside are required',
    },
  };

const letterExpired: Guard<TransferFacts> = ({ today, validUntil }) =>
  validUntil !== null &&
  today > validUntil && {
    code: 'LETTER_EXPIRED',
    field: 'validUntil',
    wording: {
      zh: '介绍信有效期至{validUntil}，已逾期；请转出方补开',
      en: 'The letter was valid until {validUntil}; the source side must issue it again',
    },
    citation: citationOf(ruleInForce('transfer.letter-validity-max', today)),
    params: { validUntil },
  };

const letterStillValid: Guard<TransferFacts> = ({ today, validUntil }) =>
  (validUntil === null || today <= validUntil) && {
    code: 'LETTER_STILL_VALID',
    wording: { zh: '介绍信仍在有效期内', en: 'The letter is still valid' },
  };

const receiverNotActive: Guard<TransferFacts> = ({ receiver }) =>
  receiver !== null &&
  receiver.status !== 'ACTIVE' && {
    code: 'ORGANIZATION_NOT_ACTIVE',
    field: 'toOrgId',
    wording: { zh: '接收支部{code}不是正常状态，不能接收', en: 'The receiving branch {code} is not active' },
    params: { code: receiver.code },
  };

const receiverWouldBeOversize: Guard<TransferFacts> = ({ receiver, today }) => {
  if (receiver === null) return false;
  const ceiling = ruleInForce('org.branch.ceiling', today);
  return (
    receiver.members + 1 > ceiling.value && {
      code: 'RECEIVER_OVERSIZE',
      wording: {
        zh: '接收后该支部有{members}名党员，超过{ceiling}人，应当考虑拆分',
        en: 'The branch will have {members} members, more than {ceiling}: consider splitting it',
      },
      citation: citationOf(ceiling),
      params: { members: receiver.members + 1, ceiling: ceiling.value },
    }
  );
};

const reissuedTooOften: Guard<TransferFacts> = ({ reissues, today }) => {
  const most = ruleInForce('transfer.reissues', today);
  return (
    reissues >= most.value && {
      code: 'REISSUED_TOO_OFTEN',
      wording: { zh: '介绍信最多补开{most}次，请重新发起接转', en: 'A letter is issued again at most {most} times' },
      citation: citationOf(most),
      params: { most: most.value },
    }
  );
};

/** One transfer at a time; also said by the index `transfer_one_under_way`. */
export const transferUnderWay: Refusal = {
  code: 'TRANSFER_UNDER_WAY',
  wording: { zh: '该党员已有未办结的组织关系接转', en: 'Another transfer of this person is under way' },
};
const anotherUnderWay: Guard<TransferFacts> = (facts) => facts.anotherUnderWay && transferUnderWay;

const membershipEnded: Guard<TransferFacts> = (facts) =>
  facts.membershipEnded && {
    code: 'MEMBERSHIP_NOT_OPEN',
    wording: { zh: '该党员已去世、出党或者转出，不再接转', en: 'This membership has ended; it moves nowhere any more' },
  };

const membershipStillOpen: Refusal = {
  code: 'MEMBERSHIP_STILL_OPEN',
  wording: { zh: '该党员仍在册', en: 'The membership has not ended' },
};

/** The switch takes a member from the branch that asked for it, never from another one (model.md §4.2). */
const memberElsewhere: Guard<TransferFacts> = (facts) =>
  facts.memberElsewhere && {
    code: 'MEMBER_ELSEWHERE',
    wording: {
      zh: '该党员已不在转出支部，请由其现在的支部发起接转',
      en: 'The member has left the source branch since; the branch of today opens a transfer of its own',
    },
  };

const letterFromTheFuture: Guard<TransferFacts> = ({ scope, issuedOn, today }) =>
  scope === 'IN' &&
  !!issuedOn &&
  issuedOn > today && {
    code: 'LETTER_FROM_THE_FUTURE',
    field: 'issuedOn',
    wording: { zh: '来信日期{issuedOn}晚于今天', en: 'The letter is dated {issuedOn}, later than today' },
    params: { issuedOn },
  };

const leavesTheCity: Guard<TransferFacts> = ({ scope }) =>
  scope === 'OUT' && {
    code: 'RECEIVED_OUTSIDE',
    field: 'scope',
    wording: {
      zh: '转往市外的由市外党组织接收，收到回执后办结',
      en: 'Accepted outside the city; the return slip ends it',
    },
  };
const staysInTheCity: Guard<TransferFacts> = ({ scope }) =>
  scope !== 'OUT' && {
    code: 'RECEIVED_INSIDE',
    field: 'scope',
    wording: {
      zh: '接收支部在市内，由其接收并返回执',
      en: 'The receiving branch is in the city and accepts by itself',
    },
  };

const arrivedOutsideValidity: Guard<TransferFacts> = ({ arrivedOn, issuedOn, validUntil, today }) =>
  !!arrivedOn &&
  (arrivedOn > today || (!!issuedOn && arrivedOn < issuedOn) || (!!validUntil && arrivedOn > validUntil)) && {
    code: 'ARRIVED_OUTSIDE_VALIDITY',
    field: 'arrivedOn',
    wording: {
      zh: '接收日期须在介绍信有效期内且不晚于今天',
      en: 'The arrival must lie within the validity of the letter',
    },
  };

/** 组织关系接转, model.md §4.2 and rules.md §4.3. The member counts in the source branch until ARRIVED. */
export const transferSteps = lifecycle<TransferFacts, TransferState>({
  zh: '组织关系接转',
  en: 'transfer',
  states: {
    DRAFT: { zh: '草拟', en: 'draft' },
    ISSUED: { zh: '待接收', en: 'issued' },
    ARRIVED: { zh: '已接收', en: 'arrived' },
    CLOSED: { zh: '已办结', en: 'closed' },
    EXPIRED: { zh: '逾期', en: 'expired' },
    REFUSED: { zh: '已退回', en: 'refused' },
    CANCELLED: { zh: '已撤回', en: 'cancelled' },
  },
  facts: { arrivedOn: { zh: '市外接收日期', en: 'day of arrival outside' } },
})({
  issue: {
    zh: '开具介绍信',
    en: 'issue the letter',
    from: 'DRAFT',
    to: 'ISSUED',
    who: 'transfers:issue',
    unless: [
      membershipEnded,
      memberElsewhere,
      noCommitteeWithAuthority,
      duesNotSettled,
      letterFromOutsideMissing,
      letterFromTheFuture,
    ],
  },
  accept: {
    zh: '接收',
    en: 'accept',
    from: 'ISSUED',
    to: 'ARRIVED',
    who: 'transfers:accept',
    unless: [leavesTheCity, membershipEnded, memberElsewhere, letterExpired, receiverNotActive],
    warn: [receiverWouldBeOversize],
  },
  refuse: {
    zh: '退回',
    en: 'refuse',
    from: 'ISSUED',
    to: 'REFUSED',
    who: 'transfers:accept',
    needs: ['reason'],
    unless: [leavesTheCity],
  },
  close: { zh: '返回执', en: 'return the slip', from: 'ARRIVED', to: 'CLOSED', who: 'transfers:accept' },
  closeOutside: {
    zh: '登记市外回执',
    en: 'record the slip from outside',
    from: 'ISSUED',
    to: 'CLOSED',
    who: 'transfers:issue',
    needs: ['arrivedOn'],
    unless: [staysInTheCity, membershipEnded, memberElsewhere, arrivedOutsideValidity],
  },
  expire: { zh: '逾期', en: 'expire', from: 'ISSUED', to: 'EXPIRED', who: system, unless: [letterStillValid] },
  reissue: {
    zh: '补开介绍信',
    en: 'issue the letter again',
    from: 'EXPIRED',
    to: 'ISSUED',
    who: 'transfers:issue',
    needs: ['reason'],
    unless: [membershipEnded, memberElsewhere, reissuedTooOften, anotherUnderWay, noCommitteeWithAuthority],
  },
  cancel: { zh: '撤回', en: 'cancel', from: ['DRAFT', 'ISSUED'], to: 'CANCELLED', who: 'transfers:open' },
  fallAway: {
    zh: '因党员减员终止',
    en: 'fall away with the membership',
    from: ['DRAFT', 'ISSUED'],
    to: 'CANCELLED',
    who: system,
    unless: [({ membershipEnded: ended }) => !ended && membershipStillOpen],
  },
});

/** How long the letter may be used: what was asked for, or the rule's default; VALIDITY_OUT_OF_RANGE beyond the rule's maximum. */
export function validityOf(asked: number | null | undefined, scope: TransferScope, on: CivilDate): number {
  const most = ruleInForce('transfer.letter-validity-max', on);
  const usual = ruleInForce(scope === 'INSIDE' ? 'transfer.letter-validity-inside' : 'transfer.letter-validity', on);
  const days = asked ?? usual.value;
  if (days >= 1 && days <= most.value) return days;
  throw ruleBroken({
    code: 'VALIDITY_OUT_OF_RANGE',
    field: 'validDays',
    wording: { zh: '有效期须为1至{most}天', en: 'The letter is valid for 1 to {most} days' },
    citation: citationOf(most),
    params: { most: most.value },
  });
}

const sameBranch: Omit<Refusal, 'field'> = {
  code: 'SAME_BRANCH',
  wording: { zh: '转出和转入是同一个党支部', en: 'The receiving branch is the source branch' },
};

/** Why a branch cannot be named as the receiver; false when it can. */
export function receiverRefused(receiver: BranchFacts, fromOrgId: string | null): Refusal | false {
  const refusal = holdsNoMembers(receiver) || branchNotActive(receiver) || (receiver.id === fromOrgId && sameBranch);
  return refusal && { ...refusal, field: 'toOrgId' };
}

export const alreadyAMember: Refusal = {
  code: 'ALREADY_A_MEMBER',
  field: 'personId',
  wording: {
    zh: '该人员在本市已有党员记录，不能按市外转入办理',
    en: 'This person is recorded as a member of the city and does not come from outside',
  },
};

/** The last day of a letter; the day of issue does not count (rules.md §0.1). */
export const lastDayOf = (issuedOn: CivilDate, validDays: number): CivilDate => addDays(issuedOn, validDays);

/** Days since the letter was issued; null when nobody is under way. */
export const daysInTransit = (state: TransferState, issuedOn: CivilDate | null, today: CivilDate): number | null =>
  state === 'ISSUED' && issuedOn !== null ? daysBetween(issuedOn, today) : null;

/** Under way longer than the office lets pass without a reminder. */
export const transitOverdue = (days: number | null, today: CivilDate): boolean =>
  days !== null && days > ruleInForce('transfer.pending-alert', today).value;
