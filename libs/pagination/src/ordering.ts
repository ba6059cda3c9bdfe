import { createHash } from 'node:crypto';

/** What a list can be sorted by, as JSON carries it. An instant is given as text with all its digits, never as a Date. */
export type SortValue = string | number | boolean | null;

export type SortType = 'uuid' | 'date' | 'timestamptz' | 'integer' | 'numeric' | 'boolean' | 'text';

/** One column of an ordering. */
export interface OrderColumn {
  /** The SQL expression: `t.issued_on`. Never text from outside. */
  readonly column: string;
  readonly direction: 'ASC' | 'DESC';
  readonly type: SortType;
  /** Whether the column can be null; nulls then come last in either direction. */
  readonly nullable: boolean;
}

/** The order of one list. The last column must make it total (the id), or rows with equal values could be lost. */
export interface Ordering {
  readonly columns: readonly OrderColumn[];
  /** Tells cursors of this list and order from any other. */
  readonly tag: string;
}

interface ColumnOptions {
  readonly nullable?: boolean;
}

/** Ascending by a column: `asc('t.id', 'uuid')`. */
export const asc = (column: string, type: SortType, { nullable = false }: ColumnOptions = {}): OrderColumn => ({
  column,
  direction: 'ASC',
  type,
  nullable,
});

/** Descending by a column: `desc('t.issued_on', 'date', { nullable: true })`; nulls come last all the same. */
export const desc = (column: string, type: SortType, { nullable = false }: ColumnOptions = {}): OrderColumn => ({
  column,
  direction: 'DESC',
  type,
  nullable,
});

/** The order of the list called `list`, first column first. Throws without a column or with a nullable last one. */
export function ordering(list: string, columns: readonly OrderColumn[]): Ordering {
  const last = columns.at(-1);
  if (!last || last.nullable)
    throw new Error(`the order of "${list}" must end with a column that is unique and never null`);
  const described = JSON.stringify([list, columns.map(({ column, direction, type }) => [column, direction, type])]);
  return { columns, tag: createHash('sha256').update(described).digest('base64url').slice(0, 8) };
}

/** The text for ORDER BY. A column that is never null keeps PostgreSQL's default, so that a plain index serves both directions. */
export const orderBySql = ({ columns }: Ordering): string =>
  columns.map(({ column, direction, nullable }) => `${column} ${direction}${nullable ? ' NULLS LAST' : ''}`).join(', ');
