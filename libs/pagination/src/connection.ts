import { invalidInput } from '@jishi/errors';
import { decodeCursor, encodeCursor } from './cursor';
import type { Ordering, SortValue } from './ordering';

/** A page when the caller does not say how many. */
export const defaultPageSize = 50;
/** The most rows one page may have. */
export const largestPageSize = 100;

/** What a list field of the graph takes. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page that was asked for, checked. */
export interface Page {
  readonly ordering: Ordering;
  readonly first: number;
  /** Rows to read: one more than `first`, which tells whether another page follows. */
  readonly limit: number;
  /** Sort values of the last row of the page before; null on the first page. */
  readonly after: readonly SortValue[] | null;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** A Relay connection. */
export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: PageInfo;
}

/**
 * Checks what the caller asked for. INVALID_INPUT on `first` (1 to 100, 50 when absent) or on `after` (no cursor, or one of
 * another list or order).
 */
export function pageOf({ first, after }: PageArguments, ordering: Ordering): Page {
  const size = first ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > largestPageSize) {
    throw invalidInput(
      'first',
      { zh: '每页应为1至{max}条，不能是{first}条', en: 'A page has 1 to {max} entries, not {first}' },
      { params: { max: largestPageSize, first: size } },
    );
  }
  const values = after === undefined || after === null ? null : decodeCursor(ordering, after);
  if (values === null && typeof after === 'string') {
    throw invalidInput('after', {
      zh: '游标不属于这个列表或者这种排序，请从第一页重新开始',
      en: 'The cursor does not belong to this list and order; start again from the first page',
    });
  }
  return { ordering, first: size, limit: size + 1, after: values };
}

/**
 * The connection for rows read with `page.limit` in the page's order. `sortValuesOf` gives a row's values in the order of the
 * ordering's columns.
 */
export function connectionOf<Row>(
  rows: readonly Row[],
  page: Page,
  sortValuesOf: (row: Row) => readonly SortValue[],
): Connection<Row> {
  const nodes = rows.slice(0, page.first);
  const edges = nodes.map((node) => ({ node, cursor: encodeCursor(page.ordering, sortValuesOf(node)) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
