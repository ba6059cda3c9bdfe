import type { Ratio } from '@jishi/indicators';
import type { CivilDate } from '@jishi/periods';
import { forAll, inOrderOf, listedAs, type Context, type Resolvers } from '@jishi/subgraph';
import { entitiesByIds } from '../entities';
import { coversOfEntities } from '../party-states';
import {
  areasBelow,
  countsOf,
  coverageOf,
  coverageOfOne,
  inGroups,
  listPart,
  scopesOn,
  seesAll,
  targetsOf,
  type Asked,
  type CoverageRow,
  type PartArguments,
  type PartRow,
} from './coverage.reads';
import { judgements, ratiosOf, reasonOf, type Scope, type TargetJudgement } from './coverage.rules';

type Figures = ReturnType<typeof ratiosOf>;

/** One statement for the figures of all coverages of a request, whichever of their fields is asked. */
const counted = forAll((rows: readonly CoverageRow[], _: unknown, ctx) => countsOf(ctx, rows));
const figure =
  (name: keyof Figures) =>
  async (row: CoverageRow, _: unknown, ctx: Context): Promise<Ratio> =>
    ratiosOf(await counted(row, {}, ctx), row.asOf)[name];
const targeted = forAll((rows: readonly CoverageRow[], _: unknown, ctx) => targetsOf(ctx, rows));

/** A row of the figures with the coverage whose scope and day it is looked at by. */
interface Row extends PartRow {
  readonly coverage: CoverageRow;
}

const coversOf = forAll((rows: readonly Row[], _: unknown, ctx: Context) =>
  inGroups(
    rows,
    ({ coverage }) => coverage.asOf,
    (ofThatDay) =>
      coversOfEntities(
        ctx,
        ofThatDay.map(({ entityId }) => entityId),
        ofThatDay[0]!.coverage.asOf,
      ),
  ),
);

export const resolvers: Resolvers = {
  Query: {
    coverage: (_: unknown, { areaCode, ...asked }: Asked & { areaCode: string }, ctx: Context) =>
      coverageOfOne(ctx, areaCode, asked),
    scopeRules: (_: unknown, { asOf }: { asOf?: CivilDate | null }, ctx: Context) => scopesOn(ctx, asOf ?? ctx.today),
  },
  Area: {
    coverage: forAll(async (areas: readonly { readonly code: string }[], asked: Asked, ctx) => {
      const rows = await coverageOf(
        ctx,
        areas.map(({ code }) => code),
        asked,
      );
      return rows.map((row) => (seesAll(ctx, row.areaCode) ? row : null));
    }),
  },
  Coverage: {
    area: ({ areaCode }: CoverageRow) => ({ code: areaCode }),
    scopeRule: ({ scope }: CoverageRow) => scope,
    covered: figure('covered'),
    own: figure('own'),
    registered: figure('registered'),
    qualified: figure('qualified'),
    work: figure('work'),
    judgements: async (row: CoverageRow, _: unknown, ctx: Context) => {
      const [targets, counts] = await Promise.all([targeted(row, {}, ctx), counted(row, {}, ctx)]);
      return judgements(targets, counts, row.asOf);
    },
    below: forAll((rows: readonly CoverageRow[], _: unknown, ctx) =>
      inGroups(
        rows,
        ({ asOf }) => asOf,
        async (ofThatDay) => {
          const codes = ofThatDay.map(({ areaCode }) => areaCode);
          const below = await areasBelow(ctx, codes, ofThatDay[0]!.asOf);
          return ofThatDay.map((row, index) => below[index]!.map((areaCode): CoverageRow => ({ ...row, areaCode })));
        },
      ),
    ),
    entities: (coverage: CoverageRow, args: PartArguments, ctx: Context) =>
      listedAs(listPart(ctx, coverage, args), (rows) => rows.map((row): Row => ({ ...row, coverage }))),
  },
  ScopeRule: {
    name: ({ zh, en }: Scope, _: unknown, ctx: Context) => (ctx.language === 'en' ? en : zh),
  },
  CoverageJudgement: {
    key: ({ target }: TargetJudgement) => target.key,
    comparator: ({ target }: TargetJudgement) => target.comparator,
    value: ({ target }: TargetJudgement) => target.value,
    unit: ({ target }: TargetJudgement) => target.unit,
    dueOn: ({ target }: TargetJudgement) => target.dueOn,
  },
  CoverageEntity: {
    entity: forAll(async (rows: readonly Row[], _: unknown, ctx) => {
      const ids = rows.map(({ entityId }) => entityId);
      return inOrderOf(ids, await entitiesByIds(ctx, ids), ({ id }) => id);
    }),
    coveredBy: (row: Row, _: unknown, ctx: Context) => coversOf(row, {}, ctx),
    reason: async (row: Row, _: unknown, ctx: Context) =>
      reasonOf(
        row.coverage.scope,
        row,
        (await coversOf(row, {}, ctx)).map(({ way }) => way),
      ),
  },
};
