import type { Predicate } from '@jishi/access';
import { areaPrefixOf } from '@jishi/identifiers';
import {
  connectionOf,
  keysetSql,
  numbered,
  orderBySql,
  pageOf,
  type Connection,
  type Ordering,
  type PageArguments,
  type PageInfo,
  type SortValue,
} from '@jishi/pagination';
import type { QueryResultRow } from 'pg';
import type { Context } from './context';

/** A piece of a statement that learns the number of its first parameter when the statement is put together. */
export type Condition = (first: number) => Predicate;

/** `where('o.kind = ANY(?)', kinds)`: the question marks are the values, in their order. */
export const where =
  (text: string, ...values: readonly unknown[]): Condition =>
  (first) => {
    let at = first;
    return { sql: text.replaceAll('?', () => `$${at++}`), values };
  };

/** The caller's scope on the table that the statement calls `alias`. */
export const within =
  (context: Context, entity: Function, alias: string, permission?: string): Condition =>
  (first) =>
    context.scopeSql(entity, alias, first, permission);

/** Rows of an area and everything inside it: the level column answers for a county or town, the code for the rest. */
export function insideArea(alias: string, code: string, column = 'area_code'): Condition {
  const prefix = areaPrefixOf(code);
  if (prefix.length === 6) return where(`${alias}.county_code = ?`, prefix);
  if (prefix.length === 9) return where(`${alias}.town_code = ?`, prefix);
  if (prefix.length === 12) return where(`${alias}.${column} = ?`, prefix);
  return where(`${alias}.${column} LIKE ?`, `${prefix}%`);
}

/** Puts conditions together, all of which must hold. */
export const allOf =
  (...conditions: readonly (Condition | false | null | undefined)[]): Condition =>
  (first) => {
    const values: unknown[] = [];
    const texts: string[] = [];
    for (const condition of conditions) {
      if (!condition) continue;
      const predicate = condition(first + values.length);
      texts.push(predicate.sql);
      values.push(...predicate.values);
    }
    return { sql: texts.length === 0 ? 'TRUE' : texts.join(' AND '), values };
  };

/** Reads `text` with the conditions in place of its `{where}`; prepared once for each shape of the conditions. */
export function readRows<Row extends QueryResultRow>(
  context: Context,
  name: string,
  text: string,
  ...conditions: readonly (Condition | false | null | undefined)[]
): Promise<Row[]> {
  const { sql, values } = allOf(...conditions)(1);
  const statement = text.replace('{where}', () => sql);
  return context.query<Row>(name, statement, [...values]);
}

/** A list of the graph: what to select from where, under which conditions, in which order. */
export interface List {
  /** Names the prepared statement and the cursors. */
  readonly name: string;
  /** `o.id, o.area_code AS "areaCode"` */
  readonly select: string;
  /** `party_organization o` */
  readonly from: string;
  readonly conditions: readonly (Condition | false | null | undefined)[];
  readonly ordering: Ordering;
}

/** A page of a list as a Relay connection. Read once somebody asks for its rows; the total is counted when it is asked for. */
export interface Listed<Row> {
  nodes(): Promise<Connection<Row>['nodes']>;
  edges(): Promise<Connection<Row>['edges']>;
  pageInfo(): Promise<PageInfo>;
  totalCount(): Promise<number>;
}

/** INVALID_INPUT at once for a page that cannot be. */
export function listOf<Row extends QueryResultRow>(
  context: Context,
  { name, select, from, conditions, ordering }: List,
  asked: PageArguments,
): Listed<Row> {
  const page = pageOf(asked, ordering);
  const after: Condition | null = page.after ? (first) => keysetSql(ordering, page.after ?? [], numbered(first)) : null;
  const sorts = ordering.columns.map(({ column }, index) => `${column} AS "sort${index}"`).join(', ');
  const sortValuesOf = (row: Row): SortValue[] => ordering.columns.map((_, index) => row[`sort${index}`] as SortValue);
  const readPage = async () =>
    connectionOf(
      await readRows<Row>(
        context,
        name,
        `SELECT ${select}, ${sorts} FROM ${from} WHERE {where} ORDER BY ${orderBySql(ordering)} LIMIT ${page.limit}`,
        ...conditions,
        after,
      ),
      page,
      sortValuesOf,
    );
  return listed(readPage, async () => {
    const [counted] = await readRows<{ total: number }>(
      context,
      `${name}-count`,
      `SELECT count(*) AS total FROM ${from} WHERE {where}`,
      ...conditions,
    );
    return counted?.total ?? 0;
  });
}

/** The list with what `load` gives for its rows, in their order, in the place of each; where it gives nothing the row is left out. */
export function listedAs<Row, To extends object>(
  list: Listed<Row>,
  load: (rows: readonly Row[]) => readonly (To | null)[] | Promise<readonly (To | null)[]>,
): Listed<To> {
  return listed(
    async () => {
      const [rows, pageInfo] = [await list.edges(), await list.pageInfo()];
      const found = await load(rows.map(({ node }) => node));
      const edges = rows.flatMap(({ cursor }, index) => {
        const node = found[index];
        return node ? [{ cursor, node }] : [];
      });
      return { edges, nodes: edges.map(({ node }) => node), pageInfo };
    },
    () => list.totalCount(),
  );
}

function listed<Row>(readPage: () => Promise<Connection<Row>>, totalCount: () => Promise<number>): Listed<Row> {
  let read: Promise<Connection<Row>> | undefined;
  const page = () => (read ??= readPage());
  return {
    nodes: async () => (await page()).nodes,
    edges: async () => (await page()).edges,
    pageInfo: async () => (await page()).pageInfo,
    totalCount,
  };
}
