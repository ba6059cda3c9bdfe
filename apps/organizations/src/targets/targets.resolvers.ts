import { say } from '@jishi/errors';
import type { Preset, Profile } from '@jishi/indicators';
import { forAll, type Context, type Resolvers } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import {
  figureOf,
  listTargetHistory,
  listTargets,
  targetProfiles,
  targetsByIds,
  type TargetHistoryArguments,
  type TargetRow,
  type TargetsArguments,
} from './targets.reads';
import { parameterNames } from './targets.rules';
import {
  adoptTargetProfile,
  endTarget,
  endTargetProfile,
  setTarget,
  type AdoptTargetProfileInput,
  type EndTargetInput,
  type EndTargetProfileInput,
  type SetTargetInput,
} from './targets.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}
type Said = Pick<Preset, 'key' | 'parameters' | 'document' | 'article'>;

/** What a target says, whether a plan proposes it or an area has set it. */
const said = {
  name: ({ key }: Said, _: unknown, ctx: Context) => say(figureOf(key), ctx.language, {}),
  parameters: ({ parameters }: Said, _: unknown, ctx: Context) =>
    Object.entries(parameters).map(([name, value]) => ({
      name,
      label: say(parameterNames[name] ?? { zh: name, en: name }, ctx.language, {}),
      value: Array.isArray(value) ? value.join('、') : String(value),
    })),
  citation: ({ document, article, key }: Said) => ({ document, article, rule: key }),
  features: ({ key }: Said) => figureOf(key).features,
};

const several =
  <I>(change: (ctx: Context, input: I) => Promise<{ readonly ids: string[] }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => ({
    clientMutationId: input.clientMutationId,
    targets: await targetsByIds(ctx, (await change(ctx, input)).ids),
  });
const one =
  <I>(change: (ctx: Context, input: I) => Promise<{ readonly id: string }>) =>
  async (_: unknown, { input }: Input<I>, ctx: Context) => ({
    clientMutationId: input.clientMutationId,
    target: (await targetsByIds(ctx, [(await change(ctx, input)).id]))[0],
  });

export const resolvers: Resolvers = {
  Query: {
    targetProfiles: (_: unknown, { keyPrefix }: { keyPrefix?: string | null }) => targetProfiles(keyPrefix),
    targets: (_: unknown, args: TargetsArguments, ctx: Context) => listTargets(ctx, args),
    targetHistory: (_: unknown, args: TargetHistoryArguments, ctx: Context) => listTargetHistory(ctx, args),
  },
  Mutation: {
    adoptTargetProfile: several<AdoptTargetProfileInput>(adoptTargetProfile),
    endTargetProfile: several<EndTargetProfileInput>(endTargetProfile),
    setTarget: one<SetTargetInput>(setTarget),
    endTarget: one<EndTargetInput>(endTarget),
  },
  TargetProfile: {
    name: ({ zh, en }: Profile, _: unknown, ctx: Context) => say({ zh, en }, ctx.language, {}),
  },
  TargetPreset: said,
  IndicatorTarget: {
    ...said,
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      targetsByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    area: forAll((targets: readonly TargetRow[], _: unknown, ctx) =>
      areasByCodes(
        ctx,
        targets.map(({ areaCode }) => areaCode),
      ),
    ),
  },
};
