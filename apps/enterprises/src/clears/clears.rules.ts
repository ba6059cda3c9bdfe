import type { Refusal } from '@jishi/errors';
import { addDays, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { clearItems, type ClearItem, type ClearSource } from './clears.items';

/** The items that only somebody on the spot can tell. The other four follow from the registers of organisations, members, instructors. */
export const toldItems: readonly ClearItem[] = ['OPERATION', 'OWNER_SECRETARY', 'ACTIVITY', 'VENUE'];
export const isTold = (item: ClearItem): boolean => toldItems.includes(item);

/** The last day of which a record is not stale yet. */
export const freshSince = (today: CivilDate): CivilDate =>
  addDays(today, -ruleInForce('ent.clear.stale-days', today).value);

export interface Told {
  readonly item: ClearItem;
  readonly clear: boolean;
  readonly asOf: CivilDate;
  readonly source: ClearSource;
}

/** What is known of an item: by the register, or as it was recorded. */
export interface KnownItem {
  readonly item: ClearItem;
  readonly clear: boolean;
  /** It follows from a register and is not typed again. */
  readonly computed: boolean;
  readonly recorded: boolean | null;
  readonly asOf: CivilDate | null;
  readonly source: ClearSource | null;
  readonly recordedBy: string | null;
  /** Recorded longer ago than the rule allows; what follows from a register never is. */
  readonly stale: boolean;
  /** What was recorded contradicts the register. */
  readonly conflict: boolean;
}

export type Recorded = Told & { readonly recordedBy: string };

/** The eight items of an entity: what the registers say of four, and what was recorded of all (ENT-02). */
export function eightItems(
  computed: Partial<Record<ClearItem, boolean>>,
  recorded: readonly Recorded[],
  today: CivilDate,
): KnownItem[] {
  const fresh = freshSince(today);
  return clearItems.map((item) => {
    const told = recorded.find((each) => each.item === item);
    const byRegister = computed[item];
    return {
      item,
      clear: byRegister ?? told?.clear ?? false,
      computed: byRegister !== undefined,
      recorded: told?.clear ?? null,
      asOf: told?.asOf ?? null,
      source: told?.source ?? null,
      recordedBy: told?.recordedBy ?? null,
      stale: byRegister === undefined && told !== undefined && told.asOf < fresh,
      conflict: byRegister !== undefined && told !== undefined && told.clear !== byRegister,
    };
  });
}

/** Why items cannot be recorded, if there is a reason: one of each at a time, of a day that has come, not older than what is known. */
export function refuseTold(
  told: readonly Told[],
  known: ReadonlyMap<ClearItem, { readonly asOf: CivilDate }>,
  today: CivilDate,
): Refusal | undefined {
  if (told.length === 0)
    return {
      code: 'NOTHING_TOLD',
      field: 'items',
      wording: { zh: '请至少填写一项', en: 'Give at least one item' },
    };
  for (const [index, { item, asOf }] of told.entries()) {
    const field = `items.${index}.${told.findIndex((each) => each.item === item) < index ? 'item' : 'asOf'}`;
    if (field.endsWith('item'))
      return {
        code: 'ITEM_TWICE',
        field,
        wording: { zh: '同一项填写了两次', en: 'An item is given twice' },
      };
    if (asOf > today)
      return {
        code: 'DAY_IN_THE_FUTURE',
        field,
        wording: { zh: '截至日期{asOf}晚于今天', en: 'The day {asOf} is later than today' },
        params: { asOf },
      };
    const earlier = known.get(item)?.asOf;
    if (earlier !== undefined && asOf < earlier)
      return {
        code: 'OLDER_THAN_KNOWN',
        field,
        wording: {
          zh: '截至日期{asOf}早于已登记的{known}',
          en: 'The day {asOf} lies before {known}, of which it is known already',
        },
        params: { asOf, known: earlier },
      };
  }
  return undefined;
}
