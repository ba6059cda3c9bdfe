import type { Refusal, Wording } from '@jishi/errors';

/** The clock or a consumer: as `who` of a step, no person takes it; as the caller, an authority checked elsewhere. */
export const system: unique symbol = Symbol('system');

/** Who takes a step: the holder of a permission such as `transfers:accept`, or the system. */
export type Who = string | typeof system;

/**
 * One sentence of a rule. It looks at the facts and answers with a refusal when the sentence stands against the step;
 * false or undefined when it does not. A guard decides only: it looks nothing up and knows no clock.
 */
export type Guard<Facts> = (facts: Facts) => Refusal | false | undefined;

/** One row of the table: what the office calls the step, from where, to where, by whom, and what may stand against it. */
export interface Step<Facts, State extends string> extends Wording {
  /**
   * The state, or states, the step starts from. `'*'` is any open state: one that another step names as its start, or
   * that nothing leads to; never a final one.
   */
  readonly from: State | readonly State[] | '*';
  readonly to: State;
  readonly who: Who;
  /** Each of these can refuse the step; the first refusal is told. */
  readonly unless?: readonly Guard<Facts>[];
  /** Facts that must be given, such as `reason`: absent, null and blank texts are refused as INVALID_INPUT. */
  readonly needs?: readonly Extract<keyof Facts, string>[];
  /** Each of these can add a warning; the step is taken all the same. */
  readonly warn?: readonly Guard<Facts>[];
}

export type Steps<Facts, State extends string> = Readonly<Record<string, Step<Facts, State>>>;

/** The words for people: what the thing is called, each of its states, and the facts that steps need. */
export interface About<Facts, State extends string> extends Wording {
  readonly states: Readonly<Record<State, Wording>>;
  /** Words for facts listed in `needs`; `reason` is known. */
  readonly facts?: Readonly<Partial<Record<keyof Facts, Wording>>>;
}

/** A step that was taken. */
export interface Taken<State extends string> {
  readonly to: State;
  readonly warnings: readonly Refusal[];
}

/** What somebody may do now, or why not: one entry of the graph's `actions`. */
export interface Offer<Name extends string> {
  readonly step: Name;
  readonly label: Wording;
  readonly allowed: boolean;
  /** Empty exactly when the step is allowed. */
  readonly refusals: readonly Refusal[];
  /** What the caller should know before taking an allowed step. */
  readonly warnings: readonly Refusal[];
  /** Facts the caller gives with the step, such as `reason`; not having given them yet is no refusal here. */
  readonly needs: readonly string[];
}
