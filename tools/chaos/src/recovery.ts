/** What one consumer did with one partition: when an event was emitted and when its effect was committed, in machine time. */
interface Lane {
  readonly emitted: number[];
  readonly at: number[];
}

/** Something that was done to the run, in machine time. */
export interface Disruption {
  readonly kind: string;
  readonly from: number;
  /** When it was over; for a kill the same moment. */
  readonly to: number;
}

export interface Applications {
  heard(lane: string, emitted: readonly number[], at: number): void;
  /** Milliseconds until every consumer, in every partition, had applied an event that was emitted after the moment. */
  recoveredAfter(moment: number): number;
  /** Who has longest applied nothing new, and for how many milliseconds nothing that was emitted since. */
  slowest(now: number): { readonly lane: string; readonly ms: number } | undefined;
  /** Milliseconds from emission to effect, of every event. */
  latencies(): Float64Array;
}

export function applications(): Applications {
  const lanes = new Map<string, Lane>();
  return {
    heard(name, emitted, at) {
      let lane = lanes.get(name);
      if (!lane) lanes.set(name, (lane = { emitted: [], at: [] }));
      for (const when of emitted) {
        lane.emitted.push(when);
        lane.at.push(at);
      }
    },
    recoveredAfter(moment) {
      let slowest = 0;
      for (const { emitted, at } of lanes.values()) {
        const first = emitted.findIndex((when, index) => (at[index] ?? 0) > moment && when > moment);
        // Nothing came this way any more.
        if (first >= 0) slowest = Math.max(slowest, (at[first] ?? moment) - moment);
      }
      return slowest;
    },
    slowest(now) {
      const all = [...lanes].map(([lane, { emitted }]) => ({ lane, ms: now - (emitted.at(-1) ?? now) }));
      return all.sort((a, b) => b.ms - a.ms)[0];
    },
    latencies() {
      const all = [...lanes.values()];
      const result = new Float64Array(all.reduce((sum, { at }) => sum + at.length, 0));
      let place = 0;
      for (const { at, emitted } of all)
        at.forEach((when, index) => {
          result[place] = when - (emitted[index] ?? when);
          place += 1;
        });
      return result;
    },
  };
}

/** Milliseconds around a kill in which nothing else may have happened, for it to count as alone. */
const before = 8_000;

export interface Recoveries {
  /** After kills during which, and for a while before which, nothing but kills happened. */
  readonly alone: number[];
  /** After the end of each fault, by kind; kills among other faults are here as well. */
  readonly byKind: Map<string, number[]>;
}

export function recoveriesOf(disruptions: readonly Disruption[], seen: Applications): Recoveries {
  const others = disruptions.filter(({ kind }) => kind !== 'kill');
  const alone: number[] = [];
  const byKind = new Map<string, number[]>();
  for (const { kind, to } of disruptions) {
    const took = seen.recoveredAfter(to);
    if (kind === 'kill' && !others.some((other) => other.from < to + took && other.to > to - before)) alone.push(took);
    else {
      const known = byKind.get(kind);
      if (known) known.push(took);
      else byKind.set(kind, [took]);
    }
  }
  return { alone, byKind };
}
