import { asActions, asReason, forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { invalidInput } from '@jishi/errors';
import { normaliseCreditCode } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import { quartersByIds } from '../quarters';
import { closePropertyEvaluation, scorePropertyProvider } from './evaluations.service';
import { beginExit, completeExit, recordPropertyHandover } from './exits.service';
import * as modes from './modes.queries';
import { recordPropertyContract, setPropertyMode } from './modes.service';
import type { PropertyProvider } from './providers.entities';
import * as providers from './providers.queries';
import {
  admitPropertyProvider,
  applyPropertyProvider,
  beginCorrection,
  confirmCorrection,
  warnPropertyProvider,
  type StepDone,
} from './providers.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

/** A step of a company: the changed company and what the office should know are the reply. */
const step =
  <I>(take: (ctx: Context, input: I) => Promise<StepDone>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => {
    const { id, warnings } = await take(ctx, input);
    const [provider] = await providers.providersByIds(ctx, [id]);
    return {
      clientMutationId: input.clientMutationId,
      provider,
      warnings: warnings.map((warning) => asReason(warning, ctx.language)),
    };
  };

type OfCompany = { readonly providerId: string | null };
const companyOf = forAll((rows: readonly OfCompany[], _: object, ctx) =>
  providers.providersByIds(
    ctx,
    rows.map(({ providerId }) => providerId),
  ),
);
type OfQuarter = { readonly quarterId: string };
const quarterOf = forAll((rows: readonly OfQuarter[], _: object, ctx) =>
  quartersByIds(
    ctx,
    rows.map(({ quarterId }) => quarterId),
  ),
);

const registrationOf = forAll((companies: readonly PropertyProvider[], _: object, ctx) =>
  providers.registrationsOf(ctx, companies),
);

export const resolvers: Resolvers = {
  Query: {
    propertyProviders: (_: unknown, args: providers.ProvidersArguments, ctx: Context) =>
      providers.listProviders(ctx, args),
    propertyProvider: async (_: unknown, { id, uscc }: { id?: string | null; uscc?: string | null }, ctx: Context) => {
      if (id) return (await providers.providersByIds(ctx, [id]))[0];
      if (uscc) return (await providers.providersByCodes(ctx, [normaliseCreditCode(uscc)]))[0];
      throw invalidInput('id', { zh: '请填写标识或统一社会信用代码', en: 'Give the id or the credit code' });
    },
    propertyCoverage: (_: unknown, { areaCode, asOf }: { areaCode: string; asOf?: CivilDate | null }, ctx: Context) =>
      modes.coverageOf(ctx, areaCode, asOf ?? ctx.today),
    unmanagedQuarters: (
      _: unknown,
      {
        filter,
        asOf,
        ...page
      }: modes.StandingsArguments & { filter?: { areaCode?: string | null } | null; asOf?: CivilDate | null },
      ctx: Context,
    ) => modes.listStandings(ctx, filter?.areaCode ?? null, asOf ?? ctx.today, { ...page, managed: false }),
    propertyContracts: (_: unknown, args: modes.ContractsArguments, ctx: Context) => modes.listContracts(ctx, args),
  },
  Mutation: {
    setPropertyMode: async (_: unknown, { input }: Input<Parameters<typeof setPropertyMode>[1]>, ctx: Context) => {
      const { id } = await setPropertyMode(ctx, input);
      return { clientMutationId: input.clientMutationId, quarter: (await quartersByIds(ctx, [id]))[0] };
    },
    recordPropertyContract: async (
      _: unknown,
      { input }: Input<Parameters<typeof recordPropertyContract>[1]>,
      ctx: Context,
    ) => {
      const { id } = await recordPropertyContract(ctx, input);
      return { clientMutationId: input.clientMutationId, contract: (await modes.contractsByIds(ctx, [id]))[0] };
    },
    applyPropertyProvider: step(applyPropertyProvider),
    admitPropertyProvider: step(admitPropertyProvider),
    scorePropertyProvider: step(scorePropertyProvider),
    closePropertyEvaluation: step(closePropertyEvaluation),
    warnPropertyProvider: step(warnPropertyProvider),
    beginProviderCorrection: step(beginCorrection),
    confirmProviderCorrection: step(confirmCorrection),
    beginProviderExit: step(beginExit),
    recordPropertyHandover: async (
      _: unknown,
      { input }: Input<Parameters<typeof recordPropertyHandover>[1]>,
      ctx: Context,
    ) => {
      const { quarterId } = await recordPropertyHandover(ctx, input);
      return { clientMutationId: input.clientMutationId, quarter: (await quartersByIds(ctx, [quarterId]))[0] };
    },
    completeProviderExit: step(completeExit),
  },
  PropertyProvider: {
    __resolveReferences: async (
      references: readonly ({ readonly id: string } | { readonly uscc: string })[],
      ctx: Context,
    ) => {
      const ids = references.flatMap((reference) => ('id' in reference ? [reference.id] : []));
      const codes = references.flatMap((reference) => ('uscc' in reference ? [reference.uscc] : []));
      const found = await providers.providersByIds(ctx, ids);
      return [...found.filter((each) => each !== null), ...(await providers.providersByCodes(ctx, codes))];
    },
    entity: async (provider: PropertyProvider, args: object, ctx: Context) => {
      const registration = await registrationOf(provider, args, ctx);
      return registration && { __typename: 'Enterprise', id: registration.entityId };
    },
    registration: async (provider: PropertyProvider, args: object, ctx: Context) =>
      (await registrationOf(provider, args, ctx))?.status ?? 'NOT_RECORDED',
    area: ({ areaCode }: PropertyProvider) => ({ code: areaCode }),
    admission: ({ admissionNo, admittedOn, admissionConditions }: PropertyProvider) =>
      admissionNo === null ? null : { no: admissionNo, on: admittedOn, conditions: admissionConditions },
    correction: ({ correctBy, correctionPlan }: PropertyProvider) =>
      correctBy === null ? null : { plan: correctionPlan, dueOn: correctBy },
    exit: ({ exitReason, exitBegunOn, exitedOn, barredUntil }: PropertyProvider) =>
      exitBegunOn === null ? null : { reason: exitReason, begunOn: exitBegunOn, exitedOn, barredUntil },
    quarterCount: forAll(async (companies: readonly PropertyProvider[], _: object, ctx) =>
      (await providers.quartersOfProviders(ctx, companies, 1)).map(([managed]) => managed?.total ?? 0),
    ),
    quarters: forAll(async (companies: readonly PropertyProvider[], { first }: { first: number }, ctx) => {
      const managed = await providers.quartersOfProviders(ctx, companies, first);
      const ids = managed.flat().map(({ quarterId }) => quarterId);
      const found = new Map((await quartersByIds(ctx, ids)).map((quarter, index) => [ids[index], quarter]));
      return managed.map((rows) => rows.map(({ quarterId }) => found.get(quarterId)!));
    }),
    contracts: ({ id }: PropertyProvider, page: Omit<modes.ContractsArguments, 'filter'>, ctx: Context) =>
      modes.listContracts(ctx, { ...page, filter: { providerId: id } }),
    evaluations: forAll((companies: readonly PropertyProvider[], { year }: { year?: number | null }, ctx) =>
      providers.evaluationsOf(ctx, companies, year ?? null),
    ),
    scores: forAll((companies: readonly PropertyProvider[], { year }: { year: number }, ctx) =>
      providers.scoresOf(ctx, companies, year),
    ),
    warnings: forAll((companies: readonly PropertyProvider[], _: object, ctx) => providers.warningsOf(ctx, companies)),
    actions: forAll(async (companies: readonly PropertyProvider[], _: object, ctx) =>
      (await providers.offeredSteps(ctx, companies)).map((offers) => asActions(offers, ctx.language)),
    ),
  },
  PropertyEvaluation: { limit: ({ scoreLimit }: providers.EvaluationRow) => scoreLimit },
  PropertyScore: { area: ({ areaCode }: providers.ScoreRow) => ({ code: areaCode }) },
  ProviderWarning: { on: ({ onDate }: providers.WarningRow) => onDate },
  PropertyContract: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await modes.contractsByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((contract) => contract !== null),
    quarter: quarterOf,
    provider: companyOf,
  },
  QuarterModePeriod: { provider: companyOf },
  QuarterStanding: { quarter: quarterOf, provider: companyOf },
  PropertyCoverage: {
    area: ({ areaCode }: modes.Coverage) => ({ code: areaCode }),
    ratio: (coverage: modes.Coverage) => modes.ratioOf(coverage),
    target: (coverage: modes.Coverage, _: object, ctx: Context) => modes.targetOf(ctx, coverage),
    areas: (coverage: modes.Coverage, _: object, ctx: Context) => modes.coverageWithin(ctx, coverage),
    quarters: ({ areaCode, asOf }: modes.Coverage, page: modes.StandingsArguments, ctx: Context) =>
      modes.listStandings(ctx, areaCode, asOf, page),
  },
  Quarter: {
    modeHistory: forAll((quarters: readonly { id: string }[], _: object, ctx) =>
      modes.modeHistoriesOf(
        ctx,
        quarters.map(({ id }) => id),
      ),
    ),
    provider: companyOf,
    propertyAlerts: forAll((quarters: readonly { id: string }[], _: object, ctx) =>
      modes.alertsOf(
        ctx,
        quarters.map(({ id }) => id),
      ),
    ),
  },
};
