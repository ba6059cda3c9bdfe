import { readApps } from './apps';
import { checkDeployments } from './check';

async function main(): Promise<void> {
  const apps = await readApps(process.cwd());
  const faults = checkDeployments(process.cwd(), apps);
  for (const { file, at, message } of faults) console.error(`${file}  ${at}  ${message}`);
  console.log(
    `${apps.map(({ name, entries }) => `${name} (${entries.join(', ')})`).join(', ') || 'no app'}: ${faults.length} faults`,
  );
  process.exitCode = faults.length > 0 || apps.length === 0 ? 1 : 0;
}

void main();
