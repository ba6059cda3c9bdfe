import type { Command } from './history';

/** An event as it stands in an outbox. Those that answer another event belong to no command. */
export interface Emitted {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly version: number;
  readonly command?: string;
  readonly n?: number;
}

/** A record as it stands on the bus. */
export interface Logged extends Emitted {
  readonly partition: number;
  readonly offset: number;
}

/** What one consumer did, in the order in which it did it. */
export interface Effects {
  readonly consumer: string;
  readonly topic: string;
  readonly ordering: 'strict' | 'latest-wins';
  readonly applied: readonly { readonly id: string; readonly key: string; readonly version: number }[];
}

/** A row of the source beside the row that a projection has for it; undefined where there is none. */
export interface Compared {
  readonly invariant: 'I6' | 'I7';
  readonly what: string;
  readonly source: ReadonlyMap<string, string>;
  readonly projection: ReadonlyMap<string, string>;
}

/** Everything that is known after the run. */
export interface Evidence {
  readonly commands: ReadonlyMap<string, Command>;
  /** Movements that stand in the owner's database, by command. */
  readonly written: ReadonlyMap<string, number>;
  readonly outbox: readonly Emitted[];
  /** By topic and partition, in the order of the offsets. */
  readonly log: readonly Logged[];
  /** The bus drops what it already has, and its offsets have no gap. */
  readonly exactLog: boolean;
  readonly effects: readonly Effects[];
  readonly comparisons: readonly Compared[];
  readonly end: {
    /** Seconds from the end of the last fault until nothing was unpublished and nothing unread, and how many it may be. */
    readonly settledAfter: number;
    readonly settleWithin: number;
    readonly unpublished: number;
    readonly lag: number;
    readonly deadLetters: readonly string[];
    /** Processes that ended though nobody ended them. */
    readonly died: readonly string[];
    readonly memory: readonly Memory[];
  };
}

/** Of a process that lived long: megabytes of heap after collecting, and open resources, soon after its start and at the end. */
export interface Memory {
  readonly process: string;
  readonly seconds: number;
  readonly heap: readonly [atStart: number, atEnd: number];
  readonly resources: readonly [atStart: number, atEnd: number];
}

/** The names of Jepsen where it has one. */
export type Anomaly =
  | 'lost'
  | 'aborted read'
  | 'duplicate'
  | 'gap'
  | 'inversion'
  | 'from nowhere'
  | 'hole'
  | 'divergence'
  | 'not settled'
  | 'leak'
  | 'ended by itself';

export interface Violation {
  readonly invariant: string;
  readonly anomaly: Anomaly;
  readonly text: string;
}

/** Whether the events of a command must be there: acknowledged, or of unknown outcome and found in the database. */
const happened = ({ commands, written }: Evidence, id: string): boolean =>
  commands.get(id)?.outcome === 'committed' || (commands.get(id)?.outcome === 'unknown' && written.has(id));

/** I1: every event of an acknowledged command is on the bus, and so is every other event of an outbox. */
export function* nothingLost(evidence: Evidence): Generator<Violation> {
  const onBus = new Set(evidence.log.map(({ id }) => id));
  const moves = new Set(evidence.log.map(({ command, n }) => `${command} ${n}`));
  for (const [id, { outcome, events }] of evidence.commands) {
    if (!happened(evidence, id)) continue;
    const stored = evidence.written.get(id) ?? 0;
    if (stored !== events)
      yield {
        invariant: 'I1',
        anomaly: 'lost',
        text: `${id} was ${outcome}, ${stored} of its ${events} rows are there`,
      };
    for (let n = 0; n < events; n += 1)
      if (!moves.has(`${id} ${n}`))
        yield { invariant: 'I1', anomaly: 'lost', text: `${id} was ${outcome}, its event ${n} is not on the bus` };
  }
  for (const { id, topic, key, version } of evidence.outbox)
    if (!onBus.has(id))
      yield { invariant: 'I1', anomaly: 'lost', text: `${topic} ${key} v${version} (${id}) is not on the bus` };
}

/** I2: nothing on the bus comes from a transaction that was rolled back, or from no outbox at all. */
export function* nothingRolledBack(evidence: Evidence): Generator<Violation> {
  const emitted = new Set(evidence.outbox.map(({ id }) => id));
  for (const { id, command, topic, key, version } of evidence.log) {
    const text = `${topic} ${key} v${version} (${id})`;
    if (command !== undefined && !happened(evidence, command))
      yield { invariant: 'I2', anomaly: 'aborted read', text: `${text} is of ${command}, which was not committed` };
    if (!emitted.has(id)) yield { invariant: 'I2', anomaly: 'from nowhere', text: `${text} stands in no outbox` };
  }
  for (const id of evidence.written.keys())
    if (!happened(evidence, id))
      yield { invariant: 'I2', anomaly: 'aborted read', text: `${id} was rolled back, but its rows are there` };
}

/** Versions of one aggregate in the order in which somebody saw them: 1..n, each once. */
function* inOrder(
  invariant: string,
  who: string,
  seen: Iterable<{ readonly key: string; readonly version: number }>,
  gapsAllowed: boolean,
): Generator<Violation> {
  const newest = new Map<string, number>();
  for (const { key, version } of seen) {
    const before = newest.get(key) ?? 0;
    const text = `${who}: ${key} v${version} after ${before === 0 ? 'nothing' : `v${before}`}`;
    if (version < before) yield { invariant, anomaly: 'inversion', text };
    else if (version > before + 1 && !gapsAllowed) yield { invariant, anomaly: 'gap', text };
    newest.set(key, Math.max(before, version));
  }
}

