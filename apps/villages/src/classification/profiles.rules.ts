import type { KnownTarget } from '@jishi/known-register';
import { areaPrefixOf, isInsideArea } from '@jishi/identifiers';
import type { Fen } from '@jishi/money';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce, type RuleKey } from '@jishi/rule-sets';
import type { Measure } from '../income';

/** A bound of the class rules: which figure is held against how much, and where that stands. */
export interface Bound {
  readonly measure: Measure;
  readonly amount: Fen;
  readonly ruleKey: string;
  readonly document: string;
  readonly article: string | null;
  /** The target that sets it; null when the rule set does. */
  readonly targetId: string | null;
  readonly profile: string | null;
}

/** The rules of a place on a day, by which its villages are classed. */
export interface Profile {
  readonly shell: Bound;
  /** Every floor in force, the lowest first: where plans differ, all of them hold. */
  readonly floors: readonly Bound[];
  readonly below: Bound;
  readonly good: Bound;
  readonly star: Bound;
  /** Closed years in a row at or above the floors that clear a weak village. */
  readonly clearYears: number;
}

/** The keys of targets that set a bound or a figure of villages. */
export const classKeys = ['vil.income.floor', 'vil.shell', 'vil.operating.share', 'vil.star'] as const;
export const incomeKeys = [...classKeys, 'vil.income.mean', 'vil.model'] as const;

/** The nearest targets of each key for a place: those of the smallest area that has set any. */
export function nearestTargets(targets: readonly KnownTarget[], key: string, areaCode: string): KnownTarget[] {
  const ours = targets.filter((target) => target.key === key && isInsideArea(areaCode, target.areaCode));
  const nearest = Math.max(0, ...ours.map((target) => areaPrefixOf(target.areaCode).length));
  return ours.filter((target) => areaPrefixOf(target.areaCode).length === nearest);
}

/** The measures of the rule set's own bounds: the national statistic counts the surplus, the plans count total income. */
const ownMeasures = {
  'vil.class.shell': 'OPERATING_SURPLUS',
  'vil.class.weak': 'OPERATING_SURPLUS',
  'vil.class.below': 'OPERATING',
  'vil.class.good': 'TOTAL',
  'vil.class.star': 'TOTAL',
} as const satisfies Partial<Record<RuleKey, Measure>>;

const inFen = (yuan: number): Fen => Math.round(yuan * 100);

/** A bound of the rule set, in force on a day. */
export function ownBound(key: keyof typeof ownMeasures, on: CivilDate): Bound {
  const { value, document, article } = ruleInForce(key, on);
  return {
    measure: ownMeasures[key],
    amount: inFen(value as number),
    ruleKey: key,
    document,
    article,
    targetId: null,
    profile: null,
  };
}

const measures: readonly string[] = ['TOTAL', 'OPERATING', 'OPERATING_SURPLUS'];

/** The bound that a target sets: its own measure and floor, or the rule set's where it is silent. */
export function boundOf(target: KnownTarget, own: Bound): Bound {
  const { measure, floor, threshold } = target.parameters;
  const amount = typeof floor === 'number' ? floor : typeof threshold === 'number' ? threshold : undefined;
  return {
    measure: typeof measure === 'string' && measures.includes(measure) ? (measure as Measure) : own.measure,
    amount: amount === undefined ? own.amount : inFen(amount),
    ruleKey: target.key,
    document: target.profile === null ? '本级设定的指标目标' : `指标目标（${target.profile}）`,
    article: null,
    targetId: target.id,
    profile: target.profile,
  };
}

/** The rules for a place on a day, from the targets in force there and the rule set. */
export function profileOf(targets: readonly KnownTarget[], areaCode: string, on: CivilDate): Profile {
  const bounds = (key: (typeof classKeys)[number], own: Bound): Bound[] => {
    const set = nearestTargets(targets, key, areaCode).map((target) => boundOf(target, own));
    return set.length === 0 ? [own] : set.sort((a, b) => a.amount - b.amount || order(a, b));
  };
  const floorTargets = nearestTargets(targets, 'vil.income.floor', areaCode);
  const asked = floorTargets
    .map(({ parameters }) => parameters['clearYears'])
    .filter((years) => typeof years === 'number');
  return {
    shell: bounds('vil.shell', ownBound('vil.class.shell', on)).at(-1)!,
    floors: bounds('vil.income.floor', ownBound('vil.class.weak', on)),
    below: bounds('vil.operating.share', ownBound('vil.class.below', on)).at(-1)!,
    good: ownBound('vil.class.good', on),
    star: bounds('vil.star', ownBound('vil.class.star', on)).at(-1)!,
    clearYears: Math.max(1, ...(asked.length > 0 ? asked : [ruleInForce('vil.class.clear-years', on).value as number])),
  };
}

const order = (a: Bound, b: Bound): number => ((a.targetId ?? '') < (b.targetId ?? '') ? -1 : 1);
