import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connected, processMark } from '@jishi/embedded-postgres';
import { openBus, settled } from '@jishi/event-delivery';
import { slicesOf, type Service } from '@jishi/subgraph';
import type { Logger } from '@jishi/telemetry';
import type { Installation } from './installation';

export interface ProcessesOptions {
  readonly installation: Pick<Installation, 'urlOf' | 'busUrl' | 'keysFolder'>;
  readonly services: readonly Service[];
  /** Folder with the compiled apps. */
  readonly apps: string;
  /** Each app's output goes into a file of its own here. */
  readonly logs: string;
  readonly level: string;
  readonly log: Logger;
  /** Milliseconds in which the gateway answers every request; its own default when absent. */
  readonly deadline?: number;
  /** Told at once how to stop everything, for a start that is interrupted. */
  readonly onShutdown?: (name: string, close: () => Promise<void>) => void;
  /** Told when an app ends that nobody stopped: nobody restarts it here as Kubernetes would. */
  readonly died: (name: string, code: number | null, logFile: string) => void;
}

/** An app as a child of this process. */
export interface App {
  readonly port: number;
  readonly pid: number;
  ready(): Promise<void>;
  /** Asks it to stop in order; `SIGKILL` does not ask. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Every app of the platform as a process of its own. */
export interface Processes {
  /** `members`, `members-worker`, `gateway`. */
  app(name: string): App;
  /** Starts an app anew that was stopped. */
  restart(name: string): Promise<void>;
  /** Starts the gateway on the port, 0 for a free one; gives its address. */
  listen(port: number): Promise<string>;
  /** Resolves when every event that was written has been applied everywhere. */
  settled(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the API and the worker of every service; the gateway when `listen` is called. */
export async function openProcesses(options: ProcessesOptions): Promise<Processes> {
  const { installation, services, logs, log, level } = options;
  mkdirSync(logs, { recursive: true });
  const running = new Map<string, App>();
  const how = new Map<string, () => Promise<App>>();
  const common = { NODE_ENV: 'development', LOG_LEVEL: level };

  const launch = async (name: string, entry: string, environment: Record<string, string>, port?: number) => {
    const chosen = port || (await freePort());
    if (closing) throw new Error('interrupted');
    how.set(name, () => launch(name, entry, environment, chosen));
    const app = launchApp(name, entry, { ...common, ...environment, PORT: String(chosen) }, chosen, options);
    running.set(name, app);
    note(logs, [...running.values()]);
    await app.ready();
    return app;
  };
  let closing = false;
  const close = async (): Promise<void> => {
    closing = true;
    for (const app of [...running.values()].reverse()) await app.stop();
  };
  options.onShutdown?.('processes', close);
  await endOrphans(logs);

  try {
    await Promise.all(
      services.map(async ({ name }) => {
        const environment = {
          DATABASE_URL: installation.urlOf(name),
          BUS_URL: installation.busUrl,
          SUBGRAPH_PUBLIC_KEY_FILE: join(installation.keysFolder, 'subgraph.public.pem'),
        };
        // The API migrates; its worker comes after it.
        await launch(name, `${name}/src/main.js`, environment);
        await launch(`${name}-worker`, `${name}/src/worker.js`, environment);
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }

  const app = (name: string): App => {
    const found = running.get(name);
    if (!found) throw new Error(`no process is called ${name}`);
    return found;
  };
  return {
    app,
    close,
    settled: (withinMs) => settledOver(installation, services, withinMs, log),
    async restart(name) {
      await app(name).stop();
      await how.get(name)?.();
    },
    async listen(port) {
      const urls = services.map(({ name }) => [
        `${name.toUpperCase()}_URL`,
        `http://127.0.0.1:${app(name).port}/graphql`,
      ]);
      const gateway = await launch(
        'gateway',
        'gateway/src/main.js',
        {
          ...Object.fromEntries(urls),
          ...(options.deadline !== undefined && { DEADLINE_MS: String(options.deadline) }),
          USER_PUBLIC_KEY_FILE: join(installation.keysFolder, 'user.public.pem'),
          SUBGRAPH_PRIVATE_KEY_FILE: join(installation.keysFolder, 'subgraph.pem'),
        },
        port,
      );
      return `http://127.0.0.1:${gateway.port}`;
    },
  };
}

const noteIn = (logs: string): string => join(logs, 'processes.json');

/** Remembers who was started, for the next start after a `kill -9` of this process. */
function note(logs: string, apps: readonly App[]): void {
  // Written beside and moved: nobody reads half of it, also when this process is killed meanwhile.
  writeFileSync(`${noteIn(logs)}.part`, JSON.stringify(apps.map(({ pid }) => ({ pid, mark: processMark(pid) }))));
  renameSync(`${noteIn(logs)}.part`, noteIn(logs));
}

/** Ends the apps that a killed process left running: two workers would do no harm, but nobody would ever stop them. */
async function endOrphans(logs: string): Promise<void> {
  if (!existsSync(noteIn(logs))) return;
  const left = JSON.parse(readFileSync(noteIn(logs), 'utf8')) as { pid: number; mark: string | null }[];
  const alive = () => left.filter(({ pid, mark }) => mark !== null && processMark(pid) === mark);
  for (const { pid } of alive()) process.kill(pid, 'SIGTERM');
  for (let waited = 0; alive().length > 0 && waited < 5_000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { pid } of alive()) process.kill(pid, 'SIGKILL');
}

function launchApp(
  name: string,
  entry: string,
  environment: Record<string, string>,
  port: number,
  { apps, logs, died }: ProcessesOptions,
): App {
  const logFile = join(logs, `${name}.log`);
  const output = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(process.execPath, ['--enable-source-maps', join(apps, entry)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches this process, which stops the others in order.
    detached: true,
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let ended = false;
  let stopped = false;
  child.on('close', (code) => {
    ended = true;
    output.end();
    if (!stopped) died(name, code, logFile);
  });
  return {
    port,
    pid: child.pid ?? 0,
    async ready() {
      for (let attempt = 0; attempt < 600; attempt += 1) {
        if (ended) throw new Error(`${name} ended while starting; see ${logFile}`);
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${name} did not become ready within a minute; see ${logFile}`);
    },
    async stop(signal = 'SIGTERM') {
      stopped = true;
      if (ended) return;
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    },
  };
}

/** Looks from outside, as an operator would: nothing unpublished in any outbox, nothing unread by any consumer. */
async function settledOver(
  installation: ProcessesOptions['installation'],
  services: readonly Service[],
  withinMs: number,
  log: Logger,
): Promise<void> {
  const bus = await openBus(installation.busUrl, { log, clientId: 'standalone' });
  try {
    await settled(
      services.map(({ name }) => ({
        pending: () =>
          connected(installation.urlOf(name), async (client) => {
            const { rows } = await client.query<{ n: string }>(
              'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL',
            );
            return Number(rows[0]?.n ?? 0);
          }),
      })),
      services
        .flatMap((service) => slicesOf(service).flatMap((slice) => slice.consumers ?? []))
        .map(({ name }) => ({ lag: () => bus.lag(name) })),
      { withinMs },
    );
  } finally {
    await bus.close();
  }
}
