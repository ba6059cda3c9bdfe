import { mayOn } from '@jishi/access';
import { invalidInput, notAllowed } from '@jishi/errors';
import { targetColumns, type KnownTarget } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce, type RuleKey } from '@jishi/rule-sets';
import { allOf, groupedBy, listOf, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { entityPlace, figuresOf, NonPublicEntity, type Registrar } from '../entities';
import { EntityHistory } from '../party-states';
import { nothing, type Counts, type Scope, type Scoped } from './coverage.rules';

/** What is asked: of which registrar, as of which day, by which scope. */
export interface Asked {
  readonly registrar?: Registrar | null;
  readonly asOf?: CivilDate | null;
  readonly scopeRule?: string | null;
}

/** The coverage of an area, before its figures are read. */
export interface CoverageRow {
  readonly areaCode: string;
  readonly registrar: Registrar | null;
  readonly asOf: CivilDate;
  readonly scope: Scope;
}

interface ScopeRow extends Omit<Scope, 'employeesAtLeast' | 'fullMembersAtLeast'>, Record<string, unknown> {
  readonly employeesRule: RuleKey | null;
  readonly membersRule: RuleKey | null;
}

/** The scopes by which coverage can be counted, the usual one first, with the bounds in force on a day. */
export async function scopesOn(ctx: Context, on: CivilDate): Promise<Scope[]> {
  const rows = await ctx.query<ScopeRow>(
    'scope-rules',
    `SELECT key, zh, en, operating, kinds, sizes, employees_rule AS "employeesRule", members_rule AS "membersRule", document
     FROM scope_rule ORDER BY place`,
  );
  const bound = (key: RuleKey | null): number | null => (key === null ? null : Number(ruleInForce(key, on).value));
  return rows.map(({ employeesRule, membersRule, ...scope }) => ({
    ...scope,
    employeesAtLeast: bound(employeesRule),
    fullMembersAtLeast: bound(membersRule),
  }));
}

/** The coverage of areas as it was asked for. INVALID_INPUT: a day to come, or no such scope. */
export async function coverageOf(
  ctx: Context,
  areaCodes: readonly string[],
  { registrar, asOf, scopeRule }: Asked,
): Promise<CoverageRow[]> {
  const day = asOf ?? ctx.today;
  if (day > ctx.today)
    throw invalidInput(
      'asOf',
      { zh: '{asOf}尚未到来', en: '{asOf} has not come yet' },
      { code: 'IN_THE_FUTURE', params: { asOf: day } },
    );
  const scopes = await scopesOn(ctx, day);
  const scope = scopeRule == null ? scopes[0] : scopes.find(({ key }) => key === scopeRule);
  if (!scope)
    throw invalidInput(
      'scopeRule',
      { zh: '没有这个口径：{scopeRule}', en: 'There is no such scope: {scopeRule}' },
      { code: 'SCOPE_RULE_UNKNOWN', params: { scopeRule: scopeRule ?? '' } },
    );
  return areaCodes.map((areaCode) => ({ areaCode, registrar: registrar ?? null, asOf: day, scope }));
}

/** A figure of an area is shown to whoever may see the whole of it, never as a part. */
export const seesAll = (ctx: Context, areaCode: string): boolean =>
  mayOn(ctx.actor, 'coverage:read', entityPlace({ areaCode }), ctx.today);

export async function coverageOfOne(ctx: Context, areaCode: string, asked: Asked): Promise<CoverageRow> {
  if (!seesAll(ctx, areaCode)) throw notAllowed('coverage:read');
  return (await coverageOf(ctx, [areaCode], asked))[0]!;
}

/** Where the entities of a day are read: the records themselves for today, their history for an earlier day. */
const sourceOf = (ctx: Context, asOf: CivilDate) =>
  asOf >= ctx.today
    ? { from: 'entity e', id: 'e.id', entity: NonPublicEntity, onThatDay: where('e.closed_on IS NULL') }
    : {
        from: 'entity_history e',
        id: 'e.entity_id',
        entity: EntityHistory,
        onThatDay: where('e.valid_from <= ? AND (e.valid_to IS NULL OR e.valid_to > ?)', asOf, asOf),
      };

const standsIn = ({ operating, kinds, sizes, employeesAtLeast, fullMembersAtLeast }: Scope): Condition =>
  allOf(
    operating && where('e.operating = ANY(?)', operating),
    kinds && where('e.kind = ANY(?)', kinds),
    sizes && where('e.size = ANY(?)', sizes),
    employeesAtLeast !== null && where('e.employees >= ?', employeesAtLeast),
    fullMembersAtLeast !== null && where('e.full_members >= ?', fullMembersAtLeast),
  );

/** What was so on the day `$1`. */
const thatDay = (alias: string, from: string, to: string): string =>
  `${alias}.${from} <= $1 AND (${alias}.${to} IS NULL OR ${alias}.${to} > $1)`;

/** Answers for rows that can be read together, one read for each group of the same key; in the order of the rows. */
export async function inGroups<Row, Answer>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  read: (group: readonly Row[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const groups = new Map<string, number[]>();
  rows.forEach((row, index) => groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), index]));
  const answers: Answer[] = [];
  for (const places of groups.values()) {
    const found = await read(places.map((place) => rows[place]!));
    places.forEach((place, index) => (answers[place] = found[index]!));
  }
  return answers;
}

