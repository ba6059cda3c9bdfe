import type { Refusal, Wording } from '@jishi/errors';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import type { EntityKind, Operating, Registrar } from './entities.entities';
import { isTradeCode } from './trade-codes';

/** The first character of a credit code by registrar (GB 32100, model.md §7.3, 1). */
const authorityOf: Readonly<Record<Registrar, { readonly first: string; readonly name: Wording }>> = {
  MR: { first: '9', name: { zh: '市场监管部门', en: 'market regulation' } },
  CA: { first: '5', name: { zh: '民政部门', en: 'civil affairs' } },
};

/** Schools and hospitals register with either: for profit with market regulation, otherwise with civil affairs. */
const registrarsOf: Readonly<Record<EntityKind, readonly Registrar[]>> = {
  COMPANY: ['MR'],
  SOLE_TRADER: ['MR'],
  MICRO_FIRM: ['MR'],
  LAW_FIRM: ['MR'],
  PRIVATE_SCHOOL: ['MR', 'CA'],
  PRIVATE_HOSPITAL: ['MR', 'CA'],
  TRADE_ASSOCIATION: ['CA'],
  FOUNDATION: ['CA'],
  SOCIAL_GROUP: ['CA'],
  SERVICE_BODY: ['CA'],
};

export const kindsOf = (registrar: Registrar): EntityKind[] =>
  (Object.keys(registrarsOf) as EntityKind[]).filter((kind) => registrarsOf[kind].includes(registrar));

/**
 * Why a credit code cannot be that of an entity, if there is a reason. A body whose code begins otherwise (1 for organs and
 * institutions) is a public unit and belongs to the register of units: an entity is never both. A state enterprise has a code
 * that begins with 9 as well; which of the two it is cannot be read from the code.
 */
