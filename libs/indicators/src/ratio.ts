import type { CivilDate } from '@jishi/periods';

/** A share that never comes without its two parts and the day as of which they were counted. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
  /** From 0 to 1; null when nothing stands below the line. */
  readonly value: number | null;
  readonly asOf: CivilDate;
}

/** `ratio(19, 20, on)`: both parts are counts; RangeError when one is not, which is a defect of the formula. */
export function ratio(numerator: number, denominator: number, asOf: CivilDate): Ratio {
  for (const count of [numerator, denominator])
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count`);
  return { numerator, denominator, value: denominator === 0 ? null : numerator / denominator, asOf };
}

/** The share in percent, as targets are written: 95 for 19 of 20; null when nothing stands below the line. */
export const percentOf = ({ numerator, denominator }: Ratio): number | null =>
  denominator === 0 ? null : (numerator * 100) / denominator;

/** Ratios of parts as that of the whole: 东镇 3 of 4 and 西镇 1 of 6 are 4 of 10, never the mean of two shares. */
export const addedUp = (parts: readonly Ratio[], asOf: CivilDate): Ratio =>
  ratio(
    parts.reduce((sum, { numerator }) => sum + numerator, 0),
    parts.reduce((sum, { denominator }) => sum + denominator, 0),
    asOf,
  );
