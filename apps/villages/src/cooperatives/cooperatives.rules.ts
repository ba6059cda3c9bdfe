import type { Refusal } from '@jishi/errors';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import { lifecycle, system, type Guard } from '@jishi/lifecycles';
import { addMonths, type CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { CooperativeKind, CooperativeState, LeadGap } from './cooperatives.entities';

export interface CooperativeFacts {
  readonly today: CivilDate;
  readonly state: CooperativeState;
  readonly kind: CooperativeKind;
  readonly memberCount: number;
  readonly farmerCount: number;
  readonly registeredOn: CivilDate | null;
  readonly activeSince: CivilDate | null;
  readonly uscc?: string;
  readonly on?: CivilDate;
  readonly reason?: string;
}

/** A farmers' cooperative has as many members as the law demands, and enough of them are farmers (rules.md §5.5). */
export function refuseMembers(
  { kind, memberCount, farmerCount }: Pick<CooperativeFacts, 'kind' | 'memberCount' | 'farmerCount'>,
  on: CivilDate,
): Refusal | false {
  if (kind !== 'FARMER_COOP') return false;
  const least = ruleInForce('cooperative.members', on);
  if (memberCount < least.value)
    return {
      code: 'TOO_FEW_MEMBERS',
      field: 'memberCount',
      wording: { zh: '合作社成员应当不少于{least}名', en: 'A cooperative has {least} members or more' },
      citation: citationOf(least),
      params: { least: least.value },
    };
  const share = ruleInForce('cooperative.farmers', on);
  return (
    farmerCount * 100 < memberCount * share.value && {
      code: 'TOO_FEW_FARMERS',
      field: 'farmerCount',
      wording: { zh: '农民至少应当占成员总数的{share}%', en: 'At least {share} % of the members are farmers' },
      citation: citationOf(share),
      params: { share: share.value },
    }
  );
}
const membersWrong: Guard<CooperativeFacts> = (facts) => refuseMembers(facts, facts.on ?? facts.today);

const codeWrong: Guard<CooperativeFacts> = ({ kind, uscc }) => {
  const wrong = checkCreditCode(uscc ?? '', 'uscc');
  if (wrong) return wrong;
  return (
    kind === 'FARMER_COOP' &&
    !normaliseCreditCode(uscc!).startsWith('93') && {
      code: 'USCC_NOT_OF_COOPERATIVE',
      field: 'uscc',
      wording: {
        zh: '农民专业合作社的统一社会信用代码应以93开头',
        en: 'The credit code of a farmers’ cooperative begins with 93',
      },
      citation: { document: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则' },
    }
  );
};

const inTheFuture: Guard<CooperativeFacts> = ({ on, today }) =>
  on !== undefined &&
  on > today && {
    code: 'DAY_IN_THE_FUTURE',
    field: 'on',
    wording: { zh: '日期{on}晚于今天', en: 'The day {on} is later than today' },
    params: { on },
  };

const beforeIt: Guard<CooperativeFacts> = ({ on, registeredOn, activeSince }) => {
  const since = activeSince ?? registeredOn;
  return (
    on !== undefined &&
    since !== null &&
    on < since && {
      code: 'BEFORE_IT_BEGAN',
      field: 'on',
      wording: {
        zh: '日期早于登记或运营之日{since}',
        en: 'The day lies before {since}, when it was registered or began',
      },
      params: { since },
    }
  );
};

/** 合作社, model.md §5.2. Whether it is dormant its yearly income says, nobody else. */
export const cooperativeSteps = lifecycle<CooperativeFacts, CooperativeState>({
  zh: '合作社',
  en: 'cooperative',
  states: {
    PLANNED: { zh: '筹备', en: 'planned' },
    REGISTERED: { zh: '已登记', en: 'registered' },
    ACTIVE: { zh: '运营', en: 'active' },
    DORMANT: { zh: '停业', en: 'dormant' },
    DISSOLVED: { zh: '已注销', en: 'dissolved' },
  },
  facts: { uscc: { zh: '统一社会信用代码', en: 'credit code' } },
})({
  register: {
    zh: '登记',
    en: 'register',
    from: 'PLANNED',
    to: 'REGISTERED',
    who: 'cooperatives:keep',
    needs: ['uscc'],
    unless: [codeWrong, inTheFuture, membersWrong],
  },
  activate: {
    zh: '开始运营',
    en: 'begin work',
    from: 'REGISTERED',
    to: 'ACTIVE',
    who: 'cooperatives:keep',
    unless: [inTheFuture, beforeIt],
  },
  fallDormant: { zh: '转为停业', en: 'fall dormant', from: 'ACTIVE', to: 'DORMANT', who: system },
  resume: { zh: '恢复运营', en: 'resume work', from: 'DORMANT', to: 'ACTIVE', who: system },
  dissolve: {
    zh: '注销',
    en: 'dissolve',
    from: ['PLANNED', 'REGISTERED', 'ACTIVE', 'DORMANT'],
    to: 'DISSOLVED',
    who: 'cooperatives:keep',
    needs: ['reason'],
    unless: [inTheFuture, beforeIt],
  },
});

export const dissolved: Refusal = {
  code: 'COOPERATIVE_DISSOLVED',
  field: 'id',
  wording: { zh: '合作社已注销，不再变更', en: 'The cooperative was dissolved and takes no changes' },
};

/**
 * The state that its yearly income says: dormant when it has earned nothing for as long as the rule allows. A year counts as without
 * income when its figures say so, or when they are not reported in time.
 */
export function stateByIncome(
  { state, activeSince }: Pick<CooperativeFacts, 'state' | 'activeSince'>,
  years: readonly { readonly year: number; readonly income: number }[],
  today: CivilDate,
): CooperativeState {
  if ((state !== 'ACTIVE' && state !== 'DORMANT') || activeSince === null) return state;
  const thisYear = Number(today.slice(0, 4));
  const reportMonth = ruleInForce('cooperative.year-report', today).value;
  const reported = Math.max(0, ...years.map(({ year }) => year));
  const due = Number(today.slice(5, 7)) > reportMonth ? thisYear - 1 : thisYear - 2;
  const earned = Math.max(0, ...years.filter(({ income }) => income > 0).map(({ year }) => year));
  const knownUntil = `${Math.max(reported, due) + 1}-01-01` as CivilDate;
  const earnedUntil = `${earned + 1}-01-01` as CivilDate;
  const since = earned > 0 && earnedUntil > activeSince ? earnedUntil : activeSince;
  const months = ruleInForce('cooperative.dormant', today).value;
  return addMonths(since, months) <= knownUntil ? 'DORMANT' : 'ACTIVE';
}

/** Whether the recorded branch leads: it exists and one of its members sits on the board. */
export function leadOf(
  leadingOrgId: string | null,
  { seats, organizationStands }: { readonly seats: number; readonly organizationStands: boolean },
): { readonly ledByOrgId: string | null; readonly leadGap: LeadGap | null } {
  if (leadingOrgId === null) return { ledByOrgId: null, leadGap: null };
  if (!organizationStands) return { ledByOrgId: null, leadGap: 'ORGANIZATION_DISSOLVED' };
  return seats > 0 ? { ledByOrgId: leadingOrgId, leadGap: null } : { ledByOrgId: null, leadGap: 'NO_SEAT' };
}

/** Why figures of a year cannot be taken. */
export function refuseYear(
  year: {
    readonly year: number;
    readonly income: number;
    readonly dividend: number;
    readonly collectiveDividend: number;
  },
  { registeredOn }: Pick<CooperativeFacts, 'registeredOn'>,
  today: CivilDate,
): Refusal | undefined {
  if (registeredOn === null || year.year < Number(registeredOn.slice(0, 4)))
    return {
      code: 'YEAR_BEFORE_REGISTRATION',
      field: 'year',
      wording: { zh: '{year}年合作社尚未登记', en: 'The cooperative was not registered in {year}' },
      params: { year: year.year },
    };
  if (year.year >= Number(today.slice(0, 4)))
    return {
      code: 'YEAR_NOT_OVER',
      field: 'year',
      wording: { zh: '{year}年尚未结束', en: 'The year {year} is not over' },
      params: { year: year.year },
    };
  if (year.income < 0 || year.collectiveDividend < 0 || year.collectiveDividend > year.dividend)
    return {
      code: 'DIVIDEND_PARTS_DO_NOT_FIT',
      field: 'collectiveDividend',
      wording: {
        zh: '收入、分红不能为负，村集体分红不能超过分红总额',
        en: 'Income and dividend are not below 0, and the collective’s part is not above the whole dividend',
      },
    };
  return undefined;
}

export const chairs: Refusal = {
  code: 'ONE_CHAIR',
  field: 'seats',
  wording: { zh: '理事会应有且只有一名理事长，人员不得重复', en: 'A board has one chair, and each person once' },
};

export const leaderUnfit: Refusal = {
  code: 'LEADER_NOT_ACTIVE',
  field: 'leadingOrgId',
  wording: {
    zh: '领办组织应为正常状态的党支部、党总支或党委',
    en: 'The leading organisation is an active branch, general branch or committee',
  },
};
