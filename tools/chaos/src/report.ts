import { figure, load, percentile } from '../../bench/src/figures';
import type { Anomaly } from './checker';
import type { Plan, Result } from './drive';

const seconds = (milliseconds: number): string =>
  Number.isFinite(milliseconds) ? `${(milliseconds / 1_000).toFixed(1)} s` : '-';
const spread = (values: ArrayLike<number>): string => {
  const all = Array.from(values);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => seconds(percentile(all, share)));
  return `p50 ${p50}  p99 ${p99}  worst ${most}  (${all.length})`;
};

const servers = /database|backend|disk|broker/;

/** The table at the end of a run. */
export function tableOf({ seed, bus, minutes }: Plan, result: Result): string[] {
  const { violations, recoveries, others, leftOut, memory } = result;
  const count = (...anomalies: Anomaly[]) => violations.filter(({ anomaly }) => anomalies.includes(anomaly)).length;
  const listed = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, times]) => `${name} ${times}`).join(', ') || 'none';
  const ofServers = [...recoveries.byKind].filter(([kind]) => servers.test(kind)).flatMap(([, values]) => values);
  const rows: [string, string][] = [
    ['seed, bus', `${seed}, ${bus}, ${minutes} minutes; ${load()}`],
    ['seconds', figure(result.seconds)],
    ['kills', String(result.kills)],
    ['other faults', listed(others)],
    ['left out', listed(leftOut)],
    ['commands', `${result.commands}, of ${result.unknown} the outcome was read back`],
    ['events committed', `${result.events} (${(result.events / result.seconds).toFixed(0)} a second)`],
    ['effects', String(result.effects)],
    ['lost', String(count('lost'))],
    ['twice', String(count('duplicate'))],
    ['out of order', String(count('gap', 'inversion'))],
    ['other violations', String(violations.length - count('lost', 'duplicate', 'gap', 'inversion'))],
    ['back after kills alone', spread(recoveries.alone)],
    ['back after a server', spread(ofServers)],
    ...[...recoveries.byKind].map(([kind, values]): [string, string] => [
      `  after ${kind === 'kill' ? 'a kill among others' : kind}`,
      spread(values),
    ]),
    ['emission → effect', spread(result.latencies)],
    ['quiet after', `${result.settledAfter.toFixed(1)} s`],
    ...memory.map(({ process, seconds: lived, heap, resources }): [string, string] => [
      `${process}`,
      `${Math.round(lived)} s: heap ${heap.map((mb) => mb.toFixed(1)).join(' → ')} MB, resources ${resources.join(' → ')}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

const shown = 20;

/** The first violations of each invariant. */
export function violationsOf({ violations }: Result): string[] {
  const byInvariant = new Map<string, string[]>();
  for (const { invariant, anomaly, text } of violations) {
    const line = `${invariant} ${anomaly}: ${text}`;
    const lines = byInvariant.get(invariant);
    if (lines) lines.push(line);
    else byInvariant.set(invariant, [line]);
  }
  return [...byInvariant.values()].flatMap((lines) => [
    ...lines.slice(0, shown),
    ...(lines.length > shown ? [`… and ${lines.length - shown} more`] : []),
  ]);
}