/** I3: per aggregate, each consumer applied the versions 1..n in order; and they first appear on the bus in order. */
export function* everythingInOrder(evidence: Evidence): Generator<Violation> {
  for (const { consumer, ordering, applied } of evidence.effects)
    yield* inOrder('I3', consumer, applied, ordering === 'latest-wins');
  const seen = new Set<string>();
  const first = evidence.log.filter(({ id }) => !seen.has(id) && seen.add(id));
  yield* inOrder(
    'I3',
    'bus',
    first.map(({ topic, key, version }) => ({ key: `${topic} ${key}`, version })),
    false,
  );
}

/** I4: each consumer applied each event once; who keeps only the newest has come to the newest of each aggregate. */
export function* everythingOnce(evidence: Evidence): Generator<Violation> {
  const newest = new Map<string, Emitted>();
  for (const event of evidence.outbox)
    if ((newest.get(`${event.topic} ${event.key}`)?.version ?? 0) < event.version)
      newest.set(`${event.topic} ${event.key}`, event);
  for (const { consumer, topic, ordering, applied } of evidence.effects) {
    const times = new Map<string, number>();
    for (const { id } of applied) times.set(id, (times.get(id) ?? 0) + 1);
    for (const [id, count] of times)
      if (count > 1) yield { invariant: 'I4', anomaly: 'duplicate', text: `${consumer} applied ${id} ${count} times` };
    const wanted = ordering === 'strict' ? evidence.outbox : [...newest.values()];
    const known = new Set<string>();
    for (const event of wanted) {
      if (event.topic !== topic) continue;
      known.add(event.id);
      if (!times.has(event.id))
        yield {
          invariant: 'I4',
          anomaly: 'lost',
          text: `${consumer} never applied ${event.key} v${event.version} (${event.id})`,
        };
    }
    if (ordering === 'strict')
      for (const id of times.keys())
        if (!known.has(id))
          yield { invariant: 'I4', anomaly: 'from nowhere', text: `${consumer} applied ${id}, which nobody emitted` };
  }
}

/** I5: offsets are dense from 0, and the log in PostgreSQL holds no event twice. */
export function* denseLog({ log, exactLog }: Evidence): Generator<Violation> {
  if (!exactLog) return;
  const next = new Map<string, number>();
  const seen = new Set<string>();
  for (const { id, topic, partition, offset } of log) {
    const place = `${topic}/${partition}`;
    const wanted = next.get(place) ?? 0;
    if (offset !== wanted)
      yield { invariant: 'I5', anomaly: 'hole', text: `${place}: offset ${offset} where ${wanted} was due` };
    next.set(place, offset + 1);
    if (seen.has(id)) yield { invariant: 'I5', anomaly: 'duplicate', text: `${place}: ${id} stands twice in the log` };
    seen.add(id);
  }
}

/** I6 and I7: a projection is row by row what its source is, totals are those of the source. */
export function* sameAsSource({ comparisons }: Evidence): Generator<Violation> {
  for (const { invariant, what, source, projection } of comparisons)
    for (const key of new Set([...source.keys(), ...projection.keys()]))
      if (source.get(key) !== projection.get(key))
        yield {
          invariant,
          anomaly: 'divergence',
          text: `${what} ${key}: source ${source.get(key) ?? 'none'}, projection ${projection.get(key) ?? 'none'}`,
        };
}

/** Of the heap after collecting: caches fill up, so a fifth and a few megabytes are no leak. */
const mayGrow = (atStart: number): number => atStart * 1.2 + 12;
/** Pools fill up as well. */
const mayOpen = (atStart: number): number => atStart * 1.2 + 16;

/** I11: quiet again within the time, nothing set aside, nobody died by himself, nobody keeps what he needs no more. */
export function* steadyAgain({ end }: Evidence): Generator<Violation> {
  const { settledAfter, settleWithin, unpublished, lag, deadLetters, died, memory } = end;
  const invariant = 'I11';
  if (unpublished > 0 || lag > 0)
    yield { invariant, anomaly: 'not settled', text: `${unpublished} events unpublished and ${lag} records unread` };
  else if (settledAfter > settleWithin)
    yield { invariant, anomaly: 'not settled', text: `quiet only ${settledAfter.toFixed(1)} s after the last fault` };
  for (const letter of deadLetters) yield { invariant, anomaly: 'not settled', text: `dead letter: ${letter}` };
  for (const how of died) yield { invariant, anomaly: 'ended by itself', text: how };
  for (const { process, seconds, heap, resources } of memory) {
    const lived = `${process} in ${Math.round(seconds)} s`;
    if (heap[1] > mayGrow(heap[0]))
      yield { invariant, anomaly: 'leak', text: `${lived}: heap ${heap[0].toFixed(1)} → ${heap[1].toFixed(1)} MB` };
    if (resources[1] > mayOpen(resources[0]))
      yield { invariant, anomaly: 'leak', text: `${lived}: ${resources[0]} → ${resources[1]} open resources` };
  }
}

export const invariants = [
  nothingLost,
  nothingRolledBack,
  everythingInOrder,
  everythingOnce,
  denseLog,
  sameAsSource,
  steadyAgain,
] as const;

/** Everything that does not hold. Needs no order of the invariants: none stands on another. */
export const check = (evidence: Evidence): Violation[] => invariants.flatMap((invariant) => [...invariant(evidence)]);
