import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A committed operation: what the office asks, how the graph is asked, and an example that the demonstration answers. */
export interface Question {
  /** `Q02`, `terms-due` */
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** The GraphQL text, comments included. */
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const comment = (text: string, pattern: RegExp, path: string) => {
  const found = pattern.exec(text)?.[1]?.trim();
  if (!found) throw new Error(`${path} does not begin with the comment ${pattern.source}`);
  return found;
};

/** The committed questions, by name. Each has its Chinese and English sentence at the top and example variables beside it. */
export function committedQuestions(folder = join(__dirname, '../operations')): readonly Question[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      return {
        name: file.replace(/\.graphql$/, ''),
        zh: comment(text, /^# 问题：(.+)$/m, path),
        en: comment(text, /^# Question: (.+)$/m, path),
        text,
        variables: JSON.parse(readFileSync(path.replace(/\.graphql$/, '.variables.json'), 'utf8')),
      };
    });
}

/** The committed supergraph: every subgraph composed, checked to be current by `npm run compose -- --check`. */
export const committedSupergraph = (): string => readFileSync(join(__dirname, '../supergraph.graphql'), 'utf8');
