import { mayOn, placeOf } from '@jishi/access';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import {
  groupedBy,
  inOrderOf,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type Context,
  insideArea,
} from '@jishi/subgraph';
import { Quarter } from '../quarters';
import {
  PropertyProvider,
  type PropertyEvaluation,
  type PropertyWarning,
  type ProviderState,
} from './providers.entities';
import { factsOfProviders } from './providers.facts';
import { providerSteps } from './providers.rules';

export interface ProvidersArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly states?: readonly ProviderState[] | null;
    readonly scoreBelow?: number | null;
    readonly year?: number | null;
  } | null;
}

/** A company that manages a quarter within an area today. */
function servingIn(areaCode: string): Condition {
  const inside = insideArea('q', areaCode);
  return (first) => {
    const { sql, values } = inside(first);
    return {
      sql: `EXISTS (SELECT FROM quarter q WHERE q.provider_id = p.id AND ${sql})`,
      values,
    };
  };
}

/** Evaluated in a year, or, without one, by the newest evaluation; below a score when one is given. */
function evaluated(year: number | null, below: number | null): Condition | null {
  if (year === null && below === null) return null;
  const ofYear = where(
    year === null
      ? 'e.year = (SELECT max(n.year) FROM property_evaluation n WHERE n.provider_id = p.id)'
      : 'e.year = ?',
    ...(year === null ? [] : [year]),
  );
  return (first) => {
    const chosen = ofYear(first);
    const under = below === null ? null : where('e.total < ?', below)(first + chosen.values.length);
    return {
      sql: `EXISTS (SELECT FROM property_evaluation e WHERE e.provider_id = p.id AND ${chosen.sql}${under ? ` AND ${under.sql}` : ''})`,
      values: [...chosen.values, ...(under?.values ?? [])],
    };
  };
}

/** 物业企业名册: property companies by credit code (GRD-26). */
export function listProviders(ctx: Context, { filter, ...page }: ProvidersArguments) {
  const { areaCode, states, scoreBelow = null, year = null } = filter ?? {};
  const list = listOf<{ id: string }>(
    ctx,
    {
      name: 'property-providers',
      select: 'p.id',
      from: 'property_provider p',
      ordering: ordering('property-providers', [asc('p.uscc', 'text'), asc('p.id', 'uuid')]),
      conditions: [
        within(ctx, PropertyProvider, 'p'),
        areaCode ? servingIn(areaCode) : null,
        states ? where('p.state = ANY(?)', states) : null,
        evaluated(year, scoreBelow),
      ],
    },
    page,
  );
  return listedAs(list, (rows) =>
    providersByIds(
      ctx,
      rows.map(({ id }) => id),
    ),
  );
}

