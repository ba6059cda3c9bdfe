import { ruleBroken, type Citation } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import coverage from '../data/coverage.json';
import admissions from '../data/admissions.json';
import enterprises from '../data/enterprises.json';
import erasures from '../data/erasures.json';
import grids from '../data/grids.json';
import matters from '../data/matters.json';
import membership from '../data/membership.json';
import organizationSetting from '../data/organization-setting.json';
import property from '../data/property.json';
import terms from '../data/terms.json';
import transfers from '../data/transfers.json';
import villageWork from '../data/village-work.json';
import villages from '../data/villages.json';
import { checkVersions } from './versions';

const data = {
  ...admissions,
  ...coverage,
  ...enterprises,
  ...erasures,
  ...grids,
  ...matters,
  ...organizationSetting,
  ...terms,
  ...membership,
  ...transfers,
  ...villageWork,
  ...villages,
  ...property,
};

/** The name of a rule: `org.branch.ceiling`. The compiler knows every key of the data files. */
export type RuleKey = keyof typeof data;

/** What a rule's value is: one number, or a list such as the reminder ladder `[6, 3, 1]` or `[least, most]`. */
export type RuleValue<K extends RuleKey = RuleKey> = (typeof data)[K]['versions'][number]['value'];

/**
 * How sure the figure is: V text seen, V(S) two independent sources, S one secondary source, U unverified (show 待核),
 * seed a default of the platform.
 */
export type Certainty = 'V' | 'V(S)' | 'S' | 'U' | 'seed';

/** One version of a rule: a figure, the days it governs, and the document it stands in. */
export interface Rule<K extends RuleKey = RuleKey> {
  readonly key: K;
  /** What the figure means, in the office's words. */
  readonly title: string;
  readonly value: RuleValue<K>;
  /** `persons`, `full members`, `months`, `days`, … */
  readonly unit: string;
  /** First day in force. */
  readonly from: CivilDate;
  /** First day no longer in force; null while it is in force. */
  readonly to: CivilDate | null;
  readonly document: string;
  readonly article: string | null;
  readonly certainty: Certainty;
  readonly note: string | null;
  /** The row of the feature inventory that uses it. */
  readonly feature: string;
}

const flat: readonly Rule[] = Object.entries(data).flatMap(([key, { versions, ...about }]) =>
  versions.map(
    (version) => ({ key, title: about.title, unit: about.unit, feature: about.feature, ...version }) as Rule,
  ),
);
const byKey = new Map<string, Rule[]>();
for (const rule of flat) byKey.set(rule.key, [...(byKey.get(rule.key) ?? []), rule]);
for (const [key, versions] of byKey) checkVersions(key, versions);

/** Every version of every rule, as shown on the page of rules. */
export const allRules = (): readonly Rule[] => flat;

/**
 * The version of a rule in force on the date of the step that is judged (never today's version for an old step).
 * Errors: NO_RULE_IN_FORCE when the rule did not exist yet on that date.
 */
export function ruleInForce<K extends RuleKey>(key: K, on: CivilDate): Rule<K> {
  const versions = byKey.get(key);
  if (!versions) throw new Error(`there is no rule with the key "${key}"`);
  const rule = versions.find(({ from, to }) => from <= on && (to === null || on < to));
  if (!rule) {
    throw ruleBroken({
      code: 'NO_RULE_IN_FORCE',
      rule: key,
      wording: {
        zh: `${versions[0]?.title ?? key}：{on}没有现行规定`,
        en: 'No version of the rule {key} was in force on {on}',
      },
      params: { key, on },
    });
  }
  return rule as Rule<K>;
}

/** Where a figure stands: document, article and the rule's key, as a refusal and the graph show it. */
export const citationOf = ({ key, document, article }: Rule): Citation =>
  article === null ? { document, rule: key } : { document, article, rule: key };
