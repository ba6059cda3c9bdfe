// `npm run dev`: the platform in one process, started anew whenever a source file changes. PostgreSQL and the data stay.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { build, out, root } from './build.mjs';

const entry = join(out, 'apps/standalone/src/main.js');
const watched = new Set(['.ts', '.graphql', '.sql', '.json', '.csv']);
// Editors write a file in several steps, and a branch switch touches hundreds: what comes within this time is one change.
const together = 150;

let platform;
let stopping = false;
let turn = Promise.resolve();

async function stop() {
  if (!platform || platform.exitCode !== null || platform.signalCode !== null) return;
  const exit = once(platform, 'exit');
  platform.kill('SIGTERM');
  await exit;
}

async function start() {
  try {
    await build();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n等待修改… waiting for a change…`);
    return;
  }
  await stop();
  if (stopping) return;
  platform = spawn(process.execPath, ['--enable-source-maps', entry], { stdio: 'inherit', cwd: root });
  platform.once('exit', (code) => {
    if (!stopping && code !== null && code !== 0) console.error('等待修改… waiting for a change…');
  });
}

let timer;
for (const folder of ['apps', 'libs', 'tools']) {
  watch(join(root, folder), { recursive: true }, (_, name) => {
    if (!name || !watched.has(extname(name)) || /\.spec\.ts$/.test(name) || name.split(sep).includes('node_modules'))
      return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      console.log(`\n${name} 已修改，重新启动… changed, starting again…`);
      turn = turn.then(start);
    }, together);
  });
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    // A terminal tells the platform too; npm passes the signal on once more.
    if (stopping) return;
    stopping = true;
    void stop().finally(() => process.exit(0));
  });

await (turn = start());
