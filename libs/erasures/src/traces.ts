/** As much of a database as a search needs. */
export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Trace {
  readonly table: string;
  readonly value: string;
  readonly rows: number;
}

/**
 * Where in a database one of these texts still stands: every column of every table, the outbox, the audit trail, remembered replies
 * and dead letters among them. Reads every row; for proofs, not for every day.
 */
export async function tracesOf(query: Query, texts: readonly string[]): Promise<Trace[]> {
  const tables = await query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const traces: Trace[] = [];
  for (const { name } of tables)
    traces.push(
      ...(await query<Trace>(
        `SELECT $2 AS table, value, count(*)::integer AS rows FROM ${name} row
         JOIN unnest($1::text[]) AS value ON strpos(to_jsonb(row)::text, value) > 0 GROUP BY value ORDER BY value`,
        [texts, name],
      )),
    );
  return traces;
}