export function refuseCode(uscc: string, registrar: Registrar): Refusal | null {
  const malformed = checkCreditCode(uscc);
  if (malformed) return malformed;
  const code = normaliseCreditCode(uscc);
  const { first, name } = authorityOf[registrar];
  if (code.startsWith(first)) return null;
  return {
    code: 'CREDIT_CODE_OF_ANOTHER_REGISTRAR',
    field: 'uscc',
    wording: {
      zh: `信用代码{code}不是${name.zh}登记的：首位应为{first}；机关、事业单位在单位名录中登记`,
      en: `The credit code {code} was not given by ${name.en}: it should begin with {first}; organs and institutions are recorded as units`,
    },
    citation: { document: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则' },
    params: { code, first },
  };
}

/** The facts of a record as it would stand. */
export interface EntityFacts {
  readonly registrar: Registrar;
  readonly kind: EntityKind;
  readonly uscc: string | null;
  readonly tradeCode: string | null;
  readonly operating: Operating;
  readonly registeredOn: CivilDate | null;
  readonly succeedsUscc: string | null;
  readonly employees: number;
  readonly revenue: number | null;
  readonly assets: number | null;
  readonly today: CivilDate;
}

/** Why a record cannot stand as it is given, if there is a reason (ENT-01). */
export function refuseFacts(facts: EntityFacts): Refusal | undefined {
  const { registrar, kind, uscc, tradeCode, operating, registeredOn, succeedsUscc, today } = facts;
  if (!registrarsOf[kind].includes(registrar))
    return {
      code: 'KIND_OF_ANOTHER_REGISTRAR',
      field: 'kind',
      wording: {
        zh: `此类组织不由${authorityOf[registrar].name.zh}登记`,
        en: `Bodies of this kind do not register with ${authorityOf[registrar].name.en}`,
      },
    };
  if (operating === 'CLOSED')
    return {
      code: 'CLOSED_BY_CLOSING',
      field: 'operating',
      wording: {
        zh: '注销须填写日期和原因，请办理“注销”',
        en: 'A registration ends by closing it, with a day and a reason',
      },
    };
  if (uscc === null && operating !== 'DUPLICATE')
    return {
      code: 'CREDIT_CODE_MISSING',
      field: 'uscc',
      wording: {
        zh: '须填写统一社会信用代码；只有一企多照的待核记录可以暂缺',
        en: 'A credit code is needed; only a suspected duplicate may lack it',
      },
    };
  const wrongCode = uscc === null ? null : refuseCode(uscc, registrar);
  if (wrongCode) return wrongCode;
  if (tradeCode !== null && !isTradeCode(tradeCode))
    return {
      code: 'TRADE_CODE_UNKNOWN',
      field: 'tradeCode',
      wording: {
        zh: '行业代码“{tradeCode}”不符合国民经济行业分类：门类字母A至T，后接该门类的大类、中类或小类数字',
        en: 'The trade code {tradeCode} is not of GB/T 4754: a section letter A to T and digits of one of its divisions',
      },
      citation: { document: 'GB/T 4754-2017 国民经济行业分类' },
      params: { tradeCode },
    };
  if (registeredOn !== null && registeredOn > today)
    return {
      code: 'REGISTERED_IN_THE_FUTURE',
      field: 'registeredOn',
      wording: { zh: '登记日期{on}晚于今天', en: 'The day of registration {on} is later than today' },
      params: { on: registeredOn },
    };
  if (succeedsUscc !== null && (checkCreditCode(succeedsUscc) !== null || succeedsUscc === uscc))
    return {
      code: 'PREDECESSOR_CODE_WRONG',
      field: 'succeedsUscc',
      wording: {
        zh: '承继的信用代码{code}有误，或者就是本记录的代码',
        en: 'The code {code} of the predecessor is wrong, or is the code of this record',
      },
      params: { code: succeedsUscc },
    };
  for (const field of ['employees', 'revenue', 'assets'] as const)
    if ((facts[field] ?? 0) < 0)
      return {
        code: 'NEGATIVE_NUMBER',
        field,
        wording: { zh: '不能是负数', en: 'It cannot be negative' },
      };
  return undefined;
}

interface Closing {
  readonly closedOn: CivilDate | null;
  readonly registeredOn: CivilDate | null;
}

export const alreadyClosed = (closedOn: CivilDate): Refusal => ({
  code: 'ENTITY_CLOSED',
  field: 'id',
  wording: { zh: '该记录已于{on}注销', en: 'This record was closed on {on}' },
  params: { on: closedOn },
});

/** Why a registration cannot be ended on a day, if there is a reason. */
export function refuseClosing(
  { closedOn, registeredOn }: Closing,
  on: CivilDate,
  reason: string,
  today: CivilDate,
): Refusal | undefined {
  if (closedOn !== null) return alreadyClosed(closedOn);
  if (reason.trim() === '') return reasonMissing;
  if (on > today)
    return {
      code: 'CLOSED_IN_THE_FUTURE',
      field: 'on',
      wording: { zh: '注销日期{on}晚于今天', en: 'The day of closing {on} is later than today' },
      params: { on },
    };
  if (registeredOn !== null && on < registeredOn)
    return {
      code: 'CLOSED_BEFORE_REGISTERED',
      field: 'on',
      wording: {
        zh: '注销日期{on}早于登记日期{registeredOn}',
        en: 'Closing on {on} lies before the registration on {registeredOn}',
      },
      params: { on, registeredOn },
    };
  return undefined;
}

export const reasonMissing: Refusal = {
  code: 'REASON_MISSING',
  field: 'reason',
  wording: { zh: '必须书面说明理由', en: 'A written reason is needed' },
};

interface Mergeable extends Closing {
  readonly id: string;
  readonly registrar: Registrar;
  readonly uscc: string | null;
  readonly mergedIntoId: string | null;
}

/** Why two records cannot be put together, if there is a reason: `kept` stays, `merged` becomes its history. */
export function refuseMerger(kept: Mergeable, merged: Mergeable, reason: string): Refusal | undefined {
  if (kept.id === merged.id)
    return {
      code: 'MERGED_WITH_ITSELF',
      field: 'mergedId',
      wording: { zh: '不能与自身合并', en: 'A record cannot be merged with itself' },
    };
  if (merged.mergedIntoId !== null)
    return {
      code: 'ALREADY_MERGED',
      field: 'mergedId',
      wording: { zh: '该记录已经并入另一条记录', en: 'This record was merged into another already' },
    };
  if (kept.closedOn !== null) return { ...alreadyClosed(kept.closedOn), field: 'keepId' };
  if (reason.trim() === '') return reasonMissing;
  if (kept.registrar !== merged.registrar)
    return {
      code: 'REGISTRARS_DIFFER',
      field: 'mergedId',
      wording: {
        zh: '一条是企业，一条是社会组织，不是同一主体',
        en: 'One is an enterprise and one a social organisation: they are not the same body',
      },
    };
  if (kept.uscc === null && merged.uscc !== null)
    return {
      code: 'CODE_WOULD_BE_LOST',
      field: 'keepId',
      wording: { zh: '应保留有信用代码的那条记录', en: 'Keep the record that has the credit code' },
    };
  return undefined;
}
