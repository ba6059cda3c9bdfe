import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { readSlices, readSource, type Import, type Source } from './source';

export const kinds = ['pure', 'contract', 'server', 'testing', 'service', 'gateway', 'standalone', 'tool'] as const;
export type Kind = (typeof kinds)[number];

export interface Project {
  readonly name: string;
  /** Path from the root of the workspace: `apps/members`. */
  readonly folder: string;
  readonly tags: readonly string[];
  readonly kind: Kind | undefined;
  readonly implicitDependencies: readonly string[];
  /** Only of a service: its slices in the order of `service.ts`, projections first. */
  readonly slices: readonly string[];
}

export interface File {
  /** Path from the root of the workspace: `apps/members/src/transfers/transfers.rules.ts`. */
  readonly path: string;
  readonly project: Project;
  /** The folder below `src` in a service: `transfers`; undefined for `src/main.ts` and everywhere else. */
  readonly slice: string | undefined;
  /** A test, or what tests start from: it may import more and ask the clock. */
  readonly spec: boolean;
  readonly source: Source;
}

/** An import whose target was found in the workspace; `path` is undefined when only the project is known. */
export interface Target {
  readonly project?: Project;
  readonly path?: string;
}

export interface Workspace {
  readonly projects: readonly Project[];
  readonly files: readonly File[];
  readonly resolve: (from: File, wanted: Import) => Target;
}

const skipped = new Set(['node_modules', 'dist']);
/** The workspaces that break the rules on purpose. */
const broken = /tools\/check-boundaries\/fixtures$/;

function paths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (broken.test(path)) return [];
    return entry.isDirectory() ? paths(path) : [path];
  });
}

/**
 * Reads the projects and TypeScript files below `roots`. Several roots lie over each other like sheets, the last on top:
 * a fixture holds only the file that breaks a rule and lies over a clean workspace.
 */
export function readWorkspace(...roots: readonly string[]): Workspace {
  const where = new Map<string, string>();
  for (const root of roots)
    for (const folder of ['apps', 'libs', 'tools'])
      for (const path of paths(join(root, folder))) where.set(relative(root, path), path);
  const textOf = (path: string) => readFileSync(where.get(path) ?? path, 'utf8');

  const projects = [...where.keys()]
    .filter((path) => path.endsWith('/project.json'))
    .map((path): Project => {
      const json = JSON.parse(textOf(path)) as { name: string; tags?: string[]; implicitDependencies?: string[] };
      const tags = json.tags ?? [];
      const folder = dirname(path);
      const service = `${folder}/src/service.ts`;
      const lists = where.has(service) ? readSlices(service, textOf(service)) : undefined;
      return {
        name: json.name,
        folder,
        tags,
        kind: kinds.find((kind) => tags.includes(`kind:${kind}`)),
        implicitDependencies: json.implicitDependencies ?? [],
        slices: lists ? [...lists.projections, ...lists.capabilities] : [],
      };
    });
  const projectOf = (path: string) => projects.find(({ folder }) => path.startsWith(`${folder}/`));

  const files = [...where.keys()]
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .flatMap((path): File[] => {
      const project = projectOf(path);
      if (!project) return [];
      const below = path.slice(project.folder.length + 1).split('/');
      const slice = project.kind === 'service' && below[0] === 'src' && below.length > 2 ? below[1] : undefined;
      return [
        {
          path,
          project,
          slice,
          spec: /\.(spec|bench)\.ts$|\/(fixtures|seeds)\//.test(path),
          source: readSource(path, textOf(path)),
        },
      ];
    });

  const resolve = (from: File, { specifier }: Import): Target => {
    const lib = /^@jishi\/([^/]+)/.exec(specifier)?.[1];
    if (lib) {
      const project = projects.find(({ folder }) => folder === `libs/${lib}`);
      return project ? { project, path: `${project.folder}/src/index.ts` } : {};
    }
    if (!specifier.startsWith('.')) return {};
    const target = posix.join(posix.dirname(from.path), specifier);
    const path = [target, `${target}.ts`, `${target}/index.ts`].find((candidate) => where.has(candidate)) ?? target;
    const project = projectOf(`${path}/`);
    return project ? { project, path } : { path };
  };
  return { projects, files, resolve };
}
