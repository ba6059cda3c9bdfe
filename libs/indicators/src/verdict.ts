import type { CivilDate } from '@jishi/periods';
import type { Ratio } from './ratio';

/** How a figure is compared with its target. REPORT: computed and shown, not judged. RISE: above the period before. */
export const comparators = ['AT_LEAST', 'AT_MOST', 'EXACTLY', 'RISE', 'REPORT'] as const;
export type Comparator = (typeof comparators)[number];

/** What else a figure needs: the measure of income, a floor, the period it is counted in. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A target as it is judged by; the register of targets keeps more. */
export interface Target {
  readonly comparator: Comparator;
  /** In the unit of the target, a share in percent; null where the comparator needs none or the plan gives none. */
  readonly value: number | null;
  readonly parameters?: Parameters;
  /** The day by which it must be reached; null for a standing target. */
  readonly dueOn?: CivilDate | null;
  readonly validFrom?: CivilDate;
  /** First day on which it no longer holds. */
  readonly validTo?: CivilDate | null;
}

/** A number in the unit of the target, or a share of counts; null when there is nothing to count. */
export type Figure = number | Ratio | null;

export type Verdict = 'REACHED' | 'NOT_REACHED' | 'NOT_JUDGED';

/** Why a figure is not judged. */
export type Unjudged = 'REPORT_ONLY' | 'NOT_IN_FORCE' | 'NOT_DUE' | 'NO_FIGURE' | 'NO_PREVIOUS_FIGURE';

export interface Judgement {
  readonly verdict: Verdict;
  /** Null when it was judged. */
  readonly why: Unjudged | null;
}

const unjudged = (why: Unjudged): Judgement => ({ verdict: 'NOT_JUDGED', why });

/**
 * Judges a figure of a day. A target judges from its first day on and no day before; one that must be reached by a day is judged
 * on that day and after it. Shares are compared by their counts, so that a third of 300 villages is 100, whatever 33.33 % of them is.
 */
export function judge(target: Target, figure: Figure, on: CivilDate, previous: Figure = null): Judgement {
  const { comparator, value, dueOn, validFrom, validTo } = target;
  if ((validFrom && on < validFrom) || (validTo && on >= validTo)) return unjudged('NOT_IN_FORCE');
  if (comparator === 'REPORT' || (comparator !== 'RISE' && value === null)) return unjudged('REPORT_ONLY');
  if (dueOn && on < dueOn) return unjudged('NOT_DUE');
  const measured = partsOf(figure);
  if (!measured) return unjudged('NO_FIGURE');
  if (comparator === 'RISE') {
    const before = partsOf(previous);
    return before ? judged(compare(measured, before) > 0) : unjudged('NO_PREVIOUS_FIGURE');
  }
  const order = compare(measured, boundOf(target, figure));
  return judged(comparator === 'AT_LEAST' ? order >= 0 : comparator === 'AT_MOST' ? order <= 0 : order === 0);
}

const judged = (reached: boolean): Judgement => ({ verdict: reached ? 'REACHED' : 'NOT_REACHED', why: null });

/** A value as two numbers, of which the second is above 0. */
type Parts = readonly [number, number];

function partsOf(figure: Figure): Parts | null {
  if (figure === null) return null;
  if (typeof figure === 'number') return Number.isFinite(figure) ? [figure, 1] : null;
  return figure.denominator > 0 ? [figure.numerator, figure.denominator] : null;
}

/** The bound beside which the figure is put: a share by its fraction or percent, a number as it is. */
function boundOf({ value, parameters }: Target, figure: Figure): Parts {
  const share = typeof figure === 'object';
  const [, above, below] = /^(\d+)\/([1-9]\d*)$/.exec(String(parameters?.['fraction'] ?? '')) ?? [];
  if (above && below) return share ? [Number(above), Number(below)] : [Number(above) * 100, Number(below)];
  return [value ?? 0, share ? 100 : 1];
}

const compare = ([a, b]: Parts, [c, d]: Parts): number => a * d - c * b;
