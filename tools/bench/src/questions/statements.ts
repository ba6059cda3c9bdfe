import { Client } from 'pg';
import { connected } from '@jishi/embedded-postgres';

/** A statement as it was sent, and how long its answer took. */
export interface Sent {
  readonly database: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly took: number;
}

interface Config {
  readonly text?: string;
  readonly values?: unknown[];
}

/** From now on every statement of this process is written down, whoever sends it. Returns the list as it grows. */
export function recordStatements(): Sent[] {
  const sent: Sent[] = [];
  const query: unknown = Client.prototype.query;
  if (typeof query !== 'function') throw new Error('pg has no query to listen to');
  function listened(this: Client, ...args: unknown[]): unknown {
    const [first, second] = args;
    const { text = '', values = [] } = typeof first === 'string' ? { text: first } : ((first ?? {}) as Config);
    const given = Array.isArray(second) ? second : values;
    const begun = performance.now();
    const note = (): void =>
      void sent.push({ database: this.database ?? '', text, values: given, took: performance.now() - begun });
    const last = args.at(-1);
    if (typeof last === 'function')
      args[args.length - 1] = (...reply: unknown[]) => {
        note();
        Reflect.apply(last, undefined, reply);
      };
    const result: unknown = Reflect.apply(query as () => unknown, this, args);
    if (typeof last !== 'function' && result instanceof Promise) result.then(note, note);
    return result;
  }
  Reflect.set(Client.prototype, 'query', listened);
  return sent;
}

/** The statement that took the most time, over all its repetitions. */
export function slowest(
  sent: readonly Sent[],
): { readonly example: Sent; readonly times: number; readonly total: number } | undefined {
  const byText = new Map<string, { example: Sent; times: number; total: number }>();
  for (const each of sent) {
    if (!/^\s*(select|with)\b/i.test(each.text)) continue;
    const known = byText.get(each.text);
    if (!known) byText.set(each.text, { example: each, times: 1, total: each.took });
    else {
      if (each.took > known.example.took) known.example = each;
      known.times += 1;
      known.total += each.took;
    }
  }
  return [...byText.values()].sort((a, b) => b.total - a.total)[0];
}

export interface Plan {
  readonly executed: number;
  readonly lines: readonly string[];
}

const literal = (client: Client, value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value))
    return client.escapeLiteral(
      `{${value.map((each) => (each === null ? 'NULL' : `"${String(each).replace(/["\\]/g, '\\$&')}"`)).join(',')}}`,
    );
  if (value instanceof Date) return client.escapeLiteral(value.toISOString());
  return client.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value));
};

/**
 * How PostgreSQL answers it: planned for these values, and planned for any, which is what a prepared statement may come to after
 * five times.
 */
export function plansOf(url: string, { text, values }: Sent): Promise<Record<'custom' | 'generic', Plan>> {
  return connected(url, async (client) => {
    const plan = async (mode: 'custom' | 'generic'): Promise<Plan> => {
      await client.query(`SET plan_cache_mode = force_${mode}_plan`);
      await client.query(`PREPARE measured AS ${text}`);
      const given = values.length > 0 ? `(${values.map((value) => literal(client, value)).join(', ')})` : '';
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) EXECUTE measured${given}`,
      );
      await client.query('DEALLOCATE measured');
      const lines = rows.map((row) => row['QUERY PLAN']);
      const executed = Number(/Execution Time: ([\d.]+)/.exec(lines.join('\n'))?.[1] ?? Number.NaN);
      return { executed, lines };
    };
    return { custom: await plan('custom'), generic: await plan('generic') };
  });
}
