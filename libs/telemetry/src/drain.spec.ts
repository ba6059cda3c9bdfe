import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A small program under signals, as the real ones are: each step says its name, in the order in which it closes. */
async function program(body: string) {
  const hook = join(__dirname, 'fixtures', 'register.js');
  const source = `
    const { createLogger, drain, health } = require(${JSON.stringify(join(__dirname, 'index.ts'))});
    const state = health();
    const say = (word) => process.stdout.write(word + '\\n');
    const quiet = createLogger('t', 'silent');
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    setInterval(() => {}, 1000);
    ${body}
    say('up');`;
  const child = spawn(process.execPath, ['--require', hook, '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = once(child, 'exit');
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  while (!said.includes('up')) await once(child.stdout, 'data');
  return {
    signal: (name: NodeJS.Signals) => child.kill(name),
    pause: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
    end: async () => {
      const [code] = (await ended) as [number | null];
      return { code, said: said.split('\n').filter((word) => word && word !== 'up') };
    },
  };
}

const closesInOrder = `
  const { onShutdown } = drain({ log: quiet, health: state });
  onShutdown('pool', () => say('pool'));
  onShutdown('work', async () => { await wait(30); say('work'); });
  onShutdown('server', async () => { say('server ' + (await state.ready()).body.status); });`;

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('on %s is unready first, then closes what was opened last', async (name) => {
    const { signal, end } = await program(closesInOrder);
    signal(name);
    expect(await end()).toEqual({ code: 0, said: ['server draining', 'work', 'pool'] });
  });

  it('takes the two signals of one Ctrl-C under npm for one', async () => {
    const { signal, pause, end } = await program(closesInOrder);
    signal('SIGINT');
    await pause(5);
    signal('SIGINT');
    expect((await end()).code).toBe(0);
  });

  it('ends at once with 130 when a person presses Ctrl-C again', async () => {
    const { signal, pause, end } = await program(`drain({ log: quiet }).onShutdown('stuck', () => wait(60_000));`);
    signal('SIGINT');
    await pause(700);
    signal('SIGINT');
    expect(await end()).toEqual({ code: 130, said: [] });
  });

  it('closes the rest when one step fails, and says so by its code', async () => {
    const { signal, end } = await program(`
      const { onShutdown } = drain({ log: quiet });
      onShutdown('pool', () => say('pool'));
      onShutdown('server', () => { throw new Error('broken'); });`);
    signal('SIGTERM');
    expect(await end()).toEqual({ code: 1, said: ['pool'] });
  });

  it('does not wait beyond its limit', async () => {
    const { signal, end } = await program(`drain({ log: quiet, limit: 50 }).onShutdown('stuck', () => wait(60_000));`);
    signal('SIGTERM');
    expect((await end()).code).toBe(1);
  });

  it('also closes in order after an error that nobody caught', async () => {
    const { end } = await program(`
      drain({ log: quiet }).onShutdown('pool', () => say('pool'));
      setTimeout(() => { throw new Error('fault'); }, 50);`);
    expect(await end()).toEqual({ code: 1, said: ['pool'] });
  });
});
