import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersOf, closingLine, tally, testedProjects, type JestAnswer } from './results';

const suite = (
  name: string,
  seconds: number,
  ...tests: readonly ('passed' | 'failed')[]
): JestAnswer['testResults'][number] => ({
  name,
  startTime: 0,
  endTime: seconds * 1000,
  status: tests.includes('failed') || tests.length === 0 ? 'failed' : 'passed',
  message: tests.length === 0 ? '\nCannot find module ./transfers\n at x' : '',
  assertionResults: tests.map((status, index) => ({ fullName: `sentence ${index}`, status })),
});

const answer = (testResults: JestAnswer['testResults'], skipped = 0): JestAnswer => {
  const count = (wanted: string) =>
    testResults.flatMap((s) => s.assertionResults).filter(({ status }) => status === wanted).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults,
  };
};

describe('the closing line', () => {
  it('sums checks and projects', () => {
    const sum = tally(
      '/r',
      [{ name: 'types', passed: true }],
      ['a', 'b'],
      new Map([
        ['a', answer([suite('/r/a.spec.ts', 1, 'passed', 'passed')])],
        ['b', answer([suite('/r/b.spec.ts', 3, 'passed')], 2)],
      ]),
    );
    expect(closingLine(sum)).toBe('4 passed, 0 failed, 2 skipped');
    expect(sum.suites.map(({ name }) => name)).toEqual(['b.spec.ts', 'a.spec.ts']);
  });

  it('counts a failed check, a failed sentence, a suite that did not load and a project that said nothing', () => {
    const sum = tally(
      '/r',
      [
        { name: 'types', passed: false },
        { name: 'lint', passed: true },
      ],
      ['a', 'b', 'silent'],
      new Map([
        ['a', answer([suite('/r/a.spec.ts', 1, 'passed', 'failed')])],
        ['b', answer([suite('/r/b.spec.ts', 1)])],
      ]),
    );
    expect(closingLine(sum)).toBe('2 passed, 4 failed');
    expect(sum.failures).toEqual([
      'check types',
      'a.spec.ts: sentence 1',
      'b.spec.ts: Cannot find module ./transfers',
      'silent: no result',
    ]);
  });
});

describe('projects', () => {
  const root = mkdtempSync(join(tmpdir(), 'jishi-test-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('are those with a test target, and only their own answers are read', () => {
    for (const [path, project] of [
      ['apps/members', { name: 'members', targets: { test: {} } }],
      ['libs/words', { name: 'words', targets: {} }],
      ['tools/city', { name: 'city', targets: { test: {} } }],
    ] as const) {
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, 'project.json'), JSON.stringify(project));
    }
    writeFileSync(join(root, 'members.json'), JSON.stringify(answer([suite('/r/a', 1, 'passed')])));
    expect(testedProjects(root)).toEqual(['city', 'members']);
    expect([...answersOf(root, testedProjects(root)).keys()]).toEqual(['members']);
  });
});