interface CountsRow extends Counts, Record<string, unknown> {
  readonly code: string;
}

/**
 * The counts of all these areas, in one statement for each level of area among them (ENT-07, ENT-08). An entity counts once, however
 * many organisations cover it. Work coverage counts an organisation, an instructor or a liaison; unions and leagues are not kept yet.
 */
export const countsOf = (ctx: Context, rows: readonly CoverageRow[]): Promise<Counts[]> =>
  inGroups(
    rows,
    ({ registrar, asOf, scope }) => [registrar, asOf, scope.key].join(),
    (asked) => countsOfAlike(ctx, asked),
  );

async function countsOfAlike(ctx: Context, asked: readonly CoverageRow[]): Promise<Counts[]> {
  const { registrar, asOf, scope } = asked[0]!;
  const source = sourceOf(ctx, asOf);
  const found = await figuresOf<CountsRow>(
    asked.map(({ areaCode }) => areaCode),
    (column, prefixes) => {
      const inScope = standsIn(scope)(2);
      // Of a whole city nearly every row is looked at: joining them one by one would take several times as long.
      const ofThose = (table: string, alias: string): string =>
        prefixes[0]!.length < 6
          ? `${table} ${alias}`
          : `counted JOIN ${table} ${alias} ON ${alias}.entity_id = counted.id`;
      const conditions = allOf(
        source.onThatDay,
        registrar ? where('e.registrar = ?', registrar) : null,
        where(`${column('e')} = ANY(?)`, prefixes),
        within(ctx, source.entity, 'e', 'coverage:read'),
      )(2 + inScope.values.length);
      return ctx.query<CountsRow>(
        'coverage-counts',
        `WITH counted AS (
           SELECT ${source.id} AS id, ${column('e')} AS code, (${inScope.sql}) AS in_scope, e.party_state
           FROM ${source.from} WHERE ${conditions.sql}),
         cover AS (
           SELECT o.entity_id, bool_or(o.way = 'SINGLE') AS own FROM ${ofThose('entity_organization', 'o')}
           WHERE ${thatDay('o', 'valid_from', 'valid_to')} GROUP BY o.entity_id),
         served AS (
           SELECT DISTINCT a.entity_id FROM ${ofThose('instructor_assignment', 'a')}
           WHERE ${thatDay('a', 'started_on', 'ended_on')})
         SELECT code, count(*)::integer AS registered, count(cover.entity_id)::integer AS "coveredOfRegistered",
           count(*) FILTER (WHERE in_scope)::integer AS "inScope",
           count(cover.entity_id) FILTER (WHERE in_scope)::integer AS covered,
           count(*) FILTER (WHERE in_scope AND own)::integer AS own,
           count(coalesce(cover.entity_id, served.entity_id)) FILTER (WHERE in_scope)::integer AS work,
           count(*) FILTER (WHERE party_state = 'ORGANISED')::integer AS organised,
           count(*) FILTER (WHERE party_state IN ('QUALIFIED', 'SETTING_UP', 'ORGANISED', 'AT_RISK'))::integer AS qualifying
         FROM counted LEFT JOIN cover ON cover.entity_id = counted.id LEFT JOIN served ON served.entity_id = counted.id
         GROUP BY code`,
        [asOf, ...inScope.values, ...conditions.values],
      );
    },
  );
  return found.map((row) => row ?? nothing);
}

