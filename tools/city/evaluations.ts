import type { CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import type { Provider, Quarter } from './quarters';
import { chance, idOfCode } from './random';

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/**
 * The evaluation of property companies for the newest closed year, with the scores it was made of: of every community served, of its
 * owners, and of the housing office. A company below the limit was warned.
 */
export function fillingsOfEvaluations(
  { seed, today }: City,
  quarters: readonly Quarter[],
  providers: readonly Provider[],
): Filling[] {
  const thisYear = Number(today.slice(0, 4));
  const year = today > `${thisYear}-02-20` ? thisYear - 1 : thisYear - 2;
  const closedOn = `${year + 1}-02-20` as CivilDate;
  const limit = Number(ruleInForce('grd.property.exit', closedOn).value);
  const weights = ruleInForce('property.weights', closedOn).value as readonly number[];
  const served = new Map<string, Set<string>>();
  const serves = (id: string, areaCode: string): unknown => served.set(id, (served.get(id) ?? new Set()).add(areaCode));
  for (const { provider, followed, areaCode } of quarters) {
    if (provider && (!followed || followed.on <= `${year}-12-31`)) serves(provider.id, areaCode);
    if (followed && followed.on > `${year}-01-01`) serves(followed.provider.id, areaCode);
  }
  const evaluated = providers.flatMap((provider) => {
    const communities = [...(served.get(provider.id) ?? [])].sort();
    if (communities.length === 0) return [];
    const luck = chance(seed, 'evaluation', provider.firm.id);
    const score = (): number => (provider.state === 'WARNED' ? luck.between(46, 58) : luck.between(66, 96));
    const community = communities.map((areaCode) => ({ areaCode, score: score() }));
    const owners = communities.map((areaCode) => ({ areaCode, score: score() }));
    const parts = [mean(community.map((each) => each.score)), mean(owners.map((each) => each.score)), score()] as const;
    const total = parts.reduce((sum, part, at) => sum + part * (weights[at] ?? 0), 0) / 100;
    return [{ provider, community, owners, parts, total: Math.round(total * 100) / 100 }];
  });
  const row = (provider: Provider, part: string, areaCode: string, score: number): Cell[] => [
    ...[
      idOfCode('property-score', `${provider.id} ${year} ${part} ${areaCode}`),
      provider.id,
      year,
      part,
      areaCode,
      score,
    ],
    ...[part === 'OWNERS', part === 'HOUSING' ? '日常检查记录' : '年度满意度测评', ...by],
  ];
  return [
    {
      table: 'property_score',
      title: '物业企业评分',
      columns: ['id', 'provider_id', 'year', 'part', 'area_code', 'score', 'relayed', 'basis', ...trail],
      rows: () =>
        evaluated.flatMap(({ provider, community, owners, parts }) => [
          ...community.map(({ areaCode, score }) => row(provider, 'COMMUNITY', areaCode, score)),
          ...owners.map(({ areaCode, score }) => row(provider, 'OWNERS', areaCode, score)),
          row(provider, 'HOUSING', provider.county, parts[2]),
        ]),
    },
    {
      table: 'property_evaluation',
      title: '物业企业年度考核',
      columns: [
        ...['provider_id', 'year', 'area_code', 'community', 'owners', 'housing', 'total', 'score_limit'],
        ...['years_below', 'exit_due', 'closed_on', ...trail],
      ],
      rows: () =>
        evaluated.map(({ provider, parts, total }) => [
          ...[
            provider.id,
            year,
            provider.county,
            ...parts,
            total,
            limit,
            total < limit ? 1 : 0,
            false,
            closedOn,
            ...by,
          ],
        ]),
    },
    {
      table: 'property_warning',
      title: '物业企业预警',
      columns: ['provider_id', 'ground', 'on_date', 'year', ...trail],
      rows: () =>
        evaluated
          .filter(({ total }) => total < limit)
          .map(({ provider }) => [provider.id, 'SCORE', closedOn, year, ...by]),
    },
  ];
}
