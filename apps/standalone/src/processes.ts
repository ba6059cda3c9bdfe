import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connected } from '@jishi/embedded-postgres';
import { postgresLogBus, settled } from '@jishi/event-delivery';
import { slicesOf } from '@jishi/subgraph';
import type { Installation } from './installation';
import { services } from './services';
import { start, type Surroundings } from './start';

// `npm run start:processes`: every app as a process of its own over HTTP, on the same data as `npm start`.
void start(openProcesses);

const apps = join(__dirname, '../..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A child of ours. */
interface App {
  readonly port: number;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an app with a log file of its own. Its death is told, for nobody restarts it here as Kubernetes would. */
function launchApp(
  name: string,
  entry: string,
  port: number,
  environment: Record<string, string>,
  logs: string,
  died: (name: string, code: number | null) => void,
): App {
  const output = createWriteStream(join(logs, `${name}.log`));
  const child = spawn(process.execPath, ['--enable-source-maps', join(apps, entry)], {
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches this process, which stops the others in order.
    detached: true,
  });
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  let ended = false;
  child.on('exit', (code) => {
    ended = true;
    died(name, code);
  });
  return {
    port,
    async ready() {
      for (let attempt = 0; attempt < 600; attempt += 1) {
        if (ended) throw new Error(`${name} ended while starting; see its log in ${logs}`);
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${name} did not become ready within a minute; see its log in ${logs}`);
    },
    async stop() {
      if (ended) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function openProcesses({ installation, env, screen, log }: Surroundings) {
  const logs = join(installation.folder, 'logs');
  mkdirSync(logs, { recursive: true });
  let closing = false;
  const died = (name: string, code: number | null): void => {
    if (!closing) screen.say(`进程 ${name} 意外结束（${code ?? '被终止'}），日志：${join(logs, `${name}.log`)}`);
  };
  const running: App[] = [];
  const launch = async (name: string, entry: string, environment: Record<string, string>): Promise<App> => {
    const app = launchApp(name, entry, await freePort(), { ...common(env.LOG_LEVEL), ...environment }, logs, died);
    running.push(app);
    return app;
  };
  const close = async (): Promise<void> => {
    closing = true;
    for (const app of running.reverse()) await app.stop();
  };

  try {
    const urls: Record<string, string> = {};
    for (const { name } of services) {
      const environment = serviceEnvironment(installation, name);
      const api = await launch(name, `${name}/src/main.js`, environment);
      await api.ready();
      urls[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${api.port}/graphql`;
      await (await launch(`${name}-worker`, `${name}/src/worker.js`, environment)).ready();
    }
    return {
      close,
      settled: (withinMs: number) => settledOver(installation, withinMs, log),
      async listen(port: number) {
        const gateway = launchApp(
          'gateway',
          'gateway/src/main.js',
          port === 0 ? await freePort() : port,
          {
            ...common(env.LOG_LEVEL),
            ...urls,
            USER_PUBLIC_KEY_FILE: join(installation.keysFolder, 'user.public.pem'),
            SUBGRAPH_PRIVATE_KEY_FILE: join(installation.keysFolder, 'subgraph.pem'),
          },
          logs,
          died,
        );
        running.push(gateway);
        await gateway.ready();
        return `http://127.0.0.1:${gateway.port}`;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const common = (level: string): Record<string, string> => ({ NODE_ENV: 'development', LOG_LEVEL: level });

const serviceEnvironment = (installation: Installation, name: string): Record<string, string> => ({
  DATABASE_URL: installation.urlOf(name),
  BUS_URL: installation.busUrl,
  SUBGRAPH_PUBLIC_KEY_FILE: join(installation.keysFolder, 'subgraph.public.pem'),
});

/** Looks from outside, as an operator would: nothing unpublished in any outbox, nothing unread by any consumer. */
async function settledOver(installation: Installation, withinMs: number, log: Surroundings['log']): Promise<void> {
  const bus = await postgresLogBus({ url: installation.busUrl, log });
  try {
    await settled(
      services.map(({ name }) => ({
        pending: () =>
          connected(installation.urlOf(name), async (client) => {
            const { rows } = await client.query<{ n: number }>(
              'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL',
            );
            return rows[0]?.n ?? 0;
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
