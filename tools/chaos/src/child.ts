// One process of the run: a writer, a pair of relays, or the consumers of both services. Its parent says which.
import { chance } from '../../city/random';
import { log, tell, type Being, type Life } from './being';
import { consumers } from './consumers';
import type { Assignment, ToChild } from './messages';
import { relay } from './relays';
import { writer } from './writer';

const kinds: Readonly<Record<string, (being: Being) => Promise<Life>>> = { writer, relay, consumers };

async function begin(assignment: Assignment): Promise<void> {
  const kind = /^[a-z]+/.exec(assignment.name)?.[0] ?? '';
  const live = kinds[kind];
  if (!live) throw new Error(`no child is called ${assignment.name}`);
  let offset = 0;
  process.on('message', (message: ToChild) => {
    if (message.is === 'clock') offset = message.offset;
    if (message.is === 'measure') void measure();
    if (message.is === 'rest') void life.then((lived) => lived.rest?.()).then(() => tell({ is: 'resting' }));
  });
  const life: Promise<Life> = live({
    assignment,
    dice: chance(assignment.seed),
    log,
    clock: () => new Date(Date.now() + offset),
    tell,
  });
  await life;
  await tell({ is: 'ready' });
}

async function measure(): Promise<void> {
  globalThis.gc?.();
  globalThis.gc?.();
  await tell({
    is: 'measured',
    heap: process.memoryUsage().heapUsed / 1024 / 1024,
    // Timers come and go with every pause; what would stay are connections and files.
    resources: process.getActiveResourcesInfo().filter((kind) => !/Timeout|Immediate/.test(kind)).length,
  });
}

// Ctrl-C reaches every process of the terminal; this one ends when its parent says so or is gone.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(0));
process.once('message', (message: ToChild) => {
  if (message.is !== 'begin') return;
  begin(message.assignment).catch(async (error: unknown) => {
    // The servers may be away: whoever supervises starts it again, as Kubernetes would.
    await tell({ is: 'failed', why: error instanceof Error ? error.message : String(error) });
    process.exit(3);
  });
});
