import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { BusKind, Planned } from './schedule';

/** What became of a command, as its writer saw it. `unknown`: the connection was lost while it was being committed. */
export type Outcome = 'committed' | 'rolled back' | 'unknown';

/** One line of the history; `t` is the millisecond of the run. */
export type Line =
  | {
      readonly t: number;
      readonly is: 'run';
      readonly seed: number;
      readonly minutes: number;
      readonly bus: BusKind;
      readonly rate: number;
      readonly schedule: readonly Planned[];
    }
  | { readonly t: number; readonly is: 'begin'; readonly command: string; readonly events: number }
  | {
      readonly t: number;
      readonly is: 'end';
      readonly command: string;
      readonly outcome: Outcome;
      readonly why?: string;
    }
  /** What reading back showed after the run: every event of a command, or that there is none. */
  | {
      readonly t: number;
      readonly is: 'found';
      readonly command: string;
      readonly events: readonly { readonly id: string; readonly key: string; readonly version: number }[];
    }
  | {
      readonly t: number;
      readonly is: 'fault' | 'over' | 'left out';
      readonly fault: Planned['fault'];
      readonly why?: string;
    }
  | {
      readonly t: number;
      readonly is: 'started' | 'ended';
      readonly process: string;
      readonly pid: number;
      readonly how?: string;
    }
  | { readonly t: number; readonly is: 'note'; readonly text: string }
  | { readonly t: number; readonly is: 'violation'; readonly invariant: string; readonly text: string };

type WithoutTime<L> = L extends Line ? Omit<L, 't'> : never;

export interface History {
  write(line: WithoutTime<Line>): void;
  close(): void;
}

/** Written line by line as it happens: whatever ends the run, what was before it is in the file. */
export function openHistory(path: string, elapsed: () => number): History {
  const file = openSync(path, 'w');
  return {
    write: (line) => void writeSync(file, `${JSON.stringify({ t: Math.round(elapsed()), ...line })}\n`),
    close: () => closeSync(file),
  };
}

/** The lines of a history; a last line that a killed driver did not finish is left out. */
export function readHistory(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const whole = lines.slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}

/** How a command ended, for the checker: the last word of its writer, `unknown` when the writer was killed before it said one. */
export interface Command {
  outcome: Outcome;
  readonly events: number;
}

export function commandsOf(lines: Iterable<WithoutTime<Line>>): Map<string, Command> {
  const commands = new Map<string, Command>();
  for (const line of lines) {
    if (line.is === 'begin') commands.set(line.command, { outcome: 'unknown', events: line.events });
    if (line.is === 'end') {
      const command = commands.get(line.command);
      if (command) command.outcome = line.outcome;
    }
  }
  return commands;
}
