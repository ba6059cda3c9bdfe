// Generates a slice in a copy of the repository, for each service that is given, and holds it to what every slice is held to.
import { copyOf } from './copy';

const services = process.argv.slice(2);
const copy = copyOf(process.cwd());
const slices = services.map((service) => `apps/${service}/src/home-visits`);
let failed = 0;

function step(name: string, code: number): void {
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  throw-away slice: ${name}`);
  if (code !== 0) failed += 1;
}

try {
  for (const service of services) {
    step(
      `${service}, written`,
      copy.node(['tools/run.mjs', 'tools/generators/src/capability.ts', service, 'home-visits', '--zh', '家访']),
    );
    const jest = ['../../node_modules/jest/bin/jest.js', '--config', '../../jest.project.js', 'src/home-visits'];
    step(`${service}, specs`, copy.node(jest, { in: `apps/${service}` }));
  }
  step('composition', copy.node(['tools/run.mjs', 'tools/compose-supergraph/main.ts']));
  step('types', copy.node(['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']));
  step('lint', copy.node(['node_modules/oxlint/bin/oxlint', '--quiet', ...slices]));
  step(
    'format',
    copy.node([
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level',
      'warn',
      ...slices,
      ...services.map((service) => `apps/${service}/src/service.ts`),
    ]),
  );
  step('boundaries', copy.node(['tools/run.mjs', 'tools/check-boundaries/src/main.ts']));
} finally {
  copy.node(['tools/run.mjs', 'tools/run-ci/src/stop-database.ts'], { quiet: true });
  copy.remove();
}
process.exitCode = failed > 0 || services.length === 0 ? 1 : 0;
