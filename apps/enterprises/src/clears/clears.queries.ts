import { judge, ratio, type Ratio } from '@jishi/indicators';
import { targetColumns, type KnownTarget } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { allOf, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { figuresOf, NonPublicEntity, type EntityFilter } from '../entities';
import { EntityClear } from './clears.entities';
import { clearItems, type ClearItem, type ClearSource } from './clears.items';
import { eightItems, freshSince, isTold, toldItems, type KnownItem, type Recorded } from './clears.rules';

/** Whether an item that a register answers is clear for the entity `e`. */
const byRegister = {
  SET_UP: 'e.org_count > 0',
  // An active organisation that stands below a superior covers it.
  AFFILIATION: `EXISTS (SELECT FROM entity_organization c JOIN known_organization o ON o.id = c.org_id
    WHERE c.entity_id = e.id AND c.valid_to IS NULL AND o.status = 'ACTIVE' AND o.superior_id IS NOT NULL)`,
  // Members counted here, also those who were told to work at a duplicate of this record.
  MEMBERS: 'EXISTS (SELECT FROM counted_member m WHERE m.entity_id = e.id)',
  INSTRUCTOR: `EXISTS (SELECT FROM instructor_assignment i
    WHERE i.entity_id = e.id AND i.kind = 'INSTRUCTOR' AND i.state = 'ACTIVE')`,
} as const;
type RegisterItem = keyof typeof byRegister;
const registerItems = Object.keys(byRegister) as RegisterItem[];

const isClear = (item: ClearItem): string =>
  isTold(item)
    ? `EXISTS (SELECT FROM entity_clear r WHERE r.entity_id = e.id AND r.item = '${item}' AND r.clear)`
    : byRegister[item as RegisterItem];

/** How many of the eight items are clear for the entity `e`. */
const clearCount = `(${registerItems.map((item) => `(${byRegister[item]})::integer`).join(' + ')}
  + (SELECT count(*)::integer FROM entity_clear r
     WHERE r.entity_id = e.id AND r.clear AND r.item = ANY('{${toldItems.join(',')}}')))`;

const conflict = `EXISTS (SELECT FROM entity_clear r WHERE r.entity_id = e.id AND r.clear <> CASE r.item
  ${registerItems.map((item) => `WHEN '${item}' THEN (${byRegister[item]})`).join(' ')} ELSE r.clear END)`;

/** The conditions that the eight clears add to the list of entities. */
export interface ClearFilter extends EntityFilter {
  readonly clearBelow?: number | null;
  readonly missingItem?: ClearItem | null;
  readonly clearConflict?: boolean | null;
}

export const byClears = ({ clearBelow, missingItem, clearConflict }: ClearFilter): Condition | null => {
  const conditions = [
    ...(clearBelow == null ? [] : [where(`${clearCount} < ?`, clearBelow)]),
    ...(missingItem ? [where(`NOT (${isClear(missingItem)})`)] : []),
    ...(clearConflict == null ? [] : [where(`${clearConflict ? '' : 'NOT '}${conflict}`)]),
  ];
  return conditions.length === 0 ? null : allOf(...conditions);
};

/** The target of an area: how many of the eight items should be clear; reached or not, null when it is not judged. */
export interface ClearTarget {
  readonly value: number | null;
  readonly dueOn: string | null;
  readonly reached: boolean | null;
}

/** The targets that hold for these areas today: those of the nearest area that has set one. */
async function targetsOf(ctx: Context, areaCodes: readonly string[]): Promise<Map<string, KnownTarget>> {
  const rows = await ctx.query<KnownTarget & { for: string }>(
    'clear-targets',
    `SELECT DISTINCT ON (a.code) a.code AS for, ${targetColumns}
     FROM unnest($1::text[]) a (code) JOIN known_target t ON t.key = 'ent.clear'
       AND a.code LIKE regexp_replace(t.area_code, '^(\\d{4})00$', '\\1') || '%'
       AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
     ORDER BY a.code, length(regexp_replace(t.area_code, '^(\\d{4})00$', '\\1')) DESC, t.value DESC NULLS LAST, t.id`,
    [[...new Set(areaCodes)], ctx.today],
  );
  return new Map(rows.map((row) => [row.for, row]));
}

const judgedBy = (target: KnownTarget | undefined, figure: number | Ratio | null, ctx: Context): ClearTarget | null => {
  if (!target) return null;
  const { verdict } = judge(target, figure, ctx.today);
  return {
    value: target.value,
    dueOn: target.dueOn,
    reached: verdict === 'NOT_JUDGED' ? null : verdict === 'REACHED',
  };
};

export interface EightClears {
  readonly entityId: string;
  readonly items: readonly KnownItem[];
  readonly target: ClearTarget | null;
}

/** The eight clears of each entity that the caller may see; null for the others. */
export async function eightClearsOf(ctx: Context, ids: readonly string[]): Promise<(EightClears | null)[]> {
  const rows = await readRows<
    Record<RegisterItem, boolean> & { id: string; areaCode: string; recorded: Recorded[] | null }
  >(
    ctx,
    'eight-clears',
    `SELECT e.id, e.area_code AS "areaCode", ${registerItems.map((item) => `(${byRegister[item]}) AS "${item}"`).join(', ')},
       (SELECT jsonb_agg(jsonb_build_object('item', r.item, 'clear', r.clear, 'asOf', r.as_of, 'source', r.source,
          'recordedBy', r.recorded_by)) FROM entity_clear r WHERE r.entity_id = e.id) AS recorded
     FROM entity e WHERE {where}`,
    within(ctx, NonPublicEntity, 'e', 'clears:read'),
    where('e.id = ANY(?)', ids),
  );
  const targets = await targetsOf(
    ctx,
    rows.map(({ areaCode }) => areaCode),
  );
  const byId = new Map(
    rows.map(({ id, areaCode, recorded, ...computed }) => {
      const items = eightItems(computed, recorded ?? [], ctx.today);
      const clear = items.filter((item) => item.clear).length;
      return [id, { entityId: id, items, target: judgedBy(targets.get(areaCode), clear, ctx) }];
    }),
  );
  return ids.map((id) => byId.get(id) ?? null);
}

export interface AreaClears {
  readonly items: Ratio;
  readonly complete: Ratio;
  readonly byItem: readonly { readonly item: ClearItem; readonly ratio: Ratio }[];
  readonly target: ClearTarget | null;
  /** Entities that reach the target; null when none is set. */
  readonly reaching: Ratio | null;
}

type Counted = Record<ClearItem, number> & {
  readonly code: string;
  /** How many entities have 0, 1, … 8 items clear. */
  readonly having: readonly number[];
};

const totals = [0, ...clearItems.map((_, index) => index + 1)];

/**
 * Each item in one pass over all entities of the areas, instead of one look for each item of each entity. The registers are read
 * whole and hashed: for a county that is faster than to look each entity up, and for a town it is fast enough.
 */
const countItems = (code: string): string => `
  WITH e AS MATERIALIZED (SELECT e.id, e.org_count, ${code} AS code FROM entity e WHERE {where}),
  told AS (
    SELECT r.entity_id, ${toldItems.map((item) => `bool_or(r.item = '${item}') AS "${item}"`).join(', ')}
    FROM entity_clear r JOIN e ON e.id = r.entity_id WHERE r.clear AND r.item = ANY('{${toldItems.join(',')}}') GROUP BY 1),
  affiliated AS (
    SELECT DISTINCT c.entity_id FROM entity_organization c JOIN known_organization o ON o.id = c.org_id
    WHERE c.valid_to IS NULL AND o.status = 'ACTIVE' AND o.superior_id IS NOT NULL),
  staffed AS (
    SELECT DISTINCT m.entity_id FROM counted_member m),
  instructed AS (
    SELECT DISTINCT i.entity_id FROM instructor_assignment i WHERE i.kind = 'INSTRUCTOR' AND i.state = 'ACTIVE'),
  known AS MATERIALIZED (
    SELECT e.code, ${toldItems.map((item) => `coalesce(told."${item}", false) AS "${item}"`).join(', ')},
      e.org_count > 0 AS "SET_UP", affiliated.entity_id IS NOT NULL AS "AFFILIATION",
      staffed.entity_id IS NOT NULL AS "MEMBERS", instructed.entity_id IS NOT NULL AS "INSTRUCTOR"
    FROM e LEFT JOIN told ON told.entity_id = e.id LEFT JOIN affiliated ON affiliated.entity_id = e.id
    LEFT JOIN staffed ON staffed.entity_id = e.id LEFT JOIN instructed ON instructed.entity_id = e.id)
  SELECT k.code, ARRAY[${totals.map((total) => `count(*) FILTER (WHERE k.total = ${total})`).join(', ')}]::integer[] AS having,
    ${clearItems.map((item) => `count(*) FILTER (WHERE k."${item}")::integer AS "${item}"`).join(', ')}
  FROM (SELECT known.*, ${clearItems.map((item) => `known."${item}"::integer`).join(' + ')} AS total FROM known) k
  GROUP BY k.code`;

/** How complete the eight clears of each area are: of its open entities, within the caller's scope (`ent.clear`). */
export async function areaClearsOf(ctx: Context, codes: readonly string[]): Promise<AreaClears[]> {
  const targets = await targetsOf(ctx, codes);
  const found = await figuresOf<Counted>(codes, (column, prefixes) =>
    readRows<Counted>(
      ctx,
      'area-clears',
      countItems(column('e')),
      within(ctx, NonPublicEntity, 'e', 'clears:read'),
      where(`e.closed_on IS NULL AND ${column('e')} = ANY(?)`, prefixes),
    ),
  );
  return codes.map((code, index) => areaClears(ctx, found[index], targets.get(code)));
}

function areaClears(ctx: Context, counted: Counted | undefined, target: KnownTarget | undefined): AreaClears {
  const having = counted?.having ?? totals.map(() => 0);
  const entitiesWith = (least: number): number =>
    having.reduce((sum, entities, total) => sum + (total >= least ? entities : 0), 0);
  const entities = entitiesWith(0);
  const ofEntities = (count: number): Ratio => ratio(count, entities, ctx.today);
  const clear = having.reduce((sum, count, total) => sum + count * total, 0);
  // All reach the target when the entity with the fewest does.
  const fewest = having.findIndex((count) => count > 0);
  return {
    items: ratio(clear, entities * clearItems.length, ctx.today),
    complete: ofEntities(entitiesWith(clearItems.length)),
    byItem: clearItems.map((item) => ({ item, ratio: ofEntities(counted?.[item] ?? 0) })),
    target: judgedBy(target, fewest === -1 ? null : fewest, ctx),
    reaching: target && target.value !== null ? ofEntities(entitiesWith(target.value)) : null,
  };
}

export interface StaleRow {
  readonly entityId: string;
  readonly item: ClearItem;
  readonly asOf: string;
  readonly source: ClearSource;
}

export interface StaleClearsArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly item?: ClearItem | null } | null;
}

/** Items that were recorded longer ago than the rule allows, oldest first; of open entities only (ENT-02). */
export const listStaleClears = (ctx: Context, { filter, ...page }: StaleClearsArguments) =>
  listOf<StaleRow>(
    ctx,
    {
      name: 'stale-clears',
      select: 'r.entity_id AS "entityId", r.item, r.as_of AS "asOf", r.source',
      from: 'entity_clear r JOIN entity e ON e.id = r.entity_id AND e.closed_on IS NULL',
      ordering: ordering('stale-clears', [asc('r.as_of', 'date'), asc('r.id', 'uuid')]),
      conditions: [
        within(ctx, EntityClear, 'r'),
        where('r.as_of < ? AND r.item = ANY(?)', freshSince(ctx.today), toldItems),
        filter?.areaCode ? insideArea('r', filter.areaCode) : null,
        filter?.item ? where('r.item = ?', filter.item) : null,
      ],
    },
    page,
  );
