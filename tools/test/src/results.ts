import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The part of jest's `--json` answer that is read here. */
export interface JestAnswer {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, one line each: a sentence of a test, a suite that did not load, a project that never answered. */
  readonly failures: readonly string[];
  /** Seconds per suite, slowest first. */
  readonly suites: readonly { readonly name: string; readonly seconds: number }[];
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
}

/** Every project that has tests to run, by its `project.json`. */
export function testedProjects(root: string): string[] {
  return ['apps', 'libs', 'tools']
    .flatMap((folder) =>
      existsSync(join(root, folder))
        ? readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'project.json'))
        : [],
    )
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as { name: string; targets?: Record<string, unknown> })
    .filter(({ targets }) => targets && 'test' in targets)
    .map(({ name }) => name)
    .sort();
}

/** The answers that jest left behind, by project; a project whose jest died before it could write has none. */
export const answersOf = (folder: string, projects: readonly string[]): Map<string, JestAnswer> =>
  new Map(
    projects.flatMap((name) => {
      const path = join(folder, `${name}.json`);
      return existsSync(path) ? [[name, JSON.parse(readFileSync(path, 'utf8')) as JestAnswer] as const] : [];
    }),
  );

/**
 * One sum over the checks and all projects. A check counts as one; a suite that failed before its first test, and a
 * project that left no answer, count as one failure each: silence is never a success.
 */
export function tally(
  root: string,
  checks: readonly Check[],
  projects: readonly string[],
  answers: ReadonlyMap<string, JestAnswer>,
): Tally {
  const failures = checks.filter(({ passed }) => !passed).map(({ name }) => `check ${name}`);
  const suites: { name: string; seconds: number }[] = [];
  let passed = checks.length - failures.length;
  let skipped = 0;

  for (const project of projects) {
    const answer = answers.get(project);
    if (!answer) {
      failures.push(`${project}: no result`);
      continue;
    }
    passed += answer.numPassedTests;
    skipped += answer.numPendingTests + answer.numTodoTests;
    for (const suite of answer.testResults) {
      const name = relative(root, suite.name);
      suites.push({ name, seconds: (suite.endTime - suite.startTime) / 1000 });
      const broken = suite.assertionResults.filter(({ status }) => status === 'failed');
      failures.push(...broken.map(({ fullName }) => `${name}: ${fullName}`));
      if (suite.status === 'failed' && broken.length === 0)
        failures.push(`${name}: ${suite.message.trim().split('\n')[0] || 'did not run'}`);
    }
  }
  return { passed, failed: failures.length, skipped, failures, suites: suites.sort((a, b) => b.seconds - a.seconds) };
}

/** The last line of a run, plain and alone, for people and for machines. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
