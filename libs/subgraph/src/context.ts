import { createHash } from 'node:crypto';
import { compileScope, mayAnywhere, mayOnRow, scopeRuleOf, standing, type Actor, type Predicate } from '@jishi/access';
import { narrow, type Caller, type Database, type Tx } from '@jishi/database';
import type { Language } from '@jishi/errors';
import { dateInShanghai, type CivilDate } from '@jishi/periods';
import type { Logger } from '@jishi/telemetry';
import type { QueryResultRow } from 'pg';
import type { EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** A value that the caller may not see, and why; goes into `extensions.hidden` of the reply. */
export interface Hidden {
  readonly path: readonly (string | number)[];
  readonly class: string;
  readonly permission: string;
}

/** Everything a slice needs to know about the request it serves. */
export interface Context {
  readonly actor: Actor;
  /** Civil date in Asia/Shanghai. */
  readonly today: CivilDate;
  readonly now: Date;
  readonly language: Language;
  readonly log: Logger;
  /** One transaction; what it returns is the reply that a repeated mutation gets again. */
  transact<R>(work: (tx: Tx) => Promise<R>): Promise<R>;
  /** A query that already carries the caller's scope; there is no other way to begin one. */
  scoped<E extends ObjectLiteral>(entity: EntityTarget<E>, alias: string, permission?: string): SelectQueryBuilder<E>;
  /** The same predicate for hand-written SQL; its values are `$first`, `$first + 1`, … */
  scopeSql(entity: Function, alias: string, first: number, permission?: string): Predicate;
  /** A read by a named prepared statement. Put `scopeSql` into it. */
  query<R extends QueryResultRow>(name: string, sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** May the caller do this anywhere, or on this row? */
  may(permission: string, row?: Parameters<typeof mayOnRow>[2]): boolean;
  readonly hidden: Hidden[];
  /** Batches of this request, one per field and arguments. */
  readonly batches: Map<unknown, unknown>;
  /** The same context for one mutation, whose single transaction remembers its reply. Used by `createSubgraph` alone. */
  asCommand(mutation: string, clientMutationId: string): Context;
}

/** What the edge knows of a request. */
export interface RequestContext {
  readonly actor: Actor;
  readonly language: Language;
  readonly correlationId?: string;
  readonly traceparent?: string;
}

export interface ContextSources {
  readonly database: Database;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Called after every commit, so that the relay in the same process need not wait for its next look. */
  readonly committed?: () => void;
}

export async function openContext(sources: ContextSources, request: RequestContext): Promise<Context> {
  const { database, log } = sources;
  const standings = await database.standingsOf(request.actor);
  const actor = standing(request.actor, standings);
  const now = sources.clock();
  const today = dateInShanghai(now);
  const caller: Caller = { ...request, actor, standings, now, today };
  const transactAs =
    (command?: Caller['command']): Context['transact'] =>
    async (work) => {
      const result = await database.transact({ ...caller, command }, work);
      sources.committed?.();
      return result;
    };
  const context: Context = {
    actor,
    today,
    now,
    language: request.language,
    log: request.correlationId ? log.child({ correlationId: request.correlationId }) : log,
    transact: transactAs(),
    scoped: (entity, alias, permission) =>
      narrow(database.dataSource.createQueryBuilder(entity, alias), alias, database.tree, caller, permission),
    scopeSql: (entity, alias, first, permission) =>
      compileScope(
        scopeRuleOf(entity),
        alias,
        database.tree,
        actor,
        caller.standings,
        today,
        (index) => `$${first + index}`,
        permission,
      ),
    query: (name, sql, values) => database.query(statementName(name, sql), sql, values),
    may: (permission, row) =>
      row === undefined ? mayAnywhere(actor, permission, today) : mayOnRow(actor, permission, row, today),
    hidden: [],
    batches: new Map(),
    asCommand: (mutation, clientMutationId) => ({
      ...context,
      transact: transactAs({ mutation, clientMutationId }),
    }),
  };
  return context;
}

const statementNames = new Map<string, string>();

/** The scope changes a statement's text, and PostgreSQL keeps one text per name: the name carries the text's hash. */
function statementName(name: string, sql: string): string {
  let known = statementNames.get(sql);
  if (known === undefined) {
    if (statementNames.size > 2_000) statementNames.clear();
    known = `${name.slice(0, 40)}:${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`;
    statementNames.set(sql, known);
  }
  return known;
}
