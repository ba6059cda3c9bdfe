import type { Refusal } from '@jishi/errors';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import type { KnownArea } from '@jishi/known-register';
import { lifecycle } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { ModelVillageState, Village } from './register.entities';

/** Only a village has a row here: a community is registered with the grids. */
export const notAVillage = ({ code, kind }: KnownArea): Refusal | false =>
  (code.length !== 12 || kind === 'COMMUNITY') && {
    code: 'AREA_IS_NO_VILLAGE',
    field: 'areaCode',
    wording: { zh: '{code}不是行政村的区划代码', en: 'The area {code} is no village' },
    params: { code },
  };

/** 村集体经济组织 is registered by the agriculture department: a credit code that begins with N and has the right check digit. */
export function refuseEconomicOrgCode(text: string): Refusal | null {
  const wrong = checkCreditCode(text, 'economicOrgUscc');
  if (wrong) return wrong;
  if (normaliseCreditCode(text).startsWith('N')) return null;
  return {
    code: 'USCC_NOT_OF_AGRICULTURE',
    field: 'economicOrgUscc',
    wording: {
      zh: '农村集体经济组织由农业农村部门赋码，统一社会信用代码应以N开头',
      en: 'A rural collective economic organisation is registered by agriculture: its credit code begins with N',
    },
    citation: { document: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则' },
  };
}

/** A village that was merged away keeps its history and takes no changes. */
export const villageMerged = ({
  status,
  areaCode,
  replacedBy,
}: Pick<Village, 'status' | 'areaCode' | 'replacedBy'>): Refusal | false =>
  status === 'MERGED' && {
    code: 'VILLAGE_MERGED',
    field: 'areaCode',
    wording: {
      zh: '{code}已并入{now}，不再变更',
      en: 'The village {code} was merged into {now} and takes no changes',
    },
    params: { code: areaCode, now: replacedBy.join('、') || '—' },
  };

/** Statistics are of a year that has begun. */
export const yearNotBegun = (year: number, today: CivilDate): Refusal | false =>
  year > Number(today.slice(0, 4)) && {
    code: 'YEAR_NOT_BEGUN',
    field: 'year',
    wording: { zh: '{year}年还没有开始', en: 'The year {year} has not begun' },
    params: { year },
  };

interface NominationFacts {
  readonly state: ModelVillageState;
  readonly reason?: string | null;
}

/** 示范村: the town nominates, the organisation department names, declines and ends (VIL-08). */
export const modelSteps = lifecycle<NominationFacts, ModelVillageState>({
  zh: '示范村提名',
  en: 'nomination of a model village',
  states: {
    NOMINATED: { zh: '已提名', en: 'nominated' },
    NAMED: { zh: '示范村', en: 'model village' },
    DECLINED: { zh: '未通过', en: 'declined' },
    ENDED: { zh: '已撤销', en: 'ended' },
  },
})({
  name: { zh: '命名', en: 'name', from: 'NOMINATED', to: 'NAMED', who: 'villages:name-model' },
  decline: {
    zh: '不予命名',
    en: 'decline',
    from: 'NOMINATED',
    to: 'DECLINED',
    who: 'villages:name-model',
    needs: ['reason'],
  },
  end: { zh: '撤销命名', en: 'end', from: 'NAMED', to: 'ENDED', who: 'villages:name-model', needs: ['reason'] },
});
export type ModelStep = (typeof modelSteps.steps)[number];

/** What the successor of merged villages begins with. */
export interface Figures {
  readonly households: number | null;
  readonly population: number | null;
  readonly farmland: string | null;
}

/** Adds one village's figures to what its successor has; what nobody has recorded stays unknown only while all of them are. */
export const summed = (a: Figures, b: Figures): Figures => ({
  households: sumOf(a.households, b.households),
  population: sumOf(a.population, b.population),
  farmland:
    a.farmland === null && b.farmland === null
      ? null
      : (Math.round(Number(a.farmland ?? 0) * 1000 + Number(b.farmland ?? 0) * 1000) / 1000).toFixed(3),
});

const sumOf = (a: number | null, b: number | null): number | null =>
  a === null && b === null ? null : (a ?? 0) + (b ?? 0);
