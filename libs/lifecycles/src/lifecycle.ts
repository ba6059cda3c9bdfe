import { invalidInput, notAllowed, ruleBroken, type DomainError, type Refusal, type Wording } from '@jishi/errors';
import { diagramOf } from './diagram';
import { system, type About, type Guard, type Offer, type Step, type Steps, type Taken } from './step';

/** Says whether the caller holds a permission on this record; `system` for the clock and for consumers. */
export type May = ((permission: string) => boolean) | typeof system;

/** A checked table of steps. */
export interface Lifecycle<Facts, State extends string, Name extends string> {
  /** Every step of the table, in its order. */
  readonly steps: readonly Name[];
  /** The state's name as people say it. */
  labelOf(state: State): Wording;
  /** Whether no step leads out of this state. */
  isFinal(state: State): boolean;
  /**
   * Takes a step, or throws. In this order: NOT_ALLOWED (the permission is missing, or only the system takes the step),
   * RULE_BROKEN with code STEP_NOT_POSSIBLE (not from this state), INVALID_INPUT (a needed fact is missing), RULE_BROKEN
   * with the code, field and citation of the first guard that objects.
   */
  take(step: Name, facts: Facts & { readonly state: State }, may: May): Taken<State>;
  /** Every step that a person can take, allowed or not and why, for the graph's `actions`. */
  offer(facts: Facts & { readonly state: State }, may: May): Offer<Name>[];
  /** The table as a Mermaid `stateDiagram-v2`, for the documents. */
  diagram(language?: 'zh' | 'en'): string;
}

/**
 * A state machine as one table on one screen. What the table does not list is forbidden.
 *
 *     const transferSteps = lifecycle<TransferFacts, TransferState>(words)({
 *       accept: { zh: '接收', en: 'accept', from: 'ISSUED', to: 'ARRIVED', who: 'transfers:accept', unless: [letterExpired] },
 *     });
 *
 * The compiler knows the states and the steps. Throws at load when a step speaks of a state without words.
 */
export const lifecycle =
  <Facts, State extends string>(about: About<Facts, State>) =>
  <Table extends Steps<Facts, State>>(table: Table): Lifecycle<Facts, State, Extract<keyof Table, string>> =>
    build<Facts, State, Extract<keyof Table, string>>(about, table);

function build<Facts, State extends string, Name extends string>(
  about: About<Facts, State>,
  table: Readonly<Record<Name, Step<Facts, State>>>,
): Lifecycle<Facts, State, Name> {
  checkStates(about, table);
  const names = Object.keys(table) as Name[];
  const open = openStates(about, table);
  const sourcesOf = (name: Name): readonly State[] => sources(table[name], open);

  function stepNamed(name: Name): Step<Facts, State> {
    if (!Object.hasOwn(table, name)) throw new Error(`the table of "${about.en}" has no step "${name}"`);
    return table[name];
  }

  const fromElsewhere = (name: Name, state: State): Refusal => ({
    code: 'STEP_NOT_POSSIBLE',
    field: 'state',
    wording: {
      zh: `${about.zh}现在是“${about.states[state].zh}”，不能${table[name].zh}；只有“${sourcesOf(name)
        .map((one) => about.states[one].zh)
        .join('”“')}”时可以`,
      en: `The ${about.en} is now "${about.states[state].en}"; to ${table[name].en} it must be "${sourcesOf(name)
        .map((one) => about.states[one].en)
        .join('" or "')}"`,
    },
    params: { state, step: name },
  });

  const missingFact = (name: Name, fact: Extract<keyof Facts, string>): DomainError => {
    const words = about.facts?.[fact] ?? wellKnownFacts[fact] ?? { zh: fact, en: fact };
    return invalidInput(fact, {
      zh: `${table[name].zh}必须填写${words.zh}`,
      en: `To ${table[name].en}, give the ${words.en}`,
    });
  };

  return {
    steps: names,
    labelOf: (state) => about.states[state],
    isFinal: (state) => !open.includes(state),
    take(name, facts, may) {
      const step = stepNamed(name);
      const barred = barrier(step, may);
      if (barred) throw barred;
      if (!sourcesOf(name).includes(facts.state)) throw ruleBroken(fromElsewhere(name, facts.state));
      const missing = (step.needs ?? []).find((fact) => isBlank(facts[fact]));
      if (missing) throw missingFact(name, missing);
      const [refusal] = objections(step.unless, facts);
      if (refusal) throw ruleBroken(refusal);
      return { to: step.to, warnings: objections(step.warn, facts) };
    },
    offer: (facts, may) =>
      names
        .filter((name) => table[name].who !== system)
        .map((name) => {
          const step = table[name];
          const barred = barrier(step, may);
          // Guards speak about a record in the right state; in another their answer would mislead.
          const against = sourcesOf(name).includes(facts.state)
            ? objections(step.unless, facts)
            : [fromElsewhere(name, facts.state)];
          const refusals = [...(barred ? [barred.refusal] : []), ...against];
          const allowed = refusals.length === 0;
          return {
            step: name,
            label: { zh: step.zh, en: step.en },
            allowed,
            refusals,
            warnings: allowed ? objections(step.warn, facts) : [],
            needs: step.needs ?? [],
          };
        }),
    diagram: (language = 'zh') => diagramOf(about, table, open, language),
  };
}

const wellKnownFacts: Readonly<Record<string, Wording>> = { reason: { zh: '理由', en: 'reason' } };

const objections = <Facts>(guards: readonly Guard<Facts>[] | undefined, facts: Facts): Refusal[] =>
  (guards ?? []).flatMap((guard) => guard(facts) || []);

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const sources = <Facts, State extends string>(
  { from }: Step<Facts, State>,
  open: readonly State[],
): readonly State[] => (from === '*' ? open : typeof from === 'string' ? [from] : from);

/** Why the caller may not take the step at all, whatever the facts. The system may: it acts on an authority checked before. */
function barrier<Facts, State extends string>({ who, zh, en }: Step<Facts, State>, may: May): DomainError | undefined {
  if (may === system) return undefined;
  if (who === system) {
    return notAllowed('system', { zh: `“${zh}”由系统按日期和事实自动办理`, en: `Only the system may ${en}` });
  }
  return may(who) ? undefined : notAllowed(who);
}

/** The states that some step names as its start, and those where nothing ends: `'*'` means these, never a final one. */
function openStates<Facts, State extends string>(about: About<Facts, State>, table: Steps<Facts, State>): State[] {
  const steps = Object.values(table);
  const left = new Set(steps.flatMap((step) => sources(step, [])));
  const reached = new Set(steps.map(({ to }) => to));
  return (Object.keys(about.states) as State[]).filter((state) => left.has(state) || !reached.has(state));
}

function checkStates<Facts, State extends string>(about: About<Facts, State>, table: Steps<Facts, State>): void {
  for (const [name, step] of Object.entries(table)) {
    for (const state of [...sources(step, []), step.to]) {
      if (!Object.hasOwn(about.states, state)) {
        throw new Error(`the step "${name}" of "${about.en}" speaks of the state "${state}", which has no words`);
      }
    }
  }
}
