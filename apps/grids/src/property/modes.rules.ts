import type { Refusal } from '@jishi/errors';
import { addDays, laterOf, type CivilDate } from '@jishi/periods';
import type { PropertyMode } from '../quarters';
import type { PropertyContract, QuarterMode } from './modes.entities';
import type { PropertyProvider } from './providers.entities';
import { barredStill } from './providers.rules';

/** What the mode of a quarter becomes from a day. */
export interface ModeChange {
  readonly mode: PropertyMode;
  readonly from: CivilDate;
  readonly providerId: string | null;
  readonly contractId: string | null;
}

export interface ModeFacts {
  readonly today: CivilDate;
  readonly quarterId: string;
  /** The open stretch; null while nothing was ever recorded. */
  readonly current: Pick<QuarterMode, 'mode' | 'providerId' | 'validFrom'> | null;
  readonly provider: Pick<PropertyProvider, 'state' | 'barredUntil'> | null;
  readonly contract: Pick<PropertyContract, 'quarterId' | 'providerId' | 'startsOn' | 'endsOn' | 'endedOn'> | null;
}

/** The modes in which a company works by a contract. */
export const byContract = (mode: PropertyMode): boolean => mode === 'COMPANY' || mode === 'STATE_PLATFORM';

/** The last day that a contract holds. */
export const lastDayOf = ({ endsOn, endedOn }: Pick<PropertyContract, 'endsOn' | 'endedOn'>): CivilDate =>
  endedOn !== null && endedOn < endsOn ? endedOn : endsOn;

/** The last day of a contract that a change from `from` ends: never earlier than the day before its first one. */
export const endedBy = (from: CivilDate, startsOn: CivilDate): CivilDate =>
  laterOf(addDays(from, -1), addDays(startsOn, -1));

/** Why the mode of a quarter cannot change so, if there is a reason (GRD-21). */
export function refuseMode(change: ModeChange, facts: ModeFacts): Refusal | false {
  return wrongDay(change, facts) || wrongCompany(change, facts) || unchanged(change, facts);
}

function wrongDay({ from }: ModeChange, { today, current }: ModeFacts): Refusal | false {
  if (from > today)
    return {
      code: 'MODE_IN_THE_FUTURE',
      field: 'from',
      wording: {
        zh: '起始日期{from}晚于今天；到当日再登记',
        en: 'The mode would begin on {from}, later than today; record it on that day',
      },
      params: { from },
    };
  if (current !== null && from < current.validFrom)
    return {
      code: 'MODE_BEFORE_LAST_CHANGE',
      field: 'from',
      wording: {
        zh: '起始日期{from}早于现行方式的起始日期{since}',
        en: 'The mode would begin on {from}, before the present one did on {since}',
      },
      params: { from, since: current.validFrom },
    };
  return false;
}

function wrongCompany(change: ModeChange, facts: ModeFacts): Refusal | false {
  const { mode, from, providerId, contractId } = change;
  const { provider, contract, quarterId, today } = facts;
  if (!byContract(mode))
    return (
      (providerId !== null || contractId !== null) && {
        code: 'PROVIDER_NOT_EXPECTED',
        field: providerId !== null ? 'providerId' : 'contractId',
        wording: {
          zh: '只有物业公司、国企托管方式才登记企业和合同',
          en: 'Only the modes company and state platform have a company and a contract',
        },
      }
    );
  if (providerId === null || contractId === null)
    return {
      code: 'CONTRACT_MISSING',
      field: providerId === null ? 'providerId' : 'contractId',
      wording: {
        zh: '物业公司、国企托管方式须登记企业和合同',
        en: 'The modes company and state platform name the company and its contract',
      },
    };
  if (provider?.barredUntil && today <= provider.barredUntil) return barredStill(provider.barredUntil);
  if (provider?.state !== 'SERVING')
    return {
      code: 'PROVIDER_NOT_SERVING',
      field: 'providerId',
      wording: {
        zh: '该物业企业不是“服务中”状态，不能接管小区',
        en: 'This property company is not in the state "serving" and takes over no quarter',
      },
    };
  const fits =
    contract?.quarterId === quarterId &&
    contract.providerId === providerId &&
    contract.startsOn <= from &&
    from <= lastDayOf(contract);
  return (
    !fits && {
      code: 'CONTRACT_DOES_NOT_FIT',
      field: 'contractId',
      wording: {
        zh: '合同不是该企业与该小区的，或者在{from}不在合同期内',
        en: 'The contract is not between this company and this quarter, or does not hold on {from}',
      },
      params: { from },
    }
  );
}

const unchanged = ({ mode, providerId }: ModeChange, { current }: ModeFacts): Refusal | false =>
  current?.mode === mode &&
  current.providerId === providerId && {
    code: 'MODE_UNCHANGED',
    field: 'mode',
    wording: {
      zh: '与现行方式相同；续签合同只须登记合同',
      en: 'This is the present mode; a renewal is recorded as a contract only',
    },
  };

/** A company that is leaving gives up its quarters all at once, by the plan of its exit (P9). */
export const companyIsLeaving: Refusal = {
  code: 'PROVIDER_EXITING',
  wording: {
    zh: '现物业企业正在退出，各小区由退出方案一次交接',
    en: 'The present company is leaving; its quarters change all at once, by the plan of its exit',
  },
};

export interface ContractFacts {
  readonly today: CivilDate;
  readonly startsOn: CivilDate;
  readonly endsOn: CivilDate;
  readonly provider: Pick<PropertyProvider, 'state' | 'barredUntil'>;
  /** The company manages the quarter now, so that the contract extends what is there. */
  readonly manages: boolean;
}

/** Why a contract cannot be recorded, if there is a reason. */
export function refuseContract({ today, startsOn, endsOn, provider, manages }: ContractFacts): Refusal | false {
  if (endsOn < startsOn)
    return {
      code: 'CONTRACT_DAYS',
      field: 'endsOn',
      wording: { zh: '合同终止日期早于开始日期{startsOn}', en: 'The contract ends before it begins on {startsOn}' },
      params: { startsOn },
    };
  if (provider.barredUntil !== null && (today <= provider.barredUntil || startsOn <= provider.barredUntil))
    return barredStill(provider.barredUntil);
  const free = provider.state === 'ADMITTED' || provider.state === 'SERVING';
  const extends_ = ['WARNED', 'CORRECTING', 'EXITING'].includes(provider.state) && manages;
  return (
    !free &&
    !extends_ && {
      code: 'PROVIDER_NOT_CONTRACTABLE',
      field: 'providerId',
      wording: {
        zh: '该物业企业未准入、已退出，或者处于警告、整改、退出期间，不能签订新小区合同',
        en: 'This property company is not admitted, has left, or is warned, correcting or leaving: no contract for a new quarter',
      },
    }
  );
}
