// Compiles every TypeScript file that changed into dist/, in the same layout, and copies what is read at run time beside it.
// swc does not check types: that is `npm run typecheck`.
import { transformFile } from '@swc/core';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const out = join(root, 'dist');

const copied = new Set(['.graphql', '.sql', '.json', '.csv', '.gz', '.html', '.js', '.md', '.xml']);
const skipped = new Set(['node_modules', 'fixtures', 'dist']);

const options = {
  cwd: root,
  swcrc: false,
  sourceMaps: true,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    baseUrl: root,
    paths: { '@jishi/*': ['./libs/*/src/index.ts'] },
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

const modified = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

// Moved into place: several builds may run at once, and nobody must read half a file.
async function put(target, content) {
  const part = `${target}.${process.pid}.part`;
  await writeFile(part, content);
  await rename(part, target);
}

async function compile(source) {
  const target = join(out, source.slice(root.length + 1).replace(/\.ts$/, '.js'));
  if ((await modified(target)) > (await modified(source))) return 0;
  await mkdir(dirname(target), { recursive: true });
  if (extname(source) !== '.ts') return put(target, await readFile(source)).then(() => 1);
  const { code, map } = await transformFile(source, { ...options, filename: source });
  await put(`${target}.map`, map);
  await put(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  return 1;
}

export async function build() {
  const work = [];
  for (const folder of ['apps', 'libs', 'tools']) {
    for await (const path of files(join(root, folder))) {
      const wanted = path.endsWith('.ts') ? !/\.(spec|d)\.ts$/.test(path) : copied.has(extname(path));
      if (wanted) work.push(compile(path));
    }
  }
  return (await Promise.all(work)).reduce((sum, n) => sum + n, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  console.log(`built ${await build()} files in ${Math.round(performance.now() - started)} ms`);
}
