import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { targetsInForce } from '@jishi/known-register';
import { system } from '@jishi/lifecycles';
import { partsOf } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { Context } from '@jishi/subgraph';
import {
  PropertyEvaluation,
  PropertyProvider,
  PropertyScore,
  PropertyWarning,
  type ScorePart,
} from './providers.entities';
import { standingFacts } from './providers.facts';
import { providerSteps, totalOf, yearsBelowUpTo } from './providers.rules';
import { tellOfWarning, type StepDone } from './providers.service';

export interface ScoreInput {
  readonly providerId: string;
  readonly year: number;
  readonly part: ScorePart;
  readonly areaCode?: string | null;
  readonly score: number;
  readonly basis: string;
}

/**
 * 评分: a community for itself or for its owners' committee, the housing office for itself. Given again before the evaluation is
 * closed, the later score holds (GRD-26).
 */
export const scorePropertyProvider = (ctx: Context, input: ScoreInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { providerId, year, part, score, basis } = input;
    const provider = await tx.lock(PropertyProvider, providerId);
    const areaCode = part === 'HOUSING' ? provider.areaCode : communityOf(input.areaCode);
    must(
      tx.actor,
      part === 'HOUSING' ? 'property:admit' : 'property:score',
      { area: areaCode, ofArea: true },
      tx.today,
    );
    await refuseScore(tx, input, areaCode);
    const known = await tx.find(PropertyScore, { providerId, year, part, areaCode });
    if (known) await tx.save(known, { score, basis });
    else await tx.insert(PropertyScore, { providerId, year, part, areaCode, score, relayed: part === 'OWNERS', basis });
    return { id: provider.id, warnings: [] };
  });

function communityOf(areaCode: string | null | undefined): string {
  if (areaCode?.length === 12) return areaCode;
  throw invalidInput(
    'areaCode',
    {
      zh: '社区、业主评分须填写12位社区代码',
      en: 'Scores of a community and of owners name the community by its 12 digits',
    },
    { code: 'COMMUNITY_MISSING' },
  );
}

async function refuseScore(tx: Tx, { providerId, year, part, score }: ScoreInput, areaCode: string): Promise<void> {
  if (score < 0 || score > 100)
    throw invalidInput('score', { zh: '评分为0至100分', en: 'A score is 0 to 100 points' }, { code: 'SCORE_RANGE' });
  if (year > partsOf(tx.today).year)
    throw invalidInput(
      'year',
      { zh: '不能为{year}年提前评分', en: 'The year {year} has not begun' },
      { code: 'YEAR_NOT_BEGUN', params: { year } },
    );
  if (await tx.find(PropertyEvaluation, { providerId, year })) throw ruleBroken(closedAlready(year));
  const served = await communitiesServed(tx, providerId, year);
  if (part !== 'HOUSING' && !served.includes(areaCode))
    throw ruleBroken({
      code: 'NOT_SERVED_HERE',
      field: 'areaCode',
      wording: {
        zh: '该企业{year}年没有服务{areaCode}的小区',
        en: 'The company managed no quarter of {areaCode} in {year}',
      },
      params: { year, areaCode },
    });
}

const closedAlready = (year: number): Refusal => ({
  code: 'EVALUATION_CLOSED',
  field: 'year',
  wording: { zh: '{year}年度评价已经办结', en: 'The evaluation of {year} is closed' },
  params: { year },
});

const laterYearClosed = (year: number): Refusal => ({
  code: 'EVALUATION_OUT_OF_ORDER',
  field: 'year',
  wording: {
    zh: '{year}年以后的年度评价已经办结，不能补办',
    en: 'A later evaluation than that of {year} is closed; it cannot be made up for',
  },
  params: { year },
});

/** The communities with a quarter that the company managed on any day of a year. */
const communitiesServed = async (tx: Tx, providerId: string, year: number): Promise<string[]> =>
  (
    await tx.query<{ areaCode: string }>(
      `SELECT DISTINCT p.area_code AS "areaCode" FROM quarter_mode m JOIN quarter_place p ON p.quarter_id = m.quarter_id
       WHERE m.provider_id = $1 AND daterange(m.valid_from, m.valid_to) * daterange(p.valid_from, p.valid_to)
         && daterange(make_date($2, 1, 1), make_date($2 + 1, 1, 1))
       ORDER BY 1`,
      [providerId, year],
    )
  ).map(({ areaCode }) => areaCode);

interface Averages {
  readonly community: number | null;
  readonly owners: number | null;
  readonly housing: number | null;
  readonly missing: readonly string[];
}

