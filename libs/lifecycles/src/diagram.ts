import { system, type About, type Steps } from './step';

/** The table as Mermaid text. An arrow says the step and who takes it; `'*'` is drawn from every open state. */
export function diagramOf<Facts, State extends string>(
  about: About<Facts, State>,
  table: Steps<Facts, State>,
  open: readonly State[],
  language: 'zh' | 'en',
): string {
  const states = Object.keys(about.states) as State[];
  const arrows = Object.values(table).flatMap((step) => {
    const { from, to, who } = step;
    const sources: readonly State[] = from === '*' ? open : typeof from === 'string' ? [from] : from;
    const taker = who === system ? 'system' : who.replace(':', ' ');
    return sources.map((source) => `  ${source} --> ${to} : ${step[language]} (${taker})`);
  });
  return [
    'stateDiagram-v2',
    ...states.map((state) => `  state "${about.states[state][language]}" as ${state}`),
    ...arrows,
    ...states.filter((state) => !open.includes(state)).map((state) => `  ${state} --> [*]`),
    '',
  ].join('\n');
}