/** The areas directly below one that were in use on the day, by code. */
export async function areasBelow(ctx: Context, areaCodes: readonly string[], asOf: CivilDate): Promise<string[][]> {
  const rows = await ctx.query<{ code: string; parent: string }>(
    'areas-below',
    `SELECT code, parent_code AS parent FROM known_area
     WHERE parent_code = ANY($1) AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) ORDER BY code`,
    [areaCodes, asOf],
  );
  return groupedBy(areaCodes, rows, ({ parent }) => parent).map((group) => group.map(({ code }) => code));
}

const prefixOf = (column: string): string => `regexp_replace(${column}, '^(\\d{4})00$', '\\1')`;

/** The targets that hold for each area on the day: of the nearest area that has set any for a key; one statement for all areas. */
export async function targetsOf(ctx: Context, rows: readonly CoverageRow[]): Promise<KnownTarget[][]> {
  const keysOf = ({ registrar }: CoverageRow): string[] => [
    ...(registrar === 'MR' ? ['ent.coverage.enterprise'] : registrar === 'CA' ? ['ent.coverage.social'] : []),
    'ent.work_coverage',
  ];
  const asked = rows.map((row, place) => ({ place, area: row.areaCode, day: row.asOf, keys: keysOf(row) }));
  const found = await ctx.query<KnownTarget & { place: number }>(
    'coverage-targets',
    `SELECT * FROM (
       SELECT a.place, ${targetColumns},
         rank() OVER (PARTITION BY a.place, t.key ORDER BY length(${prefixOf('t.area_code')}) DESC) AS distance
       FROM jsonb_to_recordset($1::jsonb) AS a (place integer, area text, day date, keys jsonb)
       JOIN known_target t ON a.keys ? t.key AND starts_with(a.area, ${prefixOf('t.area_code')})
         AND t.valid_from <= a.day AND (t.valid_to IS NULL OR t.valid_to > a.day)) nearest
     WHERE distance = 1 ORDER BY key, value NULLS LAST, id`,
    [JSON.stringify(asked)],
  );
  return rows.map((_, index) => found.filter(({ place }) => place === index));
}

export type CoveragePart = 'NUMERATOR' | 'UNCOVERED' | 'OUTSIDE';

export interface PartRow extends Scoped, Record<string, unknown> {
  readonly entityId: string;
}

export interface PartArguments extends PageArguments {
  readonly part?: CoveragePart | null;
}

/** The entities behind the figures of an area, by id: those that count, those in scope without an organisation, those outside. */
export const listPart = (ctx: Context, { areaCode, registrar, asOf, scope }: CoverageRow, args: PartArguments) => {
  const { part, ...page } = args;
  const source = sourceOf(ctx, asOf);
  const covered = where(
    `EXISTS (SELECT FROM entity_organization o WHERE o.entity_id = ${source.id} AND o.valid_from <= ?
       AND (o.valid_to IS NULL OR o.valid_to > ?))`,
    asOf,
    asOf,
  );
  const negated =
    (condition: Condition): Condition =>
    (first) => {
      const { sql, values } = condition(first);
      return { sql: `(${sql}) IS NOT TRUE`, values };
    };
  return listOf<PartRow>(
    ctx,
    {
      name: 'coverage-part',
      select: `${source.id} AS "entityId", e.operating, e.kind, e.size, e.employees, e.full_members AS "fullMembers"`,
      from: source.from,
      ordering: ordering('coverage-part', [asc(source.id, 'uuid')]),
      conditions: [
        source.onThatDay,
        registrar ? where('e.registrar = ?', registrar) : null,
        insideArea('e', areaCode),
        within(ctx, source.entity, 'e', 'coverage:read'),
        part === 'NUMERATOR' ? allOf(standsIn(scope), covered) : null,
        part === 'UNCOVERED' ? allOf(standsIn(scope), negated(covered)) : null,
        part === 'OUTSIDE' ? negated(standsIn(scope)) : null,
      ],
    },
    page,
  );
};