/** Companies with these ids, in the order of the ids; null where there is none. */
export async function providersByIds(
  ctx: Context,
  ids: readonly (string | null)[],
): Promise<(PropertyProvider | null)[]> {
  const asked = [...new Set(ids.filter((id) => id !== null))];
  if (asked.length === 0) return ids.map(() => null);
  const rows = await ctx.scoped(PropertyProvider, 'p').andWhere('p.id = ANY(:asked)', { asked }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

export const providersByCodes = (ctx: Context, codes: readonly string[]): Promise<PropertyProvider[]> =>
  ctx.scoped(PropertyProvider, 'p').andWhere('p.uscc = ANY(:codes)', { codes }).getMany();

export interface Registration {
  readonly entityId: string;
  readonly status: 'OPEN' | 'CLOSED';
}

/** The firm behind each company, the open record before a closed one; null while enterprises has not told of it. */
export async function registrationsOf(
  ctx: Context,
  providers: readonly PropertyProvider[],
): Promise<(Registration | null)[]> {
  const codes = providers.map(({ uscc }) => uscc);
  const rows = await ctx.query<Registration & { uscc: string }>(
    'property-registrations',
    `SELECT DISTINCT ON (uscc) uscc, entity_id AS "entityId", status FROM known_entity WHERE uscc = ANY($1)
     ORDER BY uscc, status DESC, entity_id`,
    [codes],
  );
  return inOrderOf(codes, rows, ({ uscc }) => uscc);
}

export type EvaluationRow = Pick<
  PropertyEvaluation,
  | 'providerId'
  | 'year'
  | 'community'
  | 'owners'
  | 'housing'
  | 'total'
  | 'scoreLimit'
  | 'yearsBelow'
  | 'exitDue'
  | 'closedOn'
> & { readonly rank: number; readonly ranked: number };

/** Evaluations, newest year first, each with its rank within the county that evaluated it. */
export async function evaluationsOf(
  ctx: Context,
  providers: readonly PropertyProvider[],
  year: number | null,
): Promise<EvaluationRow[][]> {
  const ids = providers.map(({ id }) => id);
  const rows = await readRows<EvaluationRow>(
    ctx,
    'property-evaluations',
    `SELECT e.provider_id AS "providerId", e.year, e.community, e.owners, e.housing, e.total, e.score_limit AS "scoreLimit",
       e.years_below AS "yearsBelow", e.exit_due AS "exitDue", e.closed_on AS "closedOn",
       1 + (SELECT count(*) FROM property_evaluation b WHERE b.area_code = e.area_code AND b.year = e.year AND b.total > e.total) AS rank,
       (SELECT count(*) FROM property_evaluation b WHERE b.area_code = e.area_code AND b.year = e.year) AS ranked
     FROM property_evaluation e WHERE {where} ORDER BY e.provider_id, e.year DESC`,
    where('e.provider_id = ANY(?)', ids),
    year === null ? null : where('e.year = ?', year),
  );
  return groupedBy(ids, rows, ({ providerId }) => providerId);
}

export interface ScoreRow {
  readonly providerId: string;
  readonly part: string;
  readonly areaCode: string;
  readonly score: number;
  readonly relayed: boolean;
  readonly basis: string;
}

/** What was given for a year, before and after it is closed. */
export async function scoresOf(
  ctx: Context,
  providers: readonly PropertyProvider[],
  year: number,
): Promise<ScoreRow[][]> {
  const ids = providers.map(({ id }) => id);
  const rows = await ctx.query<ScoreRow & object>(
    'property-scores',
    `SELECT provider_id AS "providerId", part, area_code AS "areaCode", score, relayed, basis FROM property_score
     WHERE provider_id = ANY($1) AND year = $2 ORDER BY provider_id, part, area_code`,
    [ids, year],
  );
  return groupedBy(ids, rows, ({ providerId }) => providerId);
}

export type WarningRow = Pick<
  PropertyWarning,
  'id' | 'providerId' | 'ground' | 'onDate' | 'document' | 'year' | 'liftedOn' | 'liftedDocument'
>;

/** Warnings, newest first. */
export async function warningsOf(ctx: Context, providers: readonly PropertyProvider[]): Promise<WarningRow[][]> {
  const ids = providers.map(({ id }) => id);
  const rows = await ctx.query<WarningRow & object>(
    'property-warnings',
    `SELECT id, provider_id AS "providerId", ground, on_date AS "onDate", document, year, lifted_on AS "liftedOn",
       lifted_document AS "liftedDocument"
     FROM property_warning WHERE provider_id = ANY($1) ORDER BY on_date DESC, id DESC`,
    [ids],
  );
  return groupedBy(ids, rows, ({ providerId }) => providerId);
}

export interface ManagedQuarter {
  readonly providerId: string;
  readonly quarterId: string;
  readonly total: number;
}

/** The quarters that each company manages today and the caller may see, by name, at most `first` of each. */
export async function quartersOfProviders(
  ctx: Context,
  providers: readonly PropertyProvider[],
  first: number,
): Promise<ManagedQuarter[][]> {
  const ids = providers.map(({ id }) => id);
  const rows = await readRows<ManagedQuarter & object>(
    ctx,
    'property-quarters',
    `SELECT * FROM (
       SELECT q.provider_id AS "providerId", q.id AS "quarterId", count(*) OVER (PARTITION BY q.provider_id) AS total,
         row_number() OVER (PARTITION BY q.provider_id ORDER BY q.name, q.id) AS place
       FROM quarter q WHERE {where}) numbered
     WHERE place <= ${Math.min(Math.max(Math.trunc(first), 0), 500)} ORDER BY "providerId", place`,
    within(ctx, Quarter, 'q'),
    where('q.provider_id = ANY(?)', ids),
  );
  return groupedBy(ids, rows, ({ providerId }) => providerId);
}

/** What the caller may do with each company now, and for every other step why not. */
export async function offeredSteps(ctx: Context, providers: readonly PropertyProvider[]) {
  const facts = await factsOfProviders(
    (sql, values) => ctx.query('property-provider-facts', sql, values),
    providers,
    ctx.today,
  );
  return providers.map((provider, index) =>
    providerSteps.offer(facts[index]!, (permission) => mayOn(ctx.actor, permission, placeOf(provider), ctx.today)),
  );
}
