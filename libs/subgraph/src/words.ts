import { say, type Citation, type Language, type Refusal } from '@jishi/errors';
import type { Offer } from '@jishi/lifecycles';

/** A refusal or warning as the graph's `Reason` says it. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly citation: Citation | null;
}

export const asReason = ({ code, wording, field, citation, params }: Refusal, language: Language): Reason => ({
  code,
  message: say(wording, language, params),
  field: field ?? null,
  citation: citation ?? null,
});

/** The steps of a case as the graph's `Action`s: what the caller may do now, and for every other step why not. */
export const asActions = (offers: readonly Offer<string>[], language: Language) =>
  offers.map(({ step, label, allowed, refusals }) => ({
    step,
    label: say(label, language),
    allowed,
    reasons: refusals.map((refusal) => asReason(refusal, language)),
  }));
