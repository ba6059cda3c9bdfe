import type { Refusal } from '@jishi/errors';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import { transferUnderWay } from '../transfers';
import type { ErasureScope, ErasureState } from './erasures.entities';

/** What decides whether, and how far, the data of a person may be erased. */
export interface RequestFacts {
  /** Status of his membership; null for somebody who never was a member. */
  readonly membership: string | null;
  readonly membershipOpen: boolean;
  readonly transferUnderWay: boolean;
  readonly merged: boolean;
  readonly document: string;
  /** What the record says of him, so that the file number does not say it again. */
  readonly personal: readonly (string | null)[];
}

const law = '中华人民共和国个人信息保护法';

const recordMerged: Guard<RequestFacts> = ({ merged }) =>
  merged && {
    code: 'RECORD_MERGED',
    field: 'personId',
    wording: {
      zh: '该档案已并入同一人的另一份档案，请对另一份办理，两份一并删除',
      en: 'This record was merged into another one of the same person; ask for that one, and both are erased',
    },
  };

/** The purpose of the register lasts as long as the membership: no case of article 47 is there. */
const membershipLasts: Guard<RequestFacts> = ({ membershipOpen }) =>
  membershipOpen && {
    code: 'MEMBERSHIP_OPEN',
    field: 'personId',
    wording: {
      zh: '该同志是在册党员，登记管理是党组织履行职责所必需，处理目的尚未实现，不能删除；有误的请更正',
      en: 'He is a member: the purpose for which the register keeps him has not ended. What is wrong is corrected, not erased',
    },
    citation: { document: law, article: '第四十七条第一款第一项' },
  };

const movesJustNow: Guard<RequestFacts> = (facts) => facts.transferUnderWay && transferUnderWay;

const documentTells: Guard<RequestFacts> = ({ document, personal }) =>
  personal.some((value) => value && document.includes(value)) && {
    code: 'DOCUMENT_NAMES_PERSON',
    field: 'document',
    wording: {
      zh: '文号长期留存，不能写姓名、证件号码或者电话',
      en: 'The file number is kept: it may not hold the name, the citizen id or the phone',
    },
  };

const documentMissing: Guard<RequestFacts> = ({ document }) =>
  document.trim() === '' && {
    code: 'DOCUMENT_MISSING',
    field: 'document',
    wording: { zh: '请填写申请或者决定的文号', en: 'Give the number of the application or decision' },
  };

/** The first reason against an erasure, if there is one. */
export function refusalOf(facts: RequestFacts): Refusal | undefined {
  for (const guard of [recordMerged, membershipLasts, movesJustNow, documentMissing, documentTells]) {
    const refusal = guard(facts);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Who once was a member stays in the roll, which is an archive; of him only how to reach him is erased. */
export const scopeOf = ({ membership }: Pick<RequestFacts, 'membership'>): ErasureScope =>
  membership === null ? 'ALL' : 'CONTACT';

/** Why something of the person stays, for the person who asked (个人信息保护法第五十条); undefined when nothing does. */
export function whatStays(scope: ErasureScope, on: CivilDate): Refusal | undefined {
  if (scope === 'ALL') return undefined;
  const rule = ruleInForce('erasure.roll-retention', on);
  return {
    code: 'ROLL_KEPT',
    wording: {
      zh: '曾为党员，名册作为档案保管{years}年（待核），保管期满前只删除联系方式，其余停止除存储和安全保护之外的处理（个人信息保护法第四十七条第二款）',
      en: 'A former member: the roll is an archive for {years} years (to be confirmed). Until then only how to reach him is erased, the rest is stored and not used otherwise (PIPL art. 47 para. 2)',
    },
    citation: citationOf(rule),
    params: { years: rule.value },
  };
}

const hour = 3_600_000;

/** The moment by which every service has to have acknowledged. */
export const dueAt = (requestedAt: Date, on: CivilDate): Date =>
  new Date(requestedAt.getTime() + ruleInForce('erasure.limit', on).value * hour);

export interface ErasureFacts {
  /** Services that have not acknowledged. */
  readonly outstanding: readonly string[];
}

const somebodyOutstanding: Guard<ErasureFacts> = ({ outstanding }) =>
  outstanding.length > 0 && {
    code: 'NOT_ACKNOWLEDGED_BY_ALL',
    wording: { zh: '尚未回告：{services}', en: 'Not acknowledged by {services}' },
    params: { services: outstanding.join('、') },
  };

/** 个人信息删除: asked for by the organisation department, done when the last service has acknowledged. Nothing takes it back. */
export const erasureSteps = lifecycle<ErasureFacts, ErasureState>({
  zh: '个人信息删除',
  en: 'erasure',
  states: { REQUESTED: { zh: '办理中', en: 'under way' }, DONE: { zh: '已完成', en: 'done' } },
})({
  complete: {
    zh: '办结',
    en: 'complete',
    from: 'REQUESTED',
    to: 'DONE',
    who: system,
    unless: [somebodyOutstanding],
  },
});
