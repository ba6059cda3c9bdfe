import { where, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { areaPrefixOf } from '@jishi/identifiers';
import type { FormTag, EntityKind, Operating, PartyState, Registrar } from './entities.entities';

export interface EntityFilter {
  readonly areaCode?: string | null;
  readonly registrar?: Registrar | null;
  readonly kinds?: readonly EntityKind[] | null;
  readonly partyStates?: readonly PartyState[] | null;
  readonly operating?: readonly Operating[] | null;
  readonly formTag?: FormTag | null;
  readonly gridId?: string | null;
  readonly fullMembersAtLeast?: number | null;
  readonly withoutOrganisation?: boolean | null;
  readonly namePrefix?: string | null;
}

/** The column, or the beginning of one, that tells in which of several areas of one level a row lies. */
const columnAt = (alias: string, length: number): string =>
  length === 12
    ? `${alias}.area_code`
    : length === 9
      ? `${alias}.town_code`
      : length === 6
        ? `${alias}.county_code`
        : `left(${alias}.area_code, ${length})`;

/**
 * Reads figures of many areas at once, one statement for each level among them: `read(level, codes)` gives rows with the `code`
 * they belong to, in the words of `level.column(alias)`.
 */
export async function figuresOf<Row extends { readonly code: string }>(
  codes: readonly string[],
  read: (column: (alias: string) => string, prefixes: readonly string[]) => Promise<Row[]>,
): Promise<(Row | undefined)[]> {
  const prefixes = codes.map(areaPrefixOf);
  const found = new Map<string, Row>();
  for (const length of new Set(prefixes.map((prefix) => prefix.length))) {
    const ofLevel = prefixes.filter((prefix) => prefix.length === length);
    for (const row of await read((alias) => columnAt(alias, length), ofLevel)) found.set(row.code, row);
  }
  return prefixes.map((prefix) => found.get(prefix));
}

type ByFilter = (filter: EntityFilter, ctx: Context) => Condition | null;
const byOthers: ByFilter[] = [];

/**
 * A condition that another capability of this service adds to the list of entities, with a field of its own in `EntityFilter`; the
 * table `entity` is called `e`. Called once by that capability's `index.ts`.
 */
export const filterEntitiesBy = (condition: ByFilter): void => void byOthers.push(condition);

/** What a filter asks of the table `entity e`. Closed records are left out unless they are asked for. */
export const asked = (ctx: Context, filter: EntityFilter | null | undefined): (Condition | null)[] => {
  const { areaCode, registrar, kinds, partyStates, operating, formTag, gridId, fullMembersAtLeast, namePrefix } =
    filter ?? {};
  return [
    areaCode ? insideArea('e', areaCode) : null,
    registrar ? where('e.registrar = ?', registrar) : null,
    kinds ? where('e.kind = ANY(?)', kinds) : null,
    partyStates ? where('e.party_state = ANY(?)', partyStates) : null,
    operating ? where('e.operating = ANY(?)', operating) : where('e.closed_on IS NULL'),
    formTag ? where('e.form_tags @> ARRAY[?]::text[]', formTag) : null,
    gridId ? where('e.grid_id = ?', gridId) : null,
    fullMembersAtLeast == null ? null : where('e.full_members >= ?', fullMembersAtLeast),
    filter?.withoutOrganisation == null ? null : where(`e.org_count ${filter.withoutOrganisation ? '=' : '>'} 0`),
    namePrefix ? where('e.name LIKE ?', `${namePrefix.replace(/[\\%_]/g, '\\$&')}%`) : null,
    ...byOthers.map((condition) => condition(filter ?? {}, ctx)),
  ];
};
