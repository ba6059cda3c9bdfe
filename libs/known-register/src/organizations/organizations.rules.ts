import type { CivilDate } from '@jishi/periods';
import type { OrganizationStatus } from './organizations.entities';

/** What an organisation's own events say of it. */
export interface Facts {
  readonly kind: string;
  readonly board: string | null;
  readonly status: OrganizationStatus;
  readonly superiorId: string | null;
  readonly areaCode: string;
}

/** Facts from one day to another (exclusive); open while they hold. */
export interface Stretch extends Facts {
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
}

/** A stretch with the organisation's place in the tree: the ids from the root down to itself. */
export interface PlacedStretch extends Stretch {
  readonly path: readonly string[];
}

/**
 * From this day on the change holds, whatever else was recorded for later days. Changes of different facts may come in any
 * order and leave the same history.
 */
export function changedFrom<S extends Stretch>(history: readonly S[], day: CivilDate, change: Partial<Facts>): S[] {
  return history.flatMap((stretch, index) => {
    const begins = index === 0 && day < stretch.validFrom ? day : stretch.validFrom;
    if (day <= begins) return [{ ...stretch, ...change, validFrom: begins }];
    if (stretch.validTo !== null && stretch.validTo <= day) return [stretch];
    return [
      { ...stretch, validTo: day },
      { ...stretch, ...change, validFrom: day },
    ];
  });
}

/**
 * Places an organisation in the tree of every day: its own history cut wherever its superior's place changed. Before the
 * superior's first day its first place counts, so that no day is lost to records that begin late.
 */
export function placedUnder(
  id: string,
  own: readonly Stretch[],
  histories: ReadonlyMap<string, readonly PlacedStretch[]>,
): PlacedStretch[] {
  const cut = own.flatMap(({ validFrom, validTo, kind, board, status, superiorId, areaCode }): PlacedStretch[] => {
    const facts = { kind, board, status, superiorId, areaCode };
    const above = superiorId === null ? [] : (histories.get(superiorId) ?? []);
    if (above.length === 0) return [{ ...facts, validFrom, validTo, path: [id] }];
    return above.flatMap((superior, index) => {
      const from = index === 0 || superior.validFrom < validFrom ? validFrom : superior.validFrom;
      const last = index === above.length - 1;
      const to = last ? validTo : earlierEnd(validTo, superior.validTo);
      return to !== null && to <= from
        ? []
        : [{ ...facts, validFrom: from, validTo: to, path: [...superior.path, id] }];
    });
  });
  return joined(cut);
}

const earlierEnd = (a: CivilDate | null, b: CivilDate | null): CivilDate | null =>
  a === null ? b : b === null ? a : a < b ? a : b;

/** Neighbouring stretches that say the same become one, so that a history does not depend on how it was learned. */
function joined(stretches: readonly PlacedStretch[]): PlacedStretch[] {
  const result: PlacedStretch[] = [];
  for (const stretch of stretches) {
    const before = result.at(-1);
    if (before && before.validTo === stretch.validFrom && sameFacts(before, stretch))
      result[result.length - 1] = { ...before, validTo: stretch.validTo };
    else result.push(stretch);
  }
  return result;
}

const saysOf = ({ kind, board, status, superiorId, areaCode, path }: PlacedStretch): string =>
  JSON.stringify([kind, board, status, superiorId, areaCode, path]);
const sameFacts = (a: PlacedStretch, b: PlacedStretch): boolean => saysOf(a) === saysOf(b);

/** Whether two histories say the same of every day. */
export const sameHistory = (a: readonly PlacedStretch[], b: readonly PlacedStretch[]): boolean =>
  a.length === b.length &&
  a.every((stretch, index) => {
    const other = b[index]!;
    return stretch.validFrom === other.validFrom && stretch.validTo === other.validTo && sameFacts(stretch, other);
  });

/** The same, looking at places in the tree only: what the organisations below depend on. */
export const samePlaces = (a: readonly PlacedStretch[], b: readonly PlacedStretch[]): boolean => {
  const places = (history: readonly PlacedStretch[]): string =>
    JSON.stringify(
      history
        .filter((stretch, index) => String(stretch.path) !== String(history[index - 1]?.path))
        .map(({ validFrom, path }) => [validFrom, path]),
    );
  return places(a) === places(b);
};
