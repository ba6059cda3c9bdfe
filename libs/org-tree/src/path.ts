import { ruleBroken, type Refusal } from '@jishi/errors';

/** The ids of the organisations above and including one: the root first, itself last. */
export type TreePath = readonly string[];

/** How many levels a tree of Party organisations may have, the root counted: the number of ancestor columns of every large table. */
export const deepest = 7;

const tooDeep = (levels: number): Refusal => ({
  code: 'TREE_TOO_DEEP',
  field: 'superiorId',
  wording: {
    zh: '党组织最多{deepest}级，这样会有{levels}级',
    en: 'Party organisations stand on at most {deepest} levels; this would make {levels}',
  },
  params: { deepest, levels },
});

/** The path of an organisation under its superior; null for a root. RULE_BROKEN with TREE_TOO_DEEP beyond the last level. */
export function pathUnder(superior: TreePath | null, id: string): TreePath {
  const path = [...(superior ?? []), id];
  if (path.length > deepest) throw ruleBroken(tooDeep(path.length));
  return path;
}

/** Whether an organisation is the given one or stands below it. */
export const isInside = (path: TreePath, organizationId: string): boolean => path.includes(organizationId);

/** Whether an organisation would come to stand below itself if it went under the superior with this path. */
export const wouldMakeCycle = (superior: TreePath, id: string): boolean => superior.includes(id);

/**
 * Why an organisation, with everything below it, may not go under a superior; null when it may. TREE_CYCLE, TREE_TOO_DEEP.
 * `levelsBelow` is how many levels hang below the organisation: 0 for one without children.
 */
export function refuseMove(id: string, levelsBelow: number, superior: TreePath): Refusal | null {
  if (wouldMakeCycle(superior, id)) {
    return {
      code: 'TREE_CYCLE',
      field: 'superiorId',
      wording: {
        zh: '新的上级党组织就是本组织，或者是它的下级，不能划转',
        en: 'The new superior is this organisation itself or stands below it',
      },
    };
  }
  const levels = superior.length + 1 + levelsBelow;
  return levels > deepest ? tooDeep(levels) : null;
}

/** An organisation and its superior, as a register lists them. */
export interface TreeRow {
  readonly id: string;
  readonly superiorId: string | null;
}

/**
 * The path of every organisation of a register, in whatever order the rows come. RULE_BROKEN with TREE_CYCLE,
 * SUPERIOR_UNKNOWN (a superior that no row has), ORGANISATION_TWICE or TREE_TOO_DEEP; the refusal names the organisation.
 */
export function buildPaths(rows: Iterable<TreeRow>): Map<string, TreePath> {
  const superiors = new Map<string, string | null>();
  for (const { id, superiorId } of rows) {
    if (superiors.has(id)) throw ruleBroken(inRegister('ORGANISATION_TWICE', id, '出现两次', 'is listed twice'));
    superiors.set(id, superiorId);
  }
  const paths = new Map<string, TreePath>();
  for (const start of superiors.keys()) {
    const waiting: string[] = [];
    let at: string | null = start;
    while (at !== null && !paths.has(at)) {
      const superior = superiors.get(at);
      if (superior === undefined) {
        const below = waiting.at(-1) ?? at;
        throw ruleBroken(
          inRegister('SUPERIOR_UNKNOWN', below, '的上级不在名册中', 'has a superior that is not listed'),
        );
      }
      // Longer than any path that has not been seen yet: the way up must have met itself.
      if (waiting.length > superiors.size)
        throw ruleBroken(inRegister('TREE_CYCLE', at, '是自己的上级', 'stands below itself'));
      waiting.push(at);
      at = superior;
    }
    let path: TreePath | null = at === null ? null : (paths.get(at) ?? null);
    for (const id of waiting.reverse()) {
      path = pathUnder(path, id);
      paths.set(id, path);
    }
  }
  return paths;
}

const inRegister = (code: string, id: string, zh: string, en: string): Refusal => ({
  code,
  field: 'superiorId',
  wording: { zh: `党组织{id}${zh}`, en: `The organisation {id} ${en}` },
  params: { id },
});

type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** The columns `ancestor_1 … ancestor_7` of a row that belongs to an organisation. */
export type AncestorColumns = Readonly<Record<`ancestor_${Level}`, string | null>>;

/** A path as the columns of a table: `ancestor_1` the root, `ancestor_<depth>` the organisation itself, null beyond. */
export const ancestorColumns = (path: TreePath): AncestorColumns => ({
  ancestor_1: path[0] ?? null,
  ancestor_2: path[1] ?? null,
  ancestor_3: path[2] ?? null,
  ancestor_4: path[3] ?? null,
  ancestor_5: path[4] ?? null,
  ancestor_6: path[5] ?? null,
  ancestor_7: path[6] ?? null,
});

/** The path that the columns of a row say. */
export const pathOfColumns = (row: AncestorColumns): TreePath =>
  [
    row.ancestor_1,
    row.ancestor_2,
    row.ancestor_3,
    row.ancestor_4,
    row.ancestor_5,
    row.ancestor_6,
    row.ancestor_7,
  ].filter((id) => id !== null);
