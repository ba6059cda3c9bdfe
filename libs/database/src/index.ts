export { type AuditLine } from './audit';
export { copyRows } from './copy';
export { openDatabase, type Database, type DatabaseOptions } from './database';
export { partsOf, sqlMigrations, type MigrationClass } from './migrations';
export { ancestorColumns, OrganizationPath } from './path';
export { moveSubtree, recordStates } from './tree';
export {
  nameEntity,
  narrow,
  type Caller,
  type Carried,
  type Order,
  type OutboxMeta,
  type Reads,
  type Tx,
  type Where,
  type WriteOutbox,
} from './transaction';
