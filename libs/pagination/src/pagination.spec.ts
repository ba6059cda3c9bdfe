import { DomainError } from '@jishi/errors';
import fc from 'fast-check';
import {
  asc,
  connectionOf,
  decodeCursor,
  desc,
  encodeCursor,
  keysetSql,
  numbered,
  orderBySql,
  ordering,
  pageOf,
  type Ordering,
  type SortValue,
} from './index';
import { keysetAfter, type Keyset } from './keyset';

const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const byIssue = ordering('transfers', [desc('t.issued_on', 'date', { nullable: true }), asc('t.id', 'uuid')]);

const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return { kind: error.kind, ...error.refusal };
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('a page', () => {
  it('has 50 entries unless asked otherwise, and never more than 100', () => {
    expect(pageOf({}, byIssue)).toMatchObject({ first: 50, limit: 51, after: null });
    expect(pageOf({ first: 100, after: null }, byIssue).first).toBe(100);
    expect([0, -1, 101, 2.5].map((first) => refusalOf(() => pageOf({ first }, byIssue)))).toEqual(
      Array(4).fill(expect.objectContaining({ kind: 'INVALID_INPUT', field: 'first' })),
    );
  });

  it('takes back its own cursor only', () => {
    const cursor = encodeCursor(byIssue, ['2026-03-01', id(7)]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(pageOf({ after: cursor }, byIssue).after).toEqual(['2026-03-01', id(7)]);
    const others = [
      ordering('members', byIssue.columns),
      ordering('transfers', [asc('t.issued_on', 'date', { nullable: true }), asc('t.id', 'uuid')]),
    ];
    for (const other of others) {
      expect(refusalOf(() => pageOf({ after: cursor }, other))).toMatchObject({
        kind: 'INVALID_INPUT',
        field: 'after',
      });
    }
  });

  it.each<[string, string]>([
    ['empty text', ''],
    ['plain text', 'abc'],
    ['a forged id', encodeCursor(byIssue, ['2026-03-01', "' OR 1=1"])],
    ['a day that does not exist', encodeCursor(byIssue, ['2026-02-30', id(1)])],
    ['a null where none can be', encodeCursor(byIssue, ['2026-03-01', null])],
    ['too few values', encodeCursor(byIssue, ['2026-03-01'])],
    ['an object', Buffer.from('{"length":3}').toString('base64url')],
  ])('refuses a cursor that is %s', (_, after) => {
    expect(decodeCursor(byIssue, after)).toBeNull();
    expect(refusalOf(() => pageOf({ after }, byIssue)).field).toBe('after');
  });

  it('keeps an instant to the microsecond, and takes nothing that PostgreSQL could not read', () => {
    const byTime = ordering('audit', [desc('a.at', 'timestamptz'), desc('a.no', 'integer')]);
    const read = (at: SortValue, no: SortValue) => decodeCursor(byTime, encodeCursor(byTime, [at, no]));
    expect(read('2026-03-01 08:00:00.123456+08', 7)).toEqual(['2026-03-01 08:00:00.123456+08', 7]);
    expect(read('2026-03-01T00:00:00.123Z', 7)).not.toBeNull();
    expect([
      read('2026-02-30T00:00:00Z', 7),
      read('2026-03-01T24:00:00Z', 7),
      read('1', 7),
      read('2026-03-01T00:00:00Z', 2 ** 40),
    ]).toEqual(Array(4).fill(null));
  });

  it('refuses an order that could lose rows', () => {
    expect(() => ordering('transfers', [asc('t.issued_on', 'date', { nullable: true })])).toThrow(
      'unique and never null',
    );
    expect(() => ordering('transfers', [])).toThrow('unique and never null');
  });
});

describe('the SQL of a page', () => {
  it('is one row comparison when all columns run the same way', () => {
    const order = ordering('areas', [asc('a.name', 'text'), asc('a.code', 'text')]);
    expect(orderBySql(order)).toBe('a.name ASC, a.code ASC');
    expect(keysetSql(order, ['解放区', '410802'], numbered(3))).toEqual({
      sql: '(a.name, a.code) > (CAST($3 AS text), CAST($4 AS text))',
      values: ['解放区', '410802'],
    });
  });

  it('leads with a bound on the first column when the directions are mixed', () => {
    const order = ordering('terms', [desc('t.no', 'integer'), asc('t.id', 'uuid')]);
    expect(keysetSql(order, [3, id(1)], (index) => `:after${index}`)).toEqual({
      sql: '(t.no <= CAST(:after0 AS integer) AND (t.no < CAST(:after0 AS integer) OR (t.no = CAST(:after0 AS integer) AND t.id > CAST(:after1 AS uuid))))',
      values: [3, id(1)],
    });
  });

  it('passes from the dated rows to those without a date, and binds only what it names', () => {
    expect(orderBySql(byIssue)).toBe('t.issued_on DESC NULLS LAST, t.id ASC');
    expect(keysetSql(byIssue, [null, id(9)], numbered(1))).toEqual({
      sql: '(FALSE OR (t.issued_on IS NULL AND t.id > CAST($1 AS uuid)))',
      values: [id(9)],
    });
  });
});

type Row = readonly SortValue[];

// What PostgreSQL does with the condition and with ORDER BY … NULLS LAST, for values that compare like text or numbers.
function holds(keyset: Keyset, row: Row, after: Row): boolean | null {
  const compare = (at: number, operator: string): boolean | null => {
    const [a, b] = [row[at] ?? null, after[at] ?? null];
    if (a === null || b === null) return null;
    return { '<': a < b, '>': a > b, '=': a === b, '<=': a <= b, '>=': a >= b }[operator] ?? null;
  };
  switch (keyset.kind) {
    case 'never':
      return false;
    case 'isNull':
      return (row[keyset.column] ?? null) === null;
    case 'compare':
      return compare(keyset.column, keyset.operator);
    case 'row': {
      const at = row.findIndex((_, index) => compare(index, '=') !== true);
      return at < 0 ? false : compare(at, keyset.operator);
    }
    case 'and': {
      const parts = keyset.parts.map((part) => holds(part, row, after));
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    case 'or': {
      const parts = keyset.parts.map((part) => holds(part, row, after));
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
  }
}
const inOrder =
  ({ columns }: Ordering) =>
  (a: Row, b: Row): number => {
    for (const [at, { direction }] of columns.entries()) {
      const [x, y] = [a[at] ?? null, b[at] ?? null];
      if (x === y) continue;
      if (x === null || y === null) return x === null ? 1 : -1;
      return (x < y ? -1 : 1) * (direction === 'ASC' ? 1 : -1);
    }
    return 0;
  };

describe('paging through a list', () => {
  it('shows every row exactly once, in order, whatever the ties, nulls, directions and page size', () => {
    const column = fc.record({ descending: fc.boolean(), nullable: fc.boolean() });
    const cell = fc.option(fc.integer({ min: 0, max: 2 }), { freq: 3 });
    const lists = fc.record({
      columns: fc.array(column, { maxLength: 3 }),
      idDescending: fc.boolean(),
      rows: fc.array(fc.tuple(cell, cell, cell), { maxLength: 40 }),
      first: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(lists, ({ columns, idDescending, rows, first }) => {
        const order = ordering('random', [
          ...columns.map(({ descending, nullable }, at) =>
            (descending ? desc : asc)(`c${at}`, 'integer', { nullable }),
          ),
          (idDescending ? desc : asc)('id', 'uuid'),
        ]);
        const table: Row[] = rows.map((cells, index) => [
          ...columns.map(({ nullable }, at) => (nullable ? (cells[at] ?? null) : (cells[at] ?? 0))),
          id(index),
        ]);
        const sorted = [...table].sort(inOrder(order));
        const seen: Row[] = [];
        let after: string | null = null;
        for (let pages = 0; pages <= rows.length + 1; pages += 1) {
          const page = pageOf({ first, after }, order);
          const matching = sorted.filter(
            (row) => !page.after || holds(keysetAfter(order, page.after), row, page.after) === true,
          );
          const connection = connectionOf(matching.slice(0, page.limit), page, (row) => row);
          seen.push(...connection.nodes);
          expect(connection.pageInfo.hasPreviousPage).toBe(pages > 0);
          if (!connection.pageInfo.hasNextPage) break;
          after = connection.pageInfo.endCursor;
        }
        expect(seen).toEqual(sorted);
      }),
      { numRuns: 300 },
    );
  });

  it('an empty list has no cursors', () => {
    expect(connectionOf([], pageOf({}, byIssue), () => [])).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });
});
