// Runs a TypeScript entry of this repository: `node tools/run.mjs apps/standalone/src/main.ts [arguments]`.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, out } from './build.mjs';

process.setSourceMapsEnabled(true);
const [entry, ...rest] = process.argv.slice(2);
await build();
const compiled = join(out, entry.replace(/\.ts$/, '.js'));
process.argv = [process.argv[0], compiled, ...rest];
createRequire(import.meta.url)(compiled);
