import { breachesOf, type Breach, type Contracts, type Release } from '@jishi/event-contracts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where the released contracts lie, from the root of the repository. */
export const releasedFolder = 'libs/event-contracts/released';

const releaseSchema = z.object({
  version: z.string(),
  topics: z.record(z.string(), z.object({ key: z.string(), partitions: z.int(), cleanup: z.string() })),
  schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** Every released version, oldest first. @throws when a file is no release or says another version than its name. */
export function readReleases(folder: string): readonly Release[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const release = releaseSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      if (`${release.version}.json` !== file) throw new Error(`${join(folder, file)} says version ${release.version}`);
      return release;
    })
    .sort((a, b) => compareVersions(a.version, b.version));
}

/** `0.10.0` comes after `0.9.1`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

const written = ({ release, of, field, what, instead }: Breach): string =>
  `${of}${field === '' ? '' : `  ${field}`}  ${what} (released in ${release})\n    instead: ${instead}\n`;

export interface Said {
  readonly code: 0 | 1;
  readonly text: string;
}

/** What the command says of the contracts against the releases, and its exit code. */
export function judge(releases: readonly Release[], current: Contracts): Said {
  if (releases.length === 0) return { code: 1, text: `no release lies in ${releasedFolder}: npm run events:release\n` };
  // A breach of several releases is told once, with the oldest of them.
  const breaches = new Map<string, Breach>();
  for (const release of releases)
    for (const breach of breachesOf(release, current)) {
      const same = `${breach.of} ${breach.field} ${breach.what}`;
      if (!breaches.has(same)) breaches.set(same, breach);
    }
  const events = Object.keys(current.schemas).length;
  const versions = releases.map(({ version }) => version).join(', ');
  const closing = `${events} events against ${versions}: ${breaches.size} breaches\n`;
  return { code: breaches.size > 0 ? 1 : 0, text: [...breaches.values()].map(written).join('') + closing };
}
