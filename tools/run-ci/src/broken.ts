// Breaks a copy of the repository on purpose, one way after the other, and expects the check that guards it to fail: a check
// that passes here would also let a real mistake pass.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf } from './copy';

interface Break {
  readonly name: string;
  readonly file: string;
  /** The text of the file, broken; the same text when there is nothing to break any more. */
  readonly by: (text: string) => string;
  readonly check: readonly string[];
}

const boundaries = ['tools/run.mjs', 'tools/check-boundaries/src/main.ts'];
const deployment = ['tools/run.mjs', 'tools/check-deployment/src/main.ts'];
const composition = ['tools/run.mjs', 'tools/compose-supergraph/main.ts', '--check'];

const breaks: readonly Break[] = [
  {
    name: 'a broken boundary',
    file: 'apps/members/src/people/people.rules.ts',
    by: (text) => `import { readFileSync } from 'node:fs';\n${text}\nexport const read = readFileSync;\n`,
    check: boundaries,
  },
  {
    name: 'a stale supergraph',
    file: 'apps/gateway/supergraph.graphql',
    by: (text) => text.replace(/\n  transfers\([^]*?\): /, '\n  transfersOfBefore: '),
    check: composition,
  },
  {
    name: 'a stale SDL',
    file: 'apps/members/schema.graphql',
    by: (text) => `${text}\nscalar OfBefore\n`,
    check: composition,
  },
  {
    name: 'a field without @access',
    file: 'apps/members/src/rosters/rosters.graphql',
    by: (text) => text.replace(/(membersByClass: [^@]*?) @access\([^)]*\)/, '$1'),
    check: composition,
  },
  {
    name: 'a field without a description',
    file: 'apps/members/src/rosters/rosters.graphql',
    by: (text) => text.replace(/ {2}"[^"\n]*"\n( {2}total: )/, '$1'),
    check: composition,
  },
  {
    name: 'a probe that nothing answers',
    file: 'k8s/base/members.yaml',
    by: (text) => text.replace('/health/ready', '/ready'),
    check: deployment,
  },
];

const copy = copyOf(process.cwd());
let failed = 0;
function step(name: string, holds: boolean, otherwise: string): void {
  if (!holds) failed += 1;
  console.log(holds ? `passed  broken on purpose: ${name}` : `FAILED  broken on purpose: ${name}: ${otherwise}`);
}

try {
  const whole = new Set<readonly string[]>(
    [boundaries, composition, deployment].filter((check) => copy.node(check) === 0),
  );
  for (const { name, file, by, check } of breaks) {
    const path = join(copy.folder, file);
    const before = readFileSync(path, 'utf8');
    const broken = by(before);
    writeFileSync(path, broken);
    const noticed = copy.node(check, { quiet: true }) !== 0;
    writeFileSync(path, before);
    if (!whole.has(check)) step(name, false, 'its check fails on the repository as it is, which proves nothing');
    else step(name, broken !== before && noticed, broken === before ? 'there was nothing to break' : 'nobody noticed');
  }
} finally {
  copy.remove();
}
process.exitCode = failed > 0 ? 1 : 0;
