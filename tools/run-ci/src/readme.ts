// What a reader of the README does, as he does it: start, ask every committed question, ask as somebody without a post, stop,
// start again, and every app as its own process on the same data. Each step is one line, passed or FAILED.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const root = process.cwd();
const data = join('.jishi', 'ci');
let failed = 0;

interface Said {
  readonly code: number | null;
  readonly out: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function step(name: string, work: () => Promise<string | void>): Promise<void> {
  const began = performance.now();
  const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    const more = await work();
    console.log(`passed  readme: ${name}  ${took()}${more ? `  ${more}` : ''}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  readme: ${name}  ${took()}  ${error instanceof Error ? error.message : String(error)}`);
  }
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Runs a line of the README in a shell, with the port and the data folder of this run. */
async function say(line: string, env: NodeJS.ProcessEnv): Promise<Said> {
  const child = spawn('sh', ['-c', line], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

/** Starts a server in a process group of its own, as a terminal does, and waits until it is ready. */
async function started(line: string, env: NodeJS.ProcessEnv, limitSeconds: number): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', line], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const until = performance.now() + limitSeconds * 1000;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`ended with code ${child.exitCode} before it was ready`);
    const ready = await fetch(`http://127.0.0.1:${env.PORT}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return child;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stopped(child, 'SIGKILL');
  throw new Error(`not ready within ${limitSeconds} s`);
}

async function stopped(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, signal);
  const late = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 40_000);
  await ended;
  clearTimeout(late);
}

/** Something in it that is neither null nor an empty list. */
const holdsSomething = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsSomething);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsSomething);
  return value !== null && value !== undefined;
};

const holdsRows = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsSomething);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsRows);
};

interface Reply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

const repliedBy = (text: string): Reply => {
  const reply = JSON.parse(text) as Reply;
  return 'data' in reply || 'errors' in reply ? reply : { data: reply as Readonly<Record<string, unknown>> };
};

/** The commands that a README shows: indented lines that begin with npm, without what is said about them. */
const commandsOf = (file: string): string[] =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((line) => /^ {4}(npm .*?)(?:\s+#.*)?$/.exec(line)?.[1] ?? []);

async function main(): Promise<void> {
  rmSync(join(root, data), { recursive: true, force: true });
  const env = { ...process.env, PORT: String(await freePort()), JISHI_DATA: data, FORCE_COLOR: '0' };
  const questions = readdirSync(join(root, 'apps/gateway/operations'))
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => name.replace(/\.graphql$/, ''));
  const commands = commandsOf('README.md');
  const spoken = commands.filter((line) => /^npm run -s (ask|token|reconcile|events:)/.test(line));
  let server: ChildProcess | undefined;
  const answers = new Map<string, string>();

  const askEverything = async (when: string) => {
    // That it did not start is told already; five more lines would say nothing new.
    if (server === undefined) return;
    for (const question of questions)
      await step(`${when}: ${question} is answered`, async () => {
        const { code, out } = await say(`npm run -s ask -- ${question}`, env);
        expect(code === 0, `ended with code ${code}`);
        const reply = repliedBy(out);
        expect(!reply.errors?.length, `has errors: ${JSON.stringify(reply.errors)}`);
        expect(holdsRows(reply.data), 'is empty');
        const before = answers.get(question);
        expect(before === undefined || before === out, 'differs from the answer before');
        answers.set(question, out);
      });
  };
  const stop = async (when: string) => {
    if (server === undefined) return;
    await step(`${when}: Ctrl-C stops everything`, async () => {
      await stopped(server, 'SIGINT');
      expect(server?.signalCode !== 'SIGKILL', 'it had to be killed');
      server = undefined;
      // npm ends with the terminal's signal; what it started may take a moment longer.
      const until = performance.now() + 30_000;
      const running = async () =>
        existsSync(join(root, data, 'postgres', 'data', 'postmaster.pid')) ||
        (await fetch(`http://127.0.0.1:${env.PORT}/health/live`).then(
          () => true,
          () => false,
        ));
      while (await running()) {
        expect(performance.now() < until, 'something still runs');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });
  };

  try {
    await step('both READMEs show the same commands', async () => {
      expect(
        commands.includes('npm ci && npm start') && commands.includes('npm ci && npm test'),
        'the two commands are missing',
      );
      const other = commandsOf('README.zh-CN.md');
      expect(
        commands.join('\n') === other.join('\n'),
        `they differ: ${commands.filter((line) => !other.includes(line)).join('; ')}`,
      );
    });
    await step('npm start, the first time', async () => {
      server = await started('npm start', env, 150);
    });
    await askEverything('first start');
    for (const line of spoken)
      await step(line, async () => {
        const { code, out } = await say(line, env);
        expect(code === 0 && out.trim().length > 0, `ended with code ${code} and said ${out.length} characters`);
      });
    for (const question of questions)
      await step(`${question} tells nobody nothing`, async () => {
        const { out } = await say(`npm run -s ask -- ${question} --as nobody`, env);
        const reply = repliedBy(out);
        expect(!holdsRows(reply.data), `tells ${out.slice(0, 200)}`);
        const codes = reply.errors?.map(({ extensions }) => extensions?.code) ?? [];
        expect(!codes.includes('INTERNAL_SERVER_ERROR'), 'fails instead of refusing');
      });
    await stop('first start');

    await step('npm start, the second time', async () => {
      server = await started('npm start', env, 60);
    });
    await askEverything('second start');
    await stop('second start');

    await step('npm run start:processes', async () => {
      server = await started('npm run start:processes', env, 90);
    });
    await askEverything('as processes');
    await stop('as processes');
  } finally {
    await stopped(server, 'SIGINT');
    rmSync(join(root, data), { recursive: true, force: true });
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

void main().catch((error: unknown) => {
  console.error(error);
  console.log('FAILED  readme: the run itself');
  process.exitCode = 1;
});
