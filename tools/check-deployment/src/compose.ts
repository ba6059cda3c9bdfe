import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { operationPaths } from '@jishi/telemetry';
import { parse } from 'yaml';
import type { App } from './apps';
import type { Image } from './dockerfile';
import { list, record, unknownKeys, words, type Fault } from './fault';

const topLevel = ['name', 'services', 'volumes', 'networks', 'secrets', 'configs'];
const ofService = [
  ...[
    'build',
    'image',
    'command',
    'entrypoint',
    'environment',
    'depends_on',
    'ports',
    'volumes',
    'healthcheck',
    'restart',
    'user',
  ],
  ...['stop_grace_period', 'read_only', 'cap_drop', 'security_opt', 'tmpfs', 'networks', 'secrets', 'profiles'],
];
const ofHealthcheck = ['test', 'interval', 'timeout', 'retries', 'start_period', 'disable'];

/** Every address in a value: `postgres://u:p@postgres:5432/members` → postgres, 5432. */
function* addresses(value: string): Generator<{ host: string; port: number; path: string }> {
  for (const [, host = '', port = '', path = ''] of value.matchAll(
    /\w+:\/\/(?:[^@\s/]+@)?([\w.-]+):(\d+)(\/[\w/.-]*)?/g,
  ))
    yield { host, port: Number(port), path };
}

/** Checks a compose file whose services built from our Dockerfile are `apps`. */
export function* checkCompose(
  root: string,
  file: string,
  text: string,
  apps: readonly App[],
  image: Image,
): Generator<Fault> {
  const compose = record(parse(text, { merge: true }));
  yield* unknownKeys(file, '', compose, topLevel);
  const services = record(compose.services);
  const here = dirname(join(root, file));
  const exists = (path: string) => existsSync(resolve(here, path));
  const appOf = (service: unknown): App | undefined => {
    const name = /^jishi\/([\w-]+):/.exec(String(record(service).image ?? ''))?.[1];
    return apps.find((app) => app.name === name);
  };

  for (const [name, value] of Object.entries(services)) {
    const at = `services.${name}`;
    const service = record(value);
    const fault = (where: string, message: string): Fault => ({ file, at: `${at}.${where}`, message });
    yield* unknownKeys(file, at, service, ofService);
    yield* unknownKeys(file, `${at}.healthcheck`, service.healthcheck, ofHealthcheck);

    for (const other of Object.keys(record(service.depends_on)))
      if (!(other in services)) yield fault('depends_on', `no service ${other}`);
    for (const mount of words(service.volumes)) {
      const [source = ''] = mount.split(':');
      // What lies below .jishi is made by the programs themselves.
      const made = relative(root, resolve(here, source)).startsWith('.jishi');
      if (source.startsWith('.') && !made && !exists(source)) yield fault('volumes', `${source} does not exist`);
      if (!source.startsWith('.') && !source.startsWith('/') && !(source in record(compose.volumes)))
        yield fault('volumes', `no volume ${source}`);
    }
    if (!/^[\w./-]+:\d+\.\d+/.test(String(service.image ?? ''))) yield fault('image', 'is not pinned to a version');
    if (!String(service.image ?? '').startsWith('jishi/')) continue;

    const app = appOf(service);
    if (!app) {
      yield fault('image', `no app of this name: ${String(service.image)}`);
      continue;
    }
    const build = record(service.build);
    if (service.build !== undefined) {
      const context = resolve(here, String(build.context));
      if (!existsSync(join(context, String(build.dockerfile))))
        yield fault('build', `${String(build.dockerfile)} does not exist`);
      if (record(build.args).APP !== app.name)
        yield fault('build.args.APP', `builds ${String(record(build.args).APP)} into ${String(service.image)}`);
    } else if (!Object.values(services).some((other) => appOf(other) === app && record(other).build))
      yield fault('image', 'nothing builds it');

    const [program, entry] = service.command === undefined ? ['node', 'src/main.js'] : words(service.command);
    if (program !== 'node' || !app.entries.includes(entry ?? '')) yield fault('command', `${app.name} has no ${entry}`);

    const environment = record(service.environment);
    for (const variable of Object.keys(environment))
      if (!app.variables.has(variable)) yield fault(`environment.${variable}`, `${app.name} does not read it`);
    for (const variable of app.required)
      if (!(variable in environment) && !image.environment.has(variable))
        yield fault('environment', `${variable} is missing`);

    const port = Number(environment.PORT ?? image.environment.get('PORT'));
    if (!image.ports.includes(port)) yield fault('environment.PORT', `${port} is not exposed by the image`);
    for (const published of list(service.ports)) {
      const target = Number(String(published).split(':').at(-1));
      if (target !== port) yield fault('ports', `${target} is not the port ${port} on which it listens`);
    }
    const spoken = [...Object.values(environment).map(String), ...words(record(service.healthcheck).test)];
    for (const address of spoken.flatMap((written) => [...addresses(written)])) {
      const own = address.host === '127.0.0.1';
      const other = own ? service : services[address.host];
      if (other === undefined) yield fault('environment', `no service ${address.host}`);
      const expected = String(record(other).image).startsWith('jishi/')
        ? Number(record(record(other).environment).PORT ?? image.environment.get('PORT'))
        : 5432;
      if (other !== undefined && address.port !== expected)
        yield fault('environment', `${address.host} listens on ${expected}, not on ${address.port}`);
      if (own && !Object.values(operationPaths).some((path) => path === address.path))
        yield fault('healthcheck', `nothing answers ${address.path}`);
    }
    if (service.healthcheck === undefined) yield fault('healthcheck', 'is missing');
  }
  for (const app of apps)
    for (const entry of app.entries) {
      const runs = Object.values(services).some(
        (service) => appOf(service) === app && (words(record(service).command)[1] ?? 'src/main.js') === entry,
      );
      if (!runs) yield { file, at: 'services', message: `nothing runs ${app.name}/${entry}` };
    }
}
