import type { OrderColumn, Ordering, SortValue } from './ordering';

/** The condition "comes after these values" before it is written as SQL. */
export type Keyset =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Keyset[] }
  | { readonly kind: 'compare'; readonly column: number; readonly operator: '<' | '>' | '=' | '<=' | '>=' }
  | { readonly kind: 'isNull'; readonly column: number }
  | { readonly kind: 'row'; readonly operator: '<' | '>' }
  | { readonly kind: 'never' };

/**
 * Which rows come after the row with these sort values. Where all columns run the same way and none can be null it is one row
 * comparison, which an index answers directly; otherwise a bound on the first column leads, so that an index still serves.
 */
export function keysetAfter({ columns }: Ordering, values: readonly SortValue[]): Keyset {
  const [first] = columns;
  if (!first) return { kind: 'never' };
  const alike = columns.every(({ direction, nullable }) => direction === first.direction && !nullable);
  if (alike) return { kind: 'row', operator: beyond(first) };
  const rest = (at: number): Keyset => {
    const column = columns[at];
    if (!column) return { kind: 'never' };
    const after = afterOne(column, at, values[at] ?? null);
    if (at === columns.length - 1) return after;
    const equal: Keyset =
      (values[at] ?? null) === null ? { kind: 'isNull', column: at } : { kind: 'compare', column: at, operator: '=' };
    return { kind: 'or', parts: [after, { kind: 'and', parts: [equal, rest(at + 1)] }] };
  };
  if (first.nullable) return rest(0);
  return { kind: 'and', parts: [{ kind: 'compare', column: 0, operator: `${beyond(first)}=` }, rest(0)] };
}

const beyond = ({ direction }: OrderColumn): '<' | '>' => (direction === 'ASC' ? '>' : '<');

/** Nulls come last: nothing comes after a null, and a null comes after every value. */
function afterOne(column: OrderColumn, at: number, value: SortValue): Keyset {
  if (value === null) return { kind: 'never' };
  const further: Keyset = { kind: 'compare', column: at, operator: beyond(column) };
  return column.nullable ? { kind: 'or', parts: [further, { kind: 'isNull', column: at }] } : further;
}

/** A condition in SQL and the values of its parameters, in the order of their placeholders. */
export interface KeysetSql {
  readonly sql: string;
  readonly values: readonly SortValue[];
}

/** How parameter `index` (0 …) is written. */
export type Placeholder = (index: number) => string;

/** `$first`, `$first+1`, … */
export const numbered =
  (first: number): Placeholder =>
  (index) =>
    `$${first + index}`;

/**
 * The condition "comes after these values" as SQL. Only values that the text names are parameters, each once: `values` is what to
 * bind. For TypeORM's builders give a placeholder such as ``(index) => `:after${index}` ``.
 */
export function keysetSql(ordering: Ordering, after: readonly SortValue[], placeholder: Placeholder): KeysetSql {
  const bound: number[] = [];
  const column = (at: number): string => ordering.columns[at]?.column ?? '';
  const parameter = (at: number): string => {
    if (!bound.includes(at)) bound.push(at);
    return `CAST(${placeholder(bound.indexOf(at))} AS ${ordering.columns[at]?.type ?? 'text'})`;
  };
  const write = (keyset: Keyset): string => {
    switch (keyset.kind) {
      case 'and':
      case 'or':
        return `(${keyset.parts.map(write).join(keyset.kind === 'and' ? ' AND ' : ' OR ')})`;
      case 'compare':
        return `${column(keyset.column)} ${keyset.operator} ${parameter(keyset.column)}`;
      case 'isNull':
        return `${column(keyset.column)} IS NULL`;
      case 'row': {
        const all = ordering.columns.map((_, at) => at);
        return `(${all.map(column).join(', ')}) ${keyset.operator} (${all.map(parameter).join(', ')})`;
      }
      case 'never':
        return 'FALSE';
    }
  };
  const sql = write(keysetAfter(ordering, after));
  return { sql, values: bound.map((at) => after[at] ?? null) };
}
