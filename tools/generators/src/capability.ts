import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateCapability } from './generate';

const usage = 'npm run new:capability -- SERVICE CAPABILITY [--zh 名称]     e.g. members dues --zh 党费';

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { zh: { type: 'string' } } });
  const [service, capability] = positionals;
  if (!service || !capability || positionals.length !== 2) throw new Error(usage);
  const root = process.cwd();
  const paths = generateCapability({ root, service, capability, zh: values.zh ?? capability });
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/prettier/bin/prettier.cjs'),
      '--write',
      '--log-level',
      'warn',
      ...paths.filter((path) => !path.endsWith('.sql')),
    ],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  console.log(`${paths.map((path) => `  ${path}`).join('\n')}

The slice works as it is: cd apps/${service} && npx jest --config ../../jest.project.js ${capability}
Now make it yours, in this order: the words of the graph, the rules with their spec, the service, its events
(libs/event-contracts) and who may do it (libs/access/src/roles.ts). npm run compose renews the printed graph; npm test says what else wants to be kept in step.`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
