import type { PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { say } from '@jishi/errors';
import { forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { ofYear, signYear, type AnnualIncomeRow } from '../income';
import { villagesByCodes, type VillageRow } from '../register';
import { judgementsOf, type JudgementRow } from './classification.queries';
import { judgeClosedYear } from './classification.service';
import {
  listVillageFigures,
  titleOf,
  villageIndicators,
  type VillageFigureRow,
  type VillageFiguresArguments,
  type VillageIndicatorRow,
} from './indicators.service';
import { listBehindPace, pacesOf } from './pace.service';

export const resolvers: Resolvers = {
  Query: {
    villageIndicators: (_: unknown, args: { areaCode: string; year: number }, ctx: Context) =>
      villageIndicators(ctx, args),
    villageFigures: (_: unknown, args: VillageFiguresArguments, ctx: Context) => listVillageFigures(ctx, args),
    villagesBehindPace: (_: unknown, args: PageArguments & { areaCode?: string | null }, ctx: Context) =>
      listBehindPace(ctx, args),
  },
  Mutation: {
    // The close judges the village in the same transaction.
    signIncomeYear: ofYear(signYear(judgeClosedYear)),
  },
  Village: {
    classifications: forAll(
      (villages: readonly VillageRow[], args: { year?: number | null; asOf?: CivilDate | null }, ctx) =>
        judgementsOf(
          ctx,
          villages.map(({ areaCode }) => areaCode),
          args,
        ),
    ),
  },
  AnnualIncome: {
    paceBelowTarget: forAll((years: readonly AnnualIncomeRow[], _: object, ctx) => pacesOf(ctx, years)),
  },
  VillageClassification: {
    citation: ({ ruleKey, ruleDocument, ruleArticle }: JudgementRow) => ({
      document: ruleDocument,
      article: ruleArticle,
      rule: ruleKey,
    }),
  },
  VillageIndicator: {
    title: ({ key }: VillageIndicatorRow, _: object, ctx: Context) => say(titleOf(key), ctx.language),
    area: ({ areaCode }: VillageIndicatorRow) => ({ code: areaCode }),
    measure: ({ key, bound, target }: VillageIndicatorRow) =>
      bound?.measure ?? (key === 'vil.income.mean' ? (target?.parameters['measure'] ?? 'TOTAL') : null),
    bound: ({ bound }: VillageIndicatorRow) => bound?.amount ?? null,
    citation: ({ bound }: VillageIndicatorRow) =>
      bound && { document: bound.document, article: bound.article, rule: bound.ruleKey },
    provisional: ({ villages, closedVillages }: VillageIndicatorRow) => closedVillages < villages,
    verdict: ({ judgement }: VillageIndicatorRow) => judgement.verdict,
    unjudged: ({ judgement }: VillageIndicatorRow) => judgement.why,
  },
  VillageFigure: {
    village: forAll((figures: readonly VillageFigureRow[], _: object, ctx) =>
      villagesByCodes(
        ctx,
        figures.map(({ areaCode }) => areaCode),
      ),
    ),
  },
};
