import { invalidInput, type Refusal, type Wording } from '@jishi/errors';
import { facetOf, indicators, type Comparator, type Indicator, type Parameters, type Preset } from '@jishi/indicators';
import { laterOf, type CivilDate } from '@jishi/periods';

/** A target as somebody sets it by hand. */
export interface GivenTarget {
  readonly key: string;
  readonly comparator: Comparator;
  readonly value?: number | null;
  readonly unit?: string | null;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly dueOn?: CivilDate | null;
  readonly document: string;
  readonly article?: string | null;
  readonly note?: string | null;
}

/** What a target says, whoever set it. */
export interface TargetFacts {
  readonly key: string;
  readonly facet: string;
  readonly comparator: Comparator;
  readonly value: number | null;
  readonly unit: string;
  readonly parameters: Parameters;
  readonly dueOn: CivilDate | null;
  readonly document: string;
  readonly article: string | null;
  readonly note: string | null;
}

/** The days on which a target holds. */
export interface Stretch {
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
}

interface ParameterRule extends Wording {
  readonly reads: 'number' | 'years' | 'text' | 'list' | readonly string[];
}

/** What else a target may say, in the office's words. */
export const parameterNames: Readonly<Record<string, ParameterRule>> = {
  measure: { zh: '收入口径', en: 'measure of income', reads: ['TOTAL', 'OPERATING', 'OPERATING_SURPLUS'] },
  floor: { zh: '标准线（元）', en: 'floor in yuan', reads: 'number' },
  clearYears: { zh: '消除须连续达标的年数', en: 'closed years in a row that clear', reads: 'years' },
  years: { zh: '年数', en: 'years', reads: 'number' },
  per: { zh: '周期', en: 'period', reads: ['YEAR', 'HALF', 'QUARTER', 'MONTH', 'WEEK'] },
  of: { zh: '总项数', en: 'items in all', reads: 'number' },
  upTo: { zh: '上限（按下限判定）', en: 'upper end; the lower end judges', reads: 'number' },
  fraction: { zh: '分数', en: 'exact share', reads: 'text' },
  scope: { zh: '统计范围', en: 'scope rule', reads: ['ALL', 'QUALIFYING', 'ADMINISTRATIVE_VILLAGES'] },
  figure: { zh: '指标内容', en: 'which figure', reads: 'text' },
  who: { zh: '对象', en: 'who', reads: 'text' },
  phase: { zh: '阶段', en: 'phase', reads: 'text' },
  hours: { zh: '学时', en: 'hours', reads: 'number' },
  windowYears: { zh: '轮训周期（年）', en: 'window in years', reads: 'number' },
  default: { zh: '默认值', en: 'default', reads: 'number' },
  monthDay: { zh: '每年日期', en: 'day of the year', reads: 'text' },
  months: { zh: '提前月数', en: 'months ahead', reads: 'list' },
  roles: { zh: '岗位人数', en: 'roles', reads: 'list' },
  occasions: { zh: '时点', en: 'occasions', reads: 'list' },
  check: { zh: '检查周期', en: 'check', reads: 'text' },
  analysis: { zh: '研判周期', en: 'analysis', reads: 'text' },
  viewing: { zh: '观摩周期', en: 'viewing', reads: 'text' },
};

/**
 * The measures that a figure of village income can be read by: total, operating and surplus are three figures, a target names its own,
 * and none is read for another (rules.md §5.2).
 */
const measuresOf: Readonly<Record<string, readonly string[]>> = {
  'vil.income.floor': ['TOTAL', 'OPERATING', 'OPERATING_SURPLUS'],
  'vil.shell': ['TOTAL', 'OPERATING', 'OPERATING_SURPLUS'],
  'vil.operating.share': ['OPERATING'],
  'vil.income.mean': ['TOTAL'],
  'vil.star': ['TOTAL'],
};

function refuseMeasure(key: string, measure: Parameters[string] | undefined): void {
  const measures = measuresOf[key];
  if (measures && !measures.some((one) => one === measure))
    throw invalidInput(
      'parameters',
      { zh: '该指标须注明收入口径（measure）：{choices}', en: 'This figure names its measure of income: {choices}' },
      { params: { choices: measures.join('、') } },
    );
}

function parameterFrom(name: string, value: string): Parameters[string] {
  const rule = parameterNames[name];
  const text = value.normalize('NFKC').trim();
  const wrong = (zh: string, en: string) => invalidInput('parameters', { zh, en }, { params: { name } });
  if (!rule) throw wrong('没有名为{name}的参数', 'There is no parameter {name}');
  if (text === '') throw wrong('请填写参数{name}的值', 'Give the parameter {name} a value');
  if (rule.reads === 'list') return text.split(/[,、]/).map((item) => item.trim());
  if (rule.reads === 'text') return text;
  if (rule.reads === 'years') {
    if (!/^[1-9]\d?$/.test(text))
      throw wrong('参数{name}应为1至99的整数', 'The parameter {name} is a whole number from 1 to 99');
    return Number(text);
  }
  if (rule.reads === 'number') {
    if (!/^\d+(\.\d+)?$/.test(text))
      throw wrong('参数{name}应为不小于0的数', 'The parameter {name} is a number of 0 or more');
    return Number(text);
  }
  if (!rule.reads.includes(text))
    throw invalidInput(
      'parameters',
      { zh: '参数{name}只能是{choices}', en: 'The parameter {name} is one of {choices}' },
      { params: { name, choices: rule.reads.join('、') } },
    );
  return text;
}

