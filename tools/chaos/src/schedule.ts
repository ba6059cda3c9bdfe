import { chance, type Chance } from '../../city/random';

export type BusKind = 'pg' | 'kafka';

/** What a wire can do to the bytes that pass it. */
export type Trouble = 'partition' | 'black hole' | 'half open' | 'slow' | 'reset' | 'truncate';

export type Fault =
  | { readonly kind: 'kill'; readonly target: string }
  | { readonly kind: 'freeze'; readonly target: string; readonly ms: number }
  | { readonly kind: 'wire'; readonly target: string; readonly trouble: Trouble; readonly ms: number }
  | { readonly kind: 'clock'; readonly target: string; readonly minutes: number }
  /** Ends a share of the database's connections. */
  | { readonly kind: 'terminate'; readonly share: number; readonly seed: number }
  /** Kills one backend with SIGKILL: the database throws everybody out and recovers. */
  | { readonly kind: 'crash backend'; readonly seed: number }
  | { readonly kind: 'stop database'; readonly signal: 'SIGQUIT' | 'SIGKILL'; readonly ms: number }
  | { readonly kind: 'disk full'; readonly ms: number }
  /** Broker 0 is all of them. */
  | { readonly kind: 'kill broker'; readonly node: number; readonly ms: number }
  | { readonly kind: 'stop broker'; readonly node: number; readonly ms: number }
  | { readonly kind: 'freeze broker'; readonly node: number; readonly ms: number }
  | { readonly kind: 'broker wire'; readonly node: number; readonly trouble: Trouble; readonly ms: number };

/** A fault and the millisecond of the run at which it happens. */
export interface Planned {
  readonly at: number;
  readonly fault: Fault;
}

/** What runs. The last writer and the last consumers are never killed: they show whether a long life leaks. */
export const processes = {
  writers: ['writer-1', 'writer-2', 'writer-3'],
  relays: ['relay-1', 'relay-2'],
  consumers: ['consumers-1', 'consumers-2', 'consumers-3'],
} as const;
export const everyProcess: readonly string[] = [...processes.writers, ...processes.relays, ...processes.consumers];
export const survivors: readonly string[] = ['writer-3', 'consumers-3'];
const mortal = everyProcess.filter((name) => !survivors.includes(name));

/** Milliseconds at the beginning and the end without faults: everybody starts, and everybody comes back. */
const lead = 4_000;
const tail = 12_000;
/** All kinds of faults come in storms; between them only processes are killed, so that one kill alone can be timed. */
const period = 60_000;
const storm = 32_000;

const lasting = (ms: number, left: number): number => Math.max(1_000, Math.min(ms, left));

function processFault(dice: Chance, left: number): Fault {
  const target = dice.pick(everyProcess);
  switch (dice.weighted([5, 6, 3])) {
    case 0:
      return { kind: 'freeze', target, ms: lasting(dice.between(5_000, 25_000), left) };
    case 1:
      return {
        kind: 'wire',
        target,
        trouble: dice.pick(['partition', 'black hole', 'half open', 'slow', 'reset', 'truncate'] as const),
        ms: lasting(dice.between(3_000, 15_000), left),
      };
    default:
      return { kind: 'clock', target, minutes: dice.pick([-10, -1, 1, 10]) };
  }
}

function databaseFault(dice: Chance, left: number): Fault {
  const seed = dice.between(1, 1_000_000);
  switch (dice.weighted([5, 1, 2, 2])) {
    case 0:
      return { kind: 'terminate', share: dice.pick([0.3, 0.5, 1]), seed };
    case 1:
      return { kind: 'crash backend', seed };
    case 2:
      return {
        kind: 'stop database',
        signal: dice.pick(['SIGQUIT', 'SIGKILL'] as const),
        ms: lasting(dice.between(500, 6_000), left),
      };
    default:
      return { kind: 'disk full', ms: lasting(dice.between(2_000, 8_000), left) };
  }
}

function brokerFault(dice: Chance, left: number): Fault {
  const node = dice.between(1, 3);
  switch (dice.weighted([4, 3, 3, 4, 1])) {
    case 0:
      return { kind: 'kill broker', node, ms: lasting(dice.between(1_000, 8_000), left) };
    case 1:
      return { kind: 'stop broker', node, ms: lasting(dice.between(1_000, 6_000), left) };
    case 2:
      return { kind: 'freeze broker', node, ms: lasting(dice.between(3_000, 15_000), left) };
    case 3:
      return {
        kind: 'broker wire',
        node,
        trouble: dice.pick(['partition', 'black hole', 'half open', 'slow', 'reset', 'truncate'] as const),
        ms: lasting(dice.between(3_000, 12_000), left),
      };
    default:
      return { kind: 'kill broker', node: 0, ms: lasting(dice.between(500, 3_000), left) };
  }
}

const durationOf = (fault: Fault): number => ('ms' in fault ? fault.ms : 500);

/** The same for the same seed, minutes and bus. Faults of one sort never overlap each other; those of different sorts do. */
export function scheduleOf(seed: number, minutes: number, bus: BusKind): Planned[] {
  const until = minutes * 60_000 - tail;
  const planned: Planned[] = [];
  const kills = chance(seed, 'kills');
  for (let at = lead; at < until; at += kills.between(1_600, 4_000))
    planned.push({ at, fault: { kind: 'kill', target: kills.pick(mortal) } });

  const lane = (name: string, pause: readonly [number, number], make: (dice: Chance, left: number) => Fault) => {
    const dice = chance(seed, name);
    for (let begin = lead; begin < until; begin += period) {
      const end = Math.min(begin + storm, until);
      for (let at = begin + dice.between(0, 4_000); at < end - 1_000;) {
        const fault = make(dice, end - at);
        planned.push({ at, fault });
        at += durationOf(fault) + dice.between(...pause);
      }
    }
  };
  lane('processes 1', [500, 4_000], processFault);
  lane('processes 2', [500, 6_000], processFault);
  lane('database', [3_000, 9_000], databaseFault);
  if (bus === 'kafka') lane('brokers', [9_000, 16_000], brokerFault);
  return planned.sort((a, b) => a.at - b.at);
}

/** A fault in words, without its duration. */
export function nameOf(fault: Fault): string {
  if (fault.kind === 'wire') return fault.trouble;
  if (fault.kind === 'broker wire') return `broker ${fault.trouble}`;
  return fault.kind;
}