/** The mean of each part, and the communities served in the year that gave no score of their own. */
async function averagesOf(tx: Tx, providerId: string, year: number): Promise<Averages> {
  const [parts] = await tx.query<Omit<Averages, 'missing'> & { readonly scored: string[] | null }>(
    `SELECT avg(score) FILTER (WHERE part = 'COMMUNITY')::float8 AS community, avg(score) FILTER (WHERE part = 'OWNERS')::float8 AS owners,
       avg(score) FILTER (WHERE part = 'HOUSING')::float8 AS housing, array_agg(area_code) FILTER (WHERE part = 'COMMUNITY') AS scored
     FROM property_score WHERE provider_id = $1 AND year = $2`,
    [providerId, year],
  );
  const { scored, ...averages } = parts!;
  const served = await communitiesServed(tx, providerId, year);
  return { ...averages, missing: served.filter((code) => !scored?.includes(code)) };
}

const words: Readonly<Record<'community' | 'owners' | 'housing', string>> = {
  community: '社区党组织',
  owners: '业主',
  housing: '住建部门',
};

/**
 * 年度评价办结: weighs the parts, judges the total by the county's target or the platform's default, warns a company below the limit,
 * and says when it is due to leave (GRD-26).
 */
export const closePropertyEvaluation = (
  ctx: Context,
  { providerId, year }: { readonly providerId: string; readonly year: number },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const provider = await tx.lock(PropertyProvider, providerId);
    must(tx.actor, 'property:admit', placeOf(provider), tx.today);
    const evaluations = await tx.findAll(PropertyEvaluation, { providerId });
    if (evaluations.some((evaluation) => evaluation.year === year)) throw ruleBroken(closedAlready(year));
    if (evaluations.some((evaluation) => evaluation.year > year)) throw ruleBroken(laterYearClosed(year));
    const { community, owners, housing, missing } = await averagesOf(tx, providerId, year);
    if (community === null || owners === null || housing === null)
      throw ruleBroken(incomplete({ community, owners, housing }));

    const total = totalOf({ community, owners, housing }, ruleInForce('property.weights', tx.today).value);
    const scoreLimit = await limitFor(tx, provider.areaCode);
    // What was before a company left and came back is not counted against it.
    const sinceAdmission = evaluations.filter(({ closedOn }) => closedOn >= (provider.admittedOn ?? closedOn));
    const below = new Set(
      sinceAdmission.filter(({ yearsBelow }) => yearsBelow > 0).map((evaluation) => evaluation.year),
    );
    const yearsBelow = yearsBelowUpTo(year, total < scoreLimit, below);
    await tx.insert(PropertyEvaluation, {
      providerId,
      year,
      areaCode: provider.areaCode,
      community,
      owners,
      housing,
      total,
      scoreLimit,
      yearsBelow,
      exitDue: yearsBelow >= ruleInForce('property.exit-years', tx.today).value,
      closedOn: tx.today,
    });
    if (yearsBelow > 0 && provider.state === 'SERVING') await warnForScore(tx, provider, year);
    return { id: provider.id, warnings: missing.length === 0 ? [] : [notScored(missing)] };
  });

const incomplete = (parts: Readonly<Record<keyof typeof words, number | null>>): Refusal => ({
  code: 'EVALUATION_INCOMPLETE',
  wording: { zh: '尚缺评分：{missing}', en: 'These parts have no score yet: {missing}' },
  params: {
    missing: (Object.keys(words) as (keyof typeof words)[])
      .filter((part) => parts[part] === null)
      .map((part) => words[part])
      .join('、'),
  },
});

const notScored = (missing: readonly string[]): Refusal => ({
  code: 'COMMUNITY_NOT_SCORED',
  wording: { zh: '下列社区没有评分：{missing}', en: 'These communities gave no score: {missing}' },
  params: { missing: missing.join('、') },
});

/** The score that the county's target asks for; the platform's default where none is set. */
async function limitFor(tx: Tx, areaCode: string): Promise<number> {
  const targets = await targetsInForce(tx, 'grd.property.exit', areaCode, tx.today);
  return targets.find(({ value }) => value !== null)?.value ?? ruleInForce('grd.property.exit', tx.today).value;
}

async function warnForScore(tx: Tx, provider: PropertyProvider, year: number): Promise<void> {
  const facts = { ...standingFacts(provider, tx.today), scoreBelow: true };
  const { to } = providerSteps.take('warnByScore', facts, system);
  await tx.save(provider, { state: to });
  await tx.insert(PropertyWarning, { providerId: provider.id, ground: 'SCORE', onDate: tx.today, year });
  await tellOfWarning(tx, provider);
}
