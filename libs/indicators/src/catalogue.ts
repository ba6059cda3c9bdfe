import type { CivilDate } from '@jishi/periods';
import indicatorData from '../data/indicators.json';
import presetData from '../data/presets.json';
import type { Comparator, Parameters } from './verdict';

/** The key of a figure: `vil.income.floor`. The compiler knows every key of the register. */
export type IndicatorKey = keyof typeof indicatorData;

/** What is measured: a figure of the register of targets, before anybody says what it should be. */
export interface Indicator {
  readonly key: IndicatorKey;
  readonly zh: string;
  readonly en: string;
  /** The unit its targets are written in, unless a target says another: %, 个, 元, 次. */
  readonly unit: string;
  /** Rows of the feature inventory that use it. */
  readonly features: readonly string[];
}

export const indicators: ReadonlyMap<string, Indicator> = new Map(
  Object.entries(indicatorData).map(([key, about]) => [key, { key: key as IndicatorKey, ...about }]),
);

/** What a plan says about a figure; where plans differ every variant is kept, and nobody chooses silently. */
export interface Preset {
  readonly key: IndicatorKey;
  readonly comparator: Comparator;
  readonly value: number | null;
  readonly unit: string;
  readonly parameters: Parameters;
  readonly dueOn: CivilDate | null;
  readonly document: string;
  readonly article: string | null;
  readonly note: string | null;
}

export type ProfileKey = keyof typeof presetData;

/** 目标方案: the whole set of targets of one plan. */
export interface Profile {
  readonly key: ProfileKey;
  readonly zh: string;
  readonly en: string;
  readonly document: string | null;
  /** First day of the plan. */
  readonly from: CivilDate;
  readonly targets: readonly Preset[];
}

export const profiles: readonly Profile[] = Object.entries<object>(presetData).map(
  ([key, profile]) => ({ key, ...profile }) as Profile,
);

export const profileOf = (key: string): Profile | undefined => profiles.find((profile) => profile.key === key);

/** Parameters by which several targets of one figure stand beside each other: two floors, two shares of one duty. */
const telling = ['measure', 'floor', 'years', 'figure', 'who', 'phase', 'scope'] as const;

/** Which of several targets of one figure this is: `floor=50000,measure=TOTAL`; empty for a figure that has only one. */
export const facetOf = (parameters: Parameters): string =>
  telling
    .filter((name) => parameters[name] !== undefined)
    .map((name) => `${name}=${String(parameters[name])}`)
    .sort()
    .join();
