import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { kinds, type File, type Kind, type Project, type Target, type Workspace } from './workspace';
import type { Import } from './source';

export interface Breach {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

interface Rule {
  readonly name: string;
  /** What it keeps, in one sentence; printed with every breach. */
  readonly keeps: string;
  readonly find: (workspace: Workspace) => Iterable<Omit<Breach, 'rule'>>;
}

/** Kinds that a project may import in its running code. Specs may import what the column `inSpecs` adds. */
const mayImport: Readonly<Record<Kind, readonly Kind[]>> = {
  pure: ['pure'],
  contract: ['pure'],
  server: ['server', 'contract', 'pure'],
  testing: ['testing', 'server', 'contract', 'pure'],
  service: ['server', 'contract', 'pure'],
  gateway: ['pure'],
  standalone: ['service', 'gateway', 'server', 'contract', 'pure', 'tool'],
  tool: kinds,
};
const gatewayServers = new Set(['access', 'config', 'telemetry']);
const apps: ReadonlySet<Kind | undefined> = new Set<Kind>(['service', 'gateway', 'standalone']);

interface Edge {
  readonly file: File;
  readonly wanted: Import;
  readonly to: Target;
}

function* edges(workspace: Workspace): Generator<Edge> {
  for (const file of workspace.files)
    for (const wanted of file.source.imports) yield { file, wanted, to: workspace.resolve(file, wanted) };
}

/** Edges that leave their project for another project of the workspace. */
function* crossings(workspace: Workspace): Generator<Edge & { readonly other: Project }> {
  for (const edge of edges(workspace)) {
    const other = edge.to.project;
    if (other && other !== edge.file.project) yield { ...edge, other };
  }
}

/** The matrix, one rule per kind, so that each can break alone. */
const importsOf = (kind: Kind): Rule => ({
  name: `${kind}-imports`,
  keeps: `kind:${kind} imports ${[...mayImport[kind], ...(kind === 'gateway' ? gatewayServers : [])].join(', ')}; in specs also testing`,
  *find(workspace) {
    for (const { file, wanted, other } of crossings(workspace)) {
      if (file.project.kind !== kind || other.kind === undefined || other.kind === 'testing' || apps.has(other.kind))
        continue;
      if (mayImport[kind].includes(other.kind)) continue;
      if (kind === 'gateway' && gatewayServers.has(other.name)) continue;
      if (file.spec) continue;
      yield {
        path: file.path,
        line: wanted.line,
        message: `${file.project.name} (kind:${kind}) imports ${other.name} (kind:${other.kind})`,
      };
    }
  },
});

const forbidImports = (
  name: string,
  keeps: string,
  applies: (file: File) => boolean,
  forbidden: (edge: Edge) => string | undefined | false,
): Rule => ({
  name,
  keeps,
  *find(workspace) {
    for (const edge of edges(workspace)) {
      const why = applies(edge.file) && forbidden(edge);
      if (why) yield { path: edge.file.path, line: edge.wanted.line, message: why };
    }
  },
});

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const inputAndOutput = new Set([
  ...['typeorm', 'pg', 'pg-copy-streams', 'kafkajs', 'fastify', 'undici', 'pino', 'prom-client', 'dataloader', 'zx'],
  ...['@apollo/server', '@apollo/gateway', '@apollo/subgraph', '@as-integrations/fastify', 'graphql'],
]);
const builtin = new Set(builtinModules);
const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtin.has(specifier);
/** Modules of Node that compute and touch nothing. */
const harmless = new Set([
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:url',
  'node:util',
  'node:zlib',
]);

/** The front doors and definitions of a slice: who stands here acts for the caller, within the caller's scope. */
const withinScope = (file: File) =>
  !file.slice || /\.(resolvers|rules|entities|columns)\.ts$|\/index\.ts$/.test(file.path);

const isRules = (file: File) => /\.rules\.ts$/.test(file.path);
const capabilityOf = (file: File, to: Target): string | undefined => {
  if (file.project.kind !== 'service' || to.project !== file.project || !to.path) return undefined;
  const [src, slice, ...rest] = to.path.slice(file.project.folder.length + 1).split('/');
  return src === 'src' && rest.length > 0 ? slice : undefined;
};

export const rules: readonly Rule[] = [
  {
    name: 'one-kind',
    keeps: `every project has exactly one tag kind:${kinds.join('|')}`,
    *find({ projects }) {
      for (const { name, folder, tags } of projects) {
        const known = tags.filter((tag) => kinds.some((kind) => tag === `kind:${kind}`));
        if (known.length !== 1)
          yield { path: `${folder}/project.json`, line: 1, message: `${name} has the tags [${tags.join(', ')}]` };
      }
    },
  },
  // Not the standalone process and the tools: what they may not import, other rules forbid already.
  ...kinds.filter((kind) => kind !== 'tool' && kind !== 'standalone').map(importsOf),
  {
    name: 'no-other-app',
    keeps: 'only the standalone process and tools import an app; services speak by events',
    *find(workspace) {
      for (const { file, wanted, other } of crossings(workspace)) {
        if (!apps.has(other.kind) || file.project.kind === 'standalone' || file.project.kind === 'tool') continue;
        yield { path: file.path, line: wanted.line, message: `${file.project.name} imports the app ${other.name}` };
      }
    },
  },
  {
    name: 'testing-in-specs-only',
    keeps: 'kind:testing is imported by specs, seeds and tools; its types by everybody',
    *find(workspace) {
      for (const { file, wanted, other } of crossings(workspace)) {
        if (other.kind !== 'testing' || file.spec || wanted.typeOnly || file.project.kind === 'tool') continue;
        yield {
          path: file.path,
          line: wanted.line,
          message: `${file.project.name} imports ${other.name} outside a spec`,
        };
      }
    },
  },
  {
    name: 'lib-by-name',
    keeps: 'a lib is imported as @jishi/<lib>, through its index, never by a path',
    *find(workspace) {
      for (const { file, wanted, other } of crossings(workspace)) {
        const deep = wanted.specifier.startsWith('@jishi/') && wanted.specifier.split('/').length > 2;
        if (!deep && !(wanted.specifier.startsWith('.') && other.folder.startsWith('libs/'))) continue;
        yield {
          path: file.path,
          line: wanted.line,
          message: `${wanted.specifier} goes around @jishi/${posix.basename(other.folder)}`,
        };
      }
    },
  },
  {
    name: 'no-cycle',
    keeps: 'projects never depend on each other in a circle',
    *find(workspace) {
      const first = new Map<Project, Map<Project, { path: string; line: number }>>();
      for (const { file, wanted, other } of crossings(workspace)) {
        if (file.spec || wanted.typeOnly) continue;
        const out = first.get(file.project) ?? new Map<Project, { path: string; line: number }>();
        if (!out.has(other)) out.set(other, { path: file.path, line: wanted.line });
        first.set(file.project, out);
      }
      const reported = new Set<string>();
      for (const start of workspace.projects) {
        const walk = (at: Project, path: readonly Project[]): readonly Project[] | undefined => {
          for (const next of first.get(at)?.keys() ?? []) {
            if (next === start) return [...path, next];
            if (path.includes(next)) continue;
            const found = walk(next, [...path, next]);
            if (found) return found;
          }
          return undefined;
        };
        const circle = walk(start, [start]);
        const key = circle && [...new Set(circle.map(({ name }) => name))].sort().join();
        if (!circle || !key || reported.has(key)) continue;
        reported.add(key);
        const at = circle[1] && first.get(start)?.get(circle[1]);
        if (at) yield { ...at, message: circle.map(({ name }) => name).join(' → ') };
      }
    },
  },
  {
    name: 'capability-listed',
    keeps: 'every folder of src in a service is a slice that service.ts lists',
    *find({ files }) {
      const seen = new Set<string>();
      for (const { path, project, slice, spec } of files) {
        if (!slice || spec || project.slices.length === 0 || project.slices.includes(slice) || seen.has(slice))
          continue;
        seen.add(slice);
        yield { path, line: 1, message: `${slice} is not in the lists of ${project.folder}/src/service.ts` };
      }
    },
  },
  forbidImports(
    'capability-index',
    'a capability is imported only through its index.ts',
    ({ path, spec }) => !spec && !path.includes('/migrations/'),
    ({ file, to, wanted }) => {
      const slice = capabilityOf(file, to);
      if (!slice || slice === file.slice || /^apps\/[^/]+\/src\/[^/]+\/index\.ts$/.test(to.path ?? ''))
        return undefined;
      return `${wanted.specifier} reaches past ${slice}/index.ts`;
    },
  ),
  forbidImports(
    'capability-order',
    'a capability imports only those before it in service.ts; projections come first',
    (file) => !file.spec && file.slice !== undefined,
    ({ file, to }) => {
      const slice = capabilityOf(file, to);
      if (!slice || !file.slice || slice === file.slice) return undefined;
      const { slices } = file.project;
      const [mine, theirs] = [slices.indexOf(file.slice), slices.indexOf(slice)];
      return mine >= 0 && theirs > mine && `${file.slice} imports ${slice}, which comes after it`;
    },
  ),
  forbidImports(
    'rules-without-io',
    'a .rules.ts decides from facts: no I/O, no framework, no server lib, no sibling that has them',
    isRules,
    ({ file, wanted: { specifier, typeOnly }, to }) => {
      if (typeOnly) return undefined;
      if (inputAndOutput.has(packageOf(specifier)) || (isBuiltin(specifier) && !harmless.has(specifier)))
        return `imports ${specifier}`;
      if (to.project && to.project !== file.project && to.project.kind !== 'pure')
        return `imports ${specifier} (kind:${to.project.kind})`;
      return (
        /\.(service|resolvers|entities|consumers)(\.ts)?$/.test(to.path ?? '') &&
        `imports the value side of ${specifier}`
      );
    },
  ),
  forbidImports(
    'pure-without-io',
    'a kind:pure lib has no I/O and no framework',
    ({ project, spec }) => project.kind === 'pure' && !spec,
    ({ wanted: { specifier, typeOnly } }) =>
      !typeOnly &&
      ((inputAndOutput.has(packageOf(specifier)) && packageOf(specifier) !== 'graphql') ||
        (isBuiltin(specifier) && !harmless.has(specifier))) &&
      `imports ${specifier}`,
  ),
  forbidImports(
    'resolvers-without-database',
    'a .resolvers.ts is GraphQL ↔ service and knows no database',
    ({ path }) => /\.resolvers\.ts$/.test(path),
    ({ wanted: { specifier } }) =>
      ['typeorm', 'pg', 'pg-copy-streams'].includes(packageOf(specifier)) && `imports ${specifier}`,
  ),
  forbidImports(
    'migrations-alone',
    'a migration imports nothing of src: it must mean tomorrow what it means today',
    ({ path }) => /^(apps|libs)\/[^/]+\/migrations\//.test(path),
    ({ wanted, to }) =>
      (/^(apps|libs)\/[^/]+\/src\//.test(to.path ?? '') || wanted.specifier.startsWith('@jishi/')) &&
      `imports ${wanted.specifier}`,
  ),
  {
    name: 'environment-in-config',
    keeps: 'process.env is read in libs/config (and in tools and libs/testing)',
    *find({ files }) {
      for (const { path, source, spec } of files) {
        // Specs hand their environment on to the programs that they start.
        if (spec || /^(libs\/(config|testing)|tools)\//.test(path)) continue;
        for (const line of source.environment) yield { path, line, message: 'uses process.env' };
      }
    },
  },
  forbidImports(
    'kafka-in-one-place',
    'kafkajs is imported only by libs/event-delivery/src/kafka*',
    ({ path }) => !/^libs\/event-delivery\/src\/kafka/.test(path),
    ({ wanted: { specifier } }) => packageOf(specifier) === 'kafkajs' && `imports ${specifier}`,
  ),
  {
    name: 'unscoped-place',
    keeps:
      'rows outside the caller’s scope are touched by use cases and consumers, never by resolvers, rules, entities or the app’s root',
    *find({ files }) {
      for (const file of files) {
        const { path, project, source, spec } = file;
        if (project.kind !== 'service' || spec || !withinScope(file)) continue;
        for (const { line } of source.unscoped) yield { path, line, message: 'uses .unscoped' };
      }
    },
  },
  {
    name: 'unscoped-says-why',
    keeps: 'each use of .unscoped has a comment that says why, beside it or earlier in its function',
    *find({ files }) {
      for (const file of files) {
        const { path, project, source, spec } = file;
        if (project.kind !== 'service' || spec || withinScope(file)) continue;
        for (const { line, explained } of source.unscoped)
          if (!explained) yield { path, line, message: '.unscoped without a reason' };
      }
    },
  },
  {
    name: 'clock-and-chance-injected',
    keeps: 'a service takes the day, the hour and chance from its context',
    *find({ files }) {
      for (const { path, project, source, spec } of files) {
        if (project.kind !== 'service' || spec || !path.startsWith(`${project.folder}/src/`)) continue;
        if (/\/src\/(main|worker|env)\.ts$/.test(path)) continue;
        for (const line of source.clock) yield { path, line, message: 'asks the clock or chance itself' };
      }
    },
  },
];

/** Every breach of every rule, in the order of the files. */
export function check(workspace: Workspace): Breach[] {
  return rules
    .flatMap(({ name, find }) => [...find(workspace)].map((breach) => ({ rule: name, ...breach })))
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
