import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A benchmark as a command: it hears Ctrl-C, says on the error stream how far it is, and prints its figures on the other. */
export interface Run {
  readonly signal: AbortSignal;
  /** Replaced by the next one on a screen, a line of its own in a file. */
  progress(text: string): void;
  print(line?: string): void;
  /** Done in the reverse order when the benchmark ends, however it ends. */
  afterwards(close: () => Promise<void> | void): void;
}

/** Ended by the user: nothing went wrong and nothing is to be printed. */
class Stopped extends Error {}

/** @throws when Ctrl-C was pressed, so that what was opened is closed. */
export function goOn({ signal }: Run): void {
  if (signal.aborted) throw new Stopped('stopped');
}

/** @throws TypeError on an unknown option, with its name. */
export function readOptions<O extends NonNullable<ParseArgsConfig['options']>>(words: readonly string[], options: O) {
  return parseArgs({ args: [...words], options, strict: true }).values;
}

/** @throws TypeError when it is not a number above 0. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new TypeError(`--${name} ${text}: a number above 0 is needed`);
  return value;
}

export async function command(work: (run: Run) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  const closers: (() => Promise<void> | void)[] = [];
  const { stderr, stdout } = process;
  const clear = () => void (stderr.isTTY && stderr.write('\r\u001b[2K'));
  try {
    await work({
      signal: stopping.signal,
      progress(text) {
        clear();
        stderr.write(stderr.isTTY ? text : `${text}\n`);
      },
      print(line = '') {
        clear();
        stdout.write(`${line}\n`);
      },
      afterwards: (close) => void closers.push(close),
    });
  } catch (error) {
    process.exitCode = 1;
    clear();
    if (error instanceof TypeError && /^(--|Unknown|Option)/.test(error.message))
      stderr.write(`${error.message}\n--help says what there is\n`);
    else if (!stopping.signal.aborted) stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  } finally {
    clear();
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      }
    }
  }
}
