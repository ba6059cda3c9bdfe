import { Pool } from 'pg';
import { comparisons, type Comparison, type Side } from './comparisons';

/** A fact on which a copy and its owner do not agree; null on the side that does not have it. */
export interface Difference {
  readonly comparison: Comparison;
  readonly key: string;
  readonly owner: string | null;
  readonly copy: string | null;
}

/** Something that did not arrive: an event that nobody published yet, or one that could not be applied. */
export interface Undelivered {
  readonly service: string;
  readonly unpublished: number;
  readonly deadLetters: number;
}

export interface Reconciled {
  /** Facts compared, by comparison, in the order in which they were asked. */
  readonly compared: readonly { readonly comparison: Comparison; readonly facts: number }[];
  readonly differences: readonly Difference[];
  readonly undelivered: readonly Undelivered[];
}

export interface ReconcileOptions {
  /** The address of a service's database. */
  readonly urlOf: (service: string) => string;
  readonly services: readonly string[];
  /** Events on their way are no difference: how long a difference must last, in milliseconds. */
  readonly patience?: number;
  /** Told before each comparison. */
  readonly onProgress?: (comparison: Comparison, at: number, of: number) => void;
}

type Facts = ReadonlyMap<string, string>;

async function read(pools: ReadonlyMap<string, Pool>, { service, sql }: Side): Promise<Facts> {
  const pool = pools.get(service);
  if (!pool) throw new Error(`no address of the database of ${service}`);
  const { rows } = await pool.query<{ key: string; facts: string }>(sql);
  return new Map(rows.map(({ key, facts }) => [key, facts]));
}

function differencesOf(comparison: Comparison, owner: Facts, copy: Facts): Difference[] {
  const found: Difference[] = [];
  for (const [key, facts] of owner)
    if (copy.get(key) !== facts) found.push({ comparison, key, owner: facts, copy: copy.get(key) ?? null });
  for (const [key, facts] of copy) if (!owner.has(key)) found.push({ comparison, key, owner: null, copy: facts });
  return found;
}

/**
 * Compares what every service knows of the others' facts with what their owners say. Reads only, each side with its own
 * statement; a difference counts when it is still there after the patience, because events take their time.
 */
export async function reconcile({
  urlOf,
  services,
  patience = 15_000,
  onProgress,
}: ReconcileOptions): Promise<Reconciled> {
  const pools = new Map(services.map((service) => [service, new Pool({ connectionString: urlOf(service), max: 1 })]));
  try {
    const compared: { comparison: Comparison; facts: number }[] = [];
    const differences: Difference[] = [];
    for (const [at, comparison] of comparisons.entries()) {
      onProgress?.(comparison, at, comparisons.length);
      const until = Date.now() + patience;
      for (;;) {
        const [owner, copy] = await Promise.all([read(pools, comparison.owner), read(pools, comparison.copy)]);
        const found = differencesOf(comparison, owner, copy);
        if (found.length > 0 && Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 250));
          continue;
        }
        compared.push({ comparison, facts: owner.size });
        differences.push(...found);
        break;
      }
    }
    const undelivered: Undelivered[] = [];
    for (const [service, pool] of pools) {
      const { rows } = await pool.query<{ unpublished: number; dead: number }>(
        `SELECT (SELECT count(*)::int FROM outbox WHERE published_at IS NULL) AS unpublished,
           (SELECT count(*)::int FROM dead_letter) AS dead`,
      );
      const { unpublished = 0, dead = 0 } = rows[0] ?? {};
      if (unpublished > 0 || dead > 0) undelivered.push({ service, unpublished, deadLetters: dead });
    }
    return { compared, differences, undelivered };
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.end()));
  }
}
