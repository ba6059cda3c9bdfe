import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { answersOf, closingLine, tally, testedProjects, type Check } from './results';
import { run, stopAll } from './run';

const root = process.cwd();
const results = join(root, '.nx', 'results');
const wanted = process.argv.slice(2);
const program = (path: string) => join(root, 'node_modules', path);

/** What is checked before the tests; each is one passed or failed in the closing line. */
const checks: readonly { readonly name: string; readonly command: readonly [string, ...string[]] }[] = [
  { name: 'types', command: [program('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', command: [program('oxlint/bin/oxlint'), '--quiet'] },
  { name: 'format', command: [program('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'boundaries', command: ['tools/run.mjs', 'tools/check-boundaries/src/main.ts'] },
  { name: 'deployment', command: ['tools/run.mjs', 'tools/check-deployment/src/main.ts'] },
];

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function runChecks(): Promise<Check[]> {
  const done: Check[] = [];
  for (const { name, command } of checks) {
    const started = performance.now();
    const passed = (await run(command[0], command.slice(1), { cwd: root })) === 0;
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name}  ${seconds(started)}`);
    done.push({ name, passed });
  }
  return done;
}

/** Its journeys start whole platforms one after the other. */
const journeys = new Set(['standalone']);
/** They mostly wait: for brokers that come back, leases that end, servers that start. */
const waiting = new Set([
  'chaos',
  'embedded-kafka',
  'embedded-postgres',
  'event-catalogue',
  'event-delivery',
  'events',
  'foreign-consumers',
  'kafka',
  'topics',
]);

/** Lanes beside each other: Nx alone would leave the journeys for the end, as nothing depends on them, and let the others wait idly. */
async function runTests(projects: readonly string[]): Promise<number> {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const laneOf = (name: string) => (journeys.has(name) ? 0 : waiting.has(name) ? 1 : 2);
  const lanes = [0, 1, 2].map((lane) => projects.filter((name) => laneOf(name) === lane));
  const exits = await Promise.all(lanes.filter((lane) => lane.length > 0).map(runLane));
  return Math.max(...exits);
}

function runLane(projects: readonly string[]): Promise<number> {
  return run(
    program('nx/dist/bin/nx.js'),
    [
      'run-many',
      '--target=test',
      `--projects=${projects.join(',')}`,
      '--parallel=1',
      '--outputStyle=static',
      // A used machine must not answer from memory what a fresh one would have to run.
      ...(process.env.CI === 'true' ? ['--skip-nx-cache'] : []),
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        NX_DAEMON: 'false',
        NX_NO_CLOUD: 'true',
        NX_TUI: 'false',
        // Without a pseudo-terminal the tests stay in our process group, so that Ctrl-C ends them too.
        NX_NATIVE_COMMAND_RUNNER: 'false',
        ...(process.stdout.isTTY ? {} : { FORCE_COLOR: '0' }),
      },
    },
  );
}

let interrupted = false;
let stopDatabase: () => Promise<unknown> = async () => {};

/** One PostgreSQL for all tests; it is stopped at the end, unless it was running before, as it does for somebody else's tests. */
async function startDatabase(): Promise<Check> {
  try {
    // Loaded now, not above: the libs that are to be checked must not keep the checks from running.
    const { startTestCluster, stopTestCluster } = await import('@jishi/testing');
    const { adopted, port } = await startTestCluster();
    if (!adopted) stopDatabase = () => stopTestCluster();
    console.log(`passed  database  port ${port}${adopted ? ', was running' : ''}`);
    return { name: 'database', passed: true };
  } catch (error) {
    console.error(error);
    console.log('FAILED  database');
    return { name: 'database', passed: false };
  }
}

/** Projects whose tests speak with Kafka; every other named project is tested without waiting for one. */
const withBroker = new Set(['event-delivery', 'event-catalogue', 'foreign-consumers', 'standalone', 'topics', 'bench']);

let stopBroker: () => Promise<unknown> = async () => {};

/** One Kafka for all tests, told to them by KAFKA_BROKERS; stopped at the end like the database, a given cluster never. */
async function startBroker(): Promise<Check> {
  try {
    const { startTestBroker, stopTestBroker } = await import('@jishi/testing');
    const { adopted, brokers } = await startTestBroker((line) => console.log(line));
    if (!adopted) stopBroker = () => stopTestBroker();
    process.env.KAFKA_BROKERS = brokers.join(',');
    console.log(`passed  broker  ${brokers.join(',')}${adopted ? ', was running' : ''}`);
    return { name: 'broker', passed: true };
  } catch (error) {
    console.error(error);
    console.log('FAILED  broker');
    return { name: 'broker', passed: false };
  }
}

async function main(): Promise<number> {
  const all = testedProjects(root);
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`no such project: ${unknown.join(', ')}; there are ${all.join(', ')}`);
    return 2;
  }
  const projects = wanted.length > 0 ? wanted : all;
  const checked = wanted.length > 0 ? [] : await runChecks();
  if (interrupted) return 130;
  checked.push(await startDatabase());
  if (!interrupted && (wanted.length === 0 || wanted.some((name) => withBroker.has(name))))
    checked.push(await startBroker());
  const exit = interrupted ? 130 : await runTests(projects);
  if (interrupted) return 130;
  await stopBroker();
  await stopDatabase();

  const sum = tally(root, checked, projects, answersOf(results, projects));
  console.log('\nslowest suites');
  for (const { name, seconds: took } of sum.suites.slice(0, 8))
    console.log(`${took.toFixed(1).padStart(7)} s  ${name}`);
  if (sum.failures.length > 0) console.log(`\nfailed\n${sum.failures.map((line) => `  ${line}`).join('\n')}`);
  if (exit !== 0 && sum.failed === 0) console.log('\nnx reported a failure that no project shows; see above');
  console.log(`\n${closingLine(sum)}`);
  return exit === 0 && sum.failed === 0 && sum.passed > checked.length ? 0 : 1;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // npm passes on the signal that the terminal has already sent: the second is the first.
    if (interrupted) return;
    interrupted = true;
    void stopAll()
      .then(() => stopBroker())
      .then(() => stopDatabase())
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(code));
  });
}

void main().then(
  (code) => {
    if (!interrupted) process.exit(code);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
