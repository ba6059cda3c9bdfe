import { mayOn, grantsFor, type Actor, type Place } from './actor';

/** Where a table says to whom its rows belong; column names as in the database. */
export interface ScopeRule {
  /** The permission without which no row of this table is visible. */
  readonly permission: string;
  /** Columns that name an organisation; any of them within the caller's subtree makes the row visible. */
  readonly organization?: string | readonly string[];
  /** Column with an area code; the table has `county_code` and `town_code` generated from it. */
  readonly area?: string;
  /**
   * The row belongs to its area, not to an organisation: a grant at the committee or branch of an area reaches the rows of that
   * area (a village's income, a street's matters).
   */
  readonly ofArea?: boolean;
  /** The row carries the ancestors of its organisation in `ancestor_1 … ancestor_7`. */
  readonly stamped?: boolean;
  /** Visible to everybody who holds the permission anywhere: area names, units. */
  readonly everywhere?: boolean;
  /** Columns whose values never enter the audit trail, only their names. */
  readonly personal?: readonly string[];
}

const rules = new WeakMap<object, ScopeRule>();

/** Says by which columns the rows of an entity belong to somebody. Reading an entity without it is a programming error. */
export const ScopedBy =
  (rule: ScopeRule): ClassDecorator =>
  (entity) => {
    rules.set(entity, rule);
  };

export function scopeRuleOf(entity: object): ScopeRule {
  const rule = rules.get(entity);
  if (!rule) throw new Error(`${(entity as { name?: string }).name ?? 'entity'} has no @ScopedBy: nobody may read it`);
  return rule;
}

/** Where an organisation stands, as the service's tree table says now. */
export interface Standing {
  /** 1 = root. */
  readonly depth: number;
  /** Prefix of the area whose committee or branch it is; absent when it is attached to a unit, a firm or something else. */
  readonly area?: string;
}
/** Where the organisations of a caller's grants stand, by id. */
export type Standings = ReadonlyMap<string, Standing>;

/** The actor whose grants say for which area their organisation stands. */
export const standing = (actor: Actor, standings: Standings): Actor => ({
  ...actor,
  grants: actor.grants.map((grant) => {
    const area = grant.organizationId && standings.get(grant.organizationId)?.area;
    return area ? { ...grant, standsFor: area } : grant;
  }),
});

export interface Predicate {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export const deepest = 7;
const nobody: Predicate = { sql: 'FALSE', values: [] };
const everybody: Predicate = { sql: 'TRUE', values: [] };

const underscored = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function areaPredicate(alias: string, column: string, area: string, parameter: string): string {
  if (area.length === 6) return `${alias}.county_code = ${parameter}`;
  if (area.length === 9) return `${alias}.town_code = ${parameter}`;
  if (area.length === 12) return `${alias}.${column} = ${parameter}`;
  return `${alias}.${column} LIKE ${parameter} || '%'`;
}

/**
 * The caller's scope on a table as an SQL predicate. It names one level column per grant, so that (level column, sort key, id)
 * indexes serve it; `parameterAt(n)` names the n-th value in the statement around it.
 */
export function compileScope(
  rule: ScopeRule,
  alias: string,
  tree: string,
  actor: Actor,
  standings: Standings,
  today: string,
  parameterAt: (index: number) => string,
  permission = rule.permission,
): Predicate {
  if (actor.system) return everybody;
  const grants = grantsFor(actor, permission, today);
  if (grants.length === 0) return nobody;
  if (rule.everywhere) return everybody;
  const values: string[] = [];
  const bind = (value: string): string => parameterAt(values.push(value) - 1);
  const alternatives = new Set<string>();
  const seen = new Set<string>();
  for (const { organizationId, area, standsFor } of grants) {
    const depth = organizationId === undefined ? undefined : standings.get(organizationId)?.depth;
    if (organizationId && depth && rule.organization && !seen.has(organizationId)) {
      seen.add(organizationId);
      const parameter = bind(organizationId);
      if (rule.stamped) alternatives.add(`${alias}.ancestor_${depth} = ${parameter}`);
      else
        for (const column of [rule.organization].flat())
          alternatives.add(
            `${alias}.${underscored(column)} IN (SELECT tree.id FROM ${tree} tree WHERE tree.ancestor_${depth} = ${parameter})`,
          );
    }
    if (area && rule.area && !seen.has(area)) {
      seen.add(area);
      alternatives.add(areaPredicate(alias, underscored(rule.area), area, bind(area)));
    }
    if (standsFor && rule.area && rule.ofArea && !seen.has(standsFor)) {
      seen.add(standsFor);
      alternatives.add(areaPredicate(alias, underscored(rule.area), standsFor, bind(standsFor)));
    }
  }
  return alternatives.size === 0 ? nobody : { sql: `(${[...alternatives].join(' OR ')})`, values };
}

/** The columns that tell where an organisation stands, for tables that are too large to ask the tree. */
export interface Ancestors {
  ancestor1: string | null;
  ancestor2: string | null;
  ancestor3: string | null;
  ancestor4: string | null;
  ancestor5: string | null;
  ancestor6: string | null;
  ancestor7: string | null;
}

interface Placed {
  readonly path?: Partial<Ancestors> | null;
  readonly areaCode?: string | null;
}

/** Where a row stands, read from the row itself. */
export function placeOf(row: Placed): Place {
  const path = row.path ?? {};
  const organizations = Object.values(path).filter((id): id is string => typeof id === 'string');
  return { organizations, area: row.areaCode, ofArea: row.path === undefined };
}

/** May the actor do this on this row? */
export const mayOnRow = (actor: Actor, permission: string, row: Placed, today: string): boolean =>
  mayOn(actor, permission, placeOf(row), today);
