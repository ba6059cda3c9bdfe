export * from './connection';
export { decodeCursor, encodeCursor } from './cursor';
export { keysetSql, numbered, type KeysetSql, type Placeholder } from './keyset';
export {
  asc,
  desc,
  orderBySql,
  ordering,
  type OrderColumn,
  type Ordering,
  type SortType,
  type SortValue,
} from './ordering';
