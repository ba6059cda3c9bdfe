import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultCache } from '@jishi/embedded-kafka';
import { pause, takeLock } from '@jishi/embedded-postgres';

const execute = promisify(execFile);
/** The programs that a department can copy. */
export const examples = join(__dirname, '../examples');

/** A foreign program cannot be had on this machine; the message says what to install, in Chinese and English. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

/** What a program printed and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs a program to its end; one that is not there ends without a code. */
export function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (error += piece));
    child.on('error', ({ message }) => resolve({ code: null, out, error: message }));
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

const works = (program: string, ...args: readonly string[]): Promise<boolean> =>
  execute(program, args, { env: { ...process.env } }).then(
    () => true,
    () => false,
  );

const lastLine = ({ out, error }: Ran): string => `${out}${error}`.trim().split('\n').at(-1) ?? '';

/** One process at a time: the others find it done. */
async function alone<R>(name: string, work: () => Promise<R>): Promise<R> {
  const folder = join(process.env.JISHI_CACHE || defaultCache(), 'foreign-consumers');
  await mkdir(folder, { recursive: true });
  for (;;) {
    const lock = await takeLock(join(folder, `${name}.lock`));
    if ('heldBy' in lock) {
      await pause(500);
      continue;
    }
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}

/** `kcat`, from Debian's packages when it is not there and this is root on a Debian. */
export function kcat(): Promise<string> {
  return alone('kcat', async () => {
    if (await works('kcat', '-V')) return 'kcat';
    const missing = (reason: string) =>
      new NotInstalled(
        `未找到kcat 1.7，请安装（Debian：apt-get install kcat）：${reason}\nkcat 1.7 is not there, install it (Debian: apt-get install kcat): ${reason}`,
      );
    if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) throw missing('kcat: ENOENT');
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['-q', 'update'],
      ['-q', 'install', '--yes', '--no-install-recommends', 'kcat'],
    ]) {
      const ran = await run('apt-get', args, quiet);
      if (ran.code !== 0) throw missing(`apt-get ${args.join(' ')}: ${lastLine(ran)}`);
    }
    return 'kcat';
  });
}

/** A Python with the pinned packages of the examples, in an environment of its own in the cache. */
export function python(): Promise<string> {
  return alone('python', async () => {
    const requirements = join(examples, 'requirements.txt');
    const key = createHash('sha256')
      .update(await readFile(requirements))
      .digest('hex')
      .slice(0, 16);
    const home = join(process.env.JISHI_CACHE || defaultCache(), 'foreign-consumers', `python-${key}`);
    const program = join(home, 'bin/python');
    // Written last: an environment without it was interrupted.
    const whole = join(home, 'whole');
    if (existsSync(whole) && (await works(program, '-c', 'import chdb, cloudevents, confluent_kafka'))) return program;
    const failed = (step: string, reason: string) =>
      new NotInstalled(
        `无法准备Python环境（需要Python 3.11及以上并带venv和pip，且能访问软件包仓库）：${step}：${reason}\nthe Python environment cannot be made (it needs Python 3.11 or newer with venv and pip, and the package registry): ${step}: ${reason}`,
      );
    const recent = ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'];
    const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11'];
    const tried = await Promise.all(candidates.map((each) => works(each, ...recent)));
    const base = candidates.find((_, index) => tried[index]);
    if (base === undefined) throw failed('python3', 'not found');
    await rm(home, { recursive: true, force: true });
    const venv = await run(base, ['-m', 'venv', home]);
    if (venv.code !== 0) throw failed('python3 -m venv', lastLine(venv));
    const options = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', requirements];
    const pip = await run(program, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...options]);
    if (pip.code !== 0) throw failed('pip install', lastLine(pip));
    await writeFile(whole, '');
    return program;
  });
}
