import { addDays, type CivilDate } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { chance, idOf } from './random';
import type { FirmRow } from './rows';

/** What somebody on the spot has to tell of an entity; the registers answer the other four items. */
const told = ['OPERATION', 'OWNER_SECRETARY', 'ACTIVITY', 'VENUE'] as const;
const sourceOf = {
  OPERATION: 'YEAR_REPORT',
  OWNER_SECRETARY: 'SURVEY',
  ACTIVITY: 'DISPATCH',
  VENUE: 'SURVEY',
} as const;

interface Clear {
  readonly item: (typeof told)[number] | 'SET_UP';
  readonly clear: boolean;
  readonly asOf: CivilDate;
  readonly source: string;
}

/** 八个清: most entities were looked at whole, some in part, some not at all; every fourth so long ago that it is stale. */
export function clearsOf({ seed, today }: City, firm: FirmRow): Clear[] {
  if (firm.closedOn !== null || firm.operating === 'DUPLICATE') return [];
  const luck = chance(seed, 'clears', firm.id);
  const share = luck.next();
  const items = share < 0.55 ? told : share < 0.8 ? told.slice(0, luck.between(1, 3)) : [];
  const asOf = addDays(today, -(luck.happens(0.25) ? luck.between(190, 195) : luck.between(10, 170)));
  const clears: Clear[] = items.map((item, at) => ({
    item,
    clear: luck.happens(0.9),
    asOf: addDays(asOf, -at),
    source: sourceOf[item],
  }));
  // What was written down of an item that a register answers may contradict it.
  if (items.length > 0 && luck.happens(0.1))
    clears.push({ item: 'SET_UP', clear: firm.organised !== luck.happens(0.2), asOf, source: 'SURVEY' });
  return clears;
}

/** Since when an entity counts as swept: the day of the last of the four items; null while one is missing. */
export function sweptOn(clears: readonly Clear[]): CivilDate | null {
  const days = clears.filter(({ item }) => item !== 'SET_UP').map(({ asOf }) => asOf);
  return days.length === told.length ? (days.sort().at(-1) ?? null) : null;
}

export function fillingOfClears(city: City): Filling {
  return {
    table: 'entity_clear',
    title: '八个清',
    columns: ['id', 'entity_id', 'item', 'clear', 'as_of', 'source', 'recorded_by', 'area_code', ...trail],
    *rows(): Iterable<Cell[]> {
      let ordinal = 0;
      for (const firm of city.firms)
        for (const { item, clear, asOf, source } of clearsOf(city, firm)) {
          ordinal += 1;
          yield [
            ...[idOf('entity-clear', ordinal, city.seed), firm.id, item, clear, asOf, source, 'system:city'],
            ...[firm.areaCode, ...by],
          ];
        }
    },
  };
}
