import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as graphqlPlugin from 'prettier/plugins/graphql';
import { format } from 'prettier/standalone';
import { compose, type SubgraphSdl } from './compose';

/** A committed file that is written from something else: its path from the repository's root, and what it should say. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
  readonly from: string;
}

const supergraphPath = 'apps/gateway/supergraph.graphql';

/**
 * The files are laid out as everybody's formatter lays them out, so that formatting a folder does not make them stale.
 * The stand-alone build is used because the other one cannot be loaded in tests.
 */
const laidOut = async ({ path, text, from }: GeneratedFile): Promise<GeneratedFile> => ({
  path,
  text: await format(text, { parser: 'graphql', plugins: [graphqlPlugin], printWidth: 120 }),
  from,
});

/** Every committed file of the graph: the printed SDL of each service beside its sources, and the supergraph. */
export const generatedFiles = (subgraphs: readonly SubgraphSdl[]): Promise<readonly GeneratedFile[]> =>
  Promise.all([...printedFiles(subgraphs), supergraphFile(subgraphs)].map(laidOut));

/** The printed SDLs alone. */
export const generatedSdls = (subgraphs: readonly SubgraphSdl[]): Promise<readonly GeneratedFile[]> =>
  Promise.all(printedFiles(subgraphs).map(laidOut));

const printedFiles = (subgraphs: readonly SubgraphSdl[]): readonly GeneratedFile[] =>
  subgraphs.map(({ name, sdl }) => ({
    path: `apps/${name}/schema.graphql`,
    text: `# The schema of ${name} as the gateway sees it. Written by \`npm run schema\`; never edited by hand.\n\n${sdl.trim()}\n`,
    from: `apps/${name}/src/**/*.graphql`,
  }));

const supergraphFile = (subgraphs: readonly SubgraphSdl[]): GeneratedFile => ({
  path: supergraphPath,
  text: compose(subgraphs),
  from: 'apps/*/schema.graphql',
});

/** One sentence for each file that is not what its sources say: missing, or where it first differs. Empty when all are current. */
export function staleFiles(root: string, files: readonly GeneratedFile[]): readonly string[] {
  return files.flatMap(({ path, text, from }) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`${path} 不存在（来源 ${from}） / is missing (made from ${from})`];
    const committed = readFileSync(file, 'utf8').split('\n');
    const current = text.split('\n');
    const line = current.findIndex((each, index) => each !== committed[index]);
    if (line === -1 && committed.length === current.length) return [];
    const at = line === -1 ? current.length : line;
    return [
      [
        `${path} 已过期（来源 ${from}），第 ${at + 1} 行起不同 / is stale (made from ${from}), differs from line ${at + 1}:`,
        `    - ${committed[at] ?? '(end of file)'}`,
        `    + ${current[at] ?? '(end of file)'}`,
      ].join('\n'),
    ];
  });
}

/** Writes the files that differ; gives the paths it wrote. */
export function writeFiles(root: string, files: readonly GeneratedFile[]): readonly string[] {
  return files
    .filter((file) => staleFiles(root, [file]).length > 0)
    .map(({ path, text }) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
      return path;
    });
}
