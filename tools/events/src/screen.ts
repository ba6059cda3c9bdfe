import { DomainError, say as worded } from '@jishi/errors';
import { Trouble } from './place';

/** Where a command writes, so that its spec can read it. */
export interface Screen {
  line(text: string): void;
  /** A line that the next one replaces; where nobody watches it is written now and then. */
  progress(text: string): void;
}

/** Milliseconds between two lines of progress that go into a file. */
const betweenLines = 10_000;

export function terminal(): Screen {
  const { stdout, stderr } = process;
  let shown = false;
  let last = -Infinity;
  return {
    line(text) {
      if (shown) stderr.write('\r\u001b[2K');
      shown = false;
      stdout.write(`${text}\n`);
    },
    progress(text) {
      if (stderr.isTTY) {
        stderr.write(`\r\u001b[2K${text}`);
        shown = true;
      } else if (performance.now() - last > betweenLines) {
        last = performance.now();
        stderr.write(`${text}\n`);
      }
    },
  };
}

/** Columns on a screen: a Chinese character takes two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
        ? 2
        : 1),
    0,
  );
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Rows under their headings, each column as wide as it must be. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, at) =>
    Math.max(...[heading, ...rows.map((row) => row[at] ?? '')].map(widthOf)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : padded(cell, widths[at] ?? 0))).join('  ');
  return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)];
}

export const number = (value: number): string => value.toLocaleString('en-US');

/** What went wrong, for the operator: a refusal in both languages, anything else as it is. */
export function wordsOf(error: unknown): string {
  if (error instanceof DomainError) {
    const { wording, params = {} } = error.refusal;
    return `${worded(wording, 'zh', params)} / ${worded(wording, 'en', params)}`;
  }
  if (!(error instanceof Error)) return String(error);
  const { code } = error as Error & { code?: unknown };
  if (code === '42P01' || code === '42703')
    return `数据库还是旧的，先用新程序启动一次系统 / the database is of an older version, start the platform first (${error.message})`;
  return error.message;
}

/** Runs a command: 0 when it did what was asked, 1 when something failed, 2 when it was asked wrongly. */
export async function command(work: (screen: Screen, signal: AbortSignal) => Promise<number>): Promise<void> {
  const stopping = new AbortController();
  // The second Ctrl-C ends the program at once.
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  const screen = terminal();
  try {
    process.exitCode = await work(screen, stopping.signal);
  } catch (error) {
    screen.line(wordsOf(error));
    const asked = error instanceof Trouble || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    process.exitCode = asked ? 2 : 1;
  }
}
