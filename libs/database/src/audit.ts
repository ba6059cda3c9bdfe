import { join } from 'node:path';
import type { Caller, Carried } from './transaction';
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

const trailText = (first: number): string => {
  const [at, actor, account, correlation, lines] = [0, 1, 2, 3, 4].map((place) => `$${first + place}`);
  return `INSERT INTO audit_entry (at, actor, account, action, entity, entity_id, changes, correlation_id)
    SELECT ${at}::timestamptz, ${actor}, ${account}, action, entity, id, changes, ${correlation}
    FROM jsonb_to_recordset(${lines}::jsonb) AS line (action text, entity text, id text, changes jsonb)`;
};

/** The statement that writes the lines of a transaction. */
export const trailOf = ({ actor, now, correlationId }: Caller, lines: readonly AuditLine[]): Carried => ({
  name: 'audit',
  text: trailText,
  values: [now, actor.id, actor.account, correlationId ?? null, JSON.stringify(lines)],
});
