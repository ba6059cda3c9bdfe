import { spawn, type ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** Sends a signal to every running command and all its descendants: each leads a process group of its own. */
function signalAll(signal: NodeJS.Signals): void {
  for (const { pid } of children) {
    try {
      if (pid) process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: it ended in the meantime, which is what was wanted.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Asks the running commands to end, and ends those that have not after five seconds. */
export async function stopAll(): Promise<void> {
  signalAll('SIGTERM');
  for (let waited = 0; children.size > 0 && waited < 5000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  signalAll('SIGKILL');
}

/** Runs a program of node_modules by Node itself and gives its exit code; its output is ours. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<number> {
  const child = spawn(process.execPath, [program, ...args], {
    ...options,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}