/** A target as it is kept: the figure is in the register, and a value stands where the comparator needs one. INVALID_INPUT names the field. */
export function checkedTarget(given: GivenTarget, validFrom: CivilDate): TargetFacts {
  const indicator = indicatorOf(given.key);
  const { comparator, value = null, dueOn = null } = given;
  const judged = comparator !== 'RISE' && comparator !== 'REPORT';
  if (judged && value === null)
    throw invalidInput('value', {
      zh: '不低于、不高于、等于的目标须填写目标值',
      en: 'At least, at most and exactly need a value',
    });
  if (!judged && value !== null)
    throw invalidInput('value', {
      zh: '逐期提高、只报告的目标不填目标值',
      en: 'A target that rises, or is only reported, has no value',
    });
  if (value !== null && (!Number.isFinite(value) || value < 0))
    throw invalidInput('value', { zh: '目标值不能小于0', en: 'The value is 0 or more' });
  if (dueOn !== null && dueOn < validFrom)
    throw invalidInput('dueOn', { zh: '完成期限不能早于生效日期', en: 'It cannot be due before it begins' });
  const document = given.document.trim();
  if (document === '') throw invalidInput('document', { zh: '请填写文件依据', en: 'Name the document it stands on' });
  const parameters = Object.fromEntries(
    (given.parameters ?? []).map(({ name, value: text }) => [name, parameterFrom(name, text)]),
  );
  refuseMeasure(indicator.key, parameters['measure']);
  return {
    key: indicator.key,
    facet: facetOf(parameters),
    comparator,
    value,
    unit: given.unit?.trim() || indicator.unit,
    parameters,
    dueOn,
    document,
    article: given.article?.trim() || null,
    note: given.note?.trim() || null,
  };
}

export function indicatorOf(key: string): Indicator {
  const indicator = indicators.get(key);
  if (!indicator)
    throw invalidInput(
      'key',
      { zh: '指标目录中没有{key}', en: 'The register of figures has no {key}' },
      { code: 'INDICATOR_UNKNOWN', params: { key } },
    );
  return indicator;
}

/** What a plan says, as it is kept. */
export const factsOfPreset = ({ parameters, ...preset }: Preset): TargetFacts => ({
  ...preset,
  parameters,
  facet: facetOf(parameters),
});

/** Whether a target says the same as before; then nothing is ended and nothing begins. */
export const saysTheSame = (known: TargetFacts, wanted: TargetFacts): boolean =>
  known.comparator === wanted.comparator &&
  known.value === wanted.value &&
  known.unit === wanted.unit &&
  known.dueOn === wanted.dueOn &&
  sorted(known.parameters) === sorted(wanted.parameters);

const sorted = (parameters: Parameters): string =>
  JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Why a target cannot begin on a day in place of the one before it, if there is a reason. Days that were judged keep the target
 * they were judged by (P12); where none was set before, it may also be written down for days that have passed.
 */
export function refuseBeginning(before: Stretch | undefined, on: CivilDate, today: CivilDate): Refusal | undefined {
  if (!before) return undefined;
  const last = before.validTo ?? before.validFrom;
  if (on < last)
    return {
      code: 'TARGET_BEFORE_LAST_ONE',
      field: 'validFrom',
      wording: {
        zh: '该指标在{last}已有目标，新目标不能早于该日生效',
        en: 'A target of this figure holds until {last} or begins then; a new one cannot begin before',
      },
      params: { last },
    };
  return before.validTo === null ? refuseEnd(before, on, today, 'validFrom') : undefined;
}

/** Why a target cannot end on a day, if there is a reason. */
export function refuseEnd(target: Stretch, on: CivilDate, today: CivilDate, field = 'on'): Refusal | undefined {
  if (target.validTo !== null)
    return {
      code: 'TARGET_ENDED',
      field: 'id',
      wording: { zh: '该目标自{to}起已停止执行', en: 'The target ends on {to} already' },
      params: { to: target.validTo },
    };
  const earliest = laterOf(target.validFrom, today);
  if (on < earliest)
    return {
      code: 'TARGET_DAYS_PASSED',
      field,
      wording: {
        zh: '此前的日期已按原目标判定，不能更改；最早自{earliest}起',
        en: 'Earlier days were judged by the target as it is; {earliest} is the first possible day',
      },
      params: { earliest },
    };
  return undefined;
}
