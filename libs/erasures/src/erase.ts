import type { Tx } from '@jishi/database';

/** What stands in place of a text that its table demands. */
export const erasedText = '（个人信息已删除）';

export type Scope = 'ALL' | 'CONTACT';

/**
 * One table in which a service holds something of persons. Column names as in the database. A table with columns to erase has
 * `version`, `updated_at` and `updated_by`; one without is only counted: its rows name a person by id and hold nothing else of him.
 */
export interface Holding {
  readonly table: string;
  /** Columns that name the person; any of them makes the row his. */
  readonly person: readonly string[];
  /** Emptied whatever is to be erased: how to reach him. */
  readonly contact?: readonly string[];
  /** Emptied with everything else. */
  readonly facts?: readonly string[];
  /** Texts that may not be empty: what was written about him is replaced. */
  readonly texts?: readonly string[];
  /** The columns of `person` only point at him for a purpose that has ended: they are emptied, and the row is his no more. */
  readonly unlinks?: boolean;
}

export interface Erased {
  /** Rows in which something was erased. */
  readonly erased: number;
  /** Rows that stay and name the person by id. */
  readonly kept: number;
}

/**
 * Erases what the service holds of a person, and what the audit trail remembers of it: the lines stay, with the columns that were
 * changed and without their values. Done a second time it finds nothing.
 */
export async function erase(tx: Tx, holdings: readonly Holding[], personId: string, scope: Scope): Promise<Erased> {
  let erased = 0;
  let kept = 0;
  for (const holding of holdings) {
    erased += await empty(tx, holding, personId, scope);
    await forgetChanges(tx, holding, personId, scope);
    kept += await countKept(tx, holding, personId);
  }
  return { erased, kept };
}

const isHis = ({ person }: Holding, row: string): string =>
  `$1 IN (${person.map((column) => `${row}.${column}`).join(', ')})`;

const columnsOf = ({ contact = [], facts = [], texts = [] }: Holding, scope: Scope): readonly string[] =>
  scope === 'ALL' ? [...contact, ...facts, ...texts] : contact;

async function empty(tx: Tx, holding: Holding, personId: string, scope: Scope): Promise<number> {
  const { table, person, texts = [], unlinks = false } = holding;
  const links = unlinks && scope === 'ALL' ? person : [];
  const columns = columnsOf(holding, scope);
  if (columns.length + links.length === 0) return 0;
  const isText = (column: string): boolean => texts.includes(column);
  const changes = [
    ...columns.map((column) =>
      isText(column) ? `${column} = CASE WHEN ${column} IS NOT NULL THEN '${erasedText}' END` : `${column} = NULL`,
    ),
    ...links.map((column) => `${column} = nullif(${column}, $1)`),
  ];
  const something = [
    ...columns.map((column) => (isText(column) ? `row.${column} <> '${erasedText}'` : `row.${column} IS NOT NULL`)),
    ...links.map((column) => `row.${column} = $1`),
  ];
  const rows = await tx.query(
    `UPDATE ${table} row SET ${changes.join(', ')}, version = version + 1, updated_at = $2, updated_by = $3
     WHERE ${isHis(holding, 'row')} AND (${something.join(' OR ')}) RETURNING 1`,
    [personId, tx.now, tx.actor.id],
  );
  return rows.length;
}

async function forgetChanges(tx: Tx, holding: Holding, personId: string, scope: Scope): Promise<void> {
  const columns = columnsOf(holding, scope);
  if (columns.length === 0) return;
  await tx.query(
    `UPDATE audit_entry entry
     SET changes = (SELECT jsonb_object_agg(name, CASE WHEN name = ANY($3) THEN '"personal"'::jsonb ELSE value END)
       FROM jsonb_each(entry.changes) change (name, value))
     WHERE entry.entity = $2 AND entry.changes ?| $3
       AND entry.entity_id IN (SELECT row.id::text FROM ${holding.table} row WHERE ${isHis(holding, 'row')})`,
    [personId, holding.table, columns],
  );
}

async function countKept(tx: Tx, holding: Holding, personId: string): Promise<number> {
  const [counted] = await tx.query<{ kept: number }>(
    `SELECT count(*)::integer AS kept FROM ${holding.table} row WHERE ${isHis(holding, 'row')}`,
    [personId],
  );
  return counted?.kept ?? 0;
}
