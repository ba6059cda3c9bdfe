export {
  facetOf,
  indicators,
  profileOf,
  profiles,
  type Indicator,
  type IndicatorKey,
  type Preset,
  type Profile,
  type ProfileKey,
} from './catalogue';
export { lastClosedPeriod, periodKindOf, wholePeriods } from './periods';
export { addedUp, percentOf, ratio, type Ratio } from './ratio';
export {
  comparators,
  judge,
  type Comparator,
  type Figure,
  type Judgement,
  type Parameters,
  type Target,
  type Unjudged,
  type Verdict,
} from './verdict';
