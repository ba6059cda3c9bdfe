/** As much of a database as a search needs. */
export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Trace {
  readonly table: string;
  readonly value: string;
  readonly rows: number;
}

/**
 * Where in a database one of these texts still stands: every column of every table, the outbox, the audit trail, remembered replies
 * and dead letters among them. Texts without quotes and backslashes. Reads every row; for proofs, not for every day.
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
        // The row is written out once, whatever the number of texts.
        `SELECT $2 AS table, searched.value, count(*)::integer AS rows
         FROM (SELECT row::text AS written FROM ${name} row OFFSET 0) held
         JOIN unnest($1::text[]) searched (value) ON strpos(held.written, searched.value) > 0
         GROUP BY searched.value ORDER BY searched.value`,
        [texts, name],
      )),
    );
  return traces;
}

/** Tables that name a person by id, copies of other services' facts left out: each has to be among the holdings of its service. */
export async function tablesNamingPersons(query: Query): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name ~ '(^|_)person_id$' AND table_name !~ '^known_'
       AND table_name <> 'erasure_acknowledgement' ORDER BY 1`,
  );
  return tables.map(({ name }) => name);
}
