import DataLoader from 'dataloader';
import type { Context } from './context';

type Batch<Parent, Args, Result> = (
  parents: readonly Parent[],
  args: Args,
  context: Context,
) => Promise<readonly Result[]>;

/**
 * A field over many parents, resolved once for all of them: `forAll((members, args, ctx) => …)` gives one result per parent, in
 * their order.
 */
export function forAll<Parent extends object, Args, Result>(batch: Batch<Parent, Args, Result>) {
  return (parent: Parent, args: Args, context: Context): Promise<Result> => {
    let loaders = context.batches.get(batch) as Map<string, DataLoader<Parent, Result>> | undefined;
    if (!loaders) context.batches.set(batch, (loaders = new Map()));
    const key = JSON.stringify(args);
    let loader = loaders.get(key);
    if (!loader) {
      loader = new DataLoader((parents) => batch(parents, args, context), { maxBatchSize: 1_000 });
      loaders.set(key, loader);
    }
    return loader.load(parent);
  };
}

/** Puts rows into the order of the ids they were asked by; null where there is none. */
export function inOrderOf<Row>(
  ids: readonly (string | null | undefined)[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => (id == null ? null : (byId.get(id) ?? null)));
}

/** The rows that belong to each id, in the order of the ids. */
export function groupedBy<Row>(ids: readonly string[], rows: readonly Row[], idOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(idOf(row));
    if (group) group.push(row);
    else groups.set(idOf(row), [row]);
  }
  return ids.map((id) => groups.get(id) ?? []);
}

type Reference = Readonly<Record<string, unknown>>;

/** Turns `__resolveReferences` (all at once, any order) into the one-by-one function that the subgraph library asks for. */
export function oneByOne(
  resolveAll: (references: readonly Reference[], context: Context) => Promise<readonly object[]>,
) {
  const batch: Batch<Reference, string, object | null> = async (references, _, context) => {
    const fieldsOf = (reference: Reference): string[] => Object.keys(reference).filter((name) => name !== '__typename');
    const keyOf = (row: object, fields: readonly string[]): string =>
      JSON.stringify(fields.map((name) => String((row as Record<string, unknown>)[name])));
    const shapes = new Map<string, Map<string, object>>();
    const rows = await resolveAll(references, context);
    return references.map((reference) => {
      const fields = fieldsOf(reference);
      const shape = fields.join();
      let index = shapes.get(shape);
      if (!index) shapes.set(shape, (index = new Map(rows.map((row) => [keyOf(row, fields), row]))));
      return index.get(keyOf(reference, fields)) ?? null;
    });
  };
  const resolve = forAll(batch);
  return (reference: Reference, context: Context): Promise<object | null> => resolve(reference, '', context);
}
