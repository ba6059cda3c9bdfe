import type { Fen } from '@jishi/money';
import type { Measure } from '../income';
import type { VillageClass } from '../register';
import type { Bound, Profile } from './profiles.rules';

/** What a closed year says. */
export interface ClosedFigures {
  readonly year: number;
  readonly total: Fen;
  readonly operating: Fen;
  readonly operatingSurplus: Fen;
}

export interface Judgement {
  readonly class: VillageClass;
  /** Has to be lifted. */
  readonly weak: boolean;
  /** The sentence that decided, and the village's figure in it. */
  readonly bound: Bound;
  readonly value: Fen;
  readonly yearsAtFloor: number;
  readonly yearsNeeded: number;
}

const field = { TOTAL: 'total', OPERATING: 'operating', OPERATING_SURPLUS: 'operatingSurplus' } as const;
export const valueOf = (figures: ClosedFigures, measure: Measure): Fen => figures[field[measure]];

const under = (figures: ClosedFigures, { measure, amount }: Bound): boolean => valueOf(figures, measure) < amount;

/** Closed years in a row, from the newest back, that are at or above every floor. */
function yearsAtFloor(years: readonly ClosedFigures[], { floors, shell }: Profile): number {
  let count = 0;
  let expected = years[0]?.year;
  for (const figures of years) {
    const sunk = valueOf(figures, shell.measure) <= shell.amount || floors.some((floor) => under(figures, floor));
    if (figures.year !== expected || sunk) break;
    count += 1;
    expected = figures.year - 1;
  }
  return count;
}

/**
 * The class of a village (model.md §5.2). Each sentence names its measure, so that a grant clears no village whose floor counts
 * operating income. A village that was weak is cleared by closed years at or above the floor, as many as the profile wants.
 *
 * `years`: the judged year first, then those before it; `wasWeak`: as judged for the year before.
 */
export function judge(years: readonly ClosedFigures[], wasWeak: boolean, profile: Profile): Judgement {
  const now = years[0]!;
  const atFloor = yearsAtFloor(years, profile);
  const needed = profile.clearYears;
  const decided = (verdict: VillageClass, bound: Bound): Judgement => ({
    class: verdict,
    weak: verdict === 'SHELL' || verdict === 'WEAK',
    bound,
    value: valueOf(now, bound.measure),
    yearsAtFloor: atFloor,
    yearsNeeded: needed,
  });
  const { shell, floors, below, good, star } = profile;
  if (valueOf(now, shell.measure) <= shell.amount) return decided('SHELL', shell);
  // Where several floors hold, the highest one that is missed is told.
  const missed = floors.findLast((floor) => under(now, floor));
  if (missed) return decided('WEAK', missed);
  if (wasWeak && atFloor < needed) return decided('WEAK', floors.at(-1)!);
  if (under(now, below)) return decided('BELOW', below);
  if (!under(now, star)) return decided('STAR', star);
  if (!under(now, good)) return decided('GOOD', good);
  return decided('REACHED', below);
}
