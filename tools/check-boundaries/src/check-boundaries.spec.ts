import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, rules } from './rules';
import { readSlices, readSource } from './source';
import { readWorkspace } from './workspace';

const fixtures = join(__dirname, '..', 'fixtures');
const clean = join(fixtures, 'clean');
const repository = join(__dirname, '..', '..', '..');

describe('boundaries', () => {
  it('finds nothing in a clean workspace', () => {
    const workspace = readWorkspace(clean);
    expect(check(workspace)).toEqual([]);
    expect(workspace.files.length).toBeGreaterThan(15);
  });

  it('has one fixture per rule and no other', () => {
    expect(readdirSync(fixtures).sort()).toEqual(['clean', ...rules.map(({ name }) => name)].sort());
  });

  it.each(rules.map(({ name }) => name))('%s is broken by its fixture, alone and once', (name) => {
    const breaches = check(readWorkspace(clean, join(fixtures, name)));
    expect(breaches.map(({ rule, message }) => ({ rule, message }))).toEqual([
      { rule: name, message: expect.stringMatching(/\w/) },
    ]);
  });
});

describe('reading a file', () => {
  it('finds every way of importing and tells types from values', () => {
    const text = `
      import a from 'value'; import type B from 'type'; import { type C } from 'types'; import { type D, e } from 'both';
      export * from 'star'; export type { F } from 'type-again'; import 'effect'; import g = require('equals');
      const h = require('call'); const i = await import('dynamic'); type J = import('in-a-type').J;
      // import 'comment'
      const k = "import 'text'";`;
    const { imports } = readSource('x.ts', text);
    expect(imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier)).toEqual([
      ...['value', 'both', 'star', 'effect', 'equals', 'call', 'dynamic'],
    ]);
    expect(imports.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier)).toEqual([
      ...['type', 'types', 'type-again', 'in-a-type'],
    ]);
  });

  it('tells the clock from a day that is only written down', () => {
    const text = `new Date();\nnew Date(row.at);\nDate.now();\nMath.random();\nMath.max(1);\nDate();\n// new Date()`;
    expect(readSource('x.ts', text).clock).toEqual([1, 3, 4, 6]);
  });

  it('finds process.env in its three spellings', () => {
    expect(
      readSource('x.ts', `process.env.A;\nconst { env } = process;\nprocess.env['B'];\nconst env = 1;`).environment,
    ).toEqual([1, 2, 3]);
  });

  it('finds .unscoped across lines, taken apart, and with its reason', () => {
    const text = `await tx\n  .unscoped // the change was approved above both\n  .get(A, id);\nconst { unscoped } = tx;\ntx.unscoped.get(A, id);`;
    expect(readSource('x.ts', text).unscoped).toEqual([
      { line: 2, explained: true },
      { line: 4, explained: false },
      { line: 5, explained: false },
    ]);
  });

  it('takes the words above a short function for the reason of what it does, and no words above a long one', () => {
    const body = (lines: number) =>
      `/** Whose place decides. */\nconst f = (tx) => {\n${'  step();\n'.repeat(lines)}  tx.unscoped.get(A);\n};`;
    expect(readSource('x.ts', body(2)).unscoped).toEqual([{ line: 5, explained: true }]);
    expect(readSource('x.ts', body(12)).unscoped).toEqual([{ line: 15, explained: false }]);
    const inside = `const f = (tx) => {\n  // The letter gives the authority.\n  tx.unscoped.get(A);\n  step();\n  tx.unscoped.get(B);\n};`;
    expect(readSource('x.ts', inside).unscoped.map(({ explained }) => explained)).toEqual([true, true]);
  });

  it('reads the order of the slices by their folders', () => {
    const text = `import { changes } from './changes'; import { knownRosters as rosters } from './known-rosters';
      export const s: Service = { capabilities: [changes], projections: [rosters] };`;
    expect(readSlices('service.ts', text)).toEqual({ capabilities: ['changes'], projections: ['known-rosters'] });
  });
});

describe('the graph that Nx sees', () => {
  it('has no edge that the boundaries overlook', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jishi-graph-'));
    const file = join(folder, 'graph.json');
    try {
      execFileSync(process.execPath, [join(repository, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`], {
        cwd: repository,
        env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
        stdio: 'pipe',
      });
      const { graph } = JSON.parse(readFileSync(file, 'utf8')) as {
        graph: {
          nodes: Record<string, { data: { tags?: string[] } }>;
          dependencies: Record<string, { source: string; target: string }[]>;
        };
      };
      const workspace = readWorkspace(repository);
      const ours = new Set(
        workspace.files.flatMap((from) =>
          from.source.imports.map(
            (wanted) => `${from.project.name} → ${workspace.resolve(from, wanted).project?.name}`,
          ),
        ),
      );
      const theirs = Object.values(graph.dependencies)
        .flat()
        .filter(({ target }) => target in graph.nodes);
      expect(theirs.map(({ source, target }) => `${source} → ${target}`).filter((edge) => !ours.has(edge))).toEqual([]);
      expect(theirs.length).toBeGreaterThan(0);
      expect(Object.keys(graph.nodes).sort()).toEqual(workspace.projects.map(({ name }) => name).sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
