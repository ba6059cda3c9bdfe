import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce, type RuleKey } from '@jishi/rule-sets';
import type { Citation } from '@jishi/errors';
import type { SizeClass } from './entities.entities';
import { sizeIndustryOf, type SizeIndustry } from './trade-codes';

/** What the size of a firm is judged by; money of the last business year in fen. */
export interface SizeFacts {
  readonly employees: number | null;
  readonly revenue: number | null;
  readonly assets: number | null;
}

type Measure = keyof SizeFacts;
type SizeRule = Extract<RuleKey, `ent.size.${string}`>;

/** The measures that count in an industry, each with the rule that holds its lower bounds. */
const measures: Readonly<Record<SizeIndustry, readonly (readonly [Measure, SizeRule])[]>> = {
  agriculture: [['revenue', 'ent.size.agriculture.revenue']],
  industry: [
    ['employees', 'ent.size.industry.employees'],
    ['revenue', 'ent.size.industry.revenue'],
  ],
  construction: [
    ['revenue', 'ent.size.construction.revenue'],
    ['assets', 'ent.size.construction.assets'],
  ],
  wholesale: [
    ['employees', 'ent.size.wholesale.employees'],
    ['revenue', 'ent.size.wholesale.revenue'],
  ],
  retail: [
    ['employees', 'ent.size.retail.employees'],
    ['revenue', 'ent.size.retail.revenue'],
  ],
  transport: [
    ['employees', 'ent.size.transport.employees'],
    ['revenue', 'ent.size.transport.revenue'],
  ],
  storage: [
    ['employees', 'ent.size.storage.employees'],
    ['revenue', 'ent.size.storage.revenue'],
  ],
  post: [
    ['employees', 'ent.size.post.employees'],
    ['revenue', 'ent.size.post.revenue'],
  ],
  lodging: [
    ['employees', 'ent.size.lodging.employees'],
    ['revenue', 'ent.size.lodging.revenue'],
  ],
  catering: [
    ['employees', 'ent.size.catering.employees'],
    ['revenue', 'ent.size.catering.revenue'],
  ],
  transmission: [
    ['employees', 'ent.size.transmission.employees'],
    ['revenue', 'ent.size.transmission.revenue'],
  ],
  software: [
    ['employees', 'ent.size.software.employees'],
    ['revenue', 'ent.size.software.revenue'],
  ],
  'real-estate': [
    ['revenue', 'ent.size.real-estate.revenue'],
    ['assets', 'ent.size.real-estate.assets'],
  ],
  property: [
    ['employees', 'ent.size.property.employees'],
    ['revenue', 'ent.size.property.revenue'],
  ],
  leasing: [
    ['employees', 'ent.size.leasing.employees'],
    ['assets', 'ent.size.leasing.assets'],
  ],
  other: [['employees', 'ent.size.other.employees']],
};

const fenInTenThousandYuan = 1_000_000;
const classes: readonly SizeClass[] = ['LARGE', 'MEDIUM', 'SMALL'];

/**
 * The size class of a firm and the rule that gave it (rules.md §7.1): large, medium and small reach the lower bound of every
 * measure of the industry; who misses one falls to the next class, below small it is micro. Null where no bounds are set for the
 * trade or a measure is not known: the size then stays as it was recorded.
 */
export function classify(
  tradeCode: string | null,
  facts: SizeFacts,
  on: CivilDate,
): { readonly size: SizeClass; readonly rule: SizeRule } | null {
  const industry = tradeCode === null ? undefined : sizeIndustryOf(tradeCode);
  if (!industry) return null;
  const reached = [];
  for (const [measure, key] of measures[industry]) {
    const value = facts[measure];
    if (value === null) return null;
    const unit = measure === 'employees' ? 1 : fenInTenThousandYuan;
    const bounds = ruleInForce(key, on).value;
    const at = bounds.findIndex((bound) => value >= bound * unit);
    reached.push({ at: at === -1 ? classes.length : at, rule: key });
  }
  // The measure that reaches least decides.
  const least = reached.reduce((worst, each) => (each.at > worst.at ? each : worst));
  return { size: classes[least.at] ?? 'MICRO', rule: least.rule };
}

/** Where the bound stands that gave a size. */
export const sizeCitation = (rule: string, on: CivilDate): Citation => citationOf(ruleInForce(rule as SizeRule, on));
