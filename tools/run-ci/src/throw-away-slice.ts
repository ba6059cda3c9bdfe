// Generates a slice in a copy of the repository, one for each service that is given, and holds it to what every slice is held to.
import { copyOf } from './copy';

/** One name per service: two services with the same type would rightly not compose. */
const inventions = [
  { capability: 'home-visits', zh: '家访' },
  { capability: 'site-checks', zh: '现场检查' },
  { capability: 'talks', zh: '谈话' },
] as const;

const wishes = process.argv.slice(2).map((service, index) => {
  const invention = inventions[index];
  if (!invention) throw new Error(`${inventions.length} services at most`);
  return { service, ...invention, folder: `apps/${service}/src/${invention.capability}` };
});
const folders = wishes.map(({ folder }) => folder);
const copy = copyOf(process.cwd());
let failed = 0;

function step(name: string, code: number): void {
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  throw-away slice: ${name}`);
  if (code !== 0) failed += 1;
}

try {
  for (const { service, capability, zh } of wishes) {
    const generator = ['tools/run.mjs', 'tools/generators/src/capability.ts', service, capability, '--zh', zh];
    step(`${service}, written`, copy.node(generator));
    const jest = ['../../node_modules/jest/bin/jest.js', '--config', '../../jest.project.js', `src/${capability}`];
    step(`${service}, specs`, copy.node(jest, { in: `apps/${service}` }));
  }
  step('composition', copy.node(['tools/run.mjs', 'tools/compose-supergraph/main.ts']));
  step('types', copy.node(['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']));
  step('lint', copy.node(['node_modules/oxlint/bin/oxlint', '--quiet', ...folders]));
  const written = [...folders, ...wishes.map(({ service }) => `apps/${service}/src/service.ts`)];
  step('format', copy.node(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', ...written]));
  step('boundaries', copy.node(['tools/run.mjs', 'tools/check-boundaries/src/main.ts']));
} finally {
  copy.node(['tools/run.mjs', 'tools/run-ci/src/stop-database.ts'], { quiet: true });
  copy.remove();
}
process.exitCode = failed > 0 || wishes.length === 0 ? 1 : 0;
