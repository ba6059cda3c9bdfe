import { join } from 'node:path';
import { sqlMigrations, type MigrationClass } from './migrations';

/** The tables that every service's database has from this lib: the audit trail and the remembered commands. */
export const auditMigrations = (): MigrationClass[] => sqlMigrations(join(__dirname, '../migrations'), 10000);

/** One line of the audit trail: who did what to which row, with the values before and after of columns that are not personal. */
export interface AuditLine {
  readonly action: 'INSERT' | 'UPDATE';
  readonly entity: string;
  readonly id: string;
  readonly changes: Readonly<Record<string, { before?: unknown; after?: unknown } | 'personal'>>;
}
